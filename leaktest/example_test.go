package leaktest_test

import (
	"strings"
	"testing"

	"github.com/objgraph/objgraph/leaktest"
)

// A test that fails when rendering leaks: TestRender in a file of tests.
func ExampleCheck() {
	TestRender := func(t *testing.T) {
		render := func() { _ = strings.Repeat("total", 3) }
		leaktest.Check(t, leaktest.Options{Jobs: 20, Warmup: 5}, render)
	}
	_ = TestRender
}
