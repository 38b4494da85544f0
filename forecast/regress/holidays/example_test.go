package holidays_test

import (
	"fmt"

	"github.com/segue-go/segue/forecast/regress/holidays"
)

// A calendar of two countries; what it leaves out is said.
func ExampleOf() {
	c, err := holidays.Of("KR", "FI")
	if err != nil {
		panic(err)
	}
	days := c.Days(2026, 2026)
	fmt.Println(days["Seollal"][0].Format("2 January 2006"), days["Juhannuspäivä"][0].Format("2 January 2006"))
	fmt.Println(len(c.Left()))
	// Output:
	// 17 February 2026 20 June 2026
	// 1
}
