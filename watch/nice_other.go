//go:build !unix

package watch

// Nice lets other programs go first, where the system is asked like this.
func Nice() {}
