package typing

import "testing"

// A value and an array of it alone are called a value; any other two are no guess.
func TestChoice(t *testing.T) {
	value, one := likely{candidate{row: 5, to: 5}, 1}, likely{candidate{row: 5, to: 8}, 1}
	two, other := likely{candidate{row: 6, to: 9}, 2}, likely{candidate{row: 7, to: 7}, 1}
	nameless := likely{candidate{row: 5, to: 0}, 1}
	for i, c := range []struct {
		of   []likely
		want TypeID
	}{
		{nil, 0},
		{[]likely{one}, 8},
		{[]likely{value, one}, 5},
		{[]likely{one, value}, 5},
		{[]likely{value, two}, 0},
		{[]likely{value, one, other}, 0},
		{[]likely{other, one, value}, 0},
		{[]likely{nameless, value}, 0},
		{[]likely{value, nameless}, 0},
	} {
		var ch choice
		for _, l := range c.of {
			if ch.open(l.candidate) {
				ch.add(l)
			}
		}
		if ch.to != c.want {
			t.Errorf("%d: type %d is left, want %d", i, ch.to, c.want)
		}
	}
}
