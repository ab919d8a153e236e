package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// platformJobs work for the platform or for whoever has no business yet.
var platformJobs = map[string]string{
	"SignUpArgs": "opens a business", "FindArgs": "lists all businesses of an address", "CleanUpArgs": "of all", "RollUpArgs": "of all",
	"SweepMasqueradesArgs": "of all", "BulkArgs": "a staff's work on many", "TrialsArgs": "of all", "RestoreArgs": "makes the business",
}

// TestT5_EachJobCarriesItsBusiness reads the arguments of all jobs from the source,
// so that a new one is among them.
func TestT5_EachJobCarriesItsBusiness(t *testing.T) {
	packages, err := parser.ParseDir(token.NewFileSet(), ".", nil, 0) //nolint:staticcheck // the files alone are asked for, without types
	if err != nil {
		t.Fatal(err)
	}
	has, jobs, embeds := map[string]bool{}, map[string]bool{}, map[string]string{}
	for _, file := range packages["store"].Files {
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

// TestT5_AJobWithoutItsBusinessFails where it is enqueued.
func TestT5_AJobWithoutItsBusinessFails(t *testing.T) {
	own, other := newID(), newID()
	some := func(id uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: id, Valid: true} }
	for name, c := range map[string]struct {
		in    scope
		job   river.JobArgs
		fails bool
	}{
		"own":                         {scope{business: own}, TicketAnswerArgs{BusinessID: own}, false},
		"own, maybe none":             {scope{business: own}, InviteArgs{BusinessID: some(own)}, false},
		"another's":                   {scope{business: own}, TicketAnswerArgs{BusinessID: other}, true},
		"another's, maybe none":       {scope{business: own}, InviteArgs{BusinessID: some(other)}, true},
		"none":                        {scope{business: own}, TicketAnswerArgs{}, true},
		"none, maybe none":            {scope{business: own}, InviteArgs{}, true},
		"the platform's in a tenant":  {scope{business: own, schema: "b"}, RollUpArgs{}, true},
		"the platform's":              {scope{platform: true}, RollUpArgs{}, false},
		"staff's":                     {scope{platform: true}, InviteArgs{}, false},
		"a business's on the console": {scope{platform: true}, TicketAnswerArgs{BusinessID: own}, false},
		"none on the console":         {scope{platform: true}, TicketAnswerArgs{}, true},
		"by reference":                {scope{business: own}, &TicketAnswerArgs{BusinessID: other}, true},
	} {
		if err := c.in.checkJob(c.job); (err != nil) != c.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}
