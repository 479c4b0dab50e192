package engine

import (
	"os"
	"testing"
)

// TestMain spares every layout child the second that a race-detecting process
// waits before it exits.
func TestMain(m *testing.M) {
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}
