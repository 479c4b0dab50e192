package accuracy_test

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/internal/testprog"
)

const (
	manyArticles = 1_700_000 // three objects each
	fewArticles  = 3_000
)

// TestShuffled has the records of objects in another order, and wants the same
// answer, to the byte.
func TestShuffled(t *testing.T) {
	articles, least := fewArticles, 3*fewArticles
	if big() {
		articles, least = manyArticles, 5_000_000
	}
	s := build(t, "leaks", "")
	dir := t.TempDir()
	testprog.Start(t, s.exe, "-case", "slice", "-jobs", "6", "-every", "6", "-warm", "1", "-stock", strconv.Itoa(articles), "-dumps", filepath.Join(dir, "dumps"))
	objgraph := filepath.Join(dir, "objgraph")
	if out, err := exec.Command("go", "build", "-o", objgraph, "../../cmd/objgraph").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := answer(t, dir, objgraph, s.exe)
	if !bytes.Contains(want, []byte(`"type": "shop.Order"`)) || !bytes.Contains(want, []byte("global containers.ledger")) {
		t.Fatalf("the planted leak was not found:\n%s", want)
	}
	dumps, _ := filepath.Glob(filepath.Join(dir, "dumps", "*.dump"))
	for i, d := range dumps {
		if n := shuffle(t, d, uint64(i)); n < least {
			t.Fatalf("%s has %d objects, want %d", d, n, least)
		}
	}
	if got := answer(t, dir, objgraph, s.exe); !bytes.Equal(got, want) {
		t.Errorf("with shuffled records:\n%s\nand not\n%s", got, want)
	}
}

// answer runs objgraph leaks on the dumps of a folder, which stay where they are.
func answer(t *testing.T, dir, objgraph, exe string) []byte {
	t.Helper()
	dumps, err := filepath.Glob(filepath.Join(dir, "dumps", "*.dump"))
	if err != nil || len(dumps) != 2 {
		t.Fatalf("dumps %v, %v", dumps, err)
	}
	cmd := exec.Command(objgraph, append([]string{"leaks", "--exe", exe, "--jobs", "6", "--json", "--limit", "0", "--format", "dot", "-o", filepath.Join(dir, "out")}, dumps...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	start := time.Now()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.Bytes())
	}
	t.Logf("leaks on dumps of %d MB and %d MB: %.1fs, %d MB", size(t, dumps[0])>>20, size(t, dumps[1])>>20, time.Since(start).Seconds(), peakBytes(cmd.ProcessState)>>20)
	return out
}

// shuffle writes a dump anew with its objects' records in another order, and
// returns how many there are. All other records keep their places.
func shuffle(t *testing.T, path string, seed uint64) int {
	t.Helper()
	f, err := heapdump.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, objects := readRecords(t, f.Data())
	places := append([]int(nil), objects...)
	rnd := rand.New(rand.NewPCG(seed, 17))
	rnd.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	for k, at := range places {
		order[at] = objects[k]
	}
	writeRecords(t, path, f.Data(), records, order)
	return len(objects)
}

// record is where one lies in a file.
type record struct{ start, end int64 }

func readRecords(t *testing.T, data []byte) (records []record, objects []int) {
	t.Helper()
	r, err := heapdump.NewReader(data)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if rec.Tag() == heapdump.TagObject {
			objects = append(objects, len(records))
		}
		records = append(records, record{r.Offset(), r.End()})
		if rec.Tag() == heapdump.TagEOF {
			return records, objects
		}
	}
}

// writeRecords replaces a file by one with the records in an order.
func writeRecords(t *testing.T, path string, data []byte, records []record, order []int) {
	t.Helper()
	out, err := os.Create(path + ".shuffled")
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(out, 1<<20)
	w.Write(data[:records[0].start])
	for _, i := range order {
		w.Write(data[records[i].start:records[i].end])
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".shuffled", path); err != nil {
		t.Fatal(err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
