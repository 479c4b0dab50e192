// Package store is an index of a folder that jobtrace writes to: which workers
// there are, their memory over time, their jobs and dumps.
//
// In go memdbg/, or the folder of one worker; out come rows for tables and points
// for charts. The folder is the truth. What is read of it is kept in an SQLite
// database, so that a start reads only what is new, and so that memory is still
// known when memory.jsonl was begun anew; who deletes the database loses no more
// than that.
//
//	store.go    the database file
//	index.go    one look at the folder
//	journal.go  memory.jsonl, read from where the last look ended
//	rollup.go   samples by the minute, ten minutes and hour
//	manifest.go what a manifest says of a dump
//	query.go    workers and jobs
//	series.go   memory over time, at most so many points
//
// Several processes may index one folder at once: what was read and where it
// ended are written in one transaction. Reports are left to the manifests, of which
// only what tables sort by is kept here.
package store
