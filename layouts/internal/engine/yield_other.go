//go:build !unix

package engine

// yield has no counterpart here.
func yield(int) {}
