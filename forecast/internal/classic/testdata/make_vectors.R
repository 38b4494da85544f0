# Makes vectors.json: what R's forecast package (8.20) answers for series of
# this repository and for made ones. Run: Rscript make_vectors.R
suppressMessages(library(forecast))
stopifnot(requireNamespace("jsonlite"))
column <- function(file) read.csv(file.path("../../datasets/csv", file))[[2]]
n <- 60; k <- seq_len(n)
series <- list(
  air = ts(column("air_passengers.csv"), frequency = 12),
  nile = ts(column("nile.csv")),
  # a quarterly one without noise to speak of, rounded so that no digit is lost in the file
  quarters = ts(round(100 + 2 * k + 15 * sin(k * pi / 2) + 6 * cos(k) + 4 * sin(k * k), 2), frequency = 4),
  orders = ts(rep(c(0, 0, 3, 0, 1, 0, 0, 0, 5, 2, 0, 0), 5))
)
out <- list(about = "made by make_vectors.R", version = as.character(packageVersion("forecast")))
out$series <- lapply(series, function(x) list(values = as.numeric(x), season = frequency(x)))

answer <- function(f) list(mean = as.numeric(f$mean), lower = as.numeric(f$lower[, 1]), upper = as.numeric(f$upper[, 1]))
ets_case <- function(name, model, damped = NULL) {
  fit <- ets(series[[name]], model = model, damped = damped)
  f <- forecast(fit, h = 8, level = 95)
  c(list(series = name, model = fit$method, loglik = fit$loglik, aicc = fit$aicc, mse = fit$mse), answer(f))
}
out$ets <- list(
  ets_case("nile", "ANN"), ets_case("nile", "MNN"), ets_case("quarters", "AAN", FALSE), ets_case("quarters", "AAN", TRUE),
  ets_case("quarters", "AAA", FALSE), ets_case("quarters", "ANA"), ets_case("air", "MAM", FALSE), ets_case("air", "MAM", TRUE), ets_case("air", "AAA", FALSE),
  ets_case("air", "MNM"), ets_case("nile", "ZZZ"), ets_case("quarters", "ZZZ"), ets_case("air", "ZZZ"))
arima_case <- function(name, order, seasonal = c(0, 0, 0), log = FALSE, constant = FALSE) {
  x <- series[[name]]; if (log) x <- base::log(x)
  fit <- Arima(x, order = order, seasonal = seasonal, include.constant = constant, method = "ML")
  c(list(series = name, log = log, order = order, seasonal = seasonal, constant = constant, coef = as.numeric(coef(fit)),
    loglik = as.numeric(fit$loglik), sigma2 = fit$sigma2, aicc = fit$aicc), answer(forecast(fit, h = 8, level = 95)))
}
out$arima <- list(
  arima_case("nile", c(1, 0, 1), constant = TRUE), arima_case("nile", c(0, 1, 1)), arima_case("nile", c(2, 1, 0)), arima_case("nile", c(0, 2, 2)),
  arima_case("air", c(0, 1, 1), c(0, 1, 1), TRUE), arima_case("air", c(2, 0, 0), c(0, 1, 1), TRUE, TRUE), arima_case("quarters", c(1, 0, 0), c(1, 1, 0), FALSE, TRUE),
  arima_case("quarters", c(0, 1, 1), c(0, 0, 1)))
auto_case <- function(name) {
  fit <- auto.arima(series[[name]])
  c(list(series = name, order = arimaorder(fit), aicc = fit$aicc), answer(forecast(fit, h = 8, level = 95)))
}
out$auto_arima <- lapply(c("nile", "air", "quarters"), auto_case)
stl_case <- function(name, s.window) {
  d <- stl(series[[name]], s.window = s.window)$time.series
  list(series = name, s_window = s.window, seasonal = as.numeric(d[, 1]), trend = as.numeric(d[, 2]))
}
out$stl <- list(stl_case("air", 11), stl_case("quarters", 11))
out$croston <- list(croston = as.numeric(croston(series$orders, h = 3, alpha = 0.1)$mean))
out$theta <- list(quarters = as.numeric(thetaf(series$quarters, h = 8)$mean), nile = as.numeric(thetaf(series$nile, h = 8)$mean),
  air = as.numeric(thetaf(series$air, h = 8)$mean))
# Naive2 as the organisers of the M4 competition computed it
seasonal <- function(x, m) {
  if (length(x) < 3 * m) return(FALSE)
  r <- acf(x, plot = FALSE)$acf[-1, 1, 1]
  limit <- 1.645 * sqrt(cumsum(c(1, 2 * r^2)) / length(x))
  isTRUE(abs(r[m]) > limit[m])
}
naive2 <- function(x, h) {
  m <- frequency(x)
  if (m < 2 || !seasonal(x, m)) return(rep(tail(as.numeric(x), 1), h))
  d <- decompose(x, type = "multiplicative")
  last <- tail(as.numeric(x / d$seasonal), 1)
  last * rep(tail(as.numeric(d$seasonal), m), length.out = h)
}
out$naive2 <- lapply(series[c("air", "nile", "quarters")], naive2, h = 14)
out$snaive <- lapply(series[c("air", "quarters")], function(x) as.numeric(snaive(x, h = 14)$mean))
writeLines(jsonlite::toJSON(out, digits = 10, auto_unbox = TRUE, pretty = FALSE), "vectors.json")
