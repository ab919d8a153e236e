package arch

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestS1_DocsNameTheirTests: what the pages about security promise names tests
// that are there, and each row of the criteria has one of its name.
func TestS1_DocsNameTheirTests(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	var names []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
		return err
	})
	if err != nil || len(names) < 200 {
		t.Fatalf("%d tests were found, %v", len(names), err)
	}
	is := func(name string) bool {
		prefix, open := strings.CutSuffix(name, "*")
		for _, n := range names {
			if n == name || open && strings.HasPrefix(n, prefix) {
				return true
			}
		}
		return false
	}
	for _, page := range []string{"security.md", "signing-in.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("`((?:Test|Fuzz)\\w+\\*?)`").FindAllStringSubmatch(string(text), -1) {
			if !is(m[1]) {
				t.Errorf("docs/%s names %s, which is nowhere", page, m[1])
			}
		}
	}
	for letter, most := range map[string]int{"M": 13, "T": 5, "S": 8} {
		for n := range most {
			if row := fmt.Sprint(letter, n+1); !is("Test" + row + "_*") {
				t.Errorf("no test is named after row %s", row)
			}
		}
	}
}
