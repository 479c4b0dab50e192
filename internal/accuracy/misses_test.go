package accuracy_test

import "github.com/objgraph/objgraph/internal/accuracy"

// moduleMisses are those among the real modules.
func moduleMisses() []accuracy.Miss { return nil }

// misses are the planted leaks whose verdicts are not right, and why.
func misses() []accuracy.Miss { return nil }

// versionMisses are those with a version of Go only.
func versionMisses(version string) []accuracy.Miss {
	if version >= "1.25" {
		return nil
	}
	return []accuracy.Miss{{Case: "ok-unique", Why: "package unique of these versions forgets dead entries only now and then, so they pile up."}}
}
