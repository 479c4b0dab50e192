package layouts_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/objgraph/objgraph/layouts"
)

// tangle is a picture that Graphviz does not finish within a minute.
func tangle() *layouts.Picture {
	rnd := rand.New(rand.NewPCG(1, 2))
	p := &layouts.Picture{}
	for i := range 300 {
		p.Nodes = append(p.Nodes, node(layouts.Holder, i, "main.T"))
	}
	for i := 1; i < 6000; i++ {
		from := 1 + rnd.IntN(299)
		p.Edges = append(p.Edges, layouts.Edge{From: from, To: rnd.IntN(from), Label: ".f"})
	}
	return p
}

func TestDeterministic(t *testing.T) {
	for _, s := range []sample{{"fan", fan(300)}, {"cycle", cycle()}, {"marks", marks()}} {
		a, b := svgOf(t, s.picture), svgOf(t, s.picture)
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two SVGs differ", s.name)
		}
		if !bytes.Equal(layouts.DOT(s.picture), layouts.DOT(s.picture)) {
			t.Errorf("%s: two DOT texts differ", s.name)
		}
	}
	a, errA := layouts.PNG(context.Background(), parallel(), unhurried)
	b, errB := layouts.PNG(context.Background(), parallel(), unhurried)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("two PNGs differ (%v, %v)", errA, errB)
	}
}

func TestConcurrent(t *testing.T) {
	want := svgOf(t, fanIn())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got, err := layouts.SVG(context.Background(), fanIn(), unhurried)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("at the same time as others: %v, %d bytes, want %d", err, len(got), len(want))
			}
		})
	}
	wg.Wait()
}

// inTurns makes a measurement with 10 s, and if it fails with 20 and with 40: what
// the code is to blame for happens every time, what other programs do does not.
func inTurns(t *testing.T, measure func(limit time.Duration) error) {
	t.Helper()
	for limit := 10 * time.Second; ; limit *= 2 {
		err := measure(limit)
		if err == nil {
			return
		}
		if limit >= 40*time.Second {
			t.Fatal(err)
		}
		t.Logf("with a limit of %v: %v; once more", limit, err)
	}
}

// TestTimeout wants a picture whose layout takes too long to be drawn in part,
// in time, and to say so.
func TestTimeout(t *testing.T) {
	var svg []byte
	inTurns(t, func(limit time.Duration) (err error) {
		start := time.Now()
		svg, err = layouts.SVG(context.Background(), tangle(), layouts.Options{Timeout: limit})
		if d := time.Since(start); err == nil && d > limit+2*time.Second {
			err = fmt.Errorf("took %v", d)
		}
		return err
	})
	doc := parseSVG(t, svg)
	if n := len(doc.groups("node")); n > 100 || n < 30 {
		t.Errorf("%d boxes", n)
	}
	if !bytes.Contains(svg, []byte("of 300 boxes and ")) {
		t.Error("the picture does not say that it was cut")
	}
}

func TestTimeoutForAll(t *testing.T) {
	_, err := layouts.SVG(context.Background(), tangle(), layouts.Options{Timeout: time.Millisecond})
	if !errors.Is(err, layouts.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

// TestBytes wants a picture of nothing but hostile names to keep to 10 MB.
func TestBytes(t *testing.T) {
	p := fan(300)
	for i := range p.Nodes {
		p.Nodes[i].Tooltip = strings.Repeat("\"&<>", 1<<12)
	}
	for i := range p.Edges {
		p.Edges[i].Tooltip = strings.Repeat("\x00", 1<<14)
	}
	if out := svgOf(t, p); len(out) > 10_000_000 {
		t.Errorf("%d bytes", len(out))
	}
}

func TestCancel(t *testing.T) {
	inTurns(t, func(limit time.Duration) error {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(300*time.Millisecond, cancel)
		start := time.Now()
		_, err := layouts.SVG(ctx, tangle(), layouts.Options{Timeout: limit})
		if d := time.Since(start); !errors.Is(err, context.Canceled) || d > limit/4 {
			return fmt.Errorf("%v after %v", err, d)
		}
		return nil
	})
}

func TestBadPictures(t *testing.T) {
	many := &layouts.Picture{Nodes: make([]layouts.Node, 301)}
	for _, c := range []struct {
		name string
		p    *layouts.Picture
		want error
	}{
		{"nil", nil, layouts.ErrPicture},
		{"empty", &layouts.Picture{}, layouts.ErrPicture},
		{"loose edge", &layouts.Picture{Nodes: make([]layouts.Node, 1), Edges: []layouts.Edge{{To: 1}}}, layouts.ErrPicture},
		{"negative edge", &layouts.Picture{Nodes: make([]layouts.Node, 1), Edges: []layouts.Edge{{From: -1}}}, layouts.ErrPicture},
		{"301 nodes", many, layouts.ErrTooMany},
	} {
		if _, err := layouts.SVG(context.Background(), c.p, layouts.Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := layouts.SVG(context.Background(), many, layouts.Options{MaxNodes: 301, Timeout: unhurried.Timeout}); err != nil {
		t.Error(err)
	}
	if _, err := layouts.SVG(context.Background(), single(), layouts.Options{FontFile: "no such file"}); err == nil {
		t.Error("a font file that is none")
	}
	if layouts.CheckFont("draw_test.go") == nil || layouts.CheckFont("nosuch.ttf") == nil {
		t.Error("what is no font file is taken for one")
	}
}
