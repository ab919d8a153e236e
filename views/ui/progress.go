package ui

import (
	"fmt"
	"hash/fnv"
)

// progressID ties the bar to its label; equal labels make equal bars.
func progressID(p ProgressProps) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(p.Label))
	return fmt.Sprintf("progress-%x", h.Sum32())
}
