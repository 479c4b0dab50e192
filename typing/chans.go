package typing

import (
	"strings"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// chanLayout is runtime.hchan (runtime/chan.go):
//
//	qcount dataqsiz buf elemsize(2) closed(4) [timer: 1.23+] elemtype sendx recvx recvq{first last} sendq{first last} lock [bubble: 1.25+]
//
// buf lies in the same object when the elements hold no pointers, else it is
// an object of its own.
type chanLayout struct {
	dataqsiz, buf, elemsize uint64
	elemtype                uint64
	recvq, sendq            uint64
	size                    uint64
}

func newChanLayout(v mem.GoVersion, a mem.Arch) chanLayout {
	p := uint64(a.PtrSize)
	l := chanLayout{dataqsiz: p, buf: 2 * p, elemsize: 3 * p}
	l.elemtype = 3*p + 8
	if v.AtLeast(23) {
		l.elemtype += p
	}
	l.recvq = l.elemtype + 3*p
	l.sendq = l.recvq + 2*p
	l.size = l.sendq + 3*p
	return l
}

// bothWays is the type that a channel was made as, for one that may only be
// sent to or received from.
func (tb *table) bothWays(t *program.Type) *program.Type {
	if t.Elem == nil || t.Named || strings.HasPrefix(t.Name, "chan ") {
		return t
	}
	elem := t.Elem.FullName
	if strings.HasPrefix(elem, "<-") {
		elem = "(" + elem + ")"
	}
	if both := tb.lookupGo("chan " + elem); both != nil {
		return both
	}
	return t
}

// walkChan follows a channel to its buffer and to the goroutines that wait.
func (w *walker) walkChan(ty *Type, v view) {
	elem := ty.Go.Elem
	if elem == nil || uint64(len(v.b)) < w.chans.size {
		return
	}
	n, buf := w.word(v, w.chans.dataqsiz), w.addr(v, w.chans.buf)
	inside := buf >= v.addr && buf-v.addr < mem.Addr(len(v.b))
	if n > 0 && elem.Size > 0 && n < 1<<40/elem.Size && !inside {
		w.claim(claim{buf, w.id(ChanBuf, ty.Go), n * elem.Size, Channel})
	}
	for _, q := range []uint64{w.chans.recvq, w.chans.sendq} {
		w.walkWaiters(w.addr(v, q), elem)
	}
}

// maxWaiters bounds a queue of waiting goroutines.
const maxWaiters = 1 << 20

// walkWaiters follows a queue of sudogs (runtime/runtime2.go: g next prev
// elem …). elem is where the waiting goroutine has the value that it sends,
// mostly on its stack.
func (w *walker) walkWaiters(p mem.Addr, elem *program.Type) {
	for range maxWaiters {
		id, ok := w.h.Find(p)
		if !ok {
			return
		}
		w.claim(claim{p, w.sudog, 1, Channel})
		v := view{p, w.h.Object(id).Contents}
		if elem.Size > 0 && elem.PtrBytes > 0 && !elem.Shape {
			w.claim(claim{w.addr(v, 3*w.ptr), w.id(Value, elem), 1, Channel})
		}
		p = w.addr(v, w.ptr)
	}
}
