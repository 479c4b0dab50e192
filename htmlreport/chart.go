package htmlreport

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/report"
)

// Of a chart, in its own units; the page scales it.
const (
	chartW, chartH         = 360.0, 170.0
	chartLeft, chartRight  = 52.0, 14.0
	chartTop, chartBottom  = 10.0, 36.0
	maxTicks               = 4
	maxDots                = 40 // points with a dot and a tooltip
	plotW, plotH           = chartW - chartLeft - chartRight, chartH - chartTop - chartBottom
	xLabelsApart           = 46.0 // between the middles of two labels
	axisLabelY, axisTitleY = chartH - chartBottom + 14, chartH - 6
)

// chart draws a line over the dumps as SVG in a figure, without script.
func chart(c *report.Chart) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n",
		html.EscapeString(c.Name)+unit(c), chartW, chartH, html.EscapeString(summary(c)))
	low, high, step := scaleOf(c.Y)
	y := func(v float64) float64 { return chartTop + plotH*(high-v)/(high-low) }
	for v := low; v <= high+step/2; v += step {
		fmt.Fprintf(&b, "<path class=\"grid\" d=\"M%.1f,%.1fH%.1f\"/><text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			chartLeft, y(v), chartW-chartRight, chartLeft-6, y(v)+4, tick(v, c.Unit))
	}
	x := func(i int) float64 {
		first, last := float64(c.X[0]), float64(c.X[len(c.X)-1])
		if last == first {
			return chartLeft + plotW/2
		}
		return chartLeft + plotW*(float64(c.X[i])-first)/(last-first)
	}
	b.WriteString("<polyline class=\"line\" points=\"")
	for i, v := range c.Y {
		fmt.Fprintf(&b, "%.1f,%.1f ", x(i), y(v))
	}
	b.WriteString("\"/>\n")
	every := (len(c.Y) + maxDots - 1) / maxDots
	for i, v := range c.Y {
		if i%every == 0 || i == len(c.Y)-1 {
			fmt.Fprintf(&b, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>%s</title></circle>\n", x(i), y(v), html.EscapeString(c.Says[i]))
		}
	}
	labels(&b, c, x)
	b.WriteString("</svg></figure>")
	return b.String()
}

// unit says what is counted; bytes say so themselves.
func unit(c *report.Chart) string {
	if c.Unit == "bytes" {
		return ""
	}
	return ", " + c.Unit
}

// labels writes below the line at which jobs the dumps are, as far as there is
// room: the last one always.
func labels(b *strings.Builder, c *report.Chart, x func(int) float64) {
	n := len(c.X)
	free := math.Inf(-1)
	for i, v := range c.X {
		if i < n-1 && (x(i) < free || x(i) > x(n-1)-xLabelsApart) {
			continue
		}
		free = x(i) + xLabelsApart
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%d</text>\n", x(i), axisLabelY, v)
	}
	fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", chartLeft+plotW/2, axisTitleY, html.EscapeString(c.Of))
}

// summary is the chart for those who do not see it.
func summary(c *report.Chart) string {
	return fmt.Sprintf("%s in %s over %d dumps, from %s to %s", c.Name, c.Unit, len(c.Y), c.Says[0], c.Says[len(c.Says)-1])
}

// scaleOf is where the axis begins and ends, at multiples of a round step, with
// zero on it.
func scaleOf(values []float64) (low, high, step float64) {
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if high == low {
		high = low + 1
	}
	raw := (high - low) / maxTicks
	step = math.Pow(10, math.Floor(math.Log10(raw)))
	for _, k := range []float64{1, 2, 5, 10} {
		if step*k >= raw {
			step *= k
			break
		}
	}
	step = max(step, 1)
	return math.Floor(low/step) * step, math.Ceil(high/step) * step, step
}

// tick is a value at the axis.
func tick(v float64, unit string) string {
	if unit == "bytes" && v >= 0 {
		return report.Bytes(uint64(v))
	}
	for _, u := range []struct {
		of   float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e4, "k"}} {
		if math.Abs(v) >= u.of {
			div := u.of
			if u.name == "k" {
				div = 1e3
			}
			return strconv.FormatFloat(v/div, 'g', 4, 64) + u.name
		}
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}
