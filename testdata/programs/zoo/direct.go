package main

import "programs/truth"

// What an interface's data word holds itself: values that are one pointer.
var directs []any

// DirectMap: 181 maps of one entry, a DirectMapHeld each.
type DirectMap map[string]*DirectMapHeld

type DirectMapHeld struct{ a, b, c int }

// DirectChan: 191 channels with one DirectChanHeld each.
type DirectChan chan *DirectChanHeld

type DirectChanHeld struct{ a, b, c int }

// DirectFunc: 193 closures that captured a DirectFuncHeld each.
type DirectFunc func() *DirectFuncHeld

type DirectFuncHeld struct{ a, b, c int }

// OneField and OneElement are one pointer wide: 197 and 199 hold what they
// are named for.
type OneField struct{ held *OneFieldHeld }

type OneFieldHeld struct{ a, b, c int }

type OneElement [1]*OneElementHeld

type OneElementHeld struct{ a, b, c int }

// Doubled: 211 behind a pointer to a pointer in an interface.
type Doubled struct{ a, b, c int }

func addDirect(a *truth.Account) {
	for i := 0; i < 181; i++ {
		m := DirectMap{"held": truth.Of(a, &DirectMapHeld{a: i})}
		directs = append(directs, truth.SmallMap(a, m))
	}
	for i := 0; i < 191; i++ {
		c := make(DirectChan, 1)
		c <- truth.Of(a, &DirectChanHeld{a: i})
		a.Count("main.DirectChan (buf)", 1)
		directs = append(directs, truth.Ref(a, c))
	}
	for i := 0; i < 193; i++ {
		f := direct(truth.Of(a, &DirectFuncHeld{a: i}))
		directs = append(directs, DirectFunc(truth.Ref(a, (func() *DirectFuncHeld)(f))))
	}
	for i := 0; i < 197; i++ {
		directs = append(directs, OneField{truth.Of(a, &OneFieldHeld{a: i})})
	}
	for i := 0; i < 199; i++ {
		directs = append(directs, OneElement{truth.Of(a, &OneElementHeld{a: i})})
	}
	for i := 0; i < 211; i++ {
		d := truth.Of(a, &Doubled{a: i})
		directs = append(directs, truth.Of(a, &d))
	}
}

//go:noinline
func direct(held *DirectFuncHeld) DirectFunc {
	return func() *DirectFuncHeld { return held }
}
