package number

import (
	"math"
	"testing"
)

var no = math.NaN() // a convention that cannot read a cell

// readCases are cells as people write them, under both conventions.
var readCases = map[string][2]float64{
	"12":           {12, 12},
	"-3.5":         {-3.5, no},
	"1e3":          {1000, 1000},
	"12,5":         {no, 12.5},
	"1,234":        {1234, 1.234},
	"0,987":        {no, .987},
	"0.987":        {.987, no},
	"1.234,50":     {no, 1234.5},
	"1,234.50":     {1234.5, no},
	"1 234,5":      {no, 1234.5},
	"1'234.5":      {1234.5, no},
	"1\u00a0234":   {1234, 1234},
	"12,34,567.5":  {1234567.5, no},
	"$12":          {12, 12},
	"-$12.25":      {-12.25, no},
	"$(240.02)":    {-240.02, no},
	"(12)":         {-12, -12},
	"($1,200)":     {-1200, -1.2},
	"R$ 228,67":    {no, 228.67},
	"909,54 Kč":    {no, 909.54},
	"US$ 5":        {5, 5},
	"US-$ 5":       {5, 5},
	"-US-$ 5":      {-5, -5},
	"CHF 14.-":     {14, 14},
	"€ 964,-":      {964, 964},
	"-964,– €":     {-964, -964},
	"9.6 ± 0.3":    {9.6, no},
	"9,6 Tsd.":     {no, 9600},
	"9,6 млн руб":  {no, 9.6e6},
	"9.6万":         {9.6e4, no},
	"3億円":          {3e8, 3e8},
	"12 k€":        {12e3, 12e3},
	"₹ 1.5 crore":  {1.5e7, no},
	"505.5 [2]":    {505.5, no},
	"6.1 l/100km":  {6.1, no},
	"64.63 DR":     {no, no},
	"13/05/2020":   {no, no},
	"123-":         {-123, -123},
	"164.49-":      {-164.49, no},
	"950K":         {950e3, 950e3},
	"1.5M":         {1.5e6, no},
	"2,3 Mio.":     {no, 2.3e6},
	"12 kWh":       {12, 12},
	"886.9 kWh":    {886.9, no},
	"-2.7 °C":      {-2.7, no},
	"3 %":          {3, 3},
	"<1":           {1, 1},
	"~40":          {40, 40},
	"505.5 p":      {505.5, no},
	"505.5(p)":     {505.5, no},
	"505*":         {505, 505},
	"٨٥٤":          {854, 854},
	"٨٥٤٫٥":        {no, 854.5},
	"１２３":          {123, 123},
	"−7":           {-7, -7},
	".5":           {.5, no},
	"-.5":          {-.5, no},
	"2020-01":      {no, no},
	"2020-01-05":   {no, no},
	"12:30":        {no, no},
	"east":         {no, no},
	"co2":          {no, no},
	"Q1":           {no, no},
	"gen-21":       {no, no},
	"EUR 5,50":     {no, 5.5},
	"Rs.500":       {500, 500},
	"store 5":      {no, no},
	"Q1 2020":      {no, no},
	"0x1F":         {no, no},
	"1_000":        {no, no},
	"5 Jan 2020":   {no, no},
	"1.2.3":        {no, no},
	"192.168.10.1": {no, no},
	"--5":          {no, no},
	"+-5":          {no, no},
	"-5-":          {no, no},
	"(-5)":         {no, no},
	"5--":          {no, no},
	"-$-5":         {no, no},
}

func TestReadNumber(t *testing.T) {
	for cell, want := range readCases {
		n := Read(cell)
		if n.Missing {
			t.Errorf("%q is missing", cell)
			continue
		}
		for k := range conventions {
			if n.Fits[k] == math.IsNaN(want[k]) || n.Fits[k] && math.Abs(n.Value[k]-want[k]) > 1e-9*math.Abs(want[k]) {
				t.Errorf("%q under %s: %v %v, want %v", cell, k, n.Value[k], n.Fits[k], want[k])
			}
		}
	}
}

func TestMissing(t *testing.T) {
	for _, cell := range []string{"", " ", "NA", "n/a", "...", "..", "-", "--", "***", "#DIV/0!", "#N/A", ":", "NULL", "(D)", "—", "Inf", "-inf", "+Infinity", "∞", "-nan", "No data", "k.A.", "#WERT!", "нет данных"} {
		if !Read(cell).Missing {
			t.Errorf("%q is not missing", cell)
		}
	}
}

// A column keeps to one Convention, whichever row settles it.
func TestNumberColumn(t *testing.T) {
	for _, c := range []struct {
		cells     []string
		want      []float64
		hint      Convention
		ambiguous bool
	}{
		{[]string{"1.234", "1.240,50", "999,5"}, []float64{1234, 1240.5, 999.5}, Point, false},
		{[]string{"999", "1,001"}, []float64{999, 1001}, Comma, false},
		{[]string{"0,987", "1,002"}, []float64{.987, 1.002}, Point, false},
		{[]string{"0.987", "1.002"}, []float64{.987, 1.002}, Comma, false},
		{[]string{"12.5", "1,200"}, []float64{12.5, 1200}, Comma, false},
		{[]string{"999", "", "1,001", "1.050,25"}, []float64{999, math.NaN(), 1.001, 1050.25}, Point, false},
		{[]string{"1.5", "2.5", "1.250"}, []float64{1.5, 2.5, 1.25}, Comma, false},
		{[]string{"1,234", "1,301"}, []float64{1.234, 1.301}, Comma, true}, // nothing decides but the file
		{[]string{"1,234", "1,301"}, []float64{1234, 1301}, Point, true},
		{[]string{"1.234.567", "1,234"}, []float64{1234567, 1.234}, Point, false},
	} {
		var col Column
		for i, s := range c.cells {
			if _, ok := col.Add(s, i+1); !ok {
				t.Errorf("%v: %q refused", c.cells, s)
			}
		}
		got, ambiguous := col.Settle(c.hint)
		if ambiguous != c.ambiguous {
			t.Errorf("%v: ambiguous %v", c.cells, ambiguous)
		}
		for i := range c.want {
			if i >= len(got) || !same(got[i], c.want[i]) {
				t.Errorf("%v: %v, want %v", c.cells, got, c.want)
				break
			}
		}
	}
}

// Two cells that contradict each other are an error at the second.
func TestNumberColumnContradiction(t *testing.T) {
	var col Column
	for i, s := range []string{"1,234.5", "7", "1.234,5"} {
		if _, ok := col.Add(s, i+1); ok == (i == 2) {
			t.Errorf("cell %q: ok %v", s, ok)
		}
	}
	if before, mixed := col.Mixed("1.234,5"); !mixed || before.Line != 1 {
		t.Errorf("written otherwise than line %d (%v), want 1", before.Line, mixed)
	}
}

// A column whose decimals the caller gives takes no others.
func TestNumberColumnGiven(t *testing.T) {
	for decimal, want := range map[rune]float64{'.': 1234, ',': 1.234} {
		col := NewColumn(decimal)
		if _, ok := col.Add("1,234", 2); !ok || col.Decimal() != decimal {
			t.Errorf("decimal %c: refused, or settled on %c", decimal, col.Decimal())
		}
		if got, ambiguous := col.Settle(Point); ambiguous || got[0] != want {
			t.Errorf("decimal %c: %v, want %v", decimal, got, want)
		}
	}
	col := NewColumn('.')
	if _, ok := col.Add("12,5", 2); ok {
		t.Error("a decimal comma is read where points are given")
	}
	if before, mixed := col.Mixed("12,5"); mixed {
		t.Errorf("a first cell is said to contradict line %d", before.Line)
	}
}
