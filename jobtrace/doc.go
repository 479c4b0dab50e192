// Package jobtrace finds out which job of a worker leaks memory. Around each job
// it writes a heap dump, from which objgraph, another process, tells what
// stayed behind, and draws who holds it.
//
//	jobtrace.AddFlags(nil) // --trace_memory and others
//	flag.Parse()
//	t, err := jobtrace.FromFlags() // nil without --trace_memory, and that is fine
//	…
//	defer t.Close()
//	for job := range queue {
//		err := t.Do(ctx, job.ID, job.Run)
//	}
//
// In go the jobs, by Do or Begin and Job.End; out come files in
// memdbg/<worker>/, the worker being the executable's name unless Options say
// otherwise, or that with -2 and so on when several run at a time:
//
//	<seq>-<job>.dump   the heap, in runtime/debug.WriteHeapDump's format
//	<seq>-<job>.json   its Manifest, which gets the report once there is one
//	memory.jsonl       a Sample every few seconds
//	crash-*.txt        the stacks of a crash, see Tracer.OnCrash
//
// Before a dump come the functions of Options.DropCaches and two collections,
// so that neither garbage nor what finalizers and a sync.Pool held is taken for a
// leak. The dump after a job is the one before the next, when no job ran between.
// A job always runs, and what it returns, or panics with, is passed on, whatever
// becomes of its dumps; what goes wrong is logged once. Nothing is analysed
// here: the first dump starts "objgraph watch" on the folder, if there is that
// command, and what it prints after each job goes to the log.
//
// The package imports the standard library alone. It refers to
// runtime.MemProfile, without which the linker turns allocation samples off.
//
// # What it costs
//
// Off, which is a nil *Tracer, a call costs a comparison. On, a traced job takes
// two collections and a dump. The process stands still while a dump is written,
// for one to three seconds for 500 MB: the manifest says for how long each time
// (pause). A dump is as large as the heap, whose contents it holds: files are
// for their owner alone, and are as secret as the process's memory. Its first one
// makes a 64-bit process's RSS rise by 32 MB, which is the runtime's table of arenas,
// read by WriteHeapDump.
//
// # Risks
//
// WriteHeapDump of Go 1.26 and 1.27 can end the process: with "dumpgs in STW - bad
// status", when some goroutine is just leaving a system call. With 3,000
// goroutines in short system calls 4 of 6 processes died within 300 dumps; with 64
// none of 12 did. There is no way to catch or to avoid that, so:
//
//   - no dump is written while there are more than Options.MaxGoroutines
//     goroutines, 1000 unless set otherwise;
//   - trace one worker of many, with one job at a time, and not each job:
//     Options.Every, Options.MinInterval, Options.At.
//
// A folder in memory (tmpfs) makes a dump count against the memory's limit, just
// when that is short. An object of 2 GiB or more cannot be dumped whole; such a
// dump is discarded, as is one that a full disk cut off.
//
// # More than one job at a time
//
// What one job leaks cannot be told from what another does meanwhile. Begin
// returns ErrBusy then, and Do runs the job untraced and says so once. With
// Options.Overlap they are traced, and the manifests say how many others ran.
//
// # Crashes
//
// A job that panics leaves a dump before the panic goes on, and with OnCrash a
// process leaves one before it runs out of memory. What cannot be caught leaves
// its stacks as text. For the heap as well, have the system write a core:
// GOTRACEBACK=crash in the environment, ulimit -c unlimited, and see
// /proc/sys/kernel/core_pattern for where it goes.
package jobtrace
