// Protos keeps messages as google.golang.org/protobuf does (a module of that name with
// the same layouts stands for it): by unsafe.Pointers beside a type, and by what they
// begin with.
//
// usage: protos -dump FILE; the truth is printed as package truth says.
package main

import (
	"flag"
	"os"
	"reflect"
	"runtime"
	"strings"
	"unsafe"

	"google.golang.org/protobuf/protoimpl"
	"google.golang.org/protobuf/reflect/protoreflect"

	"programs/truth"
)

var (
	values = map[int]protoreflect.Value{}
	states []protoreflect.Message
	kinds  []*protoimpl.MessageInfo
)

// Boxed: 17, each the value of a protoreflect.Value; Direct: 19, each pointed at by
// one. Ping: 23 messages, each held by its state alone; InPing: 23, held by those.
type Boxed struct{ a, b, c int }

type Direct struct{ a, b, c int }

type Ping struct {
	state protoimpl.MessageState
	name  string
	in    *InPing
}

type InPing struct{ a, b, c int }

// Pong looks like Ping: 29, held alike, with an InPong each.
type Pong struct {
	state protoimpl.MessageState
	name  string
	in    *InPong
}

type InPong struct{ a, b, c int }

func main() {
	dump := flag.String("dump", "protos.dump", "write the heap dump to this `file`")
	flag.Parse()
	a := truth.New()
	keepValues(a)
	keepMessages(a)
	runtime.GC()
	truth.Exit(a.DumpTo(os.Stdout, *dump))
}

func keepValues(a *truth.Account) {
	for i := 0; i < 17; i++ {
		values[len(values)] = protoreflect.OfAny(truth.Boxed(a, Boxed{a: i}))
		values[len(values)] = protoreflect.OfUint(uint64(uintptr(unsafe.Pointer(&values))))
	}
	for i := 0; i < 19; i++ {
		values[len(values)] = protoreflect.OfAny(truth.Of(a, &Direct{a: i}))
	}
	s := strings.Repeat("text ", 10)
	values[len(values)] = protoreflect.OfString(s)
	a.Some("string", unsafe.Pointer(unsafe.StringData(s)))
	b := make([]byte, 48)
	values[len(values)] = protoreflect.OfBytes(b)
	a.Some("[]uint8", unsafe.Pointer(&b[0]))
}

func keepMessages(a *truth.Account) {
	ping := &protoimpl.MessageInfo{GoReflectType: reflect.TypeOf((*Ping)(nil))}
	pong := &protoimpl.MessageInfo{GoReflectType: reflect.TypeOf((*Pong)(nil))}
	a.Object("impl.messageReflectWrapper", ping.Nil())
	kinds = append(kinds, ping)
	for i := 0; i < 23; i++ {
		p := truth.Of(a, &Ping{in: truth.Of(a, &InPing{a: i})})
		states = append(states, p.state.State(ping).(protoreflect.Message))
	}
	for i := 0; i < 29; i++ {
		p := truth.Of(a, &Pong{in: truth.Of(a, &InPong{a: i})})
		states = append(states, p.state.State(pong).(protoreflect.Message))
	}
}
