package ui

import (
	"os"
	"regexp"
	"testing"
)

// TestChartSegmentsAreSeen: each part of a stacked bar stands out from the card it
// is drawn on, light and dark, and from the next part.
func TestChartSegmentsAreSeen(t *testing.T) {
	css, err := os.ReadFile("../../static/css/content.css")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`\.plot-s\d \{ fill: light-dark\((#\w{6}), (#\w{6})\)`).FindAllStringSubmatch(string(css), -1)
	if len(found) != 4 {
		t.Fatalf("%d segments have a colour for light and dark", len(found))
	}
	for side, card := range map[int]rgb{1: white, 2: {0x16, 0x1d, 0x2a}} {
		var last rgb
		for i, f := range found {
			c, ok := parseHex(f[side])
			if got := contrast(c, card); !ok || got < 3 {
				t.Errorf("segment %d, %s: %.2f against the card", i+1, f[side], got)
			}
			if i > 0 && contrast(c, last) < 1.3 {
				t.Errorf("segment %d, %s: %.2f against the one before", i+1, f[side], contrast(c, last))
			}
			last = c
		}
	}
}
