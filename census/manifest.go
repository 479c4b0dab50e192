package census

import (
	"encoding/json"
	"io"
	"os"
	"strings"
)

// Where the number of jobs between dumps comes from.
const (
	JobsGiven     = "given"     // in the options
	JobsManifests = "manifests" // beside the dumps
	JobsAssumed   = "assumed"   // one between neighbours, as nobody said
)

// maxManifest bounds the manifest that is read, in bytes.
const maxManifest = 1 << 20

// jobsOfManifests are the jobs between dumps, from the manifests beside them:
// x.json beside x.dump, packed or not, whose "jobsSoFar" is how many the process had
// done. nil unless every dump has one, and the later ones no fewer jobs.
func jobsOfManifests(dumps []string) (between []int) {
	before := 0
	for i, d := range dumps {
		done, ok := jobsDone(d)
		if !ok || i > 0 && done < before {
			return nil
		}
		if i > 0 {
			between = append(between, done-before)
		}
		before = done
	}
	return between
}

func jobsDone(dump string) (done int, ok bool) {
	base := dump
	for _, ext := range []string{".zst", ".gz", ".dump"} {
		base = strings.TrimSuffix(base, ext)
	}
	f, err := os.Open(base + ".json")
	if err != nil {
		return 0, false
	}
	defer f.Close()
	var m struct {
		Jobs *int `json:"jobsSoFar"`
	}
	if json.NewDecoder(io.LimitReader(f, maxManifest)).Decode(&m) != nil || m.Jobs == nil || *m.Jobs < 0 {
		return 0, false
	}
	return *m.Jobs, true
}
