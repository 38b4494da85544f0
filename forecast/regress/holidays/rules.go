package holidays

import (
	"time"

	"github.com/segue-go/segue/forecast/calendar"
)

// This file has the countries that rickar/cal has not. Each says the law that its list
// is taken from and, in left, what no rule gives: days that a government sets year by
// year, or that depend on who sees the moon.

// rule is a holiday.
type rule struct {
	name        string
	first, last int // years; 0 means no bound
	on          func(year int) time.Time
	off         func(d time.Time) time.Time // the day off in its place if it is another one; nil: there is none
}

// country has the holidays of a country.
type country struct {
	rules []rule
	left  string // what is missing; empty if nothing is
}

// days adds the days of a rule from the first to the last year.
func (r rule) days(out map[string][]time.Time, first, last int) {
	for year := max(first, r.first); year <= last && (r.last == 0 || year <= r.last); year++ {
		d := r.on(year)
		if d.IsZero() {
			continue
		}
		out[r.name] = append(out[r.name], d)
		if r.off != nil {
			if o := r.off(d); !o.Equal(d) {
				out[r.name+calendar.Observed] = append(out[r.name+calendar.Observed], o)
			}
		}
	}
}

// from gives the rule a first year.
func (r rule) from(year int) rule { r.first = year; return r }

// until gives the rule a last year.
func (r rule) until(year int) rule { r.last = year; return r }

func fixed(name string, month time.Month, d int) rule {
	return rule{name: name, on: func(year int) time.Time { return day(year, month, d) }}
}

// easterDay is a day after Easter Sunday, or before it if days is below zero.
func easterDay(name string, days int) rule {
	return rule{name: name, on: func(year int) time.Time { return easter(year).AddDate(0, 0, days) }}
}

// weekdayFrom is the first such weekday at a day of the year or after it.
func weekdayFrom(name string, month time.Month, d int, w time.Weekday) rule {
	return rule{name: name, on: func(year int) time.Time { return onOrAfter(day(year, month, d), w) }}
}

func onOrAfter(d time.Time, w time.Weekday) time.Time {
	return d.AddDate(0, 0, (int(w)-int(d.Weekday())+7)%7)
}

// easter is Easter Sunday of the Gregorian calendar (Meeus 1998, chapter 8).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e, f := b/4, b%4, (b+8)/25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return day(year, time.Month(n/31), n%31+1)
}

// days names the days of a feast of several days: the first one has the name itself.
func days(name string, from, to, first int, on func(year int) time.Time) (out []rule) {
	numbers := []string{"", "", ", second day", ", third day", ", fourth day", ", fifth day", ", sixth day", ", seventh day"}
	for k := from; k <= to; k++ {
		out = append(out, rule{name: name + numbers[k], first: first, on: func(year int) time.Time { return on(year).AddDate(0, 0, k-1) }})
	}
	return out
}

// more are the countries by ISO 3166 code.
var more = map[string]country{
	"CN": chinese(), "CO": colombian(), "EE": estonian(), "FI": finnish(), "HU": hungarian(), "IN": indian(), "KR": korean(), "LU": luxembourgish(), "MX": mexican(), "PT": portuguese(),
}

// finnish follows the act on holidays (Laki kirkollisjuhlista) and on independence day,
// with the eves that collective agreements make free.
func finnish() country {
	return country{rules: []rule{
		fixed("Uudenvuodenpäivä", 1, 1), fixed("Loppiainen", 1, 6).from(1992), easterDay("Pitkäperjantai", -2), easterDay("Pääsiäispäivä", 0), easterDay("2. pääsiäispäivä", 1),
		fixed("Vappu", 5, 1), easterDay("Helatorstai", 39).from(1992), easterDay("Helluntaipäivä", 49), weekdayFrom("Juhannusaatto", 6, 19, time.Friday), weekdayFrom("Juhannuspäivä", 6, 20, time.Saturday),
		weekdayFrom("Pyhäinpäivä", 10, 31, time.Saturday), fixed("Itsenäisyyspäivä", 12, 6), fixed("Jouluaatto", 12, 24), fixed("Joulupäivä", 12, 25), fixed("Tapaninpäivä", 12, 26),
	}}
}

// mexican follows article 74 of the Ley Federal del Trabajo (2006: Mondays; 2024: the
// first of October), with the two days of Holy Week on which banks and most offices are
// closed.
func mexican() country {
	third := func(name string, month time.Month) rule { return weekdayFrom(name, month, 15, time.Monday) }
	sixYears := func(name string, month time.Month, from, last int) rule {
		return rule{name: name, first: from, last: last, on: func(year int) time.Time {
			if (year-from)%6 != 0 {
				return time.Time{}
			}
			return day(year, month, 1)
		}}
	}
	return country{rules: []rule{
		fixed("Año Nuevo", 1, 1), fixed("Día de la Constitución", 2, 5).until(2005), weekdayFrom("Día de la Constitución", 2, 1, time.Monday).from(2006),
		fixed("Natalicio de Benito Juárez", 3, 21).until(2006), third("Natalicio de Benito Juárez", 3).from(2007), easterDay("Jueves Santo", -3), easterDay("Viernes Santo", -2),
		fixed("Día del Trabajo", 5, 1), fixed("Día de la Independencia", 9, 16), fixed("Día de la Revolución", 11, 20).until(2005), third("Día de la Revolución", 11).from(2006),
		sixYears("Transmisión del Poder Ejecutivo Federal", 12, 1970, 2018), sixYears("Transmisión del Poder Ejecutivo Federal", 10, 2024, 0), fixed("Navidad", 12, 25),
	}}
}

// chinese follows the regulation on holidays (1999, 2007, 2013, 2024), with the free
// weeks of spring and October as they are made every year by moving weekends.
func chinese() country {
	newYear := func(year int) time.Time { return china.lunar(year, 1, 1) }
	rules := []rule{
		fixed("New Year's Day", 1, 1),
		{name: "Spring Festival, eve", on: func(year int) time.Time { return newYear(year).AddDate(0, 0, -1) }},
		{name: "Qingming", first: 2008, on: china.qingming},
		{name: "Dragon Boat Festival", first: 2008, on: func(year int) time.Time { return china.lunar(year, 5, 5) }},
		{name: "Mid-Autumn Festival", first: 2008, on: func(year int) time.Time { return china.lunar(year, 8, 15) }},
	}
	rules = append(rules, days("Spring Festival", 1, 7, 1999, newYear)...)
	rules = append(rules, days("Labour Day", 1, 3, 1999, func(year int) time.Time { return day(year, 5, 1) })...)
	rules = append(rules, days("National Day", 1, 7, 1999, func(year int) time.Time { return day(year, 10, 1) })...)
	return country{rules, "the weekends that are worked in exchange for free weekdays, which the State Council sets every year"}
}

// korean follows the regulation on holidays of public offices, with the days off in
// place of holidays on a weekend since 2014, 2021 and 2023.
func korean() country {
	newYear := func(year int) time.Time { return korea.lunar(year, 1, 1) }
	chuseok := func(year int) time.Time { return korea.lunar(year, 8, 15) }
	instead := func(r rule, since int) rule {
		r.off = func(d time.Time) time.Time {
			if d.Year() >= since && (d.Weekday() == time.Saturday || d.Weekday() == time.Sunday) {
				return onOrAfter(d, time.Monday)
			}
			return d
		}
		return r
	}
	// of three days that touch a Sunday, the day after the last is free
	three := func(name string, on func(year int) time.Time) []rule {
		last := rule{name: name + ", day after", on: func(year int) time.Time { return on(year).AddDate(0, 0, 1) }}
		last.off = func(d time.Time) time.Time {
			if w := d.Weekday(); d.Year() >= 2014 && w <= time.Tuesday {
				return d.AddDate(0, 0, 1)
			}
			return d
		}
		return []rule{{name: name + ", day before", on: func(year int) time.Time { return on(year).AddDate(0, 0, -1) }}, {name: name, on: on}, last}
	}
	rules := []rule{
		fixed("New Year's Day", 1, 1), instead(fixed("Independence Movement Day", 3, 1), 2022), instead(fixed("Children's Day", 5, 5), 2014),
		instead(rule{name: "Buddha's Birthday", on: func(year int) time.Time { return korea.lunar(year, 4, 8) }}, 2023), fixed("Memorial Day", 6, 6), fixed("Constitution Day", 7, 17).until(2007), instead(fixed("Constitution Day", 7, 17), 2026).from(2026), instead(fixed("Liberation Day", 8, 15), 2021),
		instead(fixed("National Foundation Day", 10, 3), 2021), instead(fixed("Hangul Day", 10, 9), 2021).from(2013), instead(fixed("Christmas Day", 12, 25), 2023),
	}
	rules = append(rules, three("Seollal", newYear)...)
	return country{append(rules, three("Chuseok", chuseok)...), "election days and holidays that are set for one year, and days off where two holidays meet"}
}

// indian are the three national holidays, and of the gazetted ones those that the sun
// and the moon alone decide.
func indian() country {
	return country{[]rule{
		fixed("Republic Day", 1, 26), {name: "Holi", on: holi}, easterDay("Good Friday", -2), {name: "Buddha Purnima", on: func(year int) time.Time { return fullMoon(year, 0) }},
		fixed("Independence Day", 8, 15), fixed("Gandhi Jayanti", 10, 2), {name: "Diwali", on: diwali}, {name: "Guru Nanak Jayanti", on: func(year int) time.Time { return fullMoon(year, 6) }}, fixed("Christmas Day", 12, 25),
	}, "Dussehra and other feasts by lunar days, Eid al-Fitr, Bakrid, Muharram and Milad-un-Nabi, which depend on the sighting of the moon, and those of the states"}
}

// portuguese follows article 234 of the Código do Trabalho; four holidays were suspended
// from 2013 to 2015. Carnival is free by custom.
func portuguese() country {
	suspended := func(r rule) []rule { return []rule{r.until(2012), r.from(2016)} }
	rules := []rule{
		fixed("Ano Novo", 1, 1), easterDay("Carnaval", -47), easterDay("Sexta-feira Santa", -2), easterDay("Páscoa", 0), fixed("Dia da Liberdade", 4, 25), fixed("Dia do Trabalhador", 5, 1),
		fixed("Dia de Portugal", 6, 10), fixed("Assunção de Nossa Senhora", 8, 15), fixed("Imaculada Conceição", 12, 8), fixed("Natal", 12, 25),
	}
	for _, r := range []rule{easterDay("Corpo de Deus", 60), fixed("Implantação da República", 10, 5), fixed("Todos os Santos", 11, 1), fixed("Restauração da Independência", 12, 1)} {
		rules = append(rules, suspended(r)...)
	}
	return country{rules: rules}
}

// hungarian follows section 102 of the labour code.
func hungarian() country {
	return country{[]rule{
		fixed("Újév", 1, 1), fixed("1848-as forradalom", 3, 15), easterDay("Nagypéntek", -2).from(2017), easterDay("Húsvét", 0), easterDay("Húsvéthétfő", 1), fixed("A munka ünnepe", 5, 1), easterDay("Pünkösd", 49),
		easterDay("Pünkösdhétfő", 50), fixed("Az államalapítás ünnepe", 8, 20), fixed("1956-os forradalom", 10, 23), fixed("Mindenszentek", 11, 1).from(2000), fixed("Szenteste", 12, 24), fixed("Karácsony", 12, 25), fixed("Karácsony másnapja", 12, 26),
	}, "the Mondays and Fridays that are exchanged for a Saturday, which the government sets every year"}
}

// estonian follows the act on holidays and anniversaries.
func estonian() country {
	return country{rules: []rule{
		fixed("uusaasta", 1, 1), fixed("iseseisvuspäev", 2, 24), easterDay("suur reede", -2), easterDay("ülestõusmispühade 1. püha", 0), fixed("kevadpüha", 5, 1), easterDay("nelipühade 1. püha", 49),
		fixed("võidupüha", 6, 23), fixed("jaanipäev", 6, 24), fixed("taasiseseisvumispäev", 8, 20).from(1998), fixed("jõululaupäev", 12, 24).from(2005), fixed("esimene jõulupüha", 12, 25), fixed("teine jõulupüha", 12, 26),
	}}
}

// luxembourgish follows article L. 232-2 of the Code du Travail.
func luxembourgish() country {
	return country{rules: []rule{
		fixed("Neijoerschdag", 1, 1), easterDay("Ouschterméindeg", 1), fixed("Dag vun der Aarbecht", 5, 1), fixed("Europadag", 5, 9).from(2019), easterDay("Christi Himmelfaart", 39), easterDay("Péngschtméindeg", 50),
		fixed("Nationalfeierdag", 6, 23), fixed("Léiffrawëschdag", 8, 15), fixed("Allerhellgen", 11, 1), fixed("Chrëschtdag", 12, 25), fixed("Stiefesdag", 12, 26),
	}}
}

// colombian follows law 51 of 1983, which moves most holidays to the next Monday.
func colombian() country {
	return country{rules: []rule{
		fixed("Año Nuevo", 1, 1), weekdayFrom("Día de los Reyes Magos", 1, 6, time.Monday), weekdayFrom("Día de San José", 3, 19, time.Monday), easterDay("Jueves Santo", -3), easterDay("Viernes Santo", -2), fixed("Día del Trabajo", 5, 1),
		easterDay("Ascensión del Señor", 43), easterDay("Corpus Christi", 64), easterDay("Sagrado Corazón", 71), weekdayFrom("San Pedro y San Pablo", 6, 29, time.Monday), fixed("Día de la Independencia", 7, 20), fixed("Batalla de Boyacá", 8, 7),
		weekdayFrom("La Asunción", 8, 15, time.Monday), weekdayFrom("Día de la Raza", 10, 12, time.Monday), weekdayFrom("Todos los Santos", 11, 1, time.Monday), weekdayFrom("Independencia de Cartagena", 11, 11, time.Monday),
		fixed("Inmaculada Concepción", 12, 8), fixed("Navidad", 12, 25),
	}}
}
