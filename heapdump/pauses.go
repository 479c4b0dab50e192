package heapdump

// SamePauses compares how long the collections took that both know of, whichever
// came first, to the nanosecond, which two processes do not agree in: the last
// 256, collection n at (n+255)%256.
func (m *MemStats) SamePauses(other *MemStats) bool {
	x, y := m, other
	if x.NumGC > y.NumGC {
		x, y = y, x
	}
	kept := uint64(len(x.PauseNs))
	first := uint64(1)
	if y.NumGC > kept {
		first = y.NumGC - kept + 1
	}
	for n := first; n <= x.NumGC; n++ {
		if i := (n + kept - 1) % kept; x.PauseNs[i] != y.PauseNs[i] {
			return false
		}
	}
	return true
}
