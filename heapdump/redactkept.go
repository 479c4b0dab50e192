package heapdump

import "github.com/objgraph/objgraph/mem"

// Kept says which words of some contents stay, and why.
type Kept struct {
	arch  mem.Arch
	words []Reason // by word
	parts []keptPart
}

// keptPart is a word of which only some bits stay.
type keptPart struct {
	word uint64
	mask uint64
}

// start begins with n bytes of which nothing stays.
func (k *Kept) start(a mem.Arch, n int) {
	k.arch, k.parts = a, k.parts[:0]
	n /= a.PtrSize
	if cap(k.words) < n {
		k.words = make([]Reason, n)
		return
	}
	k.words = k.words[:n]
	clear(k.words)
}

// index is the word at an offset, -1 if none begins there.
func (k *Kept) index(off uint64) int {
	p := uint64(k.arch.PtrSize)
	if off%p != 0 || off/p >= uint64(len(k.words)) {
		return -1
	}
	return int(off / p)
}

// Word keeps the word at an offset in bytes, unless it stays already.
func (k *Kept) Word(off uint64, why Reason) {
	if i := k.index(off); i >= 0 && k.words[i] == Zeroed {
		k.words[i] = why
	}
}

// Bytes keeps n bytes at an offset within one word, unless all of that stays.
func (k *Kept) Bytes(off, n uint64, why Reason) {
	p := uint64(k.arch.PtrSize)
	i := k.index(off - off%p)
	if i < 0 || k.words[i] != Zeroed || n == 0 || off%p+n > p {
		return
	}
	at := off % p
	if k.arch.BigEndian {
		at = p - at - n
	}
	mask := (^uint64(0) >> (64 - 8*n)) << (8 * at)
	k.words[i] = why
	k.parts = append(k.parts, keptPart{uint64(i), mask})
}

// apply zeroes the rest of b and counts.
func (k *Kept) apply(b []byte, sum *Redaction) {
	p := k.arch.PtrSize
	if p == 0 {
		clear(b) // before any params record
		return
	}
	for _, part := range k.parts {
		w := b[part.word*uint64(p):]
		k.arch.PutWord(w, k.arch.Word(w)&part.mask)
	}
	for i, why := range k.words {
		w := b[i*p : i*p+p]
		if k.arch.Word(w) == 0 {
			continue
		}
		sum.Words[why]++
		if why == Zeroed {
			clear(w)
		}
	}
	clear(b[len(k.words)*p:])
}
