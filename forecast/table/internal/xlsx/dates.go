package xlsx

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Dates are numbers of days whose cell has a number format with date fields.

// dateKind says what a style makes of a number.
type dateKind int

const (
	noDate   dateKind = iota
	someDate          // a date, perhaps with a time of day
)

// builtin number formats 14 to 22, 27 to 36, 45 to 47 and 50 to 58 are dates.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// readStyles finds the styles that show dates; a workbook may have none.
func (b *Book) readStyles() error {
	if b.files["xl/styles.xml"] == nil {
		return nil
	}
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode("xl/styles.xml", &styles); err != nil {
		return err
	}
	own := map[int]bool{}
	for _, f := range styles.Formats {
		own[f.ID] = dateCode(f.Code)
	}
	for _, c := range styles.Cells {
		kind := noDate
		if date, ok := own[c.Format]; ok && date || !ok && builtinDate(c.Format) {
			kind = someDate
		}
		b.dates = append(b.dates, kind)
	}
	return nil
}

// quoted parts of a number format say nothing about dates: "text", \x, [Red],
// and the conditions in brackets; [h] counts hours and is no date.
var quoted = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)
})

// dateCode reports whether a number format has date fields.
func dateCode(code string) bool {
	code = strings.ToLower(quoted().ReplaceAllString(code, ""))
	if i := strings.IndexByte(code, ';'); i >= 0 {
		code = code[:i]
	}
	return strings.ContainsAny(code, "yd") || strings.Contains(code, "mm") && !strings.ContainsAny(code, "0#") || strings.Contains(code, "h")
}

// numeric is a number as a sheet shows it: 15 digits, or a date.
func (b *Book) numeric(text string, style int) string {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return text
	}
	if style < 0 || style >= len(b.dates) || b.dates[style] == noDate || v < 0 || v > 2958466 { // 9999-12-31
		return strconv.FormatFloat(v, 'g', 15, 64)
	}
	return b.date(v)
}

// date counts days from 1899-12-30, so that the days from March 1900 on are
// those of Excel, which takes 1900 for a leap year.
func (b *Book) date(days float64) string {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if b.from04 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	whole := math.Floor(days)
	t := epoch.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round((days-whole)*86400)) * time.Second)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}
