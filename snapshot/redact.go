package snapshot

import (
	"sort"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typing"
)

// Knowledge is what the snapshot knows of its dump's words, for a redaction of
// the same dump: which of them types are told by. It is nil without an executable.
// Used by one goroutine.
func (s *Snapshot) Knowledge() heapdump.Knowledge {
	if s.Image == nil {
		return nil
	}
	k := &knowledge{s: s, frames: map[mem.Addr]*heapdump.Frame{}}
	for i := range s.Heap.Goroutines {
		frames := s.Heap.Goroutines[i].Frames
		for j := range frames {
			k.frames[frames[j].SP] = &frames[j]
			k.stacks = append(k.stacks, extent{frames[j].SP, uint64(len(frames[j].Contents))})
		}
	}
	sort.Slice(k.stacks, func(i, j int) bool { return k.stacks[i].addr < k.stacks[j].addr })
	return k
}

type knowledge struct {
	s      *Snapshot
	frames map[mem.Addr]*heapdump.Frame
	stacks []extent // ascending
}

type extent struct {
	addr mem.Addr
	size uint64
}

func (k *knowledge) IsCode(a mem.Addr) bool { return k.s.Image.IsEntry(a) }

func (k *knowledge) IsType(a mem.Addr) bool {
	return k.s.Image.TypeAt(a) != nil || k.s.Image.ItabType(a) != nil
}

func (k *knowledge) Room(a mem.Addr) uint64 {
	if p, ok := k.s.Heap.Locate(a); ok {
		return uint64(p.Start()-a) + p.Size()
	}
	if seg := k.s.Heap.Segment(a); seg != nil {
		return uint64(seg.Addr-a) + uint64(len(seg.Contents))
	}
	i := sort.Search(len(k.stacks), func(i int) bool { return k.stacks[i].addr > a }) - 1
	if i >= 0 && uint64(a-k.stacks[i].addr) < k.stacks[i].size {
		return uint64(k.stacks[i].addr-a) + k.stacks[i].size
	}
	return 0
}

// kept are the reasons for which words stay that typing reads.
var kept = map[typing.Read]heapdump.Reason{
	typing.ReadAddress: heapdump.KeptAddress,
	typing.ReadHeader:  heapdump.KeptHeader,
	typing.ReadType:    heapdump.KeptType,
	typing.ReadCode:    heapdump.KeptCode,
	typing.ReadLength:  heapdump.KeptLength,
	typing.ReadCount:   heapdump.KeptCount,
	typing.ReadFlag:    heapdump.KeptFlag,
}

// keep is a reader that marks what lies at an offset of some contents.
func (k *knowledge) keep(to *heapdump.Kept, at uint64) typing.Reader {
	ptr := uint64(k.s.Heap.Arch.PtrSize)
	return func(off, n uint64, what typing.Read) {
		for off += at; n > 0; {
			part := min(n, ptr-off%ptr)
			if part == ptr {
				to.Word(off, kept[what])
			} else {
				to.Bytes(off, part, kept[what])
			}
			off, n = off+part, n-part
		}
	}
}

func (k *knowledge) Object(addr mem.Addr, contents []byte, to *heapdump.Kept) bool {
	id, ok := k.s.Heap.Find(addr)
	if !ok {
		return true // a span tail, or what lies on another object
	}
	return k.s.Heap.Addr(id) == addr && k.s.Typing.Reads(id, contents, k.keep(to, 0))
}

func (k *knowledge) Memory(addr mem.Addr, contents []byte, to *heapdump.Kept) bool {
	if f := k.frames[addr]; f != nil && len(f.Contents) == len(contents) {
		k.frame(f, to)
		return false
	}
	if !k.s.Program.HasDWARF {
		return false
	}
	end := addr + mem.Addr(len(contents))
	for _, g := range k.s.Image.Globals() {
		if g.Type != nil && !g.Type.Shape && g.Addr >= addr && g.Addr < end {
			k.s.Typing.ReadsOf(g.Type, k.keep(to, uint64(g.Addr-addr)))
		}
	}
	for i := range k.s.Typing.Literals {
		if l := &k.s.Typing.Literals[i]; l.Addr >= addr && l.Addr < end {
			k.s.Typing.ReadsLiteral(l, k.keep(to, uint64(l.Addr-addr)))
		}
	}
	return true
}

// frame keeps what is read of variables, of which the compiler may keep the words
// apart.
func (k *knowledge) frame(f *heapdump.Frame, to *heapdump.Kept) {
	base := typing.CFA(f)
	for _, v := range k.s.Image.Vars(f.PC) {
		if v.Type == nil || v.Type.Shape {
			continue
		}
		for _, p := range v.Pieces {
			at := uint64(base + mem.Addr(p.Offset) - f.SP)
			k.s.Typing.ReadsOf(v.Type, func(off, n uint64, what typing.Read) {
				if off >= p.VarOffset && off+n <= p.VarOffset+p.Size {
					k.keep(to, at)(off-p.VarOffset, n, what)
				}
			})
		}
	}
}
