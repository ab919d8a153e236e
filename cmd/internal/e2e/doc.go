// Package e2e walks through the whole program as its users do: the real binary,
// a real PostgreSQL and a real browser. There is nothing here but tests.
package e2e
