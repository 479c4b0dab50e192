package main

import "programs/truth"

// Maps by the kinds of their keys and elements.
var (
	arraysByArray   map[[2]int][3]*InMapArray
	structsByStruct map[MapKey]MapElem
	ifacesByIface   map[shape]shape
	slicesByFloat   map[float64][]*InMapSlice
	funcsByBool     map[bool]func() *InMapFunc
	chansByRune     map[rune]chan *InMapChan
	nothing         map[*NothingKey]struct{}
	pointersByBool  map[bool]*map[string]*InMapPointer
	largeArrays     map[[2]string][2]*LargeInArray
	largeIfaces     map[int]shape
	largeSlices     map[int][]*LargeInSlice
	manyBytes       map[[3]byte][200]byte
	literalMap      = map[string]*InLiteral{"one": {1, 2, 3}, "two": {4, 5, 6}}
)

// InMapArray: 7 in arrays that lie in a map.
type InMapArray struct{ a, b, c int }

// MapKey holds a KeyHeld, MapElem an ElemHeld: 5 each.
type MapKey struct {
	n    int
	held *KeyHeld
}

type KeyHeld struct{ a, b, c int }

type MapElem struct {
	name string
	any  any
	held [2]*ElemHeld
}

type ElemHeld struct{ a, b, c int }

// KeyShape and ElemShape: 7 and 7 pointers in interfaces with a method.
type KeyShape struct{ w, h, n int }

func (s *KeyShape) area() int { return s.w }

type ElemShape struct{ w, h, n int }

func (s *ElemShape) area() int { return s.w }

// InMapSlice: 11 in five arrays; InMapFunc: 2 captured; InMapChan: 6 in two
// buffers; NothingKey: 3 keys of a set; InMapPointer: 3 behind pointers to maps.
type InMapSlice struct{ a, b, c int }

type InMapFunc struct{ a, b, c int }

type InMapChan struct{ a, b, c int }

type NothingKey struct{ a, b, c int }

type InMapPointer struct{ a, b, c int }

// LargeInArray: 223; LargeShape: 227; LargeInSlice: 229 in as many arrays.
type LargeInArray struct{ a, b, c int }

type LargeShape struct{ w, h, n int }

func (s *LargeShape) area() int { return s.w }

type LargeInSlice struct{ a, b, c int }

// InLiteral: 2 in a map that is made when the program starts.
type InLiteral struct{ a, b, c int }

func addMapKinds(a *truth.Account) {
	addSmallKinds(a)
	addReferenceKinds(a)
	addLargeKinds(a)
	truth.SmallMap(a, literalMap)
	a.Count("main.InLiteral", 2)
}

func addSmallKinds(a *truth.Account) {
	arraysByArray, structsByStruct, ifacesByIface = map[[2]int][3]*InMapArray{}, map[MapKey]MapElem{}, map[shape]shape{}
	for i := 0; i < 7; i++ {
		arraysByArray[[2]int{i}] = [3]*InMapArray{1: truth.Of(a, &InMapArray{a: i})}
		ifacesByIface[truth.Of(a, &KeyShape{n: i})] = truth.Of(a, &ElemShape{n: i})
	}
	for i := 0; i < 5; i++ {
		k := MapKey{i, truth.Of(a, &KeyHeld{a: i})}
		structsByStruct[k] = MapElem{held: [2]*ElemHeld{1: truth.Of(a, &ElemHeld{a: i})}}
	}
	nothing = map[*NothingKey]struct{}{}
	for i := 0; i < 3; i++ {
		nothing[truth.Of(a, &NothingKey{a: i})] = struct{}{}
	}
	truth.SmallMap(a, arraysByArray)
	truth.SmallMap(a, structsByStruct)
	truth.SmallMap(a, ifacesByIface)
	truth.SmallMap(a, nothing)
}

func addReferenceKinds(a *truth.Account) {
	slicesByFloat, funcsByBool = map[float64][]*InMapSlice{}, map[bool]func() *InMapFunc{}
	chansByRune, pointersByBool = map[rune]chan *InMapChan{}, map[bool]*map[string]*InMapPointer{}
	for i := 0; i < 11; i++ {
		k := float64(i % 5)
		slicesByFloat[k] = append(slicesByFloat[k], truth.Of(a, &InMapSlice{a: i}))
	}
	for _, s := range slicesByFloat {
		truth.Slice(a, s)
	}
	for i := 0; i < 2; i++ {
		funcsByBool[i == 1] = truth.Ref(a, inMap(truth.Of(a, &InMapFunc{a: i})))
		chansByRune[rune(i)] = buffered[*InMapChan](a, 3)
		for j := 0; j < 3; j++ {
			chansByRune[rune(i)] <- truth.Of(a, &InMapChan{a: i, b: j})
		}
	}
	m := truth.SmallMap(a, map[string]*InMapPointer{})
	for i := 0; i < 3; i++ {
		m[key(i)] = truth.Of(a, &InMapPointer{a: i})
	}
	pointersByBool[true] = truth.Of(a, &m)
	truth.SmallMap(a, slicesByFloat)
	truth.SmallMap(a, funcsByBool)
	truth.SmallMap(a, chansByRune)
	truth.SmallMap(a, pointersByBool)
}

//go:noinline
func inMap(held *InMapFunc) func() *InMapFunc {
	return func() *InMapFunc { return held }
}

func addLargeKinds(a *truth.Account) {
	largeArrays, largeIfaces = truth.Ref(a, map[[2]string][2]*LargeInArray{}), truth.Ref(a, map[int]shape{})
	largeSlices, manyBytes = truth.Ref(a, map[int][]*LargeInSlice{}), truth.Ref(a, map[[3]byte][200]byte{})
	for i := 0; i < 223; i++ {
		largeArrays[[2]string{1: key(i)}] = [2]*LargeInArray{1: truth.Of(a, &LargeInArray{a: i})}
	}
	for i := 0; i < 227; i++ {
		largeIfaces[i] = truth.Of(a, &LargeShape{n: i})
	}
	for i := 0; i < 229; i++ {
		largeSlices[i] = truth.Slice(a, []*LargeInSlice{truth.Of(a, &LargeInSlice{a: i})})
	}
	for i := 0; i < 233; i++ {
		manyBytes[[3]byte{byte(i)}] = [200]byte{1}
	}
	a.Count("[200]uint8", 233)
}
