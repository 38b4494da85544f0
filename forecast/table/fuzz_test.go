package table

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// FuzzParse reads whatever comes: an error is about the input and one line long, and
// what is read is consistent.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"date,y\n2020-01-01,1\n2020-01-02,2\n2020-01-03,\n",
		"Jahr;I;II;III;IV\n2019;1,5;2;3;4\n2020;5;6;7;8\n",
		"Month,2019,2020\nJanuary,1,2\nFebruary,3,4\n",
		"id,t,v\na,1/2/2020 0:00,1\nb,1/2/2020 1:00,$(2)\n",
		"Title,Price\nUnit,EUR\n2019,1\n2020,2\n2019 Q1,3\n2019 Q2,4\n2019 JAN,5\n2019 FEB,6\n",
		"[{\"t\":\"2020-01\",\"v\":1},{\"t\":\"2020-02\",\"v\":-999}]",
		"year,month,v\n2020,Jan,1\n,Feb,offline\n,Mar,offline\n,Apr,4\n,May,5\n,Jun,6\n",
		"t\tv\n2019.083\t1\n2019.167\t2\n2019.25\t3\n",
		"\xff\xfed\x00;\x00v\x00\n\x001\x00;\x002\x00\n\x00",
		"a,2019-Q1,2019-Q2,2019-Q3,2019-Q4\nx,1 p,2,:,4\n",
	} {
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, drop bool) {
		if len(text) > 1<<16 {
			return
		}
		got, err := Parse(strings.NewReader(text), Options{DropPartial: drop})
		if err != nil {
			if !errors.Is(err, forecast.ErrInput) && !errors.Is(err, forecast.ErrTooShort) {
				t.Fatalf("%v", err)
			}
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Fatalf("an error of several lines: %q", err)
			}
			return
		}
		for _, s := range got.Series {
			for _, v := range s.Values {
				if math.IsInf(v, 0) {
					t.Fatalf("an infinite value")
				}
			}
			if s.Freq.Unit != forecast.None && got.Layout == nil {
				t.Fatalf("series %q has times, and there is no layout", s.ID)
			}
			if n := len(s.Values); n > 0 && s.Freq.Unit != forecast.None {
				got.Layout.Format(s.Time(n)) // the next step can be written
			}
		}
	})
}
