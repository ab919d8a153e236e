package web

import (
	"fmt"
	"math"
	"strconv"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Percent is so many of a hundred, with some decimals.
func Percent(n float64, decimals int) string {
	return strconv.FormatFloat(n, 'f', decimals, 64) + "%"
}

// Grew is by how much a figure grew; lessIsGood turns the meaning round.
func Grew(now, before float64, against string, lessIsGood bool) *ui.Delta {
	if before == 0 {
		if now == 0 {
			return &ui.Delta{Text: "unchanged"}
		}
		return nil
	}
	percent := 100 * (now - before) / before
	return delta(Signed(percent)+"%", math.Round(10*percent), against, lessIsGood)
}

// Points is the change of a share in percent, of which less is good: its difference,
// since "+11%" of 6.1% would be read as 17%.
func Points(now, before float64, against string) *ui.Delta {
	return delta(Signed(now-before)+" points", math.Round(10*(now-before)), against, true)
}

// Signed is a number with one decimal and its sign.
func Signed(n float64) string {
	tenths := int64(math.Round(10 * math.Abs(n)))
	sign := "+"
	if n < 0 {
		sign = "-"
	}
	return fmt.Sprintf("%s%s.%d", sign, Count(tenths/10), tenths%10)
}

func delta(text string, by float64, against string, lessIsGood bool) *ui.Delta {
	d := &ui.Delta{Text: text, Against: against}
	switch {
	case by == 0:
		return &ui.Delta{Text: "unchanged", Against: against}
	case by > 0 != lessIsGood:
		d.Meaning = ui.Good
	default:
		d.Meaning = ui.Bad
	}
	d.Trend = ui.Up
	if by < 0 {
		d.Trend = ui.Down
	}
	return d
}
