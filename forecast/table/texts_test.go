package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/segue-go/segue/forecast"
)

// weather is a table of daily values with a text and a code beside them.
func weather(days int, text func(day int) string) string {
	var b strings.Builder
	b.WriteString("day,v,weather,code\n")
	for d := range days {
		fmt.Fprintf(&b, "2024-01-%02d,%d,%s,%d\n", d+1, 10+d, text(d), d%3)
	}
	return b.String()
}

func named(s forecast.Series) (out []string) {
	for _, r := range s.Regressors {
		out = append(out, fmt.Sprintf("%s/%s%v", r.Name, r.Reference, r.Values))
	}
	return out
}

// Every text but the most frequent one is a regressor; a file with the future follows
// the same texts, and one that it alone has counts as the reference, which is said.
func TestTextsAsRegressors(t *testing.T) {
	text := weather(6, func(d int) string { return []string{"sun", "rain", "sun", "snow", "", "Sun"}[d] })
	opt := Options{Value: "v", Regressors: []string{"weather", "code"}, Categories: []string{"Code"}}
	tab, err := Parse(strings.NewReader(text), opt)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"weather=Sun/sun[0 0 0 0 NaN 1]", "weather=rain/sun[0 1 0 0 NaN 0]", "weather=snow/sun[0 0 0 1 NaN 0]",
		"code=1/0[0 1 0 0 1 0]", "code=2/0[0 0 1 0 0 1]",
	}
	if got := named(tab.Series[0]); !slices.Equal(got, want) {
		t.Errorf("regressors\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err := tab.AddFuture(strings.NewReader("day,code,weather\n2024-01-07,2,rain\n2024-01-08,0,hail\n"), opt); err != nil {
		t.Fatal(err)
	}
	if got := named(tab.Series[0]); got[1] != "weather=rain/sun[0 1 0 0 NaN 0 1 0]" || got[4] != "code=2/0[0 0 1 0 0 1 1 0]" {
		t.Errorf("with the future: %s", strings.Join(got, "\n"))
	}
	if last := tab.Notes[len(tab.Notes)-1].What; !strings.Contains(last, `regressor "weather": "hail" has no value in the past`) {
		t.Errorf("the last note is %q", last)
	}
}

// Texts of a panel are the same regressors in each series; rows for the same time take
// the first text; a column of remarks is refused.
func TestTextsOfPanels(t *testing.T) {
	tab, err := Parse(strings.NewReader("id,day,v,kind\na,2024-01-01,1,x\na,2024-01-02,2,y\na,2024-01-03,2,x\nb,2024-01-01,1,x\nb,2024-01-01,3,z\nb,2024-01-02,2,x\nb,2024-01-03,2,x\n"),
		Options{Value: "v", ID: "id", PastRegressors: []string{"kind"}, Duplicates: DuplicateSum})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := named(tab.Series[0]), named(tab.Series[1]); !slices.Equal(a, []string{"kind=y/x[0 1 0]", "kind=z/x[0 0 0]"}) || !slices.Equal(b, []string{"kind=y/x[0 0 0]", "kind=z/x[0 0 0]"}) {
		t.Errorf("%s and %s", a, b)
	}
	var remarks strings.Builder
	remarks.WriteString("day,v,remark\n")
	for d := range 60 {
		fmt.Fprintf(&remarks, "2024-%02d-%02d,%d,remark number %d\n", 1+d/28, 1+d%28, d, d)
	}
	_, err = Parse(strings.NewReader(remarks.String()), Options{Value: "v", Regressors: []string{"remark"}})
	if err == nil || !strings.Contains(err.Error(), `"remark" holds 60 different texts`) {
		t.Errorf("remarks: %v", err)
	}
}
