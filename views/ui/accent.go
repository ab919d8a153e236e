package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The surfaces on which an accent has to be read; tokens.css has the same.
var (
	lightSurface = rgb{0xf5, 0xf6, 0xf9} // the page, darkest of the light ones
	darkSurface  = rgb{0x25, 0x2e, 0x3e} // quiet-soft, lightest of the dark ones
	white        = rgb{255, 255, 255}
	nearBlack    = rgb{0x14, 0x18, 0x22}
)

// wanted is a little above WCAG's 4.5, because colours are rounded to bytes.
const wanted = 4.6

type rgb [3]float64

// ValidHex tells whether s is a colour like "1a7f4e", with or without "#".
func ValidHex(s string) bool {
	_, ok := parseHex(s)
	return ok
}

func parseHex(s string) (rgb, bool) {
	s = strings.TrimPrefix(s, "#")
	if len(s) != 6 {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return rgb{}, false
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}, true
}

func (c rgb) String() string {
	return fmt.Sprintf("#%02x%02x%02x", uint8(math.Round(c[0])), uint8(math.Round(c[1])), uint8(math.Round(c[2])))
}

// luminance and contrast are WCAG's.
func (c rgb) luminance() float64 {
	lin := func(v float64) float64 {
		v /= 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c[0]) + 0.7152*lin(c[1]) + 0.0722*lin(c[2])
}

func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func mix(a, b rgb, share float64) rgb {
	var out rgb
	for i := range out {
		out[i] = math.Round(a[i]*(1-share) + b[i]*share)
	}
	return out
}

// towards moves c to an end (black or white) until it is readable on back.
func towards(c, end, back rgb) rgb {
	for share := 0.0; share < 1; share += 0.02 {
		if m := mix(c, end, share); contrast(m, back) >= wanted {
			return m
		}
	}
	return end
}

// fill is the colour of a button and of the words on it. The tenant's colour
// stays as it is when white or near black can be read on it; one of the two
// always can be, but in the middle a step darker looks better than black words.
func fill(c rgb) (back, hover, words rgb) {
	if contrast(c, white) >= wanted {
		return c, mix(c, rgb{}, 0.15), white
	}
	if contrast(c, white) >= 3 {
		back = towards(c, rgb{}, white)
		return back, mix(back, rgb{}, 0.15), white
	}
	return c, mix(c, white, 0.25), nearBlack
}

type accent struct{ back, hover, words, ink, soft rgb }

func accentFor(c, surface, end rgb) accent {
	var a accent
	a.back, a.hover, a.words = fill(c)
	a.soft = mix(surface, c, 0.12)
	// Ink stands on the soft shade of itself as well as on plain surfaces.
	a.ink = towards(c, end, surface)
	for range 20 {
		if contrast(a.ink, a.soft) >= wanted {
			break
		}
		a.ink = mix(a.ink, end, 0.1)
	}
	return a
}

func (a accent) vars() string {
	return fmt.Sprintf("--accent:%s;--accent-hover:%s;--on-accent:%s;--accent-ink:%s;--accent-soft:%s", a.back, a.hover, a.words, a.ink, a.soft)
}

// AccentCSS is the stylesheet that sets the accent to a tenant's colour, made
// readable in both themes. A colour that is none gives an empty stylesheet,
// which leaves the product's own.
func AccentCSS(hex string) string {
	c, ok := parseHex(hex)
	if !ok {
		return ""
	}
	light := accentFor(c, lightSurface, rgb{}).vars()
	dark := accentFor(c, darkSurface, white).vars()
	return ":root{" + light + "}\n" +
		"@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){" + dark + "}}\n" +
		"@media screen{:root[data-theme=dark]{" + dark + "}}\n"
}

// AccentLook is what becomes of a tenant's colour on light pages, in words.
type AccentLook struct {
	Button, Words, Ink string // hex: of buttons, of the words on them, of links
	Contrast           string // of the words on buttons: "5.2:1"
	Repaired           bool   // the colour itself could not be read
}

// LookOf tells what AccentCSS makes of a colour.
func LookOf(hex string) (AccentLook, bool) {
	c, ok := parseHex(hex)
	if !ok {
		return AccentLook{}, false
	}
	a := accentFor(c, lightSurface, rgb{})
	return AccentLook{Button: a.back.String(), Words: a.words.String(), Ink: a.ink.String(), Contrast: fmt.Sprintf("%.1f:1", contrast(a.back, a.words)),
		Repaired: a.back != c || a.ink != c}, true
}
