package ui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestAccentIsReadable tries the corners of the colour cube and many chance
// colours: words on the accent and the accent as words hold 4.5:1.
func TestAccentIsReadable(t *testing.T) {
	var colours []rgb
	for i := range 27 {
		colours = append(colours, rgb{float64(i%3) * 127.5, float64(i/3%3) * 127.5, float64(i/9) * 127.5})
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		colours = append(colours, rgb{float64(r.IntN(256)), float64(r.IntN(256)), float64(r.IntN(256))})
	}
	darkest, white := rgb{0x0e, 0x13, 0x1d}, rgb{255, 255, 255}
	for _, raw := range colours {
		c, _ := parseHex(raw.String())
		light, dark := accentFor(c, lightSurface, rgb{}), accentFor(c, darkSurface, white)
		for name, ratio := range map[string]float64{
			"words on it": contrast(light.words, light.back), "words on hover": contrast(light.words, light.hover),
			"ink on the page": contrast(light.ink, lightSurface), "ink on white": contrast(light.ink, white), "ink on soft": contrast(light.ink, light.soft),
			"dark: ink on a raised place": contrast(dark.ink, darkSurface), "dark: ink on the page": contrast(dark.ink, darkest), "dark: ink on soft": contrast(dark.ink, dark.soft),
		} {
			if ratio < 4.5 {
				t.Fatalf("%s %s: %.2f", c, name, ratio)
			}
		}
	}
}

func TestAccentCSSKeepsAReadableColour(t *testing.T) {
	if css := AccentCSS("#0f766e"); !strings.Contains(css, "--accent:#0f766e") {
		t.Error(css)
	}
}

func TestAccentCSSTakesNothingButColours(t *testing.T) {
	for _, bad := range []string{"", "#fff", "red", "0f766g", "+f766e0", "0f766e;}body{", "#0f766e0"} {
		if ValidHex(bad) || AccentCSS(bad) != "" {
			t.Errorf("%q is taken for a colour: %s", bad, fmt.Sprint(AccentCSS(bad)))
		}
	}
}
