// Package cron has a name that is not the last element of its path.
package cron

// Entry is named cron.Entry by package reflect.
type Entry struct {
	ID   int
	Next *Entry
	Tags map[string][]string
}

// Pair is generic.
type Pair[K comparable, V any] struct {
	Key K
	Val V
}

// Default is a package variable.
var Default = &Entry{ID: 1}
