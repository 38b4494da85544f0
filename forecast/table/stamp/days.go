package stamp

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// weeks are the names of the weekdays from Monday on: English, German, French,
// Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Danish, Finnish,
// Russian, Japanese and Chinese, short and written out.
var weeks = func() (out [][]string) {
	for _, line := range []string{
		"mon tue wed thu fri sat sun", "mon tues wed thur fri sat sun", "mon tues wed thurs fri sat sun",
		"monday tuesday wednesday thursday friday saturday sunday",
		"mo di mi do fr sa so", "montag dienstag mittwoch donnerstag freitag samstag sonntag", "montag dienstag mittwoch donnerstag freitag sonnabend sonntag",
		"lun mar mer jeu ven sam dim", "lundi mardi mercredi jeudi vendredi samedi dimanche",
		"lun mar mié jue vie sáb dom", "lunes martes miércoles jueves viernes sábado domingo",
		"seg ter qua qui sex sáb dom", "segunda terça quarta quinta sexta sábado domingo",
		"lun mar mer gio ven sab dom", "lunedì martedì mercoledì giovedì venerdì sabato domenica",
		"ma di wo do vr za zo", "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
		"pon wto śro czw pią sob nie", "pn wt śr cz pt sb nd", "poniedziałek wtorek środa czwartek piątek sobota niedziela",
		"po út st čt pá so ne", "pondělí úterý středa čtvrtek pátek sobota neděle",
		"mån tis ons tor fre lör sön", "måndag tisdag onsdag torsdag fredag lördag söndag",
		"man tir ons tor fre lør søn", "mandag tirsdag onsdag torsdag fredag lørdag søndag",
		"maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
		"пн вт ср чт пт сб вс", "понедельник вторник среда четверг пятница суббота воскресенье",
		"月 火 水 木 金 土 日", "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
		"周一 周二 周三 周四 周五 周六 周日", "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
	} {
		out = append(out, strings.Fields(line))
	}
	return out
}()

var weekdays = func() map[string]bool {
	m := map[string]bool{}
	for _, names := range weeks {
		for _, n := range names {
			m[n] = true
		}
	}
	return m
}()

func readWeekday(s string) int {
	n := word(s)
	if !weekdays[strings.ToLower(s[:n])] {
		return -1
	}
	return n
}

// weekday is a weekday's name as the column writes it; days that it has not had
// yet are in the language of the others.
func (l *Layout) weekday(f *field, d time.Weekday) string {
	if s, ok := l.days[d]; ok {
		return s
	}
	for _, names := range weeks {
		fits, upper, lower := len(l.days) > 0, false, false
		for seen, text := range l.days {
			r, _ := utf8.DecodeRuneInString(text)
			upper, lower = upper || strings.ToUpper(text) == text, lower || unicode.IsLower(r)
			fits = fits && strings.ToLower(text) == names[(seen+6)%7]
		}
		switch name := names[(d+6)%7]; {
		case !fits:
		case lower:
			return name
		case upper:
			return strings.ToUpper(name)
		default:
			r, size := utf8.DecodeRuneInString(name)
			return string(unicode.ToUpper(r)) + name[size:]
		}
	}
	if f.width == 3 {
		return d.String()[:3]
	}
	return d.String()
}

// ordinals are what may stand behind a number that counts: 2nd, 1er, 3e, 4º.
var ordinals = set("st nd rd th er re e ème eme º ª")

// readOrdinal is the length of such letters at the start of s; -1 if there are none.
func readOrdinal(s string) int {
	if n := word(s); ordinals[strings.ToLower(s[:n])] {
		return n
	}
	return -1
}

// ordinal is what stands behind n, as the column writes it.
func (l *Layout) ordinal(n int) string {
	if s, ok := l.suffix[n]; ok {
		return s
	}
	english := len(l.suffix) == 0
	other := ""
	for k, s := range l.suffix {
		switch strings.ToLower(s) {
		case "st", "nd", "rd", "th":
			english = true
		}
		if k > 1 || other == "" {
			other = s
		}
	}
	switch {
	case english && n%100 >= 11 && n%100 <= 13, english && (n%10 == 0 || n%10 > 3):
		return "th"
	case english:
		return []string{"st", "nd", "rd"}[n%10-1]
	case n > 1 && (other == "er" || other == "re"):
		return "e"
	}
	return other
}
