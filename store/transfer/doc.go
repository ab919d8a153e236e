// Package transfer takes a business out into a file and back in, whole or not at
// all.
package transfer
