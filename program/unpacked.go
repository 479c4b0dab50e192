package program

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/objgraph/objgraph/program/internal/inflate"
)

// unpacked is a section's contents. A packed one is valid only where somebody
// waited for it: either it is unpacked from the start, by a goroutine of its own
// that others follow, or, where an index knows points in the stream, in pieces as
// they are asked for. Safe for concurrent readers.
type unpacked struct {
	data   []byte // all of it
	stream []byte // deflate; nil if data is whole
	fail   func(at int, err error) error

	// from the start
	started sync.Once
	done    atomic.Int64 // bytes that are valid
	mu      sync.Mutex
	more    chan struct{} // closed and renewed when done grows; nil if nobody waits
	ended   bool
	err     error
	stop    *atomic.Bool // nobody wants the rest

	// in pieces: piece i is [points[i].Out, points[i+1].Out). Set while unpacking
	// from the start, or before first use
	points  []inflate.Point // the first at 0
	windows []byte          // of every point but the first, inflate.Window each; nil: not in pieces
	pieces  []piece
}

// piece is one that is unpacked when first asked for.
type piece struct {
	once sync.Once
	ok   bool
}

// pieceBytes is how much of a section is unpacked at least when some is wanted.
const pieceBytes = 512 << 10

func wholeSection(b []byte) *unpacked { return &unpacked{data: b} }

// inPieces reports whether parts are unpacked apart.
func (u *unpacked) inPieces() bool { return u.pieces != nil }

// start has the section unpacked from its beginning, once, if it is packed.
func (f *elfFile) start(u *unpacked) {
	if u.stream == nil || u.inPieces() {
		return
	}
	u.started.Do(func() {
		u.stop = &f.closing
		f.work.Go(u.run)
	})
}

func (u *unpacked) run() {
	s := inflate.New(u.data[:len(u.data)+inflate.Slack], u.stream)
	var err error
	for err == nil && !s.Done() && !u.stop.Load() {
		if n := len(u.points); n == 0 || s.Out()-int(u.points[n-1].Out) >= pieceBytes {
			u.points = append(u.points, inflate.Point{In: s.In(), Out: uint64(s.Out())})
		}
		err = s.Block()
		u.publish(s.Out(), false, nil)
	}
	if err == nil && s.Out() != len(u.data) {
		err = inflate.ErrShort
	}
	if err != nil {
		err = u.fail(s.Out(), err)
	}
	u.publish(s.Out(), true, err)
}

func (u *unpacked) publish(done int, ended bool, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.done.Store(int64(done))
	u.ended, u.err = ended, err
	if u.more != nil {
		close(u.more)
		u.more = nil
	}
}

// wait returns when the first n bytes are valid, or with the error that keeps
// them from it. Not for a section in pieces.
func (u *unpacked) wait(n int) error {
	for u.stream != nil && u.done.Load() < int64(n) {
		u.mu.Lock()
		ended, err, more := u.ended, u.err, u.waiting()
		u.mu.Unlock()
		if ended {
			return err
		}
		<-more
	}
	return nil
}

// waiting is closed when more is known. Needs mu.
func (u *unpacked) waiting() chan struct{} {
	if u.more == nil {
		u.more = make(chan struct{})
	}
	return u.more
}

// finish returns when unpacking from the start, which was started, has ended.
func (u *unpacked) finish() error {
	for {
		u.mu.Lock()
		ended, err, more := u.ended, u.err, u.waiting()
		u.mu.Unlock()
		if ended {
			return err
		}
		<-more
	}
}

// from returns the section from its start up to end, or less: at least one byte
// at off and what follows it is valid, unless the stream is damaged there.
func (u *unpacked) from(off, end int) []byte {
	if !u.inPieces() {
		return u.data[:end]
	}
	lo, hi := 0, len(u.pieces) // the piece that holds off
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; u.points[mid].Out <= uint64(off) {
			lo = mid
		} else {
			hi = mid
		}
	}
	p := &u.pieces[lo]
	p.once.Do(func() { p.ok = u.unpackPiece(lo) == nil })
	if !p.ok {
		return u.data[:min(off, end)]
	}
	return u.data[:min(u.pieceEnd(lo), end)]
}

func (u *unpacked) pieceEnd(i int) int {
	if i+1 < len(u.points) {
		return int(u.points[i+1].Out)
	}
	return len(u.data)
}

func (u *unpacked) unpackPiece(i int) error {
	from, end := int(u.points[i].Out), u.pieceEnd(i)
	var window []byte
	if i > 0 {
		window = u.windows[(i-1)*inflate.Window:][:inflate.Window]
	}
	buf := scratch.Get().(*[]byte)
	defer scratch.Put(buf)
	b := slices.Grow((*buf)[:0], len(window)+end-from+inflate.Slack)[:len(window)+end-from+inflate.Slack]
	*buf = b
	copy(b, window)
	s, err := inflate.Resume(b, len(window), u.stream, u.points[i])
	for err == nil && s.Out() < len(b)-inflate.Slack {
		if s.Done() {
			return inflate.ErrShort
		}
		err = s.Block()
	}
	if err != nil {
		return err
	}
	copy(u.data[from:end], b[len(window):])
	return nil
}

// scratch is what pieces are unpacked in, behind their windows.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// usePoints makes a packed section one in pieces. It is not started.
func (u *unpacked) usePoints(points []inflate.Point, windows []byte) bool {
	if u.stream == nil || len(points) == 0 || points[0] != (inflate.Point{}) || len(windows) != (len(points)-1)*inflate.Window {
		return false
	}
	for i := 1; i < len(points); i++ {
		if points[i].Out < points[i-1].Out+inflate.Window || points[i].Out >= uint64(len(u.data)) {
			return false
		}
	}
	u.points, u.windows, u.pieces = points, windows, make([]piece, len(points))
	return true
}

// cursor decodes from off, and goes no further than end.
func (u *unpacked) cursor(off, end int) cursor {
	return cursor{buf: u.from(off, end), off: off, end: end, pieces: u}
}
