package arch

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFence: what a handler must not do with a scope doesn't compile. Each probe is
// a handler of its own that lies in an overlay; the first shows that one which does
// nothing wrong is built.
func TestFence(t *testing.T) {
	const open, end = "func _(ctx context.Context, d *store.DB, p *store.PublicTx, q *store.TenantTx) { _, _, _, _ = ctx, d, p, q; ", " }"
	for _, probe := range []struct{ does, code, refused string }{
		{"nothing", `_ = q.Tenant.ID`, ""},
		{"raw SQL in a business", `_, _ = q.ExecContext(ctx, "SELECT 1")`, "q.ExecContext undefined"},
		{"raw SQL on the platform", `_, _ = p.Exec("SELECT 1")`, "p.Exec undefined"},
		{"raw rows", `_ = q.Select(nil, "SELECT 1")`, "q.Select undefined"},
		{"an early commit", `_ = q.Commit()`, "q.Commit undefined"},
		{"an early end", `_ = p.Rollback()`, "p.Rollback undefined"},
		{"the transaction itself", `_ = q.Tx`, "q.Tx undefined"},
		{"the owner's connection", `_, _ = d.Direct().Exec("DROP TABLE public.users")`, "d.Direct undefined"},
		{"the web's connections", `_, _ = d.Web().Exec("SELECT 1")`, "d.Web undefined"},
		{"the core", `_, _ = db.Exec(q, "SELECT 1")`, "use of internal package"},
		{"what a business may, in its scope", `_, _ = catalog.ReadPolicies(q)`, ""},
		{"what a business may, on the platform", `_, _ = catalog.ReadPolicies(p)`, "cannot use p"},
		{"what the platform may, in a business", `_, _ = people.ReadUser(q, q.Tenant.ID)`, "cannot use q"},
	} {
		t.Run(probe.does, func(t *testing.T) {
			t.Parallel()
			imports := "import \"context\"\nimport \"" + module + "store\"\n"
			for call, path := range map[string]string{"db.": "store/internal/db", "catalog.": "store/catalog", "people.": "store/people"} {
				if strings.Contains(probe.code, call) {
					imports += "import \"" + module + path + "\"\n"
				}
			}
			said := build(t, "package probe\n\n"+imports+open+probe.code+end+"\n")
			if probe.refused == "" && said != "" || !strings.Contains(said, probe.refused) {
				t.Errorf("the compiler says %q, not %q", said, probe.refused)
			}
		})
	}
}

// build compiles a file as a package of the handlers and returns what the compiler says.
func build(t *testing.T, code string) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "probe.go")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "handlers", "probe", "probe.go"): file}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{file: code, filepath.Join(dir, "overlay.json"): string(overlay)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), module+"handlers/probe")
	cmd.Dir = root
	said, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	return string(said)
}
