package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// platformJobs work for the platform or for whoever has no business yet.
var platformJobs = map[string]string{
	"SignUpArgs": "opens a business", "FindArgs": "lists all businesses of an address", "CleanUpArgs": "of all", "RollUpArgs": "of all",
	"SweepMasqueradesArgs": "of all", "BulkArgs": "a staff's work on many", "TrialsArgs": "of all", "RestoreArgs": "makes the business",
}

// TestT5_EachJobCarriesItsBusiness reads the arguments of all jobs from the source,
// so that a new one is among them.
func TestT5_EachJobCarriesItsBusiness(t *testing.T) {
	has, jobs, embeds := map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, name := range sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					for _, f := range s.Fields.List {
						for _, name := range f.Names {
							has[n.Name.Name] = has[n.Name.Name] || name.Name == "BusinessID"
						}
						if of, ok := f.Type.(*ast.Ident); ok && f.Names == nil {
							embeds[n.Name.Name] = of.Name
						}
					}
				}
			case *ast.FuncDecl:
				if n.Recv != nil && n.Name.Name == "Kind" && n.Type.Results != nil {
					if of, ok := n.Recv.List[0].Type.(*ast.Ident); ok && strings.HasSuffix(of.Name, "Args") {
						jobs[of.Name] = true
					}
				}
			}
			return true
		})
	}
	if len(jobs) < 15 {
		t.Fatalf("%d kinds of jobs were found: the test is blind", len(jobs))
	}
	for job := range jobs {
		has := has[job] || has[embeds[job]]
		if _, excused := platformJobs[job]; has == excused {
			t.Errorf("%s: has a BusinessID: %v, excused: %v", job, has, excused)
		}
	}
}
