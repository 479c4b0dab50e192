//go:build !go1.24

package main

// objectsOfLabels of one goroutine: a map, and the word that points at it.
const objectsOfLabels = 2
