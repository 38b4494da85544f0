package charset

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// Tables come back as they were written, in whatever code of their country.
func TestText(t *testing.T) {
	for _, c := range []struct {
		encoding encoding.Encoding
		texts    []string
	}{
		{simplifiedchinese.GB18030, []string{"日期,销售额\n2023年1月,100\n", "时间,北京,上海\n2023-01-01,1,2\n", "门店;客流\n朝阳;3\n", "日期,收盘价(元)\n2023/1/1,5\n", "温度\n1\n", "月份,用电量(千瓦时)\n1,2\n", "交易日期,交易金额,余额\n20230101,5.00,100.00\n", "站点,化学需氧量,氨氮\n趵突泉,1,2\n"}},
		{traditionalchinese.Big5, []string{"日期,銷售額\n2023/01/01,100\n", "年月,出口總額\n2023/01,5\n", "日期,收盤指數\n112/01/03,14223\n", "縣市,人口數\n新北市,400\n"}},
		{japanese.ShiftJIS, []string{"年月,売上高\n2023年1月,100\n", "日付,来客数\n2023/1/1,5\n", "ダウンロードした時刻：2024/01/05\n\n年月日,平均気温(℃),降水量の合計(mm)\n", "コード,ﾃﾞｰﾀ\n1,2\n", "日時,電力使用量\n1,2\n", "DATE,TIME,当日実績(万kW)\n2023/1/1,0:00,2500\n", "時間軸（月次）,世帯区分,消費支出【円】\n"}},
		{japanese.EUCJP, []string{"年月,売上高\n2023年1月,100\n", "ダウンロードした時刻：2024/01/05\n年月日,平均気温(℃),降水量の合計(mm)\n"}},
		{korean.EUCKR, []string{"일자,매출액\n2023-01-01,100\n", "날짜,서울,부산\n2023-01,1,2\n", "지점명,일시,평균기온(°C)\n서울,2023-01-01,-3.1\n", "거래일시,출금액,입금액,잔액\n2023.01.01,1,2,3\n"}},
		{charmap.Windows1251, []string{"Дата;Продажи, руб.\n01.01.2023;5\n", "Месяц;Выручка\nянварь 2023;5\nфевраль 2023;5\n", "ПЕРИОД;СУММА\n", "Дата;Кількість\n", "Курс доллара США;100\n", "Дата;Стойност\n", "Операция;Сумма\n"}},
		{charmap.KOI8R, []string{"Дата;Продажи\n01.01.2023;5\n", "Месяц;Выручка\nянварь 2023;5\nфевраль 2023;5\n"}},
		{charmap.CodePage866, []string{"Дата;Продажи\n01.01.2023;5\n", "Месяц;Выручка\nянварь 2023;5\nфевраль 2023;5\n"}},
		{charmap.Windows1250, []string{"Měsíc;Tržby\n1/2018;99,66\n", "Data;Sprzedaż\n01.01.2023;5\n", "Miesiąc;Ilość\nstyczeń 2023;5\n", "Időszak;Érték\n2023. január;5\n", "září 2023;5\nříjen 2023;6\n", "Dátum;Hőmérséklet\n", "paź 2023;5\n", "Łódź;Kraków\n1;2\n", "Miesiąc;Wartość (zł)\n", "Mjesec;Količina\n", "Lună;Vânzări\n"}},
		{charmap.Windows1254, []string{"Şube;Tarih;Satış\nİstanbul;01.01.2023;100\n", "Ay;Değer\nAğustos 2023;5\nEylül 2023;5\n", "Şubat 2023;5\nKasım 2023;5\n"}},
		{charmap.Windows1257, []string{"Mėnuo;Vertė\n", "Mēnesis;Vērtība\n"}},
		{charmap.Windows1253, []string{"Ημερομηνία;Πωλήσεις\n01/01/2023;98\n", "Μήνας;Ποσό\nΙανουάριος 2023;5\n"}},
		{charmap.Windows1255, []string{"תאריך,מכירות\n2023-01-01,98\n", "חודש,סה\"כ\nינואר 2023,5\n"}},
		{charmap.Windows1256, []string{"التاريخ,المبيعات\n2023-01-01,98\n", "الشهر,القيمة\nيناير 2023,5\n"}},
		{charmap.Windows874, []string{"วันที่,ยอดขาย\n01/01/2566,98\n", "เดือน,จำนวน\nม.ค. 2566,5\n"}},
		{charmap.Macintosh, []string{"Période;Chiffre d’affaires\n01/01/2023;96\n", "Année;Quantité\n", "Größe;März\n", "Mês;Preço\n"}},
		{charmap.CodePage850, []string{"Année;Quantité\n", "Größe;März\n", "Período;Año\n"}},
		{charmap.Windows1252, []string{
			"Période;Chiffre d’affaires\n01/01/2023;96\n", "Année;Quantité\n", "Größe;März\n", "Mês;Preço\n", "Región;Año\nCádiz;2020\n", "Datum;Umsatz in €\n", "Price (£);Date\n", "Fecha;Nº de visitas\nSábado;5\n", "Temp (°C);x\n",
			"Måned;Beløp\n", "Mánuður;Fjöldi\nfebrúar;5\nþriðjudagur;5\n", "Città;Quantità\nlunedì;5\n", "Päivä;Myynti\nkesäkuu;5\nheinäkuu;5\n", "Süßwaren;Köln\nÄpfel;5\n", "ÜBERSICHT;ERLÖSE\n", "Été;Noël;Pâques\n", "±5;3\n", "Mese;Unità – totale\n", "NAÏVE;ÉTÉ\n", "kWh/m²;CO²\n", "Øst;Vest\n",
			"date;PM10 [µg/m³]\n", "date;SO2 µg/m3\n", "date;Size µm\n", "date;conductivity µS/cm\n", "date;Revenue (£m)\n", "date;Cost ¥m\n", "date;NO2 (µg/m³) Zürich\n", "date;Wärme kWh·m²\n",
			"date;“Sales”\n", "date;Ca\u00a0net\n", "date;§ 5 Fälle\n", "date;Verð\n", "date;Þyngd\n", "Dagsetning;Verð;Þyngd;Við\n", "date;‘A’ – £\n", "date;Antal ½\n", "Datum;Strömung m³\n", "Datum;Umsätze £m\n",
		}},
	} {
		for _, text := range c.texts {
			coded, err := c.encoding.NewEncoder().String(text)
			if err != nil {
				t.Fatalf("%v: %q: %v", c.encoding, text, err)
			}
			r, name := Text(bufio.NewReader(strings.NewReader(coded)))
			got, err := io.ReadAll(r)
			if err != nil || string(got) != text {
				t.Errorf("%v: %q is read as %q (%s, %v)", c.encoding, text, got, name, err)
			}
		}
	}
}
