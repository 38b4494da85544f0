package music

// soloShare is the smallest share of onsets with a single note that makes a part a
// solo line.
const soloShare = .8

// SoloPart is the pitched part that is most like a solo line: of the parts above the
// bass that mostly play one note at a time, the one with the most notes. Parts count
// from 1; 0 means none.
func SoloPart(s *Score) int {
	best, most := 0, 0
	for i, p := range s.Parts() {
		if p.Drums() || p.Notes < 4 {
			continue
		}
		single, onsets := 0, 0
		last := Tick(-1)
		notes := s.PartNotes(p)
		for k, n := range notes {
			if n.Start-last > Tick(s.Resolution)/16 || last < 0 {
				onsets++
				if k+1 == len(notes) || notes[k+1].Start-n.Start > Tick(s.Resolution)/16 {
					single++
				}
			}
			last = n.Start
		}
		if float64(single) >= soloShare*float64(onsets) && !s.IsBass(p) && p.Notes > most {
			best, most = i+1, p.Notes
		}
	}
	return best
}

const lowestSolo = 48 // mean pitch below which a part is a bass

// IsBass reports whether a part is as low as a bass: its mean pitch is below C3.
func (s *Score) IsBass(p Part) bool {
	sum, n := 0, 0
	for _, x := range s.PartNotes(p) {
		sum += int(x.Pitch)
		n++
	}
	return n > 0 && sum/n < lowestSolo
}

// PartNotes returns the notes of a part.
func (s *Score) PartNotes(p Part) []Note {
	var out []Note
	for _, n := range s.Tracks[p.Track].Notes {
		if n.Channel == p.Channel {
			out = append(out, n)
		}
	}
	return out
}
