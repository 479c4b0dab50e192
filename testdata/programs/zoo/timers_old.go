//go:build !go1.23

package main

import (
	"time"

	"programs/truth"
)

func ofTimer(a *truth.Account, t *time.Timer) *time.Timer { return truth.Of(a, t) }
