//go:build !linux

package mem

func advise([]byte) {}

// mapMemory has no memory: the collector's will do.
func mapMemory(int) []byte { return nil }

func unmapMemory([]byte) {}
