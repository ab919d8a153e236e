// Package static carries the stylesheet, the script and the icons inside the
// binary and serves them under addresses that change with their content, so
// that browsers may keep them for ever.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

//go:embed css/app.css css/schedule.css js/app.js js/find.js js/frame.js js/passkeys.js js/schedule.js js/vendor/htmx.min.js icons.svg favicon.svg
var files embed.FS

// Prefix is where the handler belongs.
const Prefix = "/static/"

type asset struct {
	hash  string
	mime  string
	plain []byte
	gzip  []byte
}

// assets is made once, when first asked for.
var assets = sync.OnceValue(load)

func load() map[string]asset {
	return map[string]asset{
		"css/app.css": pack("text/css; charset=utf-8", "css/app.css"),
		// htmx and our own lines travel as one file: one request less.
		"js/app.js":        pack("text/javascript; charset=utf-8", "js/vendor/htmx.min.js", "js/app.js", "js/find.js"),
		"js/visitor.js":    pack("text/javascript; charset=utf-8", "js/app.js"),
		"css/schedule.css": packed("text/css; charset=utf-8", read("css/schedule.css"), scheduleSteps()),
		"js/schedule.js":   pack("text/javascript; charset=utf-8", "js/schedule.js"),
		"js/frame.js":      pack("text/javascript; charset=utf-8", "js/frame.js"),
		"js/passkeys.js":   pack("text/javascript; charset=utf-8", "js/passkeys.js"),
		"icons.svg":        pack("image/svg+xml", "icons.svg"),
		"favicon.svg":      pack("image/svg+xml", "favicon.svg"),
	}
}

// remarks are what browsers need not load of our own scripts: lines that are a
// comment, and indentation. No text of theirs goes over a line's end.
var remarks = regexp.MustCompile(`(?m)^[ \t]*//.*\n|^[ \t]+`)

func pack(mime string, names ...string) asset {
	var parts [][]byte
	for _, name := range names {
		part := read(name)
		if strings.HasSuffix(name, ".js") && !strings.Contains(name, "/vendor/") {
			part = remarks.ReplaceAll(part, nil)
		}
		parts = append(parts, part)
	}
	return packed(mime, bytes.Join(parts, []byte("\n;")), nil)
}

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("static: %s is not embedded: %v", name, err))
	}
	return bytes.TrimSpace(b)
}

// packed is text with what was made for it.
func packed(mime string, text, made []byte) asset {
	plain := append(append(bytes.Clone(text), '\n'), made...)
	sum := sha256.Sum256(plain)
	return asset{hash: hex.EncodeToString(sum[:6]), mime: mime, plain: plain, gzip: compress(plain)}
}

func compress(b []byte) []byte {
	var buf bytes.Buffer
	w, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression) // the level is valid
	_, _ = w.Write(b)                                       // a buffer doesn't fail
	_ = w.Close()
	return buf.Bytes()
}

// URL is the address of an asset, such as "css/app.css". It panics on a name
// that isn't there: that is a misspelling and shows in the first test.
func URL(name string) string {
	a, ok := assets()[name]
	if !ok {
		panic("static: no asset " + name)
	}
	return Prefix + a.hash + "/" + name
}

// Size is what an asset weighs on its way, compressed.
func Size(name string) int { return len(assets()[name].gzip) }
