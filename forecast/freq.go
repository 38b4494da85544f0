package forecast

import "github.com/segue-go/segue/forecast/calendar"

// Freq is the distance of two steps of a series; see package calendar.
type Freq = calendar.Freq

// The units that a Freq counts.
const (
	None        = calendar.None
	Second      = calendar.Second
	Minute      = calendar.Minute
	Hour        = calendar.Hour
	Day         = calendar.Day
	BusinessDay = calendar.BusinessDay
	Week        = calendar.Week
	Month       = calendar.Month
	Quarter     = calendar.Quarter
	Year        = calendar.Year
)
