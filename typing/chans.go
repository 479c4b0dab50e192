package typing

import (
	"github.com/objgraph/objgraph/mem"
)

// chanLayout is runtime.hchan (runtime/chan.go):
//
//	qcount dataqsiz buf elemsize(2) closed(4) [timer: 1.23+] elemtype sendx recvx recvq{first last} sendq{first last} lock [bubble: 1.25+]
//
// buf lies in the same object when the elements hold no pointers, else it is
// an object of its own.
type chanLayout struct {
	dataqsiz, buf, elemsize uint64
	recvq, sendq            uint64
	size                    uint64
}

func newChanLayout(v mem.GoVersion, a mem.Arch) chanLayout {
	p := uint64(a.PtrSize)
	l := chanLayout{dataqsiz: p, buf: 2 * p, elemsize: 3 * p}
	elemtype := 3*p + 8
	if v.AtLeast(23) {
		elemtype += p
	}
	l.recvq = elemtype + 3*p
	l.sendq = l.recvq + 2*p
	l.size = l.sendq + 3*p
	return l
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
		for _, end := range []uint64{q, q + w.ptr} {
			w.claim(claim{w.addr(v, end), w.sudog, 1, Channel})
		}
	}
}
