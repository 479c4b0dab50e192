package heapdump

import (
	"fmt"

	"github.com/objgraph/objgraph/mem"
)

// Record is one record of a dump: *Object, *OtherRoot, *Type, *Goroutine,
// *Frame, *Params, *Finalizer, *Itab, *OSThread, *MemStats, *Segment, *Defer,
// *Panic, *ProfileBucket, *AllocSample or *EOF.
type Record interface{ Tag() Tag }

// Object is a slot of the heap: an allocated object, or one of the false ones
// that TailRule tells.
type Object struct {
	Addr     mem.Addr
	Size     uint64 // bytes of the slot; the Writer takes len(Contents) if that is more
	Contents []byte // Size bytes, or fewer where the runtime wrote the object short (see Short)
	Fields   Fields // where Contents holds pointers, each offset below Size
}

// OtherRoot is a pointer that nothing else in the dump accounts for. No
// runtime since Go 1.7 writes one.
type OtherRoot struct {
	Description string
	To          mem.Addr
}

// Type describes the dynamic type of an itab. The same one may be written
// more than once.
type Type struct {
	Addr     mem.Addr // of the runtime type descriptor
	Size     uint64   // bytes of a value
	Name     string   // import path, dot, name; ends in the dot for a pointer type
	Indirect bool     // the interface's data word points at the value
}

// Goroutine is followed by its frames, innermost first, then its defers and panics.
type Goroutine struct {
	Addr       mem.Addr // of the runtime.g
	SP         mem.Addr
	ID         uint64
	CreatedAt  mem.Addr // pc of the go statement
	Status     uint64   // runtime._Grunnable 1, _Gsyscall 3, _Gwaiting 4, …
	System     bool     // started by the runtime
	Background bool     // always false
	WaitSince  uint64   // nanotime when it blocked, 0 if unknown
	WaitReason string   // "chan receive"; empty if not waiting
	Context    mem.Addr // the closure it runs
	M          mem.Addr // its thread, 0 if none
	Defer      mem.Addr // newest defer record
	Panic      mem.Addr // newest panic record
}

// Frame is one frame of the goroutine before it.
type Frame struct {
	SP       mem.Addr // lowest address of the frame, where Contents starts
	Depth    uint64   // 0 is innermost
	ChildSP  mem.Addr // SP of the frame called, 0 if innermost
	Contents []byte
	Entry    mem.Addr // of the function
	PC       mem.Addr // where it goes on: a return address unless innermost
	ContPC   mem.Addr // where it goes on if deferred functions run, 0 if dead
	Func     string
	Fields   Fields // offsets from SP; those of a function at its entry can lie outside of Contents
}

// Params is the first record: what machine and Go wrote the dump.
type Params struct {
	BigEndian          bool
	PtrSize            uint64
	HeapStart, HeapEnd mem.Addr // span all arenas, with gaps
	Arch               string   // GOARCH
	GoVersion          string   // runtime.Version, with experiments
	NCPU               uint64
}

// MemArch checks the byte order and pointer size. It fails for pointers of
// other than 4 or 8 bytes.
func (p *Params) MemArch() (mem.Arch, error) {
	if p.PtrSize != 4 && p.PtrSize != 8 {
		return mem.Arch{}, fmt.Errorf("%w: pointer size %d, want 4 or 8", ErrFormat, p.PtrSize)
	}
	return mem.Arch{PtrSize: int(p.PtrSize), BigEndian: p.BigEndian}, nil
}

// Finalizer is a finalizer that is set, or one that waits to run.
type Finalizer struct {
	Queued     bool // tag 11: the object is dead and its finalizer will run
	Object     mem.Addr
	Func       mem.Addr // the closure
	Entry      mem.Addr // its code
	ArgType    mem.Addr // type of the closure's argument, may be an interface
	ObjectType mem.Addr // pointer to the object's type
}

// Itab pairs an itab with its concrete type.
type Itab struct{ Addr, Type mem.Addr }

// OSThread is a thread (a runtime.m).
type OSThread struct {
	Addr mem.Addr
	ID   uint64 // the runtime's
	OSID uint64 // the system's
}

// MemStats is runtime.MemStats at the time of the dump.
type MemStats struct {
	Alloc, TotalAlloc, Sys, Lookups, Mallocs, Frees       uint64
	HeapAlloc, HeapSys, HeapIdle, HeapInuse, HeapReleased uint64
	HeapObjects                                           uint64
	StackInuse, StackSys, MSpanInuse, MSpanSys            uint64
	MCacheInuse, MCacheSys, BuckHashSys, GCSys, OtherSys  uint64
	NextGC, LastGC, PauseTotalNs                          uint64
	PauseNs                                               [256]uint64 // circular; newest at (NumGC+255)%256
	NumGC                                                 uint64
}

// Segment is the data or bss segment of the main module.
type Segment struct {
	BSS      bool
	Addr     mem.Addr
	Contents []byte
	Fields   Fields
}

// Defer is a pending deferred call.
type Defer struct{ Addr, Goroutine, SP, PC, Func, Entry, Link mem.Addr }

// Panic is a panic in progress.
type Panic struct {
	Addr, Goroutine, ArgType, Arg mem.Addr
	Defer                         mem.Addr // 0 in every Go of today
	Link                          mem.Addr
}

// ProfileBucket is an allocation site of the memory profile.
type ProfileBucket struct {
	ID     mem.Addr // what AllocSample.Bucket names
	Size   uint64   // bytes of each allocation
	Stack  []StackLine
	Allocs uint64
	Frees  uint64
}

// StackLine is one call of an allocation's stack, innermost first.
type StackLine struct {
	Func, File string
	Line       uint64
}

// AllocSample names the site where a profiled object was allocated.
type AllocSample struct{ Object, Bucket mem.Addr }

// EOF ends the dump. A file without it is cut off.
type EOF struct{}

// Short is how many of the object's bytes are missing from the file.
func (o *Object) Short() uint64 {
	if n := uint64(len(o.Contents)); o.Size > n {
		return o.Size - n
	}
	return 0
}

// Tag makes *Object a Record, and so on below.
func (*Object) Tag() Tag        { return TagObject }
func (*OtherRoot) Tag() Tag     { return TagOtherRoot }
func (*Type) Tag() Tag          { return TagType }
func (*Goroutine) Tag() Tag     { return TagGoroutine }
func (*Frame) Tag() Tag         { return TagFrame }
func (*Params) Tag() Tag        { return TagParams }
func (*Itab) Tag() Tag          { return TagItab }
func (*OSThread) Tag() Tag      { return TagOSThread }
func (*MemStats) Tag() Tag      { return TagMemStats }
func (*Defer) Tag() Tag         { return TagDefer }
func (*Panic) Tag() Tag         { return TagPanic }
func (*ProfileBucket) Tag() Tag { return TagBucket }
func (*AllocSample) Tag() Tag   { return TagSample }
func (*EOF) Tag() Tag           { return TagEOF }

// Tag is TagFinalizer or TagQueuedFinalizer.
func (f *Finalizer) Tag() Tag {
	if f.Queued {
		return TagQueuedFinalizer
	}
	return TagFinalizer
}

// Tag is TagData or TagBSS.
func (s *Segment) Tag() Tag {
	if s.BSS {
		return TagBSS
	}
	return TagData
}
