package jazz

import (
	"slices"
	"strings"

	"github.com/segue-go/segue/music/band"
)

// word is what a word of a prompt sets.
type word struct {
	set  func(*Prompt)
	deny func(*Prompt) // after "no" or "without"; nil means that its absence cannot be played
	very func(*Prompt) // after "very"; nil means set
	role string        // what the accompaniment loses when it is denied
}

// nothing is a word that music needs no change for.
var nothing = word{set: func(*Prompt) {}, deny: func(*Prompt) {}}

// vocabulary maps words in English, Portuguese, Spanish and, the commonest ones, French,
// German and Italian, without accents, to what
// they set.
var vocabulary = func() map[string]word {
	v := map[string]word{}
	add := func(words string, w word) {
		for _, s := range strings.Fields(words) {
			v[s] = w
		}
	}
	addStyles(add)
	addFeels(add)
	addTempos(add)
	addMoods(add)
	addInstruments(add)
	for _, s := range strings.Fields("jazz jazzy solo music musica a an the and or with of in on for some very please improvisation improvisacao improvisacion improviso combo band banda accompaniment backing " +
		"o os as um uma e ou com de da do das dos em na para por muito bem tom tonalidade mais y el la los las un una con en del muy mas tono tonalidad clave key tempo song tune line linha linea melody melodia piece pieza peca feel feeling beat style estilo " +
		"too so really super any bit quite rather fairly little bpm bars bar measures compassos compasso compases compas quarter eighth eighths notes note minute at time form chorus walking it is be should i want me give play make something like tipo como que but trio groove hard only just oder noch ed nor mit und ein eine einen im fur bitte musik jazzig takt takte der die das den des du le les avec et pour un une mesures temps battute battuta per il lo gli di con e ma aber mais que") {
		if _, known := v[s]; !known {
			v[s] = nothing
		}
	}
	return v
}()

// negations deny the word that follows; passed are the words that may stand between.
var (
	negations = strings.Fields("no not without sem sin nao nem ni never isnt dont nor non minus ohne kein keine keinen nicht sans pas ni senza")
	passed    = strings.Fields("a an the any too so very really that zu sehr den die das der de trop tres la le les il troppo molto um uma muito tao demais un una muy tan el la los o os as be is with com con")
	joins     = strings.Fields("and or nor e ou y o nem ni und oder noch et ed")
	louder    = strings.Fields("very muito muy bem super really extremely ultra sehr tres molto")
)

func addStyles(add func(string, word)) {
	style := func(words, name string) {
		add(words, word{set: func(p *Prompt) { p.Tags.Style = indexOf(Styles, name) }})
	}
	style("traditional tradicional dixieland dixie", "TRADITIONAL")
	style("bebop bop", "BEBOP")
	style("cool", "COOL")
	style("hardbop", "HARDBOP")
	style("postbop moderno modern moderna", "POSTBOP")
	style("fusion fusao", "FUSION")
	style("free livre libre", "FREE")
	tonality := func(name string) word {
		return word{
			set: func(p *Prompt) { p.Tags.Tonality = indexOf(Tonalities, name) },
			deny: func(p *Prompt) {
				p.Tags.Tonality = indexOf(Tonalities, "FUNCTIONAL")
			},
		}
	}
	add("blues", tonality("BLUES"))
	add("modal", tonality("MODAL"))
	add("iivi", word{set: func(p *Prompt) { p.Form = "ii-v-i" }})
	add("rhythmchanges anatole", word{set: func(p *Prompt) { p.Form = "rhythm" }})
}

func addFeels(add func(string, word)) {
	feel := func(name string) func(*Prompt) {
		return func(p *Prompt) { p.Tags.Feel = indexOf(Feels, name) }
	}
	straight := func(p *Prompt) {
		p.Swing = 1
		if p.Tags.Feel == indexOf(Feels, "SWING") {
			p.Tags.Feel = unknownToken
		}
	}
	swing := func(p *Prompt) {
		if p.Swing != 1 { // "straight eighths" are not swung
			feel("SWING")(p)
		}
	}
	add("swing swinging swung swingado swingueado suingue swingend swingant", word{set: swing, deny: straight})
	add("straight even rectas retas rectos retos gerade binaire", word{set: straight, deny: feel("SWING")})
	add("shuffle", word{set: func(p *Prompt) { feel("SWING")(p); p.Swing, p.Feel = 2, band.Shuffle }, deny: straight})
	add("twobeat", word{set: feel("TWOBEAT"), deny: feel("SWING")})
	add("latin latino latina mambo salsa rumba bolero choro chorinho baiao tango calypso afrocuban montuno", word{set: feel("LATIN"), deny: feel("SWING")})
	add("bossa", word{set: func(p *Prompt) { feel("LATIN")(p); p.Feel = band.Bossa }, deny: feel("SWING")})
	add("samba", word{set: func(p *Prompt) { feel("LATIN")(p); p.Feel = band.Samba }, deny: feel("SWING")})
	add("funk funky", word{set: feel("FUNK"), deny: feel("SWING")})
	add("rock", word{set: func(p *Prompt) { feel("FUNK")(p); p.Feel, p.Swing = band.Rock, 1 }, deny: feel("SWING")})
	ballad := func(p *Prompt) { feel("BALLAD")(p); p.imply(0, 66) }
	add("ballad balada ballade ballata romantic romantico romantica", word{set: ballad, deny: func(p *Prompt) { p.pace(2, 120) }})
	add("waltz valsa vals valse ternario walzer valzer", word{set: func(p *Prompt) { p.meter(3, 4) }, deny: func(p *Prompt) { p.meter(4, 4) }})
}

// pace sets the tempo and its class where no number and no word before said it.
func (p *Prompt) pace(class int, bpm float64) {
	if p.Tempo == 0 || p.implied {
		p.Tags.Tempo, p.Tempo, p.implied, p.worded = class, bpm, false, true
	}
}

// imply sets the tempo that goes with a mood or a style, unless words say another.
func (p *Prompt) imply(class int, bpm float64) {
	if p.Tempo == 0 {
		p.Tags.Tempo, p.Tempo, p.implied = class, bpm, true
	}
}

func addTempos(add func(string, word)) {
	pace := func(class int, bpm float64) func(*Prompt) { return func(p *Prompt) { p.pace(class, bpm) } }
	medium := pace(2, 120)
	add("slow slowly lento lenta devagar despacio adagio largo langsam langsame langsamer langsames lent lente lentement", word{set: pace(0, 70), deny: pace(2, 130), very: pace(0, 54)})
	add("mediumslow", word{set: pace(1, 95)})
	add("medium medio media mittel mittleres mittelschnell moyen moderate moderato moderado moderada andante", word{set: medium})
	add("mediumup", word{set: pace(3, 160)})
	add("fast rapido rapida up uptempo quick quickly allegro presto veloz schnell schnelle schneller schnelles rapide rapidement vite veloce", word{set: pace(4, 210), deny: pace(2, 110), very: pace(4, 270)})
}

func addMoods(add func(string, word)) {
	density := func(level int) func(*Prompt) { return func(p *Prompt) { p.Tags.Density = level } }
	mode := func(minor int) func(*Prompt) {
		return func(p *Prompt) {
			if !p.Key.Known {
				p.Tags.Mode = minor
			}
		}
	}
	calm := func(p *Prompt) { p.Tags.Density = 0 }
	add("busy dense denso densa virtuosic virtuoso virtuosa virtuosistico", word{set: density(4), deny: density(1)})
	add("sparse spacious calm calmo calma calme ruhig ruhige ruhiger tranquillo tranquilo tranquila esparso escaso espacado gentle suave", word{set: calm, deny: density(3)})
	quiet := func(p *Prompt) { p.Level = 48; calm(p) }
	loud := func(p *Prompt) { p.Level = 108 }
	usual := func(p *Prompt) { p.Level = 80 }
	add("quiet quietly soft softly leise sanft doux douce quieto quieta silencioso silenciosa pianissimo baixinho", word{set: quiet, deny: usual})
	add("loud loudly laut laute lauter fort forte fuerte fortissimo strong", word{set: loud, deny: usual})
	slower := func(p *Prompt) { p.imply(0, 75) }
	sad := func(p *Prompt) { mode(1)(p); slower(p); density(1)(p) }
	happy := func(p *Prompt) {
		mode(0)(p)
		p.imply(3, 160)
	}
	add("sad sadly triste traurig traurige trauriger melancolique malinconico malinconica melancholic melancholy melancolico melancolica mournful sombre somber nostalgic nostalgico nostalgica", word{set: sad, deny: happy})
	add("dark sombrio sombria escuro oscuro moody", word{set: func(p *Prompt) { mode(1)(p); p.Tags.Register = 1 }, deny: mode(0)})
	add("happy frohlich frohliche joyeux joyeuse gai gaie allegra felice alegre feliz cheerful joyful bright merry", word{set: happy, deny: sad})
	add("relaxed relaxado relaxada relajado relajada mellow dreamy chill lazy laidback", word{set: func(p *Prompt) { slower(p); density(1)(p) }})
	add("energetic energico energica wild fiery furious intense intenso intensa", word{deny: calm, set: func(p *Prompt) {
		density(4)(p)
		p.imply(4, 200)
	}})
	level := func(tag func(*Tags) *int, to int) func(*Prompt) { return func(p *Prompt) { *tag(&p.Tags) = to } }
	register := func(t *Tags) *int { return &t.Register }
	leaps := func(t *Tags) *int { return &t.Leaps }
	touch := func(t *Tags) *int { return &t.Touch }
	add("high agudo aguda alta hoch aigu", word{set: level(register, 4), deny: level(register, 1)})
	add("low grave tief", word{set: level(register, 0), deny: level(register, 3)})
	add("baixo bajo", word{set: level(register, 0), deny: func(p *Prompt) { p.leaveOut("bass") }}) // low, or a bass
	add("stepwise", word{set: level(leaps, 0), deny: level(leaps, 3)})
	add("melodic melodico melodica lyrical lirico lirica singing cantabile", word{set: func(p *Prompt) {
		p.Tags.Leaps, p.Tags.Density = 0, min(max(p.Tags.Density, 0), 1)
	}})
	add("leaping angular saltos leaps", word{set: level(leaps, 4), deny: level(leaps, 0)})
	add("legato ligado smooth", word{set: level(touch, 4), deny: level(touch, 1)})
	add("staccato destacado short", word{set: level(touch, 0), deny: level(touch, 3)})
}

func addInstruments(add func(string, word)) {
	for _, i := range soloInstruments {
		role := map[int]string{0: "piano", 4: "piano", 16: "organ", 26: "guitar", 24: "guitar", 32: "bass"}[i.program]
		add(i.words, word{role: role, deny: without(i, role), set: func(p *Prompt) {
			if i.humble && p.Program >= 0 {
				return
			}
			p.Program, p.Tags.Instrument = i.program, indexOf(Instruments, i.tag)
		}})
	}
	tenor, _ := withProgram(66)
	add("sax saxophone saxofone saxofon saxo saxophon sassofono", word{
		set: func(p *Prompt) {
			if p.Program < 0 { // "alto sax" is an alto
				p.Program, p.Tags.Instrument = tenor.program, indexOf(Instruments, tenor.tag)
			}
		},
		deny: func(p *Prompt) { p.denied = append(p.denied, 64, 65, 66, 67) },
	})
	for words, role := range map[string]string{"drums drum drummer percussion bateria percussao percusion batera tambores brushes schlagzeug trommeln batterie batteria percussions": "drums", "bassist": "bass", "pianist": "piano", "chords acordes comping": "chords"} {
		w := nothing
		w.role, w.deny = role, func(p *Prompt) { p.leaveOut(role) }
		add(words, w)
	}
	add("unaccompanied alone allein seul seule sozinho sozinha acappella", word{set: func(p *Prompt) {
		for _, role := range Roles {
			p.leaveOut(role)
		}
	}})
}

// without denies an instrument: it neither plays the solo nor accompanies it.
func without(i soloInstrument, role string) func(*Prompt) {
	return func(p *Prompt) {
		p.denied = append(p.denied, i.program)
		if role != "" {
			p.leaveOut(role)
		}
	}
}

// leaveOut removes a role from the accompaniment.
func (p *Prompt) leaveOut(role string) {
	if !slices.Contains(p.Without, role) {
		p.Without = append(p.Without, role)
	}
}
