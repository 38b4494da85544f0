package forecast

import "fmt"

// A Problem is an error in data that says where it is, what is wrong, and what would
// put it right. It wraps ErrInput. Programs find it with errors.As and word the
// remedies for their own users.
type Problem struct {
	Place    string   // "line 37"; may be empty
	What     string   // "\"1o2\" is not a number"
	Remedies []Remedy // any of them may help; the likeliest comes first
	Err      error    // a more precise cause; may be nil
}

// Remedy is a way to put an error right.
type Remedy struct {
	Do      string `json:"do"`                // in the imperative: "choose a column"
	Option  string `json:"option,omitempty"`  // what does it: time, value, wide, id, date-format, freq, duplicates, future, past-regressors; empty: a change of the data
	Suggest string `json:"suggest,omitempty"` // a value for the option, or a word for one: "NAME"; empty: none
}

func (p *Problem) Error() string {
	place := p.Place
	if place != "" {
		place += ": "
	}
	return fmt.Sprintf("forecast: %s%s: %v", place, p.What, ErrInput)
}

// Unwrap returns ErrInput and the cause.
func (p *Problem) Unwrap() []error {
	if p.Err == nil {
		return []error{ErrInput}
	}
	return []error{ErrInput, p.Err}
}
