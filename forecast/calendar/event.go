package calendar

import "time"

// Event is a day on which something happens that a calendar does not know: a fair, a
// sale, a strike. Events of the same name are the same thing that happens again.
type Event struct {
	Name          string
	Date          time.Time // the day; hours do not count
	Before, After int       // days before and after it that are affected too; 0 to MaxEventDays
}

// MaxEventDays is the most days before or after an event that it affects.
const MaxEventDays = 60

// Observed ends the names of days off in place of holidays that fall on a weekend. On
// business days they count as the holiday itself.
const Observed = " (observed)"
