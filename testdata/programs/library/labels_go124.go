//go:build go1.24

package main

// objectsOfLabels of one goroutine: a struct.
const objectsOfLabels = 1
