package jazz

import (
	"fmt"
	"slices"
	"testing"
)

// facts are what a test says of a prompt: those that the words set, in a fixed order.
func facts(p Prompt) string {
	var out []string
	say := func(ok bool, format string, a ...any) {
		if ok {
			out = append(out, fmt.Sprintf(format, a...))
		}
	}
	say(p.Tags.Feel >= 0, "%s", append(Feels, "")[max(0, p.Tags.Feel)])
	say(p.Swing == 1, "straight")
	say(p.Swing > 1, "shuffle")
	say(p.Tempo > 0, "%.0f", p.Tempo)
	say(p.Program >= 0, "program %d", p.Program)
	say(p.Tags.Tonality >= 0, "%s", Tonalities[max(0, p.Tags.Tonality)])
	say(p.Form != "", "form %s", p.Form)
	say(p.Meter.Num > 0, "%d/%d", p.Meter.Num, p.Meter.Den)
	say(p.Bars > 0, "%d bars", p.Bars)
	say(p.Choruses > 0, "%d choruses", p.Choruses)
	say(p.Key.Known, "%s", p.Key)
	say(!p.Key.Known && p.Tags.Mode == 1, "minor")
	say(p.Level > 0 && p.Level < 80, "quiet")
	say(p.Level > 80, "loud")
	for _, w := range p.Without {
		out = append(out, "without "+w)
	}
	for _, u := range p.Unknown {
		out = append(out, "? "+u)
	}
	return fmt.Sprint(out)
}

// prompts and what they mean, in the words of facts.
var prompts = map[string]string{
	// negations
	"no swing":                         "[straight]",
	"sem swing":                        "[straight]",
	"sin swing":                        "[straight]",
	"not fast":                         "[110]",
	"não muito rápido":                 "[110]",
	"not too slow":                     "[130]",
	"without piano":                    "[without piano]",
	"no drums":                         "[without drums]",
	"sem bateria":                      "[without drums]",
	"sin batería ni piano":             "[without drums without piano]",
	"no bass, no drums":                "[without bass without drums]",
	"without drums or piano":           "[without drums without piano]",
	"no drums and fast":                "[210 without drums]",
	"sem baixo":                        "[without bass]",
	"solo de saxofone no estilo bebop": "[program 66]", // "no" is "in the"
	"no dragons":                       "[? no dragons]",
	// rhythm
	"straight eighths":      "[straight]",
	"swing feel, straight":  "[straight]",
	"shuffle":               "[SWING shuffle]",
	"jazz waltz":            "[3/4]",
	"3/4, swing":            "[SWING 3/4]",
	"valsa em ré menor":     "[3/4 D minor]",
	"vals en do mayor":      "[3/4 C major]",
	"bossa in 5/4":          "[LATIN 5/4]",
	"swing in 7/8":          "[SWING 7/8]",
	"very fast":             "[270]",
	"muito lento":           "[54]",
	"at 140":                "[140]",
	"tempo 96":              "[96]",
	"12-bar blues":          "[BLUES 12 bars]",
	"doze compassos":        "[12 bars]",
	"two choruses of blues": "[BLUES 2 choruses]",
	"rhythm changes in Bb":  "[form rhythm Bb major]",
	// French, German, Italian
	"langsame Ballade in Es-Dur, Trompete":      "[BALLAD 70 program 56 Eb major]",
	"schneller Swing ohne Schlagzeug":           "[SWING 210 without drums]",
	"kein Swing, Bossa Nova in a-Moll":          "[LATIN straight A minor]",
	"Blues in H-Moll, 12 Takte":                 "[BLUES 12 bars B minor]",
	"Blues in B-Dur":                            "[BLUES Bb major]",
	"traurig und leise, Flöte":                  "[75 program 73 minor quiet]",
	"Walzer in fis-Moll, nicht zu schnell":      "[110 3/4 Gb minor]",
	"valse lente en fa majeur":                  "[70 3/4 F major]",
	"swing rapide sans batterie ni basse":       "[SWING 210 without drums without bass]",
	"pas de piano, si bémol majeur":             "[Bb major without piano]",
	"pas trop vite, blues en la mineur":         "[110 BLUES A minor]",
	"ballata lenta in fa maggiore, chitarra":    "[BALLAD 70 program 26 F major]",
	"senza batteria, swing veloce":              "[SWING 210 without drums]",
	"non troppo veloce, tromba":                 "[110 program 56]",
	"valzer jazz in la minore senza pianoforte": "[3/4 A minor without piano]",
	// instruments
	"soprano sax":        "[program 64]",
	"alto saxophone":     "[program 65]",
	"sax tenor":          "[program 66]",
	"baritone sax":       "[program 67]",
	"saxofone":           "[program 66]",
	"flute":              "[program 73]",
	"flauta":             "[program 73]",
	"organ":              "[program 16]",
	"violino":            "[program 40]",
	"flugelhorn":         "[program 56]",
	"trumpet with piano": "[program 56]",
	"piano and trumpet":  "[program 56]",
	"bass clarinet":      "[program 71]",
	"electric piano":     "[program 4]",
	"sad violin, slow":   "[70 program 40 minor]",
	"quiet ballad":       "[BALLAD 66 quiet]",
	"loud":               "[loud]",
	"happy, not loud":    "[160]",
	// keys
	"ballad in A flat":                  "[BALLAD 66 Ab major]",
	"ballad in Ab":                      "[BALLAD 66 Ab major]",
	"A-flat minor":                      "[Ab minor]",
	"B flat":                            "[Bb major]",
	"key of C":                          "[C major]",
	"in the key of F# minor":            "[Gb minor]",
	"in A":                              "[A major]",
	"in A, slow":                        "[70 A major]",
	"in a slow tempo":                   "[70]",
	"in a minor key":                    "[minor]",
	"a blues":                           "[BLUES]",
	"Bb blues":                          "[BLUES Bb major]",
	"F blues":                           "[BLUES F major]",
	"blues in G":                        "[BLUES G major]",
	"Cm blues":                          "[BLUES C minor]",
	"minor blues in C":                  "[BLUES C minor]",
	"tom de sol":                        "[G major]",
	"en la bemol":                       "[Ab major]",
	"en mi bemol mayor":                 "[Eb major]",
	"balada em fá sustenido menor":      "[BALLAD 66 Gb minor]",
	"medium swing in G, trumpet":        "[SWING 120 program 56 G major]",
	"bebop, E major":                    "[E major]",
	"música alegre e rápida com sax":    "[210 program 66]",
	"blues lento en sol, doce compases": "[70 BLUES 12 bars G major]",
}

func TestWords(t *testing.T) {
	for text, want := range prompts {
		got := facts(ParsePrompt(text))
		if text == "happy, not loud" {
			if p := ParsePrompt(text); p.Level > 80 || p.Tags.Mode != 0 {
				t.Errorf("%q: %s", text, got)
			}
			continue
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// A denied soloist does not play.
func TestDeniedSoloist(t *testing.T) {
	for _, text := range []string{"no sax", "without saxophone", "no tenor", "sem saxofone"} {
		p := ParsePrompt(text)
		if i := p.instrument(); slices.Contains([]int{66}, i.program) {
			t.Errorf("%q is played by %s", text, i.name())
		}
	}
}
