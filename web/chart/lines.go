package chart

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Point is a value at a time, and the lowest that it was in the stretch of time
// that the point stands for.
type Point struct {
	Time      time.Time
	High, Low float64
}

// Line is one figure over time. Points are in order; where two are farther apart
// than Gap the line is broken.
type Line struct {
	Name, Class string
	Points      []Point
	Gap         time.Duration // 0: never broken
}

// Span is something that took time, such as a job.
type Span struct {
	From, To   time.Time
	Class      string // of several that are too narrow to be told apart, the last of Chart.Classes wins
	Text, Href string
}

// Mark is something that happened.
type Mark struct {
	Time       time.Time
	Class      string
	Text, Href string
}

// Chart is lines over time in bytes, spans in a strip below them, and marks.
type Chart struct {
	Title    string
	From, To time.Time
	Lines    []Line
	Spans    []Span
	Marks    []Mark
	Classes  []string // of spans, the most important last
	// Many is the link of several spans that are drawn as one; nil for none.
	Many   func(from, to time.Time) string
	Format func(v float64) string // of values; nil: plain numbers
	Zone   *time.Location         // of the axis, nil: UTC
}

const (
	axisLeft   = 62
	axisBelow  = 22
	axisAbove  = 8
	stripHigh  = 16
	rightSpace = 10
	leastSpan  = 3 // pixels of a span that is drawn alone
)

// frame turns times and values into places.
type frame struct {
	*Chart
	writer
	x, y, w, h float64 // of the plot
	top        float64 // value
	strip      float64 // y of the strip of spans
}

// SVG draws the chart in a size in pixels.
func (c *Chart) SVG(width, height float64) []byte {
	f := &frame{Chart: c, x: axisLeft, y: axisAbove, w: width - axisLeft - rightSpace}
	f.h = height - axisAbove - axisBelow - stripHigh - 4
	f.strip = f.y + f.h + 4
	f.begin("chart", width, height, c.Title, c.describe())
	f.values()
	f.times()
	f.rect("strip", f.x, f.strip, f.w, stripHigh)
	for i := range c.Lines {
		f.area(&c.Lines[i])
	}
	for i := range c.Lines {
		f.curve(&c.Lines[i])
	}
	f.spans()
	f.marks()
	return f.end()
}

// describe says in words what the chart shows.
func (c *Chart) describe() string {
	var parts []string
	for _, l := range c.Lines {
		if n := len(l.Points); n > 0 {
			parts = append(parts, fmt.Sprintf("%s at the end %s, at the most %s", l.Name, c.format(l.Points[n-1].High), c.format(l.highest())))
		}
	}
	if len(parts) == 0 {
		return "No samples"
	}
	return strings.Join(parts, "; ")
}

func (l *Line) highest() (top float64) {
	for _, p := range l.Points {
		top = max(top, p.High)
	}
	return top
}

func (c *Chart) format(v float64) string {
	if c.Format != nil {
		return c.Format(v)
	}
	return fmt.Sprint(v)
}

func (f *frame) px(t time.Time) float64 {
	return f.x + f.w*float64(t.Sub(f.From))/float64(max(1, f.To.Sub(f.From)))
}

func (f *frame) py(v float64) float64 { return f.y + f.h*(1-v/f.top) }

// values draws the axis of values, from 0 to a round number.
func (f *frame) values() {
	for i := range f.Lines {
		f.top = max(f.top, f.Lines[i].highest())
	}
	step := roundUp(f.top / max(2, math.Floor(f.h/44)))
	f.top = step * math.Ceil(f.top/step)
	for v := 0.0; v <= f.top*1.0001; v += step {
		f.line("grid", f.x, f.py(v), f.x+f.w, f.py(v))
		f.text("tick end", f.x-6, f.py(v)+4, f.format(v))
	}
}

// roundUp is the next of 1, 2, 2.5 and 5 times a power of ten.
func roundUp(v float64) float64 {
	if v <= 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 1
	}
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if v <= m*ten*1.0001 {
			return m * ten
		}
	}
	return 10 * ten
}

var timeSteps = []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute,
	30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour, 28 * 24 * time.Hour}

// times draws the axis of time.
func (f *frame) times() {
	length := f.To.Sub(f.From)
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if float64(length)/float64(s)*72 <= f.w {
			step = s
			break
		}
	}
	zone := f.Zone
	if zone == nil {
		zone = time.UTC
	}
	layout := "15:04"
	switch {
	case step < time.Minute:
		layout = "15:04:05"
	case step >= 24*time.Hour:
		layout = "2 Jan"
	case length > 36*time.Hour:
		layout = "2 Jan 15:04"
	}
	last := math.Inf(-1)
	for t := firstTick(f.From.In(zone), step); !t.After(f.To); t = t.Add(step) {
		x := f.px(t)
		f.line("grid", x, f.y, x, f.y+f.h)
		if x-last > 70 && x < f.x+f.w-20 {
			f.text("tick mid", x, f.strip+stripHigh+15, t.Format(layout))
			last = x
		}
	}
}

// firstTick is the first time from a time on that is a multiple of step in its
// zone's day.
func firstTick(from time.Time, step time.Duration) time.Time {
	day := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
	if step > 24*time.Hour {
		return day.AddDate(0, 0, 1)
	}
	return day.Add((from.Sub(day) + step - 1) / step * step)
}

// pieces are the runs of points without a gap.
func (l *Line) pieces() (out [][]Point) {
	start := 0
	for i := 1; i <= len(l.Points); i++ {
		if i == len(l.Points) || l.Gap > 0 && l.Points[i].Time.Sub(l.Points[i-1].Time) > l.Gap {
			out = append(out, l.Points[start:i])
			start = i
		}
	}
	return out
}

// area fills between the highest and the lowest.
func (f *frame) area(l *Line) {
	for _, run := range l.pieces() {
		if len(run) < 2 || !differs(run) {
			continue
		}
		var d strings.Builder
		for i, p := range run {
			d.WriteString(command(i) + num(f.px(p.Time)) + " " + num(f.py(p.High)))
		}
		for i := len(run) - 1; i >= 0; i-- {
			d.WriteString("L" + num(f.px(run[i].Time)) + " " + num(f.py(run[i].Low)))
		}
		fmt.Fprintf(&f.b, `<path class="area %s" d="%sZ"/>`, l.Class, d.String())
	}
}

func differs(run []Point) bool {
	for _, p := range run {
		if p.Low < p.High {
			return true
		}
	}
	return false
}

func command(i int) string {
	if i == 0 {
		return "M"
	}
	return "L"
}

// curve draws the line itself; a point alone is a dot.
func (f *frame) curve(l *Line) {
	for _, run := range l.pieces() {
		if len(run) == 1 {
			fmt.Fprintf(&f.b, `<circle class="dot %s" cx="%s" cy="%s" r="2"/>`, l.Class, num(f.px(run[0].Time)), num(f.py(run[0].High)))
			continue
		}
		var d strings.Builder
		for i, p := range run {
			d.WriteString(command(i) + num(f.px(p.Time)) + " " + num(f.py(p.High)))
		}
		fmt.Fprintf(&f.b, `<path class="line %s" d="%s"/>`, l.Class, d.String())
	}
}

// spans draws the strip: what is too narrow stands together with its neighbours.
func (f *frame) spans() {
	for i := 0; i < len(f.Spans); {
		s := f.Spans[i]
		x, end := f.clip(s.From), f.clip(s.To)
		n := 1
		for i+n < len(f.Spans) && f.clip(f.Spans[i+n].From) < max(end, x+leastSpan) {
			next := f.Spans[i+n]
			if f.rank(next.Class) > f.rank(s.Class) {
				s.Class = next.Class
			}
			end = max(end, f.clip(next.To))
			n++
		}
		if n > 1 {
			to := f.Spans[i+n-1].To
			s.Text, s.Href = fmt.Sprintf("%d jobs, %s to %s", n, s.Text, f.Spans[i+n-1].Text), ""
			if f.Many != nil {
				s.Href = f.Many(s.From, to)
			}
		}
		closing := f.link(s.Href, s.Text)
		f.rect("span "+s.Class, x, f.strip+2, max(end-x-0.5, leastSpan-0.5), stripHigh-4)
		closing()
		i += n
	}
}

func (f *frame) rank(class string) int {
	for i, c := range f.Classes {
		if c == class {
			return i
		}
	}
	return -1
}

// clip is the place of a time within the plot.
func (f *frame) clip(t time.Time) float64 { return min(max(f.px(t), f.x), f.x+f.w) }

func (f *frame) marks() {
	for _, m := range f.Marks {
		if m.Time.Before(f.From) || m.Time.After(f.To) {
			continue
		}
		x := f.px(m.Time)
		closing := f.link(m.Href, m.Text)
		f.line("mark "+m.Class, x, f.y, x, f.strip+stripHigh)
		fmt.Fprintf(&f.b, `<path class="flag %s" d="M%s %sl5 -8h-10z"/>`, m.Class, num(x), num(f.y+8))
		closing()
	}
}

// Spark draws one line small, without axes.
func Spark(title string, l Line, from, to time.Time, width, height float64, format func(float64) string) []byte {
	c := &Chart{Title: title, From: from, To: to, Lines: []Line{l}, Format: format}
	f := &frame{Chart: c, x: 1, y: 2, w: width - 2, h: height - 4}
	f.top = max(1, l.highest()*1.05)
	f.begin("spark", width, height, title, c.describe())
	f.area(&l)
	f.curve(&l)
	return f.end()
}
