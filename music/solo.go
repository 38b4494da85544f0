package music

// soloShare is the share of onsets with a single note from which a part counts
// as a solo line.
const soloShare = .8

// SoloPart finds the part most like a solo line, counted from 1; 0 if there is
// none.
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
		if float64(single) >= soloShare*float64(onsets) && !s.Bass(p) && p.Notes > most {
			best, most = i+1, p.Notes
		}
	}
	return best
}

const lowestSolo = 48 // mean pitch under which a part is a bass

// Bass reports whether a part lies as low as a bass.
func (s *Score) Bass(p Part) bool {
	sum, n := 0, 0
	for _, x := range s.PartNotes(p) {
		sum += int(x.Pitch)
		n++
	}
	return n > 0 && sum/n < lowestSolo
}

// PartNotes are the notes of a part.
func (s *Score) PartNotes(p Part) []Note {
	var out []Note
	for _, n := range s.Tracks[p.Track].Notes {
		if n.Channel == p.Channel {
			out = append(out, n)
		}
	}
	return out
}
