// probe prints what it knows of itself, one fact per line, fields separated by
// tabs, for a test that reads its executable:
//
//	type    name descriptor size kind elem key len "field type offset embedded;…"
//	global  name address size
//	itab    address type
//	func    name entry line
//	closure name entry words "capture=value;…"
//	frame   pc marker words "variable=value;…"
//	stack   pc cfa type address size "pointer words"
package main

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	cron "example.com/probe/cron/v3"
)

type Tracker struct {
	n int
	_ [2]int64
}

type Named struct {
	sync.Mutex
	*cron.Entry
	ID    int32
	Small bool
	Iface any
	Err   error
	Fn    func(int, ...string) (error, bool)
	Ch    <-chan *Tracker
	Out   chan<- int
	Both  chan struct{}
	Arr   [3]struct{ A, B *Tracker }
	M     map[string]*Named
	M2    map[[2]int32]cron.Pair[string, *Tracker]
	Bytes []byte
	S     string
	Raw   unsafe.Pointer
	U     uintptr
	C     complex128
	F     float32
}

// huge is 1<<47 where pointers have 64 bits.
const huge = 1 << (15 + 32*(^uint(0)>>63))

type Celsius float64
type Labels map[string]string
type Handler func(*Named) error
type Queue chan *cron.Entry
type Stack []Celsius
type Shape interface {
	Area() float64
	name() string
}
type Generic[T any] struct{ Items []T }
type Big struct {
	Keys  map[[200]byte][300]byte
	Huge  *[huge]uint8
	Loop  *Big
	Array [40]*Big
}

var (
	registry = &Named{ID: 7, M: map[string]*Named{}}
	labels   = Labels{"a": "b"}
	counter  int64
	table    [64]*Tracker
	pointer  atomic.Pointer[cron.Entry]
	writer   io.Writer = os.Stdout
	sink     any
	fns      []func()
	generic  = Generic[*Named]{}
)

func word(v any, i uintptr) uintptr {
	return *(*uintptr)(unsafe.Add(unsafe.Pointer(&v), i*unsafe.Sizeof(uintptr(0))))
}

func show(v any) {
	t := reflect.TypeOf(v).Elem()
	zero := reflect.Zero(t).Interface()
	desc := word(reflect.TypeOf(v).Elem(), 1)
	_ = zero
	elem, key, n := "-", "-", 0
	switch t.Kind() {
	case reflect.Map:
		key = t.Key().String()
		elem = t.Elem().String()
	case reflect.Pointer, reflect.Slice, reflect.Chan:
		elem = t.Elem().String()
	case reflect.Array:
		elem, n = t.Elem().String(), t.Len()
	}
	var fields []string
	if t.Kind() == reflect.Struct {
		for i := 0; i < t.NumField(); i++ {
			f := t.Field(i)
			fields = append(fields, fmt.Sprint(f.Name, "|", f.Type, "|", f.Offset, "|", f.Anonymous))
		}
	}
	fmt.Printf("type\t%s\t%d\t%d\t%s\t%s\t%s\t%d\t%s\t%s\n", t, desc, t.Size(), t.Kind(), elem, key, n, strings.Join(fields, ";"), t.PkgPath())
	runtime.KeepAlive(v)
}

func types() {
	for _, v := range []any{
		new(Named), new(*Named), new(Tracker), new(Celsius), new(Labels), new(Handler), new(Queue), new(Stack),
		new(Generic[*Named]), new(Generic[cron.Pair[string, *Tracker]]), new(cron.Entry), new(*cron.Entry),
		new(cron.Pair[string, *Tracker]), new(map[string]*Named), new(map[[2]int32]cron.Pair[string, *Tracker]),
		new(Big), new(*Big), new(map[[200]byte][300]byte), new(*[huge]uint8),
		new([]*cron.Entry), new([5]cron.Entry), new(chan *Tracker), new(func(int, ...string) (error, bool)),
		new(struct {
			A int `json:"a"`
			cron.Entry
		}),
		new(any), new(error), new(Shape), new(int), new(string), new([]byte), new(unsafe.Pointer), new(complex64),
		new(atomic.Pointer[cron.Entry]), new(sync.Pool), new(reflect.Value),
	} {
		show(v)
	}
}

func globals() {
	for _, g := range []struct {
		name string
		at   unsafe.Pointer
		size uintptr
	}{
		{"main.registry", unsafe.Pointer(&registry), unsafe.Sizeof(registry)},
		{"main.labels", unsafe.Pointer(&labels), unsafe.Sizeof(labels)},
		{"main.counter", unsafe.Pointer(&counter), unsafe.Sizeof(counter)},
		{"main.table", unsafe.Pointer(&table), unsafe.Sizeof(table)},
		{"main.pointer", unsafe.Pointer(&pointer), unsafe.Sizeof(pointer)},
		{"main.writer", unsafe.Pointer(&writer), unsafe.Sizeof(writer)},
		{"main.generic", unsafe.Pointer(&generic), unsafe.Sizeof(generic)},
		{"cron.Default", unsafe.Pointer(&cron.Default), unsafe.Sizeof(cron.Default)},
	} {
		fmt.Printf("global\t%s\t%d\t%d\n", g.name, g.at, g.size)
	}
	fmt.Printf("itab\t%d\t%s\n", *(*uintptr)(unsafe.Pointer(&writer)), reflect.TypeOf(writer))
}

// closure prints the words of a closure's object and where its captures are.
func closure(f func(), size uintptr, captures string) {
	obj := *(*unsafe.Pointer)(unsafe.Pointer(&f))
	entry := *(*uintptr)(obj)
	fmt.Printf("closure\t%s\t%d\t%s\t%s\n", runtime.FuncForPC(entry).Name(), entry, words(obj, size), captures)
	fns = append(fns, f)
}

func words(p unsafe.Pointer, size uintptr) string {
	var b strings.Builder
	for i := uintptr(0); i < size; i += unsafe.Sizeof(size) {
		fmt.Fprint(&b, *(*uintptr)(unsafe.Add(p, i)), " ")
	}
	return b.String()
}

func (t *Tracker) Tick() { t.n++ }

//go:noinline
func closures(tr *Tracker, e *cron.Entry) {
	shared := &Named{}
	closure(func() { tr.n++; e.ID = 4 }, 24, fmt.Sprintf("tr=%d;e=%d", unsafe.Pointer(tr), unsafe.Pointer(e)))
	closure(tr.Tick, 16, fmt.Sprintf("R=%d", unsafe.Pointer(tr)))
	closure(func() { shared, e.Next = &Named{}, shared.Entry }, 24, fmt.Sprintf("&shared=%d;e=%d", unsafe.Pointer(&shared), unsafe.Pointer(e)))
}

// frame keeps three variables on its stack across a call, and prints the words
// of its frame from marker on.
//
//go:noinline
func frame(kept *Named) {
	entry := &cron.Entry{ID: counterOf()}
	text := []*Tracker{{n: counterOf()}}
	var marker [32]uintptr
	pc := call(&marker)
	fmt.Printf("frame\t%d\t%d\t%s\tkept=%d;entry=%d;text=%d\n", pc, uintptr(unsafe.Pointer(&marker)), words(unsafe.Add(unsafe.Pointer(&marker), -512), 1536), unsafe.Pointer(kept), unsafe.Pointer(entry), unsafe.Pointer(&text[0]))
	sink = []any{kept, entry, text}
}

type onStack struct {
	n    int
	to   *onStack
	rest [3]any
}

// stackObjects prints where variables that are used by their address lie.
//
//go:noinline
func stackObjects(arg [3]*onStack, i int) *onStack {
	var list [7]*onStack
	one := onStack{n: counterOf()}
	pc := use(&one, &list, &arg)
	cfa := frameEnd(unsafe.Pointer(&one))
	fmt.Printf("stack\t%d\t%d\tmain.onStack\t%d\t%d\t1 3 5 7\n", pc, cfa, uintptr(unsafe.Pointer(&one)), unsafe.Sizeof(one))
	fmt.Printf("stack\t%d\t%d\t[7]*main.onStack\t%d\t%d\t0 1 2 3 4 5 6\n", pc, cfa, uintptr(unsafe.Pointer(&list)), unsafe.Sizeof(list))
	fmt.Printf("stack\t%d\t%d\t[3]*main.onStack\t%d\t%d\t0 1 2\n", pc, cfa, uintptr(unsafe.Pointer(&arg)), unsafe.Sizeof(arg))
	return list[i]
}

// use returns where its caller goes on.
//
//go:noinline
func use(one *onStack, list *[7]*onStack, arg *[3]*onStack) uintptr {
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	list[counter%7], arg[counter%3] = one.to, one.to
	return pcs[0]
}

// frameEnd looks upwards from a variable of its caller for the address that
// the caller returns to, and returns what lies above it: the caller's CFA.
//
//go:noinline
func frameEnd(p unsafe.Pointer) uintptr {
	var pcs [1]uintptr
	runtime.Callers(3, pcs[:])
	for *(*uintptr)(p) != pcs[0] {
		p = unsafe.Add(p, unsafe.Sizeof(pcs[0]))
	}
	return uintptr(p) + unsafe.Sizeof(pcs[0])
}

//go:noinline
func counterOf() int { return int(counter) }

//go:noinline
func call(m *[32]uintptr) uintptr {
	m[0] = 0x6d61726b
	var pcs [1]uintptr
	runtime.Callers(2, pcs[:])
	return pcs[0]
}

func main() {
	types()
	globals()
	closures(&Tracker{}, &cron.Entry{})
	frame(&Named{})
	stackObjects([3]*onStack{}, int(counter))
	pc := reflect.ValueOf(frame).Pointer()
	_, line := runtime.FuncForPC(pc).FileLine(pc)
	fmt.Printf("func\t%s\t%d\t%d\n", runtime.FuncForPC(pc).Name(), pc, line)
	for _, f := range fns {
		f()
	}
}
