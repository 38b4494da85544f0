package stamp

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// names of fields in the text of a layout: those of package time where it has
// them, others in braces.
var fieldNames = map[kind]string{
	year: "2006", shortYear: "06", nextYear: "{07}", month: "01", day: "02", hour: "15", hour12: "03", minute: "04", second: "05",
	quarter: "{Q}", half: "{H}", period: "{P}", period4: "{P13}", week: "{W}", weekday: "{D}", excel: "{excel}", zoneName: "MST",
	fraction12: "{2006.5}", ordinal: "{th}", dekad: "{DEK}",
}

// without a leading zero
var shortNames = map[kind]string{month: "1", day: "2", hour: "{15}", hour12: "3", period: "{p}", period4: "{p13}", week: "{w}"}

// String gives a layout as ParseLayout reads it: the reference time of package
// time, 2006-01-02 15:04:05, and in braces what that has not.
func (l *Layout) String() string {
	if l.family != 0 {
		return map[kind]string{quarter: "quarter", week: "isoweek", hour: "clock"}[l.family]
	}
	var b strings.Builder
	ended := false
	for i := range l.fields {
		f := &l.fields[i]
		if f.end && !ended {
			ended = true
			fmt.Fprintf(&b, "{end:%s}", l.span)
		}
		switch f.kind {
		case literal:
			b.WriteString(quote(f.text))
		case monthName:
			b.WriteString(l.months.text())
		case weekdayName:
			b.WriteString(map[bool]string{true: "Mon", false: "Monday"}[f.width == 3])
		case fraction:
			b.WriteString("{." + strconv.Itoa(f.width) + "}")
		case ampm:
			b.WriteString("{" + l.half(true) + "}")
		case offset:
			b.WriteString(f.text)
		case epoch:
			b.WriteString("{epoch:" + f.unit.String() + "}")
		default:
			name := fieldNames[f.kind]
			switch {
			case f.text == roman:
				name = "{QR}"
			case f.text == era:
				name = "{era}"
			case f.text == persian:
				name = "{1403}"
			case f.kind == year && l.buddhist:
				name = "{2549}"
			case f.kind == period && f.width == 3:
				name = "{P03}"
			case f.kind == nextYear && f.width == 4:
				name = "{2007}"
			}
			if s, ok := shortNames[f.kind]; ok && f.width == 0 && !l.padded(f) {
				name = s
			}
			b.WriteString(name)
		}
	}
	if l.late {
		b.WriteString("{24}")
	}
	if l.zero != 0 {
		b.WriteString("{0:" + string(l.zero) + "}")
	}
	return b.String()
}

// quote writes a literal so that ParseLayout reads it as one: what could be a field
// is in braces, after an apostrophe.
func quote(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "}") {
		if i > 0 {
			b.WriteByte('}')
		}
		field := strings.ContainsAny(part, "%{") || strings.HasSuffix(part, "_")
		for _, g := range goNames {
			field = field || strings.Contains(part, g.name)
		}
		if field {
			part = "{'" + part + "}"
		}
		b.WriteString(part)
	}
	return b.String()
}

// text names the way of writing months: {month:de:short.lower}
func (w *monthWords) text() string {
	form := "long"
	if w.form > 0 {
		form = "short"
	}
	if w.dot {
		form += "."
	}
	return fmt.Sprintf("{month:%s:%s:%d:%d}", w.language(), form, w.letters, w.variant)
}

// goNames are the fields of package time, longer names first.
var goNames = []struct {
	name  string
	field field
}{
	{"January", field{kind: monthName}}, {"Jan", field{kind: monthName, width: 3}},
	{"Monday", field{kind: weekdayName}}, {"Mon", field{kind: weekdayName, width: 3}}, {"MST", field{kind: zoneName}},
	{"2006", field{kind: year, width: 4}},
	{"Z07:00", field{kind: offset, text: "Z07:00"}}, {"-07:00", field{kind: offset, text: "-07:00"}}, {"-0700", field{kind: offset, text: "-0700"}}, {"-07", field{kind: offset, text: "-07"}},
	{"06", field{kind: shortYear, width: 2}}, {"01", field{kind: month, habit: habit{zero: true}}}, {"02", field{kind: day, habit: habit{zero: true}}}, {"_2", field{kind: day}},
	{"03", field{kind: hour12, habit: habit{zero: true}}}, {"04", field{kind: minute, width: 2}}, {"05", field{kind: second, width: 2}}, {"15", field{kind: hour, habit: habit{zero: true}}},
	{"PM", field{kind: ampm, text: "PM"}}, {"pm", field{kind: ampm, text: "pm"}},
	{".000000", field{kind: fraction, width: 6}}, {".000", field{kind: fraction, width: 3}},
	{"1", field{kind: month, habit: habit{short: true}}}, {"2", field{kind: day, habit: habit{short: true}}}, {"3", field{kind: hour12, habit: habit{short: true}}},
	{"4", field{kind: minute}}, {"5", field{kind: second}},
}

// strftime are the fields of Python and R.
var strftime = strings.NewReplacer("%Y", "2006", "%y", "06", "%m", "01", "%d", "02", "%H", "15", "%M", "04", "%S", "05", "%f", "{.6}",
	"%b", "Jan", "%B", "January", "%p", "PM", "%I", "03", "%z", "-0700", "%Z", "MST", "%F", "2006-01-02", "%T", "15:04:05", "%a", "Mon", "%A", "Monday",
	"%V", "{W}", "%G", "2006", "%u", "{D}", "%s", "{epoch:1s}", "%q", "{Q}", "%-d", "2", "%-m", "1", "%-H", "{15}", "%-I", "3", "%e", "_2", "%%", "%")

// ParseLayout reads a layout as a user gives it: the reference time of package
// time ("2006-01-02"), strftime ("%d/%m/%Y"), what String gives, or one of
// quarter, isoweek, clock, epoch and epoch-ms.
func ParseLayout(s string) (*Layout, error) {
	switch s {
	case "":
		return &Layout{}, nil
	case "quarter":
		return &Layout{family: quarter}, nil
	case "isoweek":
		return &Layout{family: week}, nil
	case "clock":
		return Clock(), nil
	case "epoch":
		s = "{epoch:1s}"
	case "epoch-ms":
		s = "{epoch:1ms}"
	}
	text := s
	if strings.Contains(s, "%") && !strings.Contains(s, "{'") {
		if text = strftime.Replace(s); strings.Contains(text, "%") {
			return nil, fmt.Errorf("date format %q has a field that is not known", s)
		}
	}
	l := &Layout{}
	end := false
	add := func(f field) {
		f.end = end
		if n := len(l.fields); f.kind == literal && n > 0 && l.fields[n-1].kind == literal && l.fields[n-1].end == end {
			l.fields[n-1].text += f.text
			return
		}
		l.fields = append(l.fields, f)
	}
scan:
	for text != "" {
		if text[0] == '{' {
			name, rest, ok := strings.Cut(text[1:], "}")
			if !ok || !l.braced(name, add, &end) {
				return nil, fmt.Errorf("date format %q has a field that is not known: {%s}", s, name)
			}
			text = rest
			continue
		}
		for _, g := range goNames {
			if strings.HasPrefix(text, g.name) {
				f := g.field
				switch f.kind {
				case monthName:
					l.months.form = min(f.width, 1)
				case ampm:
					l.halves[1] = f.text
				case fraction:
					add(field{kind: literal, text: "."})
				}
				if adjacent := text[len(g.name):]; f.kind.numeric() && f.width == 0 && f.habit.zero && (startsField(adjacent) || len(l.fields) > 0 && l.fields[len(l.fields)-1].kind.numeric()) {
					f.width = 2 // digits with nothing between them
				}
				add(f)
				text = text[len(g.name):]
				continue scan
			}
		}
		add(field{kind: literal, text: text[:1]})
		text = text[1:]
	}
	have := fieldSet(0)
	for _, f := range l.fields {
		if f.kind != literal && (!f.end || f.kind == year || f.kind == shortYear) { // of a range, the end may have the year
			have = have.with(f.kind)
		}
	}
	if have&setOf(year, shortYear, epoch, excel, fraction12) == 0 && !(have&^clock == 0 && have&setOf(hour, hour12) != 0) {
		return nil, fmt.Errorf("date format %q has no date field (write it as 2006-01-02 or %%Y-%%m-%%d)", s)
	}
	l.findClock()
	return l, nil
}

// startsField reports whether a digit field follows at once.
func startsField(s string) bool { return s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] == '{') }

// oddFields are fields in braces that are more than their kind.
var oddFields = map[string]field{
	"QR": {kind: quarter, width: 1, text: roman}, "era": {kind: year, text: era}, "1403": {kind: year, width: 4, text: persian},
	"P03": {kind: period, width: 3}, "2007": {kind: nextYear, width: 4}, "2006.5": {kind: fraction12},
}

// braced reads a field in braces.
func (l *Layout) braced(name string, add func(field), end *bool) bool {
	if text, ok := strings.CutPrefix(name, "'"); ok {
		add(field{kind: literal, text: text})
		return true
	}
	if f, ok := oddFields[name]; ok {
		add(f)
		return true
	}
	kindName, arg, _ := strings.Cut(name, ":")
	switch kindName {
	case "end":
		s, ok := parseSpan(arg)
		l.span, *end = s, true
		return ok
	case "2549":
		l.buddhist = true
		add(field{kind: year, width: 4})
		return true
	case "th":
		if len(l.fields) == 0 {
			return false
		}
		add(field{kind: ordinal, of: l.fields[len(l.fields)-1].kind})
		return true
	case "0":
		zero, _ := utf8.DecodeRuneInString(arg)
		l.zero = zero
		return unicode.Is(unicode.Nd, zero)
	case "24":
		l.late = true
		return true
	case "epoch":
		d, err := time.ParseDuration(arg)
		add(field{kind: epoch, unit: d})
		return err == nil && d > 0
	case "month":
		return l.months.parse(arg, add)
	}
	if strings.HasPrefix(name, ".") {
		n, err := strconv.Atoi(name[1:])
		add(field{kind: fraction, width: n})
		return err == nil && n > 0 && n < 10
	}
	for k, n := range fieldNames {
		if n == "{"+name+"}" {
			f := field{kind: k, habit: habit{zero: true}}
			if k == quarter || k == half || k == weekday || k == dekad {
				f.width = 1
			}
			if k == nextYear {
				f.width = 2
			}
			add(f)
			return true
		}
	}
	for k, n := range shortNames {
		if n == "{"+name+"}" {
			add(field{kind: k, habit: habit{short: true}})
			return true
		}
	}
	if n, pm := readHalf(name); n == len(name) {
		l.halves[pm-1] = name
		add(field{kind: ampm})
		return true
	}
	return false
}

// parse reads what text gives.
func (w *monthWords) parse(arg string, add func(field)) bool {
	parts := strings.Split(arg, ":")
	if len(parts) != 4 || languages[parts[0]] == nil {
		return false
	}
	w.possible = map[string]bool{parts[0]: true}
	if strings.HasPrefix(parts[1], "short") {
		w.form = 1
	}
	w.dot = strings.HasSuffix(parts[1], ".")
	letters, err1 := strconv.Atoi(parts[2])
	variant, err2 := strconv.Atoi(parts[3])
	w.letters, w.variant = letterCase(letters), variant
	add(field{kind: monthName})
	return err1 == nil && err2 == nil && letters >= 0 && letters <= 2 && variant >= 0 && variant < 4
}
