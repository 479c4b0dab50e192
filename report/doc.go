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
//	picture.go     the picture of a neighbourhood, and how its parts come about:
//	link.go        who holds an object, and what it holds, parts of maps and channels passed through
//	rank.go        which of many neighbours are worth a place
//	neighbours.go  which objects are drawn
//	way.go         the way from a root
//	edges.go       the arrows, and the boxes for what is left out
//	words.go       title and notes
//	merge.go       all objects of a set at once, holders that are alike as one box
//	filter.go      what a picture was asked to leave out
//	page.go        an answer as words and numbers that others lay out
//
// Texts never show what objects contain.
package report
