// Package ui holds the small components from which every page is built. Each
// takes a props struct of formatted strings whose zero value is sensible, and
// /dev/gallery shows each in all its states.
package ui
