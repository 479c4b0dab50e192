package layouts

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

type point = glyphs.Point

// plan is a picture with the places of its parts. Points are in the layout's
// frame: (0, 0) at the top left, w wide and h high.
type plan struct {
	picture  *Picture
	boxes    []block // per node
	labels   []block // per edge
	backward []bool  // per edge: laid out from To down to From
	closing  []bool  // per edge: closes a cycle
	w, h     float64
	centres  []point // per node
	routes   []route // per edge
}

// route is an arrow: a chain of cubic Bézier curves (3n+1 points) and the tips
// at either end that has one.
type route struct {
	curve    []point
	tip      *point // at To
	from     point  // where the curve meets the arrow head
	label    point  // centre of the label
	labelled bool
}

// laidOut is the part of Graphviz's json0 format that is read. Positions are
// points, y upwards.
type laidOut struct {
	BB      string `json:"bb"`
	Objects []struct{ Name, Pos string }
	Edges   []struct{ ID, Pos, LP string }
}

// place reads the engine's output.
func (pl *plan) place(out []byte) error {
	var l laidOut
	if err := json.Unmarshal(out, &l); err != nil {
		return err
	}
	bb, err := numbers(l.BB, 4)
	if err != nil {
		return fmt.Errorf("bb: %w", err)
	}
	pl.w, pl.h = bb[2]-bb[0], bb[3]-bb[1]
	turn := func(x, y float64) point { return point{X: x - bb[0], Y: bb[3] - y} }
	if len(l.Objects) != len(pl.boxes) || len(l.Edges) != len(pl.labels) {
		return fmt.Errorf("%d nodes and %d edges came back of %d and %d",
			len(l.Objects), len(l.Edges), len(pl.boxes), len(pl.labels))
	}
	pl.centres = make([]point, len(pl.boxes))
	for _, o := range l.Objects {
		if err := pl.placeNode(o.Name, o.Pos, turn); err != nil {
			return err
		}
	}
	pl.routes = make([]route, len(pl.labels))
	for _, e := range l.Edges {
		if err := pl.placeEdge(e.ID, e.Pos, e.LP, turn); err != nil {
			return err
		}
	}
	return nil
}

func (pl *plan) placeNode(name, pos string, turn func(x, y float64) point) error {
	i, err := index(strings.TrimPrefix(name, "n"), len(pl.boxes))
	if err != nil {
		return fmt.Errorf("node %q: %w", name, err)
	}
	xy, err := numbers(pos, 2)
	if err != nil {
		return fmt.Errorf("node %q: %w", name, err)
	}
	pl.centres[i] = turn(xy[0], xy[1])
	return nil
}

func (pl *plan) placeEdge(id, pos, lp string, turn func(x, y float64) point) error {
	i, err := index(id, len(pl.labels))
	if err != nil {
		return fmt.Errorf("edge %q: %w", id, err)
	}
	r, err := parseRoute(pos, turn)
	if err != nil {
		return fmt.Errorf("edge %q: %w", id, err)
	}
	if lp != "" {
		xy, err := numbers(lp, 2)
		if err != nil {
			return fmt.Errorf("edge %q: %w", id, err)
		}
		r.label, r.labelled = turn(xy[0], xy[1]), true
	}
	pl.routes[i] = r
	return nil
}

// parseRoute reads a splineType: "e,X,Y" or "s,X,Y" for the tip of the arrow,
// then the points of the curve.
func parseRoute(pos string, turn func(x, y float64) point) (route, error) {
	var r route
	atStart := false
	for _, word := range strings.Fields(pos) {
		mark, rest, found := strings.Cut(word, ",")
		isTip := found && (mark == "e" || mark == "s")
		if isTip {
			word, atStart = rest, mark == "s"
		}
		xy, err := numbers(word, 2)
		if err != nil {
			return r, err
		}
		p := turn(xy[0], xy[1])
		if isTip {
			r.tip = &p
		} else {
			r.curve = append(r.curve, p)
		}
	}
	if len(r.curve) < 4 || len(r.curve)%3 != 1 {
		return r, fmt.Errorf("a curve of %d points", len(r.curve))
	}
	r.from = r.curve[len(r.curve)-1]
	if atStart {
		r.from = r.curve[0]
	}
	return r, nil
}

// numbers reads n numbers with commas between.
func numbers(text string, n int) ([]float64, error) {
	words := strings.Split(text, ",")
	if len(words) != n {
		return nil, fmt.Errorf("%q: want %d numbers", text, n)
	}
	out := make([]float64, n)
	for i, w := range words {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func index(text string, n int) (int, error) {
	i, err := strconv.Atoi(text)
	if err == nil && (i < 0 || i >= n) {
		err = errors.New("no such index")
	}
	return i, err
}
