// Package truth keeps account of the objects that a test program makes, writes
// its heap dump, and prints the account on standard output:
//
//	dump FILE              what follows is true of this dump
//	go VERSION             runtime.Version of the program
//	count TYPE N           N reachable objects of the type, no more and no fewer
//	object TYPE 0xADDR     one of them, at this address
//	some TYPE 0xADDR       reachable and of this type, but not the only one
//	hidden TYPE 0xADDR     reachable; nothing in the dump need say its type
//	unreached TYPE 0xADDR  kept by a root that dumps leave out
//	made TYPE N            so many were made since the dump before
//	dropped TYPE N         so many were let go of since the dump before
//
// Types are named as reflect prints them, with these additions: []T is the
// backing array of a slice, func NAME a closure, chan T (buf) a buffer of a
// channel, and map[K]V (group), before Go 1.24 (buckets), the storage of a map.
// An address is that of the value: in a slot with a malloc header it is 8 bytes
// above the slot's.
//
// The account remembers addresses as numbers, so it holds no object.
package truth

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// An Account is the truth about one dump, safe for concurrent use.
type Account struct {
	mu     sync.Mutex
	lines  []line
	counts map[string]int
	moves  []move
}

type move struct {
	word, typ string
	n         int
}

type line struct {
	word, typ string
	addr      uintptr
}

// New returns an empty account.
func New() *Account { return &Account{counts: map[string]int{}} }

// Object notes one object of the type, at its start.
func (a *Account) Object(typ string, p unsafe.Pointer) {
	a.note("object", typ, p)
	a.Count(typ, 1)
}

// Some notes one of several objects of the type whose number is not known.
func (a *Account) Some(typ string, p unsafe.Pointer) { a.note("some", typ, p) }

// Count notes n objects of the type whose addresses are not known.
func (a *Account) Count(typ string, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.counts[typ] += n
}

func (a *Account) note(word, typ string, p unsafe.Pointer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = append(a.lines, line{word, typ, uintptr(p)})
}

// Moved notes what happened to a type since the dump before.
func (a *Account) Moved(typ string, made, dropped int) {
	a.moves = append(a.moves, move{"made", typ, made}, move{"dropped", typ, dropped})
}

// Of notes the object that p points to and returns p.
func Of[T any](a *Account, p *T) *T {
	a.Object(Name[T](), unsafe.Pointer(p))
	return p
}

// Hidden is Of for an object whose type nothing in the dump need say.
func Hidden[T any](a *Account, p *T) *T {
	a.note("hidden", Name[T](), unsafe.Pointer(p))
	return p
}

// HiddenSlice is Hidden for the backing array of s.
func HiddenSlice[T any](a *Account, s []T) []T {
	a.note("hidden", "[]"+Name[T](), unsafe.Pointer(unsafe.SliceData(s)))
	return s
}

// Unreached notes an object that is alive, but by nothing that a dump lists.
func Unreached[T any](a *Account, p *T) *T {
	a.note("unreached", Name[T](), unsafe.Pointer(p))
	return p
}

// Tiny notes a value of less than 16 bytes without pointers, which shares its
// block with others.
func Tiny[T any](a *Account, p *T) { a.Some("tiny", unsafe.Pointer(p)) }

// ByHeader is Of for an object of more than 512 bytes with pointers, of which
// only a malloc header (Go 1.22 and later) says the type.
func ByHeader[T any](a *Account, p *T) *T {
	if !Since(22) {
		return Hidden(a, p)
	}
	return Of(a, p)
}

// Slice notes the backing array of s, which must not be empty, and returns s.
func Slice[T any](a *Account, s []T) []T {
	a.Object("[]"+Name[T](), unsafe.Pointer(&s[0]))
	return s
}

// Text notes the bytes of s, which must be 16 or more so that they are an
// object of their own, and returns s.
func Text(a *Account, s string) string {
	a.Some("string", unsafe.Pointer(unsafe.StringData(s)))
	return s
}

// Ref notes the one object that the pointer-shaped value v is: a map, a
// channel or a func.
func Ref[T any](a *Account, v T) T {
	p := *(*unsafe.Pointer)(unsafe.Pointer(&v))
	name := Name[T]()
	if strings.HasPrefix(name, "func(") {
		name = "func " + runtime.FuncForPC(*(*uintptr)(p)).Name()
	}
	a.Object(name, p)
	return v
}

// Boxed notes the copy of a T that the interface value v points to. T must be
// of a size and kind that is boxed into an object of its own.
func Boxed[T any](a *Account, v T) any {
	boxed := any(v)
	a.Object(Name[T](), (*[2]unsafe.Pointer)(unsafe.Pointer(&boxed))[1])
	return boxed
}

// Buffer counts the buffer of a channel of T that is an object of its own: T
// has pointers.
func Buffer[T any](a *Account) {
	a.Count("chan "+Name[T]()+" (buf)", 1)
}

// SmallMap notes a map of at most eight entries and at least one: a header and
// one group or array of buckets.
func SmallMap[M ~map[K]V, K comparable, V any](a *Account, m M) M {
	part := " (group)"
	if OldMaps() {
		part = " (buckets)"
	}
	a.Count(Name[M]()+part, 1)
	return Ref(a, m)
}

// OldMaps says whether maps have the layout of Go 1.23 and before.
func OldMaps() bool { return !Since(24) || strings.Contains(runtime.Version(), "noswissmap") }

// Since says whether the program was built by Go 1.minor or later.
func Since(minor int) bool {
	var v int
	fmt.Sscanf(runtime.Version(), "go1.%d", &v)
	return v >= minor
}

// Name is the name of T as reflect prints it.
func Name[T any]() string { return reflect.TypeOf((*T)(nil)).Elem().String() }

// WaitParked returns when n goroutines wait for a channel, so that a dump does
// not meet them on their way there. It gives up after ten seconds.
func WaitParked(n int) error {
	buf := make([]byte, 4<<20)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		stacks := string(buf[:runtime.Stack(buf, true)])
		if strings.Count(stacks, " [chan ")+strings.Count(stacks, " [select") >= n {
			return nil
		}
	}
	return fmt.Errorf("%d goroutines did not park", n)
}

// Dump collects twice and writes a heap dump, mode 0600.
func Dump(path string) error {
	runtime.GC()
	runtime.GC()
	return write(path)
}

func write(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}

// Print writes the account: counts sorted by type, then objects as noted.
func (a *Account) Print(w io.Writer, dump string) {
	fmt.Fprintf(w, "dump %s\ngo %s\n", dump, runtime.Version())
	types := make([]string, 0, len(a.counts))
	for typ := range a.counts {
		types = append(types, typ)
	}
	sort.Strings(types)
	for _, typ := range types {
		fmt.Fprintf(w, "count %s %d\n", typ, a.counts[typ])
	}
	for _, m := range a.moves {
		fmt.Fprintf(w, "%s %s %d\n", m.word, m.typ, m.n)
	}
	for _, l := range a.lines {
		fmt.Fprintf(w, "%s %s %#x\n", l.word, l.typ, l.addr)
	}
}

// DumpTo is Dump and Print in one.
func (a *Account) DumpTo(w io.Writer, path string) error {
	if err := Dump(path); err != nil {
		return err
	}
	a.Print(w, path)
	return nil
}

// WriteTo is DumpTo without a collection.
func (a *Account) WriteTo(w io.Writer, path string) error {
	if err := write(path); err != nil {
		return err
	}
	a.Print(w, path)
	return nil
}

// Exit ends the program with a message if err is not nil.
func Exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
