// Library has what the standard library hides from who reads a heap: the socket
// addresses behind the ends of connections, the expressions behind their programs,
// the labels of goroutines, and values and descriptors of types that reflect makes
// while the program runs.
//
// usage: library -dump FILE; the truth is printed as package truth says.
package main

import (
	"context"
	"flag"
	"net"
	"os"
	"reflect"
	"regexp/syntax"
	"runtime"
	"runtime/pprof"
	"strconv"
	"unsafe"

	"programs/truth"
)

func main() {
	dump := flag.String("dump", "library.dump", "write the heap dump to this `file`")
	flag.Parse()
	a := truth.New()
	truth.Exit(connect(a))
	compile(a)
	label(a)
	makeTypes(a)
	describe(a)
	runtime.GC()
	truth.Exit(a.DumpTo(os.Stdout, *dump))
	close(quit)
	runtime.KeepAlive(&made)
	runtime.KeepAlive(&described)
}

var conns []net.Conn

// connect leaves 5 connections, of which both ends are kept.
func connect(a *truth.Account) error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	for i := 0; i < 5; i++ {
		out, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			return err
		}
		in, err := l.Accept()
		if err != nil {
			return err
		}
		conns = append(conns, out, in)
		socket(a, out.LocalAddr())
		socket(a, in.RemoteAddr())
	}
	return nil
}

// socket notes what the bytes of an address are a part of.
func socket(a *truth.Account, addr net.Addr) {
	ip := addr.(*net.TCPAddr).IP
	a.Some("syscall.SockaddrInet4", unsafe.Add(unsafe.Pointer(&ip[0]), -8))
}

var progs []*syntax.Prog

// compile leaves instructions that lead to the expressions that they come from, of
// which one for each is left.
func compile(a *truth.Account) {
	for i := 0; i < 17; i++ {
		re, err := syntax.Parse("(?i)k", syntax.Perl) // k, K and the Kelvin sign
		truth.Exit(err)
		prog, err := syntax.Compile(re)
		truth.Exit(err)
		progs = append(progs, prog)
		a.Some("syntax.Regexp", unsafe.Pointer(re))
	}
}

// quit is what labelled goroutines wait for.
var quit = make(chan struct{})

// label leaves 7 goroutines with labels.
func label(a *truth.Account) {
	ready := make(chan bool)
	for i := 0; i < 7; i++ {
		go pprof.Do(context.Background(), pprof.Labels("tenant", "a"), func(context.Context) {
			ready <- true
			<-quit
		})
		<-ready
	}
	a.Count("pprof.labelMap", 7*objectsOfLabels)
}

// Kept is what values of made types hold.
type Kept struct{ a, b, c int }

// made are values of types that no source spells.
var made []reflect.Value

func makeTypes(a *truth.Account) {
	kept := reflect.TypeOf((*Kept)(nil))
	record := reflect.StructOf([]reflect.StructField{
		{Name: "N", Type: reflect.TypeOf(0), Tag: `json:"n"`},
		{Name: "Held", Type: kept},
		{Name: "Names", Type: reflect.TypeOf([]string(nil))},
	})
	for i := 0; i < 11; i++ {
		v := reflect.New(record)
		v.Elem().Field(1).Set(reflect.ValueOf(truth.Of(a, new(Kept))))
		a.Object("struct { N int; Held *main.Kept; Names []string }", v.UnsafePointer())
		made = append(made, v.Elem())
	}
	list := reflect.MakeSlice(reflect.SliceOf(record), 13, 13)
	a.Object("[]struct { N int; Held *main.Kept; Names []string }", list.UnsafePointer())
	a.Count("[]struct { N int; Held *main.Kept; Names []string }", 1) // the slice itself
	table := reflect.MakeMap(reflect.MapOf(reflect.TypeOf(uint16(0)), record))
	table.SetMapIndex(reflect.ValueOf(uint16(1)), list.Index(0))
	a.Object("map[uint16]struct { N int; Held *main.Kept; Names []string }", table.UnsafePointer())
	array := reflect.New(reflect.ArrayOf(3, record))
	a.Object("[3]struct { N int; Held *main.Kept; Names []string }", array.UnsafePointer())
	queue := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, record), 2)
	a.Object("chan struct { N int; Held *main.Kept; Names []string }", queue.UnsafePointer())
	made = append(made, list, table, array, queue)
}

// described are types that no source spells, in whose descriptors nothing but their
// kind says what they are.
var described []reflect.Type

// describe leaves the descriptors of made types, and their names.
func describe(a *truth.Account) {
	kept, number := reflect.TypeOf((*Kept)(nil)), reflect.TypeOf(uint64(0))
	for i := 1; i < 20; i++ { // with 0 the program has some of its own
		in := make([]reflect.Type, i)
		for k := range in {
			in[k] = kept
		}
		f := reflect.FuncOf(append(in, number), []reflect.Type{number}, false)
		size := strconv.Itoa(i + 2)
		note(a, "struct { FuncType abi.FuncType; Args ["+size+"]*reflect.rtype }", f)
		note(a, "reflect.ptrType", reflect.PtrTo(f))
		note(a, "reflect.sliceType", reflect.SliceOf(f))
		note(a, "abi.ArrayType", reflect.ArrayOf(i+1, f))
		note(a, "abi.ChanType", reflect.ChanOf(reflect.SendDir, f))
		s := reflect.StructOf([]reflect.StructField{{Name: "FieldOfLength" + size, Type: f, Tag: reflect.StructTag(`json:"field"`)}})
		note(a, "reflect.structTypeUncommon", s)
		// A field's name: the descriptor's fields begin with it.
		fields := *(*unsafe.Pointer)(unsafe.Add(descriptor(s), 56))
		a.Some("[]uint8", *(*unsafe.Pointer)(fields))
	}
}

func note(a *truth.Account, typ string, t reflect.Type) {
	described = append(described, t)
	a.Some(typ, descriptor(t))
}

// descriptor is where a type's is.
func descriptor(t reflect.Type) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1] }
