package heap

// SamePauses compares how long the collections took that two dumps both tell
// of, to the nanosecond, which two processes do not agree in: the last 256,
// collection n at (n+255)%256. A dump without MemStats agrees with any.
func (h *Heap) SamePauses(later *Heap) bool {
	x, y := h.MemStats, later.MemStats
	if x == nil || y == nil {
		return true
	}
	if x.NumGC > y.NumGC {
		return false
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
