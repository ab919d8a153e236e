// Package ops is what keeps the platform running: background jobs, cleaning up,
// the search for anything, the state of the system.
package ops
