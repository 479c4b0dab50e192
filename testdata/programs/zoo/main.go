// Zoo holds objects behind every construct of the language that a heap reader
// must see through, each behind a type of its own and in a number of its own
// (primes, where nothing else decides), so that a confusion of two shows as a
// wrong count. What a construct holds is mostly a struct of three ints: it has
// no pointers, so nothing but its holder can tell what it is.
//
// usage: zoo -dump FILE; the truth is printed as package truth says.
package main

import (
	"flag"
	"os"
	"runtime"
	"runtime/debug"

	"programs/truth"
)

// signal is an empty struct of its own: the standard library has channels of
// struct{} too.
type signal struct{}

// quit is what every parked goroutine waits for.
var quit = make(chan signal)

func main() {
	dump := flag.String("dump", "zoo.dump", "write the heap dump to this `file`")
	flag.Parse()
	debug.SetGCPercent(-1) // pools are emptied by collections
	a := truth.New()
	addHeap(a)
	parked := addGoroutines(a)
	truth.Exit(truth.WaitParked(parked))
	queueFinalizers(a)
	truth.Exit(dumpTo(a, *dump))
	close(quit)
}

func addHeap(a *truth.Account) {
	addInterfaces(a)
	addDirect(a)
	addSlices(a)
	addStrings(a)
	addTiny(a)
	addMaps(a)
	addMapKinds(a)
	addGrowing(a)
	addLibrary(a)
	addContexts(a)
	addTimers(a)
	addBuffers(a)
	addReflected(a)
	addHandles(a)
	addPulled(a)
	addChannels(a)
	addClosures(a)
	addGenerics(a)
	addGenericClosures(a)
	addMiddles(a)
	addEmbedded(a)
	addLists(a)
	addLiterals(a)
	addBig(a)
	addFinalizers(a)
}

// addGoroutines says how many goroutines it left waiting for a channel.
func addGoroutines(a *truth.Account) int {
	return addParked(a) + addStackObjects(a) + addSenders(a) + addReceivers(a) +
		addDeferred(a) + addPanics(a) + addGenericFrames(a)
}

// dumpTo writes the dump and the account. The pools are filled around the last
// collection, which moves what they have to their victims.
func dumpTo(a *truth.Account, path string) error {
	runtime.GC()
	fillPool(a, &victims, newVictim)
	runtime.GC()
	fillPool(a, &pool, newPooled)
	return a.WriteTo(os.Stdout, path)
}
