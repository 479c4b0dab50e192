package main

import (
	"fmt"

	"programs/truth"
)

// Maps of every shape: few entries in one group, many in tables, and entries
// too big to lie in them.
var (
	smallPointers []map[string]*SmallPointer
	smallStructs  map[int]SmallStruct
	smallAny      map[string]any
	smallStrings  map[string]string
	emptyMap      map[string]*SmallPointer
	largePointers map[string]*LargePointer
	largeStructs  map[uint64]LargeStruct
	largeAny      map[string]any
	largeKeys     map[*LargeKey]int
	anyKeys       map[any]bool
	set           map[string]struct{}
	numbers       map[int64]int64
	bigValues     map[int]BigValue
	bigFew        map[int]BigFew
	bigKeys       map[BigKey]int
	thinned       map[int]*Thinned
	ofMaps        map[string]map[string]*Inner
)

// SmallPointer: 3 maps of 5.
type SmallPointer struct{ a, b, c int }

// SmallStruct: a value that lies in the map and holds a SmallHeld: 7.
type SmallStruct struct {
	n    int
	held *SmallHeld
}

type SmallHeld struct{ a, b, c int }

// SmallAny: 8, the most that one group takes.
type SmallAny struct{ a, b, c int }

// LargePointer: 1,009.
type LargePointer struct{ a, b, c int }

// LargeStruct: a value that lies in the map and holds a LargeHeld: 499.
type LargeStruct struct {
	held *LargeHeld
	name string
}

type LargeHeld struct{ a, b, c int }

// LargeAny: 251 pointers and 241 LargeBoxed in interface values.
type LargeAny struct{ a, b, c int }

type LargeBoxed struct{ a, b, c int }

// LargeKey: 59, held by the keys of a map alone.
type LargeKey struct{ a, b, c int }

// AnyKey: 61 boxed structs, held by the keys of a map alone.
type AnyKey struct{ a, b, c int }

// BigValue: 67, of more than 128 bytes: the map holds pointers to them. All
// but six hold a BigHeld.
type BigValue struct {
	held *BigHeld
	pad  [20]uint64
}

type BigHeld struct{ a, b, c int }

// BigFew: 6 such values in one group.
type BigFew struct{ pad [17]uint64 }

// BigKey: 71, of more than 128 bytes.
type BigKey [17]uint64

// Thinned: 2,000 were put in, 997 are left.
type Thinned struct{ a, b, c int }

// Inner: 4 maps of 4 in a map.
type Inner struct{ a, b, c int }

func key(i int) string { return fmt.Sprintf("a key of 16 bytes %06d", i) }

func addMaps(a *truth.Account) {
	addSmallMaps(a)
	addLargeMaps(a)
	addKeys(a)
	addBigEntries(a)
	addThinned(a)
	addMapOfMaps(a)
}

func addSmallMaps(a *truth.Account) {
	for i := 0; i < 3; i++ {
		m := map[string]*SmallPointer{}
		for j := 0; j < 5; j++ {
			m[key(j)] = truth.Of(a, &SmallPointer{a: j})
		}
		smallPointers = append(smallPointers, truth.SmallMap(a, m))
	}
	emptyMap = truth.Ref(a, map[string]*SmallPointer{})
	smallStructs, smallAny, smallStrings = map[int]SmallStruct{}, map[string]any{}, map[string]string{}
	for i := 0; i < 7; i++ {
		smallStructs[i] = SmallStruct{i, truth.Of(a, &SmallHeld{a: i})}
		smallStrings[key(i)] = truth.Text(a, key(i+100))
	}
	for i := 0; i < 8; i++ {
		smallAny[key(i)] = truth.Of(a, &SmallAny{a: i})
	}
	truth.SmallMap(a, smallStructs)
	truth.Ref(a, smallAny)
	truth.SmallMap(a, smallStrings)
}

func addLargeMaps(a *truth.Account) {
	largePointers = truth.Ref(a, map[string]*LargePointer{})
	for i := 0; i < 1009; i++ {
		largePointers[key(i)] = truth.Of(a, &LargePointer{a: i})
	}
	largeStructs = truth.Ref(a, make(map[uint64]LargeStruct, 499))
	for i := 0; i < 499; i++ {
		largeStructs[uint64(i)] = LargeStruct{held: truth.Of(a, &LargeHeld{a: i})}
	}
	largeAny = truth.Ref(a, map[string]any{})
	for i := 0; i < 251; i++ {
		largeAny[key(i)] = truth.Of(a, &LargeAny{a: i})
	}
	for i := 0; i < 241; i++ {
		largeAny[key(1000+i)] = truth.Boxed(a, LargeBoxed{a: i})
	}
	set, numbers = truth.Ref(a, map[string]struct{}{}), truth.Ref(a, map[int64]int64{})
	for i := 0; i < 601; i++ {
		set[truth.Text(a, key(i))] = struct{}{}
		numbers[int64(i)] = int64(i)
	}
}

func addKeys(a *truth.Account) {
	largeKeys, anyKeys = truth.Ref(a, map[*LargeKey]int{}), truth.Ref(a, map[any]bool{})
	for i := 0; i < 59; i++ {
		largeKeys[truth.Of(a, &LargeKey{a: i})] = i
	}
	for i := 0; i < 61; i++ {
		anyKeys[truth.Boxed(a, AnyKey{a: i})] = true
	}
}

func addBigEntries(a *truth.Account) {
	bigValues, bigFew = truth.Ref(a, map[int]BigValue{}), truth.SmallMap(a, map[int]BigFew{})
	for i := 0; i < 67; i++ {
		var v BigValue
		if i < 61 {
			v.held = truth.Of(a, &BigHeld{a: i})
		}
		bigValues[i] = v
	}
	for i := 0; i < 6; i++ {
		bigFew[i] = BigFew{}
	}
	bigKeys = truth.Ref(a, map[BigKey]int{})
	for i := 0; i < 71; i++ {
		bigKeys[BigKey{uint64(i)}] = i
	}
	a.Count("main.BigValue", 67)
	a.Count("main.BigFew", 6)
	a.Count("main.BigKey", 71)
}

func addThinned(a *truth.Account) {
	thinned = truth.Ref(a, map[int]*Thinned{})
	for i := 0; i < 2000; i++ {
		thinned[i] = &Thinned{a: i}
	}
	for i := 997; i < 2000; i++ {
		delete(thinned, i)
	}
	for i := 0; i < 997; i++ {
		truth.Of(a, thinned[i])
	}
}

func addMapOfMaps(a *truth.Account) {
	ofMaps = truth.SmallMap(a, map[string]map[string]*Inner{})
	for i := 0; i < 4; i++ {
		m := truth.SmallMap(a, map[string]*Inner{})
		for j := 0; j < 4; j++ {
			m[key(j)] = truth.Of(a, &Inner{a: i, b: j})
		}
		ofMaps[key(i)] = m
	}
}
