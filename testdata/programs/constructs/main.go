// Constructs holds objects behind every construct of the language that a heap
// reader must see through, each behind a type of its own and in a number of
// its own (primes, where nothing else decides), so that a confusion of two
// shows as a wrong count.
//
// usage: constructs -dump FILE; the truth is printed as package truth says.
package main

import (
	"flag"
	"os"

	"programs/truth"
)

// quit is what every parked goroutine waits for.
// signal is an empty struct of its own: the standard library has channels of
// struct{} too.
type signal struct{}

var quit = make(chan signal)

func main() {
	dump := flag.String("dump", "constructs.dump", "write the heap dump to this `file`")
	flag.Parse()
	a := truth.New()
	addInterfaces(a)
	addSlices(a)
	addStrings(a)
	addMaps(a)
	addSyncAndLibrary(a)
	addChannels(a)
	addClosures(a)
	addGenerics(a)
	addMiddles(a)
	addLists(a)
	addBig(a)
	addFinalizers(a)
	parked := addParked(a) + addSenders(a) + addDeferred(a)
	truth.Exit(truth.WaitParked(parked))
	truth.Exit(a.DumpTo(os.Stdout, *dump))
	close(quit)
}
