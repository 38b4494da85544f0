package stamp

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A language's names of months: each line is one form, written out or short,
// with the twelve months in order; "/" parts other spellings of the same.
type language []string

var languages = map[string]language{
	"en": {"january february march april may june july august september october november december", "jan feb mar apr may jun jul aug sep/sept oct nov dec"},
	"de": {"januar/jänner februar/feber märz april mai juni juli august september oktober november dezember", "jan/jän feb/feb mär/mrz apr mai jun jul aug sep/sept okt nov dez"},
	"fr": {"janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "janv/jan févr/fév/fevr/fev mars/mar avr mai juin/jun juil/jui août/aou/aout sept/sep oct nov déc/dec"},
	"es": {"enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre", "ene feb mar abr may jun jul ago sep/sept/set oct nov dic"},
	"pt": {"janeiro fevereiro março/marco abril maio junho julho agosto setembro outubro novembro dezembro", "jan fev mar abr mai jun jul ago set out nov dez"},
	"it": {"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", "gen feb mar apr mag giu lug ago set/sett ott nov dic"},
	"nl": {"januari februari maart april mei juni juli augustus september oktober november december", "jan feb mrt/maa apr mei jun jul aug sep/sept okt nov dec"},
	"pl": {"styczeń/stycznia luty/lutego marzec/marca kwiecień/kwietnia maj/maja czerwiec/czerwca lipiec/lipca sierpień/sierpnia wrzesień/września październik/października listopad/listopada grudzień/grudnia", "sty lut mar kwi maj cze lip sie wrz paź/paz lis gru"},
	"cs": {"leden/ledna únor/února březen/března duben/dubna květen/května červen/června červenec/července srpen/srpna září říjen/října listopad/listopadu prosinec/prosince", "led úno bře dub kvě čvn čvc srp zář říj lis pro"},
	"sv": {"januari februari mars april maj juni juli augusti september oktober november december", "jan feb mar/mars apr maj jun/juni jul/juli aug sep/sept okt nov dec"},
	"da": {"januar februar marts april maj juni juli august september oktober november december", "jan feb mar apr maj jun jul aug sep okt nov dec"},
	"no": {"januar februar mars april mai juni juli august september oktober november desember", "jan feb mar apr mai jun jul aug sep okt nov des"},
	"fi": {"tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu", "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu"},
	"tr": {"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık", "oca şub mar nis may haz tem ağu eyl eki kas ara"},
	"ru": {"январь/января февраль/февраля март/марта апрель/апреля май/мая июнь/июня июль/июля август/августа сентябрь/сентября октябрь/октября ноябрь/ноября декабрь/декабря", "янв фев/февр мар апр май/мая июн июл авг сен/сент окт ноя/нояб дек"},
	"uk": {"січень/січня лютий/лютого березень/березня квітень/квітня травень/травня червень/червня липень/липня серпень/серпня вересень/вересня жовтень/жовтня листопад/листопада грудень/грудня", "січ лют бер кві тра чер лип сер вер жов лис гру"},
	"hu": {"január február március április május június július augusztus szeptember október november december", "jan febr/feb márc ápr máj jún júl aug szept okt nov dec"},
	"ro": {"ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie", "ian feb mar apr mai iun iul aug sept/sep oct noi/nov dec"},
	"id": {"januari februari maret april mei juni juli agustus september oktober november desember", "jan feb mar apr mei jun jul agu/agt sep okt nov des"},
	"ar": {"يناير فبراير/شباط مارس/آذار أبريل/ابريل/إبريل/نيسان مايو/أيار يونيو/حزيران/يونيه يوليو/تموز/يوليه أغسطس/اغسطس/آب سبتمبر/أيلول أكتوبر/اكتوبر نوفمبر ديسمبر"},
	"th": {"มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม", strings.Join(thaiMonths, " ")},
	"fa": {"فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"}, // months of the Persian year
	"el": {"ιανουάριος/ιανουαρίου φεβρουάριος/φεβρουαρίου μάρτιος/μαρτίου απρίλιος/απριλίου μάιος/μαΐου ιούνιος/ιουνίου ιούλιος/ιουλίου αύγουστος/αυγούστου σεπτέμβριος/σεπτεμβρίου οκτώβριος/οκτωβρίου νοέμβριος/νοεμβρίου δεκέμβριος/δεκεμβρίου", "ιαν φεβ μαρ απρ μαϊ/μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ"},
	"bg": {"януари февруари март април май юни юли август септември октомври ноември декември"},
	"he": {"ינואר פברואר מרץ/מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר"},
	"hi": {"जनवरी फ़रवरी/फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर"},
	"ca": {"gener febrer març abril maig juny juliol agost setembre octubre novembre desembre", "gen feb març abr maig juny jul ag set oct nov des"},
}

// order in which languages are preferred for names that several share
var languageOrder = strings.Fields("en de fr es pt it nl pl cs sv da no fi tr ru uk hu ro id ca el bg ar th fa he hi")

// monthForm is one meaning of a name.
type monthForm struct {
	month    int // 1 to 12
	language string
	form     int // index into the language's forms
	variant  int // of the spellings
}

// monthNames are all names in lower case.
var monthNames = func() map[string][]monthForm {
	m := map[string][]monthForm{}
	for _, code := range languageOrder {
		for form, line := range languages[code] {
			for i, names := range strings.Fields(line) {
				for v, n := range strings.Split(names, "/") {
					m[n] = append(m[n], monthForm{i + 1, code, form, v})
				}
			}
		}
	}
	return m
}()

// isMonth reports whether a word is the name of a month in some language.
func isMonth(w string) bool { return len(monthNames[strings.ToLower(w)]) > 0 }

// letterCase is how a column writes names.
type letterCase int

const (
	title letterCase = iota
	lower
	upper
)

// monthWords reads and writes the names of months as one column does.
type monthWords struct {
	possible map[string]bool // languages that know all names so far; nil before the first
	seen     [13]string      // each month as it was last written
	form     int
	variant  int // of names with case endings: "5 maja"
	letters  letterCase
	dot      bool // short names end with a point: "janv."
}

// read reads a name at the start of s and gives its length with the point behind
// it; -1 if there is none.
func (w *monthWords) read(s string) (n, month int) {
	n = max(pointed(s), word(s))
	if n == 0 {
		return -1, 0
	}
	forms := monthNames[strings.ToLower(s[:n])]
	for _, f := range forms {
		if w.possible == nil || w.possible[f.language] {
			if n < len(s) && s[n] == '.' && f.form > 0 {
				n++
			}
			return n, f.month
		}
	}
	return -1, 0
}

// remember learns from a name of month m.
func (w *monthWords) remember(text string, m int) {
	if w.seen[m] == text {
		return
	}
	bare := text
	if !isMonth(text) {
		bare = strings.TrimSuffix(text, ".")
	}
	possible := map[string]bool{}
	var forms []monthForm
	for _, f := range monthNames[strings.ToLower(bare)] {
		if f.month == m && (w.possible == nil || w.possible[f.language]) {
			possible[f.language] = true
			forms = append(forms, f)
		}
	}
	// "mai" is both short and written out and says nothing
	if !slices.ContainsFunc(forms, func(f monthForm) bool { return f.form != forms[0].form }) {
		w.form = forms[0].form
		if w.form == 0 && forms[0].variant > 0 {
			w.variant = forms[0].variant
		}
	}
	w.possible, w.seen[m] = possible, text
	w.dot = w.dot || bare != text
	r, size := utf8.DecodeRuneInString(bare)
	next, _ := utf8.DecodeRuneInString(bare[size:])
	switch {
	case unicode.IsLower(r):
		w.letters = lower
	case unicode.IsUpper(next):
		w.letters = upper
	}
}

// language is the preferred one of those that are possible.
func (w *monthWords) language() string {
	for _, code := range languageOrder {
		if w.possible == nil || w.possible[code] {
			return code
		}
	}
	return "en"
}

// write gives the name of a month: as it was read before, or as its language and
// the habits of the column have it.
func (w *monthWords) write(m time.Month) string {
	if s := w.seen[m]; s != "" {
		return s
	}
	forms := languages[w.language()]
	spellings := strings.Split(strings.Fields(forms[w.form])[m-1], "/")
	name := spellings[min(w.variant, len(spellings)-1)]
	if w.form == 0 && w.variant == 0 {
		name = spellings[0]
	}
	switch w.letters {
	case upper:
		name = strings.ToUpper(name)
	case title:
		r, size := utf8.DecodeRuneInString(name)
		name = string(unicode.ToUpper(r)) + name[size:]
	}
	if w.dot && w.form > 0 && !isWhole(w.language(), strings.ToLower(name)) {
		name += "."
	}
	return name
}

// isWhole reports whether a short name is the whole one, as mai and juin are.
func isWhole(code, name string) bool {
	for _, f := range monthNames[name] {
		if f.language == code && f.form == 0 {
			return true
		}
	}
	return false
}

// Month is the month, 1 to 12, that a name means in some language; 0 for none.
func Month(name string) int {
	if forms := monthNames[strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))]; len(forms) > 0 {
		return forms[0].month
	}
	return 0
}
