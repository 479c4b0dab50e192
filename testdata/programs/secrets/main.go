// Secrets holds things that must not leave a process, each in another kind of
// place, and writes a heap dump while they are there. What they are follows
// from their name, so that a test can look for them.
//
// usage: secrets -dump FILE; it prints the names, one a line, with "text" or
// "number" before them.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// text is the secret of a name: n letters that are no words.
func text(name string, n int) string {
	names = append(names, fmt.Sprintf("text %d %s", n, name))
	sum := sha256.Sum256([]byte(name))
	return strings.Clone(hex.EncodeToString(sum[:])[:n])
}

// number is the secret of a name as a number of 8 bytes.
func number(name string) uint64 {
	names = append(names, "number 8 "+name)
	sum := sha256.Sum256([]byte(name))
	return binary.LittleEndian.Uint64(sum[:])
}

var names []string

type account struct {
	owner    *account
	pin      uint64 // behind a pointer, as a length would be
	name     string
	limit    uint64 // behind a string, as a capacity would be
	iban     [20]byte
	tags     []string
	balance  float64
	id       uint64 // before a pointer, as an interface's type would be
	previous *account
}

type numbers struct {
	id   uint64
	rate [3]uint64
}

var (
	accounts  []*account
	global    account
	byName    = map[string]*account{}
	byNumber  = map[uint64]uint64{}
	large     = map[string]string{}
	bytes     [][]byte
	boxed     []any
	funcs     []func() uint64
	queue     = make(chan uint64, 8)
	messages  = make(chan string, 8)
	unread    = make(chan account, 3)
	registry  sync.Map
	ctx       context.Context
	forStacks = make(chan bool)
)

type ctxKey struct{ secret string }

func main() {
	dump := flag.String("dump", "secrets.dump", "write the heap dump to this `file`")
	flag.Parse()
	debug.SetGCPercent(-1) // what is garbage stays in the dump
	fields()
	containers()
	captured()
	held := sync.WaitGroup{}
	held.Add(1)
	go locals(&held)
	held.Wait()
	runtime.Gosched()
	if err := write(*dump); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(strings.Join(names, "\n"))
	runtime.KeepAlive([]any{accounts, bytes, boxed, funcs, ctx})
}

func fields() {
	a := &account{pin: number("field pin"), name: text("field name", 24), limit: number("field limit"), id: number("field id")}
	a.owner, a.previous = a, a
	copy(a.iban[:], text("field iban", 20))
	a.tags = []string{text("field tag", 7), text("short tag", 6)}
	accounts = append(accounts, a)
	global = account{pin: number("global pin"), name: text("global name", 16), limit: number("global limit"), previous: a, owner: a}
	os.Setenv("SECRETS_TOKEN", text("environment", 32))
}

func containers() {
	byName[text("map key", 24)] = accounts[0]
	byNumber[number("map number key")] = number("map number value")
	for i := 0; i < 2000; i++ {
		large[text(fmt.Sprint("large key ", i), 12)] = text(fmt.Sprint("large value ", i), 9)
	}
	bytes = append(bytes, []byte(text("byte slice", 48)), []byte(text("short bytes", 5)))
	big := make([]byte, 200_001)
	copy(big[100_003:], text("in a large buffer", 40))
	copy(big[200_001-11:], text("end of a large buffer", 11))
	bytes = append(bytes, big)
	boxed = append(boxed, number("boxed number"), text("boxed text", 12), numbers{number("boxed struct"), [3]uint64{1, 2, number("boxed array")}})
	queue <- number("channel number")
	messages <- text("channel text", 18)
	unread <- account{pin: number("channel struct"), name: text("channel struct text", 10)}
	registry.Store(text("sync map key", 14), number("sync map value"))
	ctx = context.WithValue(context.Background(), ctxKey{text("context key", 13)}, text("context value", 15))
}

func captured() {
	n, s := number("captured number"), text("captured text", 22)
	funcs = append(funcs, func() uint64 { return n }, func() uint64 { return n + uint64(len(s)) })
}

// locals keeps secrets in its frame until the dump is written.
func locals(held *sync.WaitGroup) {
	var raw [40]byte
	copy(raw[:], text("local array", 40))
	n := number("local number")
	a := account{pin: number("local pin"), name: text("local name", 20), owner: accounts[0]}
	held.Done()
	<-forStacks
	use(&raw, &n, &a)
}

//go:noinline
func use(raw *[40]byte, n *uint64, a *account) { runtime.KeepAlive([]any{raw, n, a}) }

func write(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}
