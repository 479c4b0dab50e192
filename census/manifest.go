package census

import "github.com/objgraph/objgraph/snapshot"

// Where the number of jobs between dumps comes from.
const (
	JobsGiven     = "given"     // in the options
	JobsManifests = "manifests" // beside the dumps
	JobsAssumed   = "assumed"   // one between neighbours, as nobody said
)

// jobsOfManifests are the jobs between dumps, from the manifests beside them:
// x.json beside x.dump, packed or not, whose "jobsSoFar" is how many the process had
// done. nil unless every dump has one, and the later ones no fewer jobs.
func jobsOfManifests(dumps []string) (between []int) {
	before := 0
	for i, d := range dumps {
		done := snapshot.ManifestOf(d).JobsSoFar
		if done == nil || i > 0 && *done < before {
			return nil
		}
		if i > 0 {
			between = append(between, *done-before)
		}
		before = *done
	}
	return between
}
