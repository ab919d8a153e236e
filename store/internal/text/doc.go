// Package text is what the store knows of words: letters that can be seen,
// addresses, telephone numbers, what a search looks for, times as people type
// them. It knows no database.
package text
