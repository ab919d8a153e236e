package app

import (
	"os"
	"runtime/debug"
)

const (
	// A page leaves garbage and little else: a heap of a few megabytes that may
	// grow to five times that is collected a quarter as often.
	gcPercent = 400
	// Above this the collector works as hard as it must.
	memoryLimit = 256 << 20
)

// tuneMemory sets the pace of the garbage collector, unless GOGC or GOMEMLIMIT
// say otherwise.
func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
