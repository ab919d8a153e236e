package handlers_test

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var update = flag.Bool("update", false, "write the golden files anew")

// TestRoutesGolden lists every route with its permission and all else that decides
// who gets in: a change of who may do what shows in the diff.
func TestRoutesGolden(t *testing.T) {
	var b strings.Builder
	for _, mode := range []struct {
		name string
		dev  bool
	}{{"serve", false}, {"dev", true}} {
		app := &web.App{Dev: mode.dev, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
		platform, business, site := handlers.Surfaces(app, "")
		platformAPI, businessAPI := handlers.APIs(api.New(app))
		for _, s := range []handlers.Surface{platform, business, site, platformAPI, businessAPI} {
			var lines []string
			for _, r := range s.Routes {
				flags := ""
				if r.Masqueraded {
					flags += " masqueraded"
				}
				if r.Closed {
					flags += " while-closed"
				}
				if r.SetUp {
					flags += " set-up"
				}
				if r.Background {
					flags += " background"
				}
				if r.Sessionless {
					flags += " sessionless"
				}
				if r.IsPersonal() {
					flags += " personal"
				}
				if r.MaxUpload > 0 {
					flags += fmt.Sprintf(" upload=%dKiB", r.MaxUpload>>10)
				}
				lines = append(lines, fmt.Sprintf("%-5s %-8s %-4s %-32s %s%s\n", mode.name, s.Name, r.Method, r.Path, r.Permission, flags))
			}
			sort.Strings(lines)
			b.WriteString(strings.Join(lines, ""))
		}
	}
	golden := filepath.Join("testdata", "routes.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("routes differ from %s; if that is meant, run go test ./handlers -update\n%s", golden, b.String())
	}
	if strings.Contains(strings.Split(b.String(), "dev ")[0], "/dev/") {
		t.Error("a development route exists in serve")
	}
}
