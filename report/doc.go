// Package report turns answers into what people and programs read: text
// tables, JSON, and pictures of who holds what.
//
// In go the answers of package census and a snapshot; out come bytes on a
// writer, or a layouts.Picture that is still to be drawn. It asks nothing of
// a dump that census could answer, and writes no files.
//
// Every answer has a file of its own (info.go, types.go, roots.go, paths.go,
// leaks.go) with its JSON as the documentation states it, and its text. All
// of them end with what the answer rests on, see About.
//
//	link.go        who holds an object, and what it holds, parts of maps and channels passed through
//	rank.go        which of many holders are worth a place
//	neighbours.go  which objects a picture shows
//	edges.go       the arrows between them, the boxes for what is left out
//	chain.go       the way from a root
//
// Texts never show what objects contain.
package report
