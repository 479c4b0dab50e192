// Package repl is the session in which sets of objects are divided and followed,
// as guppy's heapy has it for Python: objgraph heap.
//
// In go dumps and lines of Starlark, which is Python's syntax; out come tables,
// text and pictures. What the answers are is decided by package partition and
// those below it; here are the words for them.
//
//	command.go   the command and its flags
//	session.go   the dumps, and the names that a session begins with
//	eval.go      one piece of input: parsed, bounded, interrupted, its error in one line
//	loop.go      where lines come from: a terminal, a file
//	complete.go  what the tab key offers
//	words.go     the attributes of values, with their help
//	objects.go   sets of objects, their tables and pages
//	object.go    one object and its fields
//	record.go    what a condition looked at
//	paths.go     chains, patterns, pictures
//	whatif.go    what would go free
//	show.go      values as text, JSON, CSV
//
// Every attribute of every value stands in a table with its help; a test wants each
// of them in a session whose output is compared.
package repl
