package stamp

import (
	"testing"
	"time"
)

// nextCases are cells of a column in their order, then the next that the column must
// write.
var nextCases = []struct {
	cells []string
	step  func(time.Time) time.Time
	want  string
}{
	{[]string{"2020-01-30", "2020-01-31"}, days(1), "2020-02-01"},
	{[]string{"05 May 2015"}, days(1), "06 May 2015"},
	{[]string{"05/13/15", "05/14/15"}, days(1), "05/15/15"},
	{[]string{"1/14/2015 0:00", "1/14/2015 23:00"}, hours(1), "1/15/2015 0:00"},
	{[]string{"1/14/2015 1:00", "1/14/2015 2:00"}, hours(1), "1/14/2015 3:00"},
	{[]string{"02/04/2015 10:00 PM", "02/13/2015 11:00 PM"}, hours(1), "02/14/2015 12:00 AM"},
	{[]string{"2/4/2015 10:00 p.m."}, hours(2), "2/5/2015 12:00 a.m."},
	{[]string{"2015/02/04 23:00"}, hours(1), "2015/02/05 00:00"},
	{[]string{"2015/1/5 22:00:00"}, hours(3), "2015/1/6 01:00:00"},
	{[]string{"26-01-2015 23:00"}, hours(1), "27-01-2015 00:00"},
	{[]string{"2015-01-01T00:00:00"}, hours(1), "2015-01-01T01:00:00"},
	{[]string{"2015-01-01T00:00:00Z"}, hours(1), "2015-01-01T01:00:00Z"},
	{[]string{"2023-03-01T00:00:00-05:00"}, hours(1), "2023-03-01T01:00:00-05:00"},
	{[]string{"2023-03-01 00:00:00.000+0100"}, hours(1), "2023-03-01 01:00:00.000+0100"},
	{[]string{"10.10.2023 02:00 CEST"}, hours(1), "10.10.2023 03:00 CEST"},
	{[]string{"1 Jan 2020 10:00 GMT+0100"}, hours(1), "1 Jan 2020 11:00 GMT+0100"},
	{[]string{"31 Jan 2020 24:00"}, hours(24), "1 Feb 2020 24:00"},
	{[]string{"1 Jan 2020 - 1 Feb 2020"}, months(1), "1 Feb 2020 - 1 Mar 2020"},
	{[]string{"03/12/2023 23:00", "03/12/2023 24:00"}, hours(24), "03/13/2023 24:00"},
	{[]string{"20200131"}, days(1), "20200201"},
	{[]string{"2020012923"}, hours(1), "2020013000"},
	{[]string{"1577836800"}, hours(1), "1577840400"},
	{[]string{"1674331200000"}, hours(1), "1674334800000"},
	{[]string{"44596"}, days(1), "44597"},
	{[]string{"44596.5"}, hours(6), "44596.75"},
	{[]string{"2019.0"}, months(12), "2020.0"},
	{[]string{"FY2019"}, months(12), "FY2020"},
	{[]string{"2018/19"}, months(12), "2019/20"},
	{[]string{"1999/00"}, months(12), "2000/01"},
	{[]string{"2020Q4"}, months(3), "2021Q1"},
	{[]string{"2020-Q4"}, months(3), "2021-Q1"},
	{[]string{"Q4 2020"}, months(3), "Q1 2021"},
	{[]string{"Q4-20"}, months(3), "Q1-21"},
	{[]string{"4Q13"}, months(3), "1Q14"},
	{[]string{"Q4 FY20"}, months(3), "Q1 FY21"},
	{[]string{"T4 2013"}, months(3), "T1 2014"},
	{[]string{"2013-T4"}, months(3), "2014-T1"},
	{[]string{"4. Quartal 2020"}, months(3), "1. Quartal 2021"},
	{[]string{"2023-H2"}, months(6), "2024-H1"},
	{[]string{"2H23"}, months(6), "1H24"},
	{[]string{"S2 2023"}, months(6), "S1 2024"},
	{[]string{"FY2023-P12"}, months(1), "FY2024-P01"},
	{[]string{"FY22 P12"}, months(1), "FY23 P01"},
	{[]string{"۱۴۰۲/۱۲/۲۹"}, days(1), "۱۴۰۳/۰۱/۰۱"},
	{[]string{"٣١/١٢/٢٠٢٣"}, days(1), "٠١/٠١/٢٠٢٤"},
	{[]string{"２０２３年１２月"}, months(1), "２０２４年０１月"},
	{[]string{"1402/12/29", "1403/01/01"}, days(1), "1403/01/02"},
	{[]string{"30 اسفند 1399"}, days(1), "1 فروردین 1400"},
	{[]string{"FY2023-P12", "FY2023-P13"}, days(28), "FY2024-P01"},
	{[]string{"P12 1998", "P13 1998", "P01 1999"}, days(13 * 28), "P01 2000"},
	{[]string{"2023 P9", "2023 P10"}, months(1), "2023 P11"},
	{[]string{"2006M12"}, months(1), "2007M01"},
	{[]string{"2021-W13"}, days(7), "2021-W14"},
	{[]string{"2021W13"}, days(7), "2021W14"},
	{[]string{"2020-W53-5"}, days(7), "2021-W01-5"},
	{[]string{"W13 2021"}, days(7), "W14 2021"},
	{[]string{"KW 9/2021", "KW 10/2021"}, days(7), "KW 11/2021"},
	{[]string{"202113"}, days(7), "202114"},
	{[]string{"202112"}, months(1), "202201"},
	{[]string{"Jan 2020", "Dec 2020"}, months(1), "Jan 2021"},
	{[]string{"Dec-20"}, months(1), "Jan-21"},
	{[]string{"December 2020"}, months(1), "January 2021"},
	{[]string{"DEC 2020"}, months(1), "JAN 2021"},
	{[]string{"Jan. 2020"}, months(1), "Feb. 2020"},
	{[]string{"2020 Jan"}, months(1), "2020 Feb"},
	{[]string{"Jan 2, 2020"}, days(1), "Jan 3, 2020"},
	{[]string{"31 December 2020"}, days(1), "1 January 2021"},
	{[]string{"02Jan2006"}, days(1), "03Jan2006"},
	{[]string{"1 März 2020", "1 April 2020"}, months(1), "1 Mai 2020"},
	{[]string{"Dez 2020", "Jän 2021"}, months(12), "Jän 2022"},
	{[]string{"ott-20", "dic-20"}, months(1), "gen-21"},
	{[]string{"janv. 2020", "févr. 2020", "mars 2020"}, months(1), "avr. 2020"},
	{[]string{"5 de mayo de 2020"}, days(1), "6 de mayo de 2020"},
	{[]string{"dez/20"}, months(1), "jan/21"},
	{[]string{"12/2020"}, months(1), "01/2021"},
	{[]string{"1/2020"}, months(1), "2/2020"},
	{[]string{"5 maja 2020"}, months(1), "5 czerwca 2020"},
	{[]string{"январь 2020"}, months(1), "февраль 2020"},
	{[]string{"Mon 6 Jan 2020", "Tue 7 Jan 2020"}, days(1), "Wed 8 Jan 2020"},
	{[]string{"2021年1月"}, months(1), "2021年2月"},
	{[]string{"10.02.2023 00:00 - 10.02.2023 01:00"}, hours(1), "10.02.2023 01:00 - 10.02.2023 02:00"},
	{[]string{"10.02.2023 23:00 - 00:00"}, hours(1), "11.02.2023 00:00 - 01:00"},
	{[]string{"2020-01-01 - 2020-03-31"}, months(3), "2020-04-01 - 2020-06-30"},
	{[]string{"2019-01-01 15:00-16:00"}, hours(1), "2019-01-01 16:00-17:00"},
	{[]string{"2020-01-D3"}, days(11), "2020-02-D1"},
	{[]string{"Dek 2 Jan 2020"}, days(10), "Dek 3 Jan 2020"},
	{[]string{"1985-1986"}, months(12), "1986-1987"},
	{[]string{"FY98", "FY99"}, months(12), "FY00"},
	{[]string{"January 1st, 2019", "January 2nd, 2019"}, days(1), "January 3rd, 2019"},
	{[]string{"10th Jan 2019", "11th Jan 2019"}, days(10), "21st Jan 2019"},
	{[]string{"lundi 31 décembre 2018", "mardi 1er janvier 2019"}, days(1), "mercredi 2 janvier 2019"},
	{[]string{"3rd quarter 2019", "4th quarter 2019"}, months(3), "1st quarter 2020"},
	{[]string{"3º trim. 2019", "4º trim. 2019"}, months(3), "1º trim. 2020"},
	{[]string{"1er trimestre 2019", "2e trimestre 2019"}, months(3), "3e trimestre 2019"},
	{[]string{"I/2019", "II/2019"}, months(6), "IV/2019"},
	{[]string{"2019 III kw."}, months(3), "2019 IV kw."},
	{[]string{"2019/01/01(火)", "2019/01/02(水)", "2019/01/03(木)"}, days(1), "2019/01/04(金)"},
	{[]string{"Mo 02.01.2023", "Di 03.01.2023", "Mi 04.01.2023"}, days(1), "Do 05.01.2023"},
	{[]string{"20190101T230000Z"}, hours(1), "20190102T000000Z"},
	{[]string{"2019.12.31."}, days(1), "2020.01.01."},
	{[]string{"2019", "2019.083", "2019.167"}, months(1), "2019.25"},
	{[]string{"2019.042", "2019.125"}, months(1), "2019.208"},
	{[]string{"1546300800.0"}, hours(1), "1546304400.0"},
	{[]string{"1912"}, months(1), "2001"},
	{[]string{"2023-01-01/2023-01-08"}, days(7), "2023-01-08/2023-01-15"},
}

func days(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.AddDate(0, 0, n) }
}

func months(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.AddDate(0, n, 0) }
}

func hours(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(time.Duration(n) * time.Hour) }
}

// What a column writes looks like what it reads.
func TestNext(t *testing.T) {
	for _, c := range nextCases {
		column := NewColumn(nil)
		for i, s := range c.cells {
			if err := column.Add(s, i+2); err != nil {
				t.Errorf("%q: %v", s, err)
			}
		}
		fits := false
		var got []string
		for _, l := range column.live {
			next := l.Format(c.step(l.times[len(l.times)-1]))
			got = append(got, next)
			fits = fits || next == c.want
		}
		if !fits {
			t.Errorf("after %q: %q, want %q", c.cells, got, c.want)
		}
	}
}

// Persian days are the days that they are (dates of both calendars: time.ir), also across
// months of 31 days and leap years; first days of months stay months.
func TestPersianDays(t *testing.T) {
	for cell, want := range map[string]string{
		"1402/01/01": "2023-03-21", "1402/06/31": "2023-09-22", "1402/12/29": "2024-03-19", "1403/01/01": "2024-03-20", "1403/12/30": "2025-03-20",
		"1404-01-01": "2025-03-21", "1357/11/22": "1979-02-11", "22 بهمن 1402": "2024-02-11", "1399/12/30 13:05": "2021-03-20",
	} {
		c := NewColumn(nil)
		if err := c.Add(cell, 1); err != nil {
			t.Errorf("%s: %v", cell, err)
			continue
		}
		l, times, _, err := c.Settle(func([]time.Time) float64 { return 1 })
		if err != nil || times[0].Format("2006-01-02") != want || l.Format(times[0]) != cell {
			t.Errorf("%s is %v, written %s, want %s (%v)", cell, times, l.Format(times[0]), want, err)
			continue
		}
		if again, err := ParseLayout(l.String()); err != nil || again.Format(times[0]) != cell {
			t.Errorf("%s: layout %q gives %s, %v", cell, l, again.Format(times[0]), err)
		}
	}
	for _, cell := range []string{"1402/07/31", "1402/12/30"} {
		if at, ok := (&Layout{fields: []field{{kind: year, width: 4, text: persian}, {text: "/"}, {kind: month}, {text: "/"}, {kind: day}}}).Parse(cell); ok {
			t.Errorf("%s is no day, read as %s", cell, at)
		}
	}
}
