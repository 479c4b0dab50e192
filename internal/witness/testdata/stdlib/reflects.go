package main

import (
	"bytes"
	"fmt"
	"reflect"
	"sync"
	"time"
)

func reflects() {
	st := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeOf((**person)(nil)).Elem()}, {Name: "B", Type: reflect.TypeOf((*[]int)(nil)).Elem()}})
	v := reflect.New(st)
	v.Elem().Field(0).Set(reflect.ValueOf(&person{Name: "r"}))
	mt := reflect.MapOf(reflect.TypeOf((*int8)(nil)).Elem(), reflect.TypeOf((**person)(nil)).Elem())
	m := reflect.MakeMap(mt)
	m.SetMapIndex(reflect.ValueOf(int8(3)), reflect.ValueOf(&person{Name: "m"}))
	s := reflect.MakeSlice(reflect.TypeOf((*[]person)(nil)).Elem(), 3, 5)
	fn := reflect.MakeFunc(reflect.TypeOf((*func(int) string)(nil)).Elem(), func(a []reflect.Value) []reflect.Value { return []reflect.Value{reflect.ValueOf("x")} })
	keep(v.Interface(), m.Interface(), s.Interface(), fn.Interface(), v, m, s, fn, reflect.ValueOf(person{}).Type().Field(1), reflect.MakeChan(reflect.TypeOf((*chan *person)(nil)).Elem(), 4).Interface())
	keep(reflect.ValueOf(&person{}).MethodByName("X"), reflect.ValueOf(&bytes.Buffer{}).MethodByName("String").Interface())
	var sm sync.Map
	for i := 0; i < 200; i++ {
		sm.Store(fmt.Sprint(i), &person{Age: i})
		sm.Store(i, i)
	}
	keep(&sm)
	b := &bytes.Buffer{}
	keep(b.WriteString, b.Write, (*person).String2, person{}.String3)
	for _, d := range []any{int8(3), int64(70000), 3.25, "str", []byte("bs"), [3]string{"a"}, struct{ p *int }{new(int)}, complex(1, 2), time.Second * 9999, func() {}, make(chan int), uintptr(77777), [1]*int{new(int)}, struct{}{}} {
		keep(d)
	}
}

func (p *person) String2() string { return p.Name }
func (p person) String3() string  { return p.Name }
