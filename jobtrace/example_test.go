package jobtrace_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/objgraph/objgraph/jobtrace"
)

// A worker that traces its jobs, and what is in its folder afterwards.
func Example() {
	dir, err := os.MkdirTemp("", "memdbg-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	t, err := jobtrace.New(jobtrace.Options{Dir: dir, Worker: "importer", NoReport: true})
	if err != nil {
		log.Fatal(err)
	}
	var index []string // leaks
	for _, id := range []string{"import-1", "import-2"} {
		err := t.Do(context.Background(), id, func(ctx context.Context) error {
			index = append(index, make([]string, 1000)...)
			if id == "import-2" {
				return errors.New("no such file")
			}
			return nil
		})
		fmt.Println(id, err)
	}
	if err := t.Close(); err != nil {
		log.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "importer", "*-*.json"))
	for _, path := range paths {
		var m jobtrace.Manifest
		text, _ := os.ReadFile(path)
		if err := json.Unmarshal(text, &m); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s %s %q\n", m.Dump, m.Kind, m.Outcome)
	}
	// Output:
	// import-1 <nil>
	// import-2 no such file
	// 000001-import-1.dump before ""
	// 000002-import-1.dump after "ok"
	// 000003-import-2.dump after "failed"
}
