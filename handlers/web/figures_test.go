package web

import (
	"testing"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

func TestChangeHasItsMeaning(t *testing.T) {
	for _, c := range []struct {
		now, before float64
		lessIsGood  bool
		trend       ui.Trend
		meaning     ui.Meaning
	}{
		{110, 100, false, ui.Up, ui.Good}, {90, 100, false, ui.Down, ui.Bad}, {100, 100, false, ui.Flat, ui.Neutral},
		{110, 100, true, ui.Up, ui.Bad}, {90, 100, true, ui.Down, ui.Good}, {0, 0, true, ui.Flat, ui.Neutral},
		{50308, 50320, false, ui.Flat, ui.Neutral}, // no "-0.0%"
	} {
		if d := Grew(c.now, c.before, "", c.lessIsGood); d.Trend != c.trend || d.Meaning != c.meaning {
			t.Errorf("%+v: %+v", c, d)
		}
	}
	if Grew(5, 0, "", false) != nil {
		t.Error("a growth from nothing has no percentage")
	}
	if d := Points(1.8, 2.1, ""); d.Trend != ui.Down || d.Meaning != ui.Good {
		t.Errorf("falling churn: %+v", d)
	}
	// 6.1% that become 6.8% are no "+11%".
	if d := Points(6.8, 6.1, ""); d.Text != "+0.7 points" || d.Trend != ui.Up || d.Meaning != ui.Bad {
		t.Errorf("rising no-shows: %+v", d)
	}
	if got := Signed(287715.5); got != "+287,715.5" {
		t.Errorf("a large change reads %s", got)
	}
}
