// Package lines has one way to allocate on each line. The comment behind says
// what the witness expects there: "way type, way type".
package lines

import "fmt"

type point struct{ x, y int }

func (p *point) move()         { p.x++ }
func (p point) sum() int       { return p.x + p.y }
func show(v ...any)            {}
func first(p point) *point     { return &p } // value lines.point
func iface(v fmt.Stringer)     {}
func (p point) String() string { return "" }

type list[K comparable, V any] struct {
	next *list[K, V]
	m    map[K]V
}

func add[K comparable, V any](l *list[K, V], k K, v V) {
	l.next = &list[K, V]{} // value lines.list[*,*]
	l.m[k] = v             // map map[*]*
	_ = new(V)             // value *
	_ = append([]V{}, v)   // backing []*, literal []*
}

func values(n int, s string, b []byte, e any) (any, error) {
	p := &point{1, 2}                          // value lines.point
	q := new([4]string)                        // value [4]string
	r := make([]*point, n)                     // backing []*lines.point
	c := make(chan []int, 3)                   // chan chan []int
	m := map[string][]point{"a": {{1, 2}, {}}} // map map[string][]lines.point, literal []lines.point
	m[s] = nil                                 // map map[string][]lines.point
	r = append(r, p)                           // backing []*lines.point
	f := func() int { return p.x }             // value func
	g := p.move                                // value func ….move-fm
	p.move()
	show(n, p)   // box int, literal []interface {}
	iface(*p)    // box lines.point
	e = *p       // box lines.point
	if e == *p { // box lines.point
		defer show(n) // value func ….deferwrap, box int, literal []interface {}
	}
	go show(f, g) // value func ….gowrap, literal []interface {}
	_, _ = q, c
	return n, fmt.Errorf("x") // box int
}

func moved() (func(), *int) {
	captured := point{} // value lines.point
	taken := 5          // value int
	stays := point{}
	_ = stays.sum()
	return func() { captured.x++ }, &taken // value func
}

func called(p point) *point {
	return first(p) // value lines.point
}
