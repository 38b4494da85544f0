package band

import "github.com/segue-go/segue/music"

// Feel is the rhythmic feel of a piece, as the Weimar Jazz Database spells it where it
// has a name for it.
type Feel string

const (
	Swing   Feel = "SWING"
	TwoBeat Feel = "TWOBEAT"
	Ballad  Feel = "BALLAD"
	Shuffle Feel = "SHUFFLE"
	Latin   Feel = "LATIN" // a bossa nova or, if fast, a samba
	Bossa   Feel = "BOSSA"
	Samba   Feel = "SAMBA"
	Funk    Feel = "FUNK"
	Rock    Feel = "ROCK"
)

// Feels lists the feels that a band can play.
var Feels = []Feel{Swing, TwoBeat, Ballad, Shuffle, Latin, Bossa, Samba, Funk, Rock}

// Even reports whether the eighths of a feel are even.
func (f Feel) Even() bool {
	switch f {
	case Latin, Bossa, Samba, Funk, Rock:
		return true
	}
	return false
}

// Tempos in quarter notes a minute at which a feel turns into another, set by hand.
const (
	balladBelow = 76  // a slower swing is a ballad
	sambaFrom   = 170 // a faster Latin piece is a samba
	fastFrom    = 220 // drummers and pianists play fewer notes
)

// swungFrom is the ratio of long to short eighths from which music swings.
const swungFrom = 1.15

// style is how a piece is played.
type style struct {
	feel  Feel // neither "" nor Latin
	meter music.Meter
	tempo float64 // quarter notes a minute
	swung bool
}

func (p *Plan) style() style {
	at := p.Bars[0]
	s := style{feel: p.Feel, meter: p.Seed.MeterAt(at), tempo: p.Seed.TempoAt(at), swung: p.Line.Swing > swungFrom}
	if s.feel == "" {
		s.feel = Latin
		if s.swung {
			s.feel = Swing
		}
	}
	switch {
	case s.feel == Latin && s.tempo >= sambaFrom:
		s.feel = Samba
	case s.feel == Latin && s.tempo < balladBelow, s.feel == Swing && s.tempo < balladBelow:
		s.feel = Ballad
	case s.feel == Latin:
		s.feel = Bossa
	}
	return s
}

// jazz reports whether a ride cymbal keeps time and the bass walks.
func (s style) jazz() bool { return s.feel == Swing || s.feel == TwoBeat || s.feel == Ballad }

// offbeat is the step within a beat of the note between beats. A straight line moves it
// for nobody; a shuffle without a swung line puts it on the triplet.
func (s style) offbeat() int {
	if s.feel == Shuffle && !s.swung {
		return 2 * music.Grid / 3
	}
	return music.Grid / 2
}

// compound reports whether beats have three eighths.
func compound(m music.Meter) bool { return m.Den == 8 && m.Compound() }

// beats are the steps of a bar at which its beats start. A bar that a new meter cuts
// short has quarter notes.
func beats(m music.Meter, length int) []int {
	if m.Den > 4 && 4*music.Grid*m.Num != length*m.Den {
		m = music.Meter{Num: (length + music.Grid - 1) / music.Grid, Den: 4}
	}
	return m.Pulses()
}
