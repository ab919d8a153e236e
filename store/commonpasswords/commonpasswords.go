// Package commonpasswords knows passwords that many people chose: the ten
// thousand most frequent ones of at least twelve characters among Mark Burnett's
// ten million, which he gave to the public domain.
package commonpasswords

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"slices"
	"strings"
	"sync"
)

//go:embed list.txt.gz
var packed []byte

// list is unpacked when the first password is chosen; most processes never need it.
var list = sync.OnceValue(func() []string {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err) // built into the program
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return strings.Fields(string(text)) // sorted
})

// Has says whether a password is in the list, however it is capitalised.
func Has(password string) bool {
	_, found := slices.BinarySearch(list(), strings.ToLower(password))
	return found
}
