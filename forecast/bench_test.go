package forecast

import "testing"

// One monthly series of twelve years, a horizon of 18 months: what every method
// costs.
func BenchmarkMethods(b *testing.B) {
	s := air(b).Series[0]
	for _, m := range methods() {
		l, ok := m.(local)
		if !ok {
			continue
		}
		b.Run(l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.f(s.Values, 12, 18)
			}
		})
	}
}
