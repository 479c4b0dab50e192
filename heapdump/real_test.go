package heapdump

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// builds are the toolchains and experiments that dumps are read of. Only the
// first, the local one, is tried unless OBJGRAPH_MATRIX is 1.
var builds = []struct{ toolchain, experiment, arch string }{
	{},
	{"go1.21.13", "", ""},
	{"go1.21.13", "", "386"},
	{"go1.22.12", "", ""},
	{"go1.22.12", "noallocheaders", ""},
	{"go1.23.12", "", ""},
	{"go1.24.13", "", ""},
	{"go1.24.13", "noswissmap", ""},
	{"go1.24.13", "", "386"},
	{"go1.25.7", "", ""},
	{"go1.25.7", "greenteagc", ""},
	{"go1.26.8", "", ""},
	{"go1.26.8", "nogreenteagc", ""},
	{"go1.26.8", "", "386"},
	{"go1.27.0", "", ""},
	{"go1.27.0", "nogreenteagc", ""},
}

// TestRealDumps reads dumps of real programs: every byte is accounted for,
// and the objects are as many as the runtime counts.
func TestRealDumps(t *testing.T) {
	for _, b := range builds {
		name := strings.Join(strings.Fields(b.toolchain+" "+b.experiment+" "+b.arch), " ")
		t.Run(cmp.Or(name, "local"), func(t *testing.T) {
			var env []string
			if name != "" {
				if os.Getenv("OBJGRAPH_MATRIX") != "1" {
					t.Skip("OBJGRAPH_MATRIX=1 tries other toolchains than the local one")
				}
				env = []string{"GOTOOLCHAIN=" + b.toolchain, "GOEXPERIMENT=" + b.experiment}
			}
			if b.arch != "" {
				env = append(env, "GOARCH="+b.arch)
			}
			data, err := os.ReadFile(runWorker(t, buildWorker(t, env...), "-n", "20000"))
			if err != nil {
				t.Fatal(err)
			}
			checkReal(t, data)
		})
	}
}

func checkReal(t *testing.T, data []byte) {
	t.Helper()
	if back, err := rewrite(t, data); err != nil || !bytes.Equal(back, data) {
		t.Errorf("writing the records gives other bytes, %v", err)
	}
	text(t, data)
	checkTally(t, takeTally(t, data))
	ps, _ := places(t, data)
	count := map[Tag]int{}
	for _, p := range ps {
		count[p.tag]++
	}
	for tag := TagObject; tag < numTags; tag++ {
		if count[tag] == 0 && tag != TagOtherRoot {
			t.Errorf("no %v record: the worker should have made one", tag)
		}
	}
}

// checkTally allows for the few objects that come and go around the dump.
func checkTally(t *testing.T, c tally) {
	t.Helper()
	const slack = 32
	objects, bytes := int64(c.objects())-int64(c.stats.HeapObjects), int64(c.realBytes)-int64(c.stats.HeapAlloc)
	t.Logf("%s %s: %d records, %d tails; objects %+d, bytes %+d", c.params.GoVersion, c.params.Arch, c.records, c.tails, objects, bytes)
	if max(objects, -objects) > slack || max(bytes, -bytes) > slack*1024 {
		t.Errorf("%d objects, MemStats has %d; %d bytes, MemStats has %d",
			c.objects(), c.stats.HeapObjects, c.realBytes, c.stats.HeapAlloc)
	}
	if rule := NewTailRule(mem.GoVersion(c.params.GoVersion), mem.LE64); rule.bitmap > 0 && c.tails == 0 {
		t.Error("no tail slots, the test shows nothing")
	}
}

// TestBigObject has a true object of 3 GiB, of which the runtime writes 2.
func TestBigObject(t *testing.T) {
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Skip("OBJGRAPH_BIG=1 writes a dump of 2 GiB")
	}
	f, err := Open(runWorker(t, buildWorker(t), "-big", "3221225472"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := NewReader(f.Data())
	if err != nil {
		t.Fatal(err)
	}
	var short []uint64
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if o, ok := rec.(*Object); ok && o.Short() > 0 {
			short = append(short, o.Size, uint64(len(o.Contents)), uint64(o.Contents[0]))
		}
	}
	if len(short) != 3 || short[0] != 3<<30 || short[1] != 0x7ffff000 || short[2] != 0xb1 {
		t.Errorf("short objects (size, bytes, first byte): %v", short)
	}
}
