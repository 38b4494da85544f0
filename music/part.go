package music

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FindPart finds a part by its number, counted from 1 as [Score.Parts] lists them, or by
// its name: exactly, or else by a part of the name that no other has. Case does not
// matter. "" is 0.
func (s *Score) FindPart(name string) (int, error) {
	if name == "" {
		return 0, nil
	}
	parts := s.Parts()
	if n, err := strconv.Atoi(name); err == nil {
		if n < 1 || n > len(parts) {
			return 0, fmt.Errorf("there is no part %d, the file has %d", n, len(parts))
		}
		return n, nil
	}
	want := strings.ToLower(strings.TrimSpace(name))
	var found []int
	for i, p := range parts {
		switch has := strings.ToLower(strings.TrimSpace(p.Name)); {
		case has == want:
			return i + 1, nil
		case strings.Contains(has, want):
			found = append(found, i+1)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for i, p := range parts {
		names = append(names, fmt.Sprintf("%d %q", i+1, p.Name))
	}
	why := "no part has that name"
	if len(found) > 1 {
		why = "several parts do"
	}
	return 0, fmt.Errorf("part %q: %s; the parts are %s", name, why, strings.Join(names, ", "))
}

// Without is the score without the notes of some parts, by their numbers as FindPart
// gives them.
func (s *Score) Without(parts ...int) *Score {
	out := s.Clone()
	for i, p := range s.Parts() {
		if !slices.Contains(parts, i+1) {
			continue
		}
		t := &out.Tracks[p.Track]
		t.Notes = slices.DeleteFunc(t.Notes, func(n Note) bool { return n.Channel == p.Channel })
	}
	return out
}
