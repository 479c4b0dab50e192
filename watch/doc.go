// Package watch looks after folders that heap dumps arrive in: which files are
// dumps and whole, what their manifests say, which dumps of a process to compare
// with each other, and which may go.
//
// In goes a folder, memdbg/ or one worker's; out come its dumps in the order in
// which they are to be read, with the state each is in:
//
//	Growing   still being written, or its manifest is still to come
//	Ready     whole, or it has not changed for a while: to be read now
//	Reported  its manifest holds the report
//
// A dump arrives however it may: renamed to its name, copied, written in place,
// cut short by a kill or a full disk. Package jobtrace renames a dump first and
// its manifest after it; a dump from elsewhere never has one, until its report is
// written. The report in the manifest is all that is remembered, so a watcher may
// be killed and started again at any time.
//
// The package reads no graphs and decides nothing about leaks.
package watch
