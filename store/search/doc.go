// Package search is the search for anything, within a business and on the platform,
// and for the businesses where an address can log in.
package search
