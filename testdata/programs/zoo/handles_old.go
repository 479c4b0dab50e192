//go:build !go1.23

package main

import "programs/truth"

// addHandles: there are no handles yet.
func addHandles(*truth.Account) {}
