package main

import "programs/truth"

// Values of less than 16 bytes without pointers share blocks of 16.
var (
	tinyInts   []*int32
	tinyBools  []*bool
	tinyTexts  []string
	tinyPoints []*tinyPoint
)

type tinyPoint struct{ x, y int16 }

func addTiny(a *truth.Account) {
	for i := 0; i < 13; i++ {
		n, b, p := new(int32), new(bool), new(tinyPoint)
		*n = int32(i)
		tinyInts, tinyBools, tinyPoints = append(tinyInts, n), append(tinyBools, b), append(tinyPoints, p)
		tinyTexts = append(tinyTexts, string([]byte{'a', byte(i)}))
		truth.Tiny(a, n)
		truth.Tiny(a, b)
		truth.Tiny(a, p)
	}
}
