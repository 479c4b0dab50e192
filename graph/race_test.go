//go:build race

package graph

// raced: the race detector slows the large tests tenfold, so they shrink.
const raced = true
