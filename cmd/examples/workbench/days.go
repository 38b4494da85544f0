package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// days makes a table of a shop: the weather, offers, and the sales of the first 90 days.
func days(from, to int, sales bool) string {
	var b strings.Builder
	b.WriteString("day,weather,offer")
	if sales {
		b.WriteString(",sales")
	}
	b.WriteString("\n")
	for d := from; d < to; d++ {
		weather, offer := []string{"sun", "rain", "sun", "clouds"}[d*d%7%4], d*3%11 < 3
		fmt.Fprintf(&b, "%s,%s,%v", time.Date(2024, 3, 1+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), weather, offer)
		if v := 100 + 15*math.Sin(2*math.Pi*float64(d)/7) + 4*math.Sin(float64(d*d)); sales && d < 90 {
			if weather == "rain" {
				v -= 30
			}
			if offer {
				v += 25
			}
			fmt.Fprintf(&b, ",%.1f", v)
		} else if sales {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	return b.String()
}
