// Package paging reads lists in pages: sorted, narrowed, counted, and found again
// by a cursor.
package paging
