package heapdump

import (
	"encoding/hex"
	"strconv"
)

const (
	foldRun   = 8  // equal bytes in a row that are worth folding
	quoteRun  = 6  // printable bytes in a row that are worth quoting
	pieceMost = 48 // bytes of a hex or quoted piece
)

// pieceLen is how many bytes of b, which is not empty, the next piece of its
// text form takes. The piece is folded, quoted or hex throughout.
func pieceLen(b []byte) int {
	if n := sameLen(b); n >= foldRun {
		return n
	}
	if n := printableLen(b); n >= quoteRun {
		return n
	}
	n := 1
	for n < len(b) && n < pieceMost && !startsOther(b[n:]) {
		n++
	}
	return n
}

// startsOther reports whether a folded or quoted piece can start at b.
func startsOther(b []byte) bool {
	return sameLen(b[:min(len(b), foldRun)]) == foldRun || printableLen(b[:min(len(b), quoteRun)]) == quoteRun
}

// sameLen is the length of the run of equal bytes at the start of b.
func sameLen(b []byte) int {
	n := 1
	for n < len(b) && b[n] == b[0] {
		n++
	}
	return n
}

// printableLen is the length of the run of printable ASCII at the start of
// b, cut before a run that is worth folding.
func printableLen(b []byte) int {
	n := 0
	for n < len(b) && n < pieceMost && b[n] >= ' ' && b[n] <= '~' && sameLen(b[n:min(len(b), n+foldRun)]) < foldRun {
		n++
	}
	return n
}

func appendPiece(dst, b []byte) []byte {
	switch {
	case len(b) >= foldRun && sameLen(b) == len(b):
		dst = hex.AppendEncode(dst, b[:1])
		return strconv.AppendInt(append(dst, '*'), int64(len(b)), 10)
	case len(b) >= quoteRun && printableLen(b) == len(b):
		return strconv.AppendQuote(dst, string(b))
	}
	return hex.AppendEncode(dst, b)
}

// fieldRun is n fields of one kind, step bytes apart.
type fieldRun struct {
	kind FieldKind
	off  uint64
	step uint64
	n    uint64 // 1, or 3 and more
}

// kindLetters stand before an offset, by kind; that of a pointer is left out.
const kindLetters = "-pie"

// cutFieldRun splits the longest foldable run off f, a well-formed list that
// is not empty. Two fields are not worth folding.
func cutFieldRun(f Fields) (run fieldRun, rest Fields) {
	kind, off, rest, _ := f.Next()
	run = fieldRun{kind: kind, off: off, n: 1}
	long, after := run, rest
	for last := off; ; {
		kind, off, next, ok := after.Next()
		if !ok || kind != run.kind || off <= last || long.n > 1 && off-last != long.step {
			break
		}
		long.step, long.n = off-last, long.n+1
		last, after = off, next
	}
	if long.n < 3 {
		return run, rest
	}
	return long, after
}

func (r fieldRun) append(dst []byte) []byte {
	if r.kind != FieldPtr {
		dst = append(dst, kindLetters[r.kind])
	}
	dst = strconv.AppendUint(dst, r.off, 10)
	if r.n > 1 {
		dst = strconv.AppendUint(append(dst, ".."...), r.off+(r.n-1)*r.step, 10)
		dst = strconv.AppendUint(append(dst, '/'), r.step, 10)
	}
	return dst
}
