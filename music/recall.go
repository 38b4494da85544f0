package music

// orders are the numbers of last events that a recall looks for, the longest first: what
// followed the longest match comes next.
var orders = [orderCount]int{8, 4, 2}

const orderCount = 3

// event is what tells a note from the one before it.
type event struct {
	onset    int // steps from onset to onset
	voice    int8
	interval int8 // semitones
}

// recall remembers what followed the last time that the same two, four or eight events
// were heard, in whatever key.
type recall struct {
	events []event
	after  map[uint64]int32 // index of the event that followed, by a hash of the events before
	found  int32            // the event recalled now
	order  int              // 0 nothing is recalled, else the place of the match in orders, from the end
}

// add moves past an event.
func (r *recall) add(e event) {
	if r.after == nil {
		r.after = map[uint64]int32{}
	}
	r.events = append(r.events, e)
	r.order = 0
	n := len(r.events)
	for i, k := range orders {
		if n < k {
			continue
		}
		h := hashEvents(r.events[n-k:])
		if at, ok := r.after[h]; ok && r.order == 0 {
			r.order, r.found = orderCount-i, at
		}
		r.after[h] = int32(n)
	}
}

// next is the event recalled, and on how good a match: 0 is none, 3 the longest.
func (r *recall) next() (e event, order int) {
	if r.order == 0 {
		return event{}, 0
	}
	return r.events[r.found], r.order
}

// hashEvents is FNV-1a, with the number of events first.
func hashEvents(list []event) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset) ^ uint64(len(list))
	for _, e := range list {
		h = (h ^ uint64(e.onset)) * prime
		h = (h ^ uint64(uint8(e.voice))<<8 ^ uint64(uint8(e.interval))) * prime
	}
	return h
}
