package ui

import (
	"math"
	"strconv"
	"strings"
)

// The plot is drawn in a field of 1000 × 100 that the page stretches; lines
// keep their width (vector-effect) and words stand outside.
const plotWidth, plotHeight = 1000.0, 100.0

type plot struct {
	ticks []string // from the top
	lines []string // y of the grid's lines
	xs    []float64
	ys    []float64
	step  float64
}

func (p ChartProps) plot() plot {
	scale := p.Scale
	if scale == 0 {
		scale = 1
	}
	top := 0.0
	for _, pt := range p.Points {
		top = math.Max(top, pt.Value/scale)
	}
	unit := niceStep(top)
	if p.Counts {
		unit = math.Ceil(unit)
	}
	n := max(1, int(math.Ceil(top/unit)))
	g := plot{step: plotWidth / float64(max(1, len(p.Points)))}
	for i := n; i >= 0; i-- {
		g.ticks = append(g.ticks, p.TickPrefix+compact(unit*float64(i))+p.TickSuffix)
		g.lines = append(g.lines, coord(plotHeight*float64(n-i)/float64(n)))
	}
	for i, pt := range p.Points {
		g.xs = append(g.xs, g.step*(float64(i)+0.5))
		g.ys = append(g.ys, plotHeight*(1-math.Max(0, pt.Value/scale)/(unit*float64(n))))
	}
	return g
}

// niceStep divides the axis into about four steps of 1, 2, 2.5 or 5.
func niceStep(top float64) float64 {
	if top <= 0 || math.IsInf(top, 0) || math.IsNaN(top) {
		return 1
	}
	rough := top / 4
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if step := m * power; step >= rough*0.999 {
			return step
		}
	}
	return 10 * power
}

// compact writes 12500 as 12.5k.
func compact(v float64) string {
	for _, u := range []struct {
		size float64
		name string
	}{{1e9, "bn"}, {1e6, "m"}, {1e3, "k"}} {
		if v >= u.size {
			return num(v/u.size) + u.name
		}
	}
	return num(v)
}

// num has at most two decimals and none that say nothing.
func num(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// coord is a place in a plot, to a tenth of its unit: finer is not seen, and every
// digit is sent.
func coord(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

func path(xs, ys []float64) string {
	var b strings.Builder
	for i := range xs {
		b.WriteByte("ML"[min(i, 1)])
		b.WriteString(coord(xs[i]) + " " + coord(ys[i]))
	}
	return b.String()
}

func (g plot) linePath() string { return path(g.xs, g.ys) }

func (g plot) areaPath() string {
	if len(g.xs) == 0 {
		return ""
	}
	last := len(g.xs) - 1
	return g.linePath() + "L" + coord(g.xs[last]) + " 100L" + coord(g.xs[0]) + " 100Z"
}

// dots are lines of no length with round ends: circles that don't stretch.
func (g plot) dotPath() string {
	var b strings.Builder
	for i := range g.xs {
		b.WriteString("M" + coord(g.xs[i]) + " " + coord(g.ys[i]) + "h0")
	}
	return b.String()
}

func (g plot) hitX(i int) string { return coord(g.step * float64(i)) }
func (g plot) barX(i int) string { return coord(g.step * (float64(i) + 0.2)) }
func (g plot) barW() string      { return coord(g.step * 0.6) }
func (g plot) barY(i int) string { return coord(g.ys[i]) }
func (g plot) barH(i int) string { return coord(plotHeight - g.ys[i]) }

// stack is where a part of a bar lies: the first series at the bottom.
func (g plot) stack(p ChartProps, i, series int) (y, height string) {
	whole, pt := plotHeight-g.ys[i], p.Points[i]
	if pt.Value <= 0 || series >= len(pt.Parts) {
		return "100", "0"
	}
	below := 0.0
	for _, part := range pt.Parts[:series] {
		below += part.Value
	}
	return coord(plotHeight - whole*(below+pt.Parts[series].Value)/pt.Value), coord(whole * pt.Parts[series].Value / pt.Value)
}

func (g plot) stackY(p ChartProps, i, series int) string { y, _ := g.stack(p, i, series); return y }
func (g plot) stackH(p ChartProps, i, series int) string { _, h := g.stack(p, i, series); return h }

// seriesClass tells the series apart by shade; the legend names them.
func seriesClass(series int) string {
	return []string{"plot-bar plot-s1", "plot-bar plot-s2", "plot-bar plot-s3", "plot-bar plot-s4"}[series%4]
}

// labelEvery thins out the labels below so that they never touch.
func labelEvery(points int) int { return max(1, (points+5)/6) }

// sparkPath fits values into 100 × 20.
func sparkPath(values []float64) string {
	low, high := values[0], values[0]
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	span := high - low
	if span == 0 {
		span = 1
	}
	xs, ys := make([]float64, len(values)), make([]float64, len(values))
	for i, v := range values {
		xs[i] = 100 * float64(i) / float64(len(values)-1)
		ys[i] = 19 - 18*(v-low)/span
	}
	return path(xs, ys)
}
