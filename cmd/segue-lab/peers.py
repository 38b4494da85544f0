"""Does the work of `segue-lab bench peers` with statsmodels. Reads a method, the season,
the horizon and the values in a line, and answers with the seconds and the means."""
import sys, time, warnings

import numpy as np
import statsmodels
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

warnings.simplefilter("ignore")
print("statsmodels", statsmodels.__version__, flush=True)


def answer(method, y, m, h):
    if method == "ets(AAA)":
        model = ETSModel(y, error="add", trend="add", seasonal="add", seasonal_periods=m)
        return model.fit(disp=False).forecast(h)
    if method == "arima(0,1,1)(0,1,1)":
        return SARIMAX(y, order=(0, 1, 1), seasonal_order=(0, 1, 1, m)).fit(disp=False).forecast(h)
    if method == "theta":
        return ThetaModel(y, period=m).fit().forecast(h)
    return STLForecast(y, ETSModel, model_kwargs={"trend": "add"}, period=m).fit(fit_kwargs={"disp": False}).forecast(h)


for line in sys.stdin:
    method, *rest = line.split()
    m, h, *y = map(float, rest)
    y = np.array(y)
    start = time.perf_counter()
    f = answer(method, y, int(m), int(h))
    print(time.perf_counter() - start, *np.asarray(f), flush=True)
