package jazz

import "github.com/segue-go/segue/music/harmony"

// Forms are the sequences of chords that music is composed over where none is given.
var Forms = []string{"blues", "rhythm", "modal", "standard", "ii-v-i"}

// form is the form that the words ask for.
func (p *Prompt) form() string {
	switch {
	case p.Form != "":
		return p.Form
	case p.Tags.Tonality == indexOf(Tonalities, "BLUES"):
		return "blues"
	case p.Tags.Tonality == indexOf(Tonalities, "MODAL"):
		return "modal"
	}
	return "standard"
}

// form returns one of Forms in a key and in bars of this many beats.
func form(form string, key harmony.Key, beats int) ([]harmony.Beat, error) {
	name := func(semitones int, suffix string) string { return harmony.Name(key.Tonic+semitones) + suffix }
	var bars string
	add := func(chords ...string) {
		for _, c := range chords {
			bars += c + " | "
		}
	}
	i, iv, v, ii, vi := name(0, "7"), name(5, "7"), name(7, "7"), name(2, "-7"), name(9, "7")
	switch {
	case form == "blues" && key.Minor:
		m, s := name(0, "-7"), name(5, "-7")
		add(m, s, m, m, s, s, m, m, name(8, "7"), v, m, name(2, "m7b5")+" "+v)
	case form == "blues":
		add(i, iv, i, i, iv, iv, i, vi, ii, v, i+" "+vi, ii+" "+v)
	case form == "modal":
		m, up := name(0, "-7"), name(1, "-7")
		add(m, m, m, m, m, m, m, m, up, up, up, up, m, m, m, m)
	case form == "rhythm":
		a := []string{name(0, "j7") + " " + vi, ii + " " + v, name(4, "-7") + " " + vi, ii + " " + v, name(7, "-7") + " " + i, name(5, "j7") + " " + name(6, "o7"), name(0, "j7") + " " + v, name(0, "j7")}
		three, two := name(4, "7"), name(2, "7")
		add(a...)
		add(a...)
		add(three, three, vi, vi, two, two, v, v)
		add(a...)
	case form == "ii-v-i" && key.Minor:
		add(name(2, "m7b5"), v, name(0, "-7"), name(0, "-7"))
	case form == "ii-v-i":
		add(ii, v, name(0, "j7"), name(0, "j7"))
	case key.Minor:
		m, s, half := name(0, "-7"), name(5, "-7"), name(2, "m7b5")
		add(m, half+" "+v, m, name(0, "7"), s, name(10, "7"), name(3, "j7"), name(8, "j7"), half, v, m, vi, half, v, m, half+" "+v)
	default:
		add(name(0, "j7"), vi, ii, v, name(4, "-7"), vi, ii, v, name(7, "-7"), i, name(5, "j7"), name(10, "7"), name(4, "-7")+" "+vi, ii+" "+v, name(0, "j7")+" "+vi, ii+" "+v)
	}
	return harmony.ParseChanges(bars, beats)
}
