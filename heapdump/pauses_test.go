package heapdump

import "testing"

func TestSamePauses(t *testing.T) {
	with := func(n uint64, salt uint64) *MemStats {
		m := &MemStats{NumGC: n}
		for i := max(1, int64(n)-255); i <= int64(n); i++ {
			m.PauseNs[(i+255)%256] = uint64(i)*1000 + salt
		}
		return m
	}
	for _, c := range []struct {
		n, m uint64
		salt uint64
		want bool
	}{
		{3, 3, 0, true}, {3, 9, 0, true}, {0, 9, 1, true}, {200, 300, 0, true}, {1000, 1100, 0, true}, {10, 5000, 1, true},
		{3, 3, 1, false}, {3, 9, 1, false}, {200, 300, 1, false}, {9, 3, 0, true}, {9, 3, 1, false}, {1 << 20, 3, 0, true},
	} {
		a, b := with(c.n, 0), with(c.m, c.salt)
		if got := a.SamePauses(b); got != c.want || b.SamePauses(a) != got {
			t.Errorf("%d collections, then %d with %d ns more: %v", c.n, c.m, c.salt, got)
		}
	}
}
