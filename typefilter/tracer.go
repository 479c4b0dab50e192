package typefilter

// tracerPath is the package that a worker is traced with. Its dumps show it,
// too, and what it keeps to write them.
const tracerPath = "github.com/objgraph/objgraph/jobtrace"

// IsTracer reports whether a package is the one that a worker is traced with, or
// lies below it.
func IsTracer(pkg string) bool { return holds(tracerPath, pkg) }
