package forecast

import "github.com/segue-go/segue/forecast/internal/classic"

// DetectSeason finds the season that most series of a panel show, among 4, 7, 12, 24,
// 48, 52 and 168 steps; 1 means none. It looks at 200 series at most. It is for series
// without times; Freq.Season is for the others.
func DetectSeason(panel []Series) int {
	votes := map[int]int{}
	seen := 0
	for i := 0; i < len(panel) && seen < 200; i++ {
		y := classic.Fill(panel[i].Values, 1)
		if len(y) < 12 {
			continue
		}
		seen++
		votes[classic.StrongestSeason(y)]++
	}
	best := 1
	for m, n := range votes {
		if n > votes[best] || n == votes[best] && m < best {
			best = m
		}
	}
	return best
}
