package chart

import (
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var zero = time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC)

// wellFormed fails the test for what is no XML.
func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in:\n%s", err, svg)
		}
	}
}

func line(values ...float64) Line {
	l := Line{Name: "RSS", Class: "rss", Gap: 10 * time.Second}
	for i, v := range values {
		if !math.IsNaN(v) {
			l.Points = append(l.Points, Point{zero.Add(time.Duration(i) * 5 * time.Second), v, v / 2})
		}
	}
	return l
}

// A line is broken where samples are missing, and stays in the picture.
func TestLines(t *testing.T) {
	gap := math.NaN()
	c := Chart{Title: "<&>", From: zero, To: zero.Add(time.Minute), Lines: []Line{line(1e6, 2e6, 1.5e6, gap, gap, gap, 9e6, gap, gap, gap, 3e6, 4e6)}}
	for _, width := range []float64{320, 1080} {
		svg := c.SVG(width, 240)
		wellFormed(t, svg)
		text := string(svg)
		if strings.Count(text, `class="line rss"`) != 2 || strings.Count(text, `class="dot rss"`) != 1 || strings.Count(text, `class="area rss"`) != 2 {
			t.Errorf("lines, dots and areas of two runs and one point:\n%s", text)
		}
		for _, m := range regexp.MustCompile(`[ML]([0-9.-]+) ([0-9.-]+)`).FindAllStringSubmatch(text, -1) {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			if x < axisLeft || x > width || y < 0 || y > 240 {
				t.Errorf("%s stands out of the picture", m[0])
			}
		}
	}
	if empty := (&Chart{From: zero, To: zero}).SVG(300, 200); !strings.Contains(string(empty), "No samples") {
		t.Errorf("nothing to draw: %s", empty)
	}
}

// Spans too narrow to be told apart are one, of the worst class, with a link to all of them.
func TestSpans(t *testing.T) {
	c := Chart{From: zero, To: zero.Add(time.Hour), Classes: []string{"job", "leak"}, Many: func(from, to time.Time) string { return "/jobs" }}
	for i := range 100 {
		at := zero.Add(time.Duration(i) * time.Second / 2)
		c.Spans = append(c.Spans, Span{From: at, To: at.Add(time.Second / 4), Class: map[bool]string{true: "leak", false: "job"}[i == 3], Text: `"><script>`, Href: "/job/" + strconv.Itoa(i)})
	}
	c.Spans = append(c.Spans, Span{From: zero.Add(30 * time.Minute), To: zero.Add(40 * time.Minute), Class: "job", Text: "long", Href: "/long"})
	c.Marks = []Mark{{Time: zero.Add(time.Minute), Class: "crash", Text: "a<b"}, {Time: zero.Add(2 * time.Hour), Class: "out"}}
	svg := c.SVG(1000, 200)
	wellFormed(t, svg)
	text := string(svg)
	if n := strings.Count(text, `class="span `); n > 8 || strings.Count(text, `class="span leak"`) != 1 || !strings.Contains(text, `href="/jobs"`) || !strings.Contains(text, `href="/long"`) {
		t.Errorf("%d spans in:\n%s", n, text)
	}
	if strings.Contains(text, "<script>") || strings.Contains(text, "mark out") {
		t.Errorf("hostile text, or a mark from another time:\n%s", text)
	}
}

func TestRoundUp(t *testing.T) {
	for v, want := range map[float64]float64{0: 1, 1: 1, 1.1: 2, 2.2: 2.5, 3: 5, 7: 10, 0.03: 0.05, 1e9: 1e9, 1.2e9: 2e9} {
		if got := roundUp(v); math.Abs(got-want) > 1e-9*want {
			t.Errorf("roundUp(%v) = %v, want %v", v, got, want)
		}
	}
}

// Areas of a treemap are in proportion, do not overlap, and lie in their parent.
func TestTreemap(t *testing.T) {
	root := &Area{Name: "all", Size: 1000}
	for i := range 30 {
		root.Below = append(root.Below, Area{Name: "part" + strconv.Itoa(i), Size: float64(100 - 3*i), Href: "/" + strconv.Itoa(i)})
	}
	root.Size = 2000
	SortAreas(root.Below)
	svg := Treemap("a tree", root, 800, 600)
	wellFormed(t, svg)
	found := regexp.MustCompile(`<rect class="area d1 " x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)" height="([0-9.]+)"`).FindAllStringSubmatch(string(svg), -1)
	if len(found) != 30 {
		t.Fatalf("%d areas, want 30", len(found))
	}
	var r [30][4]float64
	for i, m := range found {
		for j := range 4 {
			r[i][j], _ = strconv.ParseFloat(m[j+1], 64)
		}
		if r[i][0]+r[i][2] > 800 || r[i][1]+r[i][3] > 600 {
			t.Errorf("area %d stands out: %v", i, r[i])
		}
		for j := range i {
			a, b := r[i], r[j]
			if a[0]+0.2 < b[0]+b[2] && b[0]+0.2 < a[0]+a[2] && a[1]+0.2 < b[1]+b[3] && b[1]+0.2 < a[1]+a[3] {
				t.Errorf("areas %d and %d overlap: %v, %v", i, j, a, b)
			}
		}
	}
	ratio := (r[0][2] + 1) * (r[0][3] + 1) / ((r[20][2] + 1) * (r[20][3] + 1))
	if want := root.Below[0].Size / root.Below[20].Size; math.Abs(ratio/want-1) > 0.1 {
		t.Errorf("the first is %.2f times the 21st, want %.2f", ratio, want)
	}
}

// Bands of an icicle lie below their parent, and what is too small is left out.
func TestIcicle(t *testing.T) {
	root := &Area{Name: `<"all">`, Size: 100, Below: []Area{{Name: "a", Size: 60, Below: []Area{{Name: "b", Size: 60}}}, {Name: "tiny", Size: 0.01}}}
	svg := string(Icicle("bands", root, 500))
	wellFormed(t, []byte(svg))
	if strings.Count(svg, "<rect") != 3 || !strings.Contains(svg, `height="67"`) {
		t.Errorf("want three bands in three rows:\n%s", svg)
	}
}

func TestEscape(t *testing.T) {
	if got := Escape("a<b>\"'&\x00\xff"); got != "a&lt;b&gt;&#34;&#39;&amp;\uFFFD\uFFFD" {
		t.Errorf("%q", got)
	}
}
