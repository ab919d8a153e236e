package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestRoomsStaySmall: a room of the store that needs more than 30 files or 120
// exported names has a second one hiding in it.
func TestRoomsStaySmall(t *testing.T) {
	for _, room := range append(storeRooms, "store") {
		names, err := filepath.Glob(filepath.Join("..", "..", "..", filepath.FromSlash(room), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		files, exported := 0, 0
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files++
			for _, d := range file.Decls {
				exported += exportedBy(d)
			}
		}
		if files == 0 || files > 30 || exported > 120 {
			t.Errorf("%s has %d files and %d exported names", room, files, exported)
		}
	}
}

// exportedBy counts the names of a package that a declaration exports.
func exportedBy(d ast.Decl) (n int) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.IsExported() {
			n++
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					n++
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() {
						n++
					}
				}
			}
		}
	}
	return n
}
