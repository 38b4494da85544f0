package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segue-go/segue/forecast"
	"github.com/segue-go/segue/forecast/table/stamp"
)

// names by which columns are known, as plainName writes them
var (
	timeNames = strings.Fields("ds date time datetime timestamp month period day week quarter year observationdate yearmonth yearweek yyyymm yyyyww isoweek " +
		"fecha data datum mes mês ano año período periodo trimestre jahr monat jour datetimeutc calendarweek weekid monthid index")
	idNames    = strings.Fields("uniqueid id seriesid series itemid item tsid")
	valueNames = strings.Fields("y value values target obsvalue")
)

// weakTimeNames are those of columns of times that may hold plain numbers: days of
// Excel, weeks as 202114.
var weakTimeNames = strings.Fields("ds date datetime timestamp time day fecha data datum jour yearweek yyyyww isoweek calendarweek weekid week period")

const (
	sniffRows = 200  // rows by which columns are judged
	mostRows  = 5000 // rows that are read ahead for what they do not show
)

type sampleRow struct {
	cells []string
	line  int
}

func cell(cells []string, i int) string {
	if i >= 0 && i < len(cells) {
		return cells[i]
	}
	return ""
}

// columns are numbers of columns; -1 = none.
type columns struct {
	time, value int
	ids         []int
	labels      []int  // columns of text that may tell series apart, if no id is known
	untimed     int    // has the name of a time, but holds none
	clock       bool   // the times are times of day, without dates
	weeks       string // how the times are written, which are weeks by their name only
	marked      bool   // values say themselves whether they are debits: 132.22 DR
	negative    bool   // those that are debits have a sign besides
	unit        string // of the values, without its prefix, if they have several; power is that of most
	power       int
	timed       bool // values are durations
	sign        int  // says of each value whether it is a debit or a credit
	regressors  []regressorColumn
}

type regressorColumn struct {
	at    int
	known bool // for the future too
	texts bool // holds texts, of which each becomes a regressor
}

func (c *columns) isID(i int) bool { return slices.Contains(c.ids, i) }

// taken reports whether a column has a use.
func (c *columns) taken(i int) bool {
	return i == c.time || i == c.value || i == c.sign || c.isID(i) || slices.ContainsFunc(c.regressors, func(r regressorColumn) bool { return r.at == i })
}

// plainName is a name without regard to case, blanks and the like.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.:/()\n\u00a0", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// findColumn looks a name up, if need be without regard to case.
func findColumn(header []string, name string) (int, error) {
	for i, h := range header {
		if h == name {
			return i, nil
		}
	}
	for i, h := range header {
		if strings.EqualFold(h, name) {
			return i, nil
		}
	}
	if p := plainName(name); p != "" {
		for i, h := range header {
			if plainName(h) == p {
				return i, nil
			}
		}
	}
	return -1, atLine(1, fmt.Sprintf("there is no column %q; the columns are %s", name, quoteList(header)), forecast.Remedy{Do: "take one of the names that the table has; upper and lower case do not matter"})
}

// findIDs looks up one column, or several with commas between their names.
func findIDs(header []string, name string) ([]int, error) {
	if name == "" {
		return nil, nil
	}
	at, err := findColumn(header, name)
	if err == nil {
		return []int{at}, nil
	}
	parts := strings.Split(name, ",")
	if len(parts) == 1 {
		return nil, err
	}
	var ids []int
	for _, p := range parts {
		if at, err = findColumn(header, strings.TrimSpace(p)); err != nil {
			return nil, err
		}
		if !slices.Contains(ids, at) {
			ids = append(ids, at)
		}
	}
	return ids, nil
}

// chooser finds the columns of a table.
type chooser struct {
	columns
	header []string
	sample []sampleRow
	kind   []cellKind
}

// chooseColumns finds the columns by name or by what they hold.
func chooseColumns(header []string, sample []sampleRow, opt Options) (columns, error) {
	c := &chooser{columns: columns{time: -1, value: -1, untimed: -1, sign: -1}, header: header, sample: sample}
	if err := c.named(opt); err != nil {
		return c.columns, err
	}
	for i := range header {
		c.kind = append(c.kind, judge(sample, i))
	}
	c.findTexts(opt)
	c.findTime()
	if len(c.ids) == 0 {
		if i := c.byName(idNames, func(cellKind) bool { return true }); i >= 0 && !c.numbersRows(i) {
			c.ids = []int{i}
		}
	}
	if c.value < 0 && !opt.plan {
		c.value = c.byName(valueNames, func(k cellKind) bool { return k.number })
	}
	if c.value < 0 && !opt.plan {
		if err := c.findValue(); err != nil {
			return c.columns, err
		}
	}
	c.findMarks()
	c.findUnits()
	c.timed = c.value >= 0 && c.durations(c.value)
	c.findSign()
	if len(c.ids) == 0 && c.time >= 0 {
		for i := range header {
			if k := c.kind[i]; !c.taken(i) && !k.empty && (!k.time || k.number) && (!k.number || k.whole && idLike(header[i])) {
				c.labels = append(c.labels, i)
			}
		}
	}
	return c.columns, nil
}

// named looks up the columns that the options name.
func (c *chooser) named(opt Options) (err error) {
	if opt.Time != "" {
		if c.time, err = findColumn(c.header, opt.Time); err != nil {
			return err
		}
	}
	if opt.Value != "" {
		if c.value, err = findColumn(c.header, opt.Value); err != nil {
			return err
		}
	}
	if c.ids, err = findIDs(c.header, opt.ID); err != nil {
		return err
	}
	for k, names := range [][]string{opt.Regressors, opt.PastRegressors} {
		for _, name := range names {
			at, err := findColumn(c.header, name)
			if err != nil {
				return err
			}
			if !c.taken(at) {
				c.regressors = append(c.regressors, regressorColumn{at: at, known: k == 0})
			}
		}
	}
	return nil
}

// byName is the first free column with one of the names that fits.
func (c *chooser) byName(names []string, fits func(cellKind) bool) int {
	for _, n := range names {
		for i, h := range c.header {
			if plainName(h) == n && !c.taken(i) && fits(c.kind[i]) {
				return i
			}
		}
	}
	return -1
}

// findTime finds the column of times.
func (c *chooser) findTime() {
	if c.time >= 0 {
		c.clock = c.clocks(c.time)
		return
	}
	if c.findWeeks(); c.time >= 0 {
		return
	}
	// of several, one that does not say the same time twice is meant
	c.time = c.byName(timeNames, func(k cellKind) bool { return k.someTime && k.distinct })
	if c.time < 0 {
		c.time = c.byName(timeNames, func(k cellKind) bool { return k.someTime })
	}
	for i := range c.header {
		if c.time < 0 && c.kind[i].time && !c.kind[i].number && !c.taken(i) {
			c.time = i
		}
	}
	if c.time < 0 {
		c.time = c.byName(weakTimeNames, func(k cellKind) bool { return k.weak })
	}
	for i, h := range c.header {
		if k := c.kind[i]; c.time < 0 && k.number && k.distinct && !c.taken(i) && namesTime(h) && c.ordered(i) {
			c.time = i // MESS_DATUM: 2023010100
		}
	}
	if c.time < 0 {
		c.untimed = c.byName(timeNames[:len(timeNames)-1], func(k cellKind) bool { return !k.empty && !k.number }) // not "index"
	}
	if c.time < 0 {
		c.findClock()
	}
	if c.time < 0 && len(c.header) > 1 && c.value != 0 && !c.isID(0) && c.kind[0].time && (c.kind[0].year || c.ordered(0)) {
		c.time = 0 // a first column of years, or of 201901, 201902, ...
		if c.untimed == 0 {
			c.untimed = -1
		}
	}
}

// namesTime reports whether a name ends as those of times do.
func namesTime(header string) bool {
	return slices.ContainsFunc(strings.Fields("date datum fecha time timestamp zeit zeitpunkt"), func(end string) bool { return strings.HasSuffix(plainName(header), end) })
}

// findClock finds the column of times of day, where there are no dates: one with the name
// of a time, or the first column.
func (c *chooser) findClock() {
	for _, i := range []int{c.untimed, 0} {
		if i >= 0 && i < len(c.header) && !c.taken(i) && c.clocks(i) {
			c.time, c.untimed, c.clock = i, -1, true
			return
		}
	}
}

// clocks reports whether column i holds times of day.
func (c *chooser) clocks(i int) bool {
	return !c.kind[i].empty && !slices.ContainsFunc(c.sample, func(s sampleRow) bool {
		text := strings.TrimSpace(cell(s.cells, i))
		return text != "" && !isTotal(text) && !stamp.IsClock(text)
	})
}

// ordered reports whether all cells of column i, which are numbers, are times of the
// last century or this one that go up or down.
func (c *chooser) ordered(i int) bool {
	fewest := 3 // of seconds since 1970, which look like nothing else
	column := stamp.NewColumn(nil)
	for _, s := range c.sample {
		text := strings.TrimSpace(cell(s.cells, i))
		if text == "" || column.Add(text, s.line) != nil {
			return false
		}
		if len(text) < 10 {
			fewest = 8
		}
	}
	if len(c.sample) < fewest {
		return false
	}
	_, times, _, err := column.Settle(func(times []time.Time) float64 {
		up, down := 0, 0
		for k, t := range times {
			if t.Year() < 1900 || t.Year() > 2100 {
				return 0
			}
			if k > 0 && t.After(times[k-1]) {
				up++
			} else if k > 0 && t.Before(times[k-1]) {
				down++
			}
		}
		return map[bool]float64{true: 1}[max(up, down) == len(times)-1]
	})
	return err == nil && !times[0].Equal(times[1]) && times[0].Year() >= 1900 && times[0].Year() <= 2100
}

// findValue finds the only column of numbers, not counting those that hold one number in
// all rows, and times beside the times.
func (c *chooser) findValue() error {
	var numbers []string
	ids := 0
	varies, judged := false, len(c.sample) < sniffRows // a constant may begin to vary below a full sample
	for i, k := range c.kind {
		varies = varies || k.number && !k.constant && !c.sameTimes(i) && !c.taken(i) && !(i == 0 && counts(c.sample)) && !(k.whole && idLike(c.header[i]))
	}
	for i := range c.header {
		if k := c.kind[i]; varies && (k.constant && judged || c.sameTimes(i)) {
			continue
		}
		if c.kind[i].number && !c.taken(i) && !(i == 0 && counts(c.sample)) {
			if c.kind[i].whole && idLike(c.header[i]) {
				ids++
				continue
			}
			if len(numbers) == 0 {
				c.value = i
			}
			numbers = append(numbers, c.header[i])
		}
	}
	if len(numbers) == 0 && ids == 1 {
		for i := range c.header {
			if c.kind[i].number && !c.taken(i) && !(i == 0 && counts(c.sample)) {
				c.value, numbers = i, append(numbers, c.header[i])
			}
		}
	}
	if len(numbers) > 0 {
		return tooMany("numbers", numbers)
	}
	for i, h := range c.header {
		if !c.taken(i) && c.durations(i) {
			numbers = append(numbers, h)
		}
	}
	if len(numbers) == 0 {
		return c.valueProblem()
	}
	c.value = slices.Index(c.header, numbers[0])
	return tooMany("durations", numbers)
}

// tooMany asks which one of several columns is meant; nil if there is only one. Columns of
// durations are not among those that are taken all.
func tooMany(what string, names []string) error {
	if len(names) < 2 {
		return nil
	}
	or, remedies := "several", []forecast.Remedy{chooseOne, {Do: "choose several", Option: "value", Suggest: "A,B"}}
	if what == "numbers" {
		or, remedies = "take all", append(remedies, forecast.Remedy{Do: "take all", Option: "wide"})
	}
	return atLine(1, fmt.Sprintf("%d columns hold %s (%s); name the one to forecast, or %s", len(names), what, quoteList(names), or), remedies...)
}

// counts reports whether the first of several columns only numbers the rows.
func counts(sample []sampleRow) bool {
	const few = 3
	for i, s := range sample {
		n, err := strconv.Atoi(strings.TrimSpace(cell(s.cells, 0)))
		if err != nil || len(s.cells) < 2 {
			return false
		}
		if first, _ := strconv.Atoi(strings.TrimSpace(cell(sample[0].cells, 0))); n != first+i || first > 1 {
			return false
		}
	}
	return len(sample) >= few
}
