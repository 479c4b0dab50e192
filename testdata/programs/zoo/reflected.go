package main

import (
	"reflect"

	"programs/truth"
)

// reflect.Values, which hold a pointer and a type apart.
var (
	values []reflect.Value
)

// ReflectPointer: 283 pointers; ReflectStruct: 293 copies of a struct, each
// with an InReflect; ReflectElem: 7 that are the Elem of a pointer.
type ReflectPointer struct{ a, b, c int }

type ReflectStruct struct {
	n    int
	held *InReflect
}

type InReflect struct{ a, b, c int }

type ReflectElem struct{ a, b, c int }

// ReflectMap: 11 in maps, ReflectSlice: 13 in slices that reflect made.
type ReflectMap struct{ a, b, c int }

type ReflectSlice struct{ a, b, c int }

func addReflected(a *truth.Account) {
	for i := 0; i < 283; i++ {
		values = append(values, reflect.ValueOf(truth.Of(a, &ReflectPointer{a: i})))
	}
	for i := 0; i < 293; i++ {
		values = append(values, reflect.ValueOf(truth.Boxed(a, ReflectStruct{i, truth.Of(a, &InReflect{a: i})})))
	}
	for i := 0; i < 7; i++ {
		values = append(values, reflect.ValueOf(truth.Of(a, &ReflectElem{a: i})).Elem())
	}
	for i := 0; i < 11; i++ {
		m := reflect.MakeMap(reflect.TypeOf(map[int]*ReflectMap{}))
		m.SetMapIndex(reflect.ValueOf(i), reflect.ValueOf(truth.Of(a, &ReflectMap{a: i})))
		values = append(values, m)
	}
	for i := 0; i < 13; i++ {
		s := reflect.MakeSlice(reflect.TypeOf([]*ReflectSlice{}), 1, 1)
		s.Index(0).Set(reflect.ValueOf(truth.Of(a, &ReflectSlice{a: i})))
		values = append(values, s)
	}
}
