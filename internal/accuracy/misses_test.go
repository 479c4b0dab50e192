package accuracy_test

import "github.com/objgraph/objgraph/internal/accuracy"

// rarer is the limit of the definition: the type with the fewest live objects.
const rarer = "one object of the type lives elsewhere and holds no such part, so the parts are rarer by one than what leaked with them."

// moduleMisses are those among the real modules.
func moduleMisses() []accuracy.Miss {
	return []accuracy.Miss{{Case: "zap", Why: rarer}}
}

// misses are the planted leaks whose verdicts are not right, and why.
func misses() []accuracy.Miss {
	return []accuracy.Miss{{Case: "tree", Why: rarer}}
}

// versionMisses are those with a version of Go only.
func versionMisses(version string) []accuracy.Miss {
	if version >= "1.25" {
		return nil
	}
	return []accuracy.Miss{{Case: "ok-unique", Why: "package unique of these versions forgets dead entries only now and then, so they pile up."}}
}
