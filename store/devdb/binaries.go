package devdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// minMajor is the oldest PostgreSQL that knows NULLS NOT DISTINCT.
const minMajor = 15

// binaries is one installed PostgreSQL server.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// errNoServer is why nothing was found; installing may help.
type errNoServer struct{ oldest string }

func (e errNoServer) Error() string {
	if e.oldest != "" {
		return fmt.Sprintf("PostgreSQL %d or newer is needed, but here is only %s: %s", minMajor, e.oldest, installHint())
	}
	return fmt.Sprintf("PostgreSQL %d or newer is needed and wasn't found: %s", minMajor, installHint())
}

// search says where to look.
type search struct {
	pgBin string   // $PG_BIN, the only place when set
	globs []string // folders of packages
	path  string   // $PATH
}

func usualPlaces() search {
	return search{
		pgBin: os.Getenv("PG_BIN"),
		globs: []string{
			"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
			"/usr/pgsql-*/bin",                   // Red Hat, from postgresql.org
			"/opt/homebrew/opt/postgresql@*/bin", // Homebrew on Apple silicon
			"/usr/local/opt/postgresql@*/bin",    // Homebrew on Intel
			"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
			"/Applications/Postgres.app/Contents/Versions/*/bin",
		},
		path: os.Getenv("PATH"),
	}
}

// all lists the usable servers, newest first.
func (s search) all(ctx context.Context) ([]binaries, error) {
	if s.pgBin != "" {
		b, err := inspect(ctx, s.pgBin)
		if err != nil {
			return nil, fmt.Errorf("PG_BIN is %s, but no PostgreSQL server can be run from there: %w", s.pgBin, err)
		}
		if b.major < minMajor {
			return nil, fmt.Errorf("PG_BIN is %s, but that is PostgreSQL %d and %d or newer is needed", s.pgBin, b.major, minMajor)
		}
		return []binaries{b}, nil
	}
	var dirs []string
	for _, g := range s.globs {
		found, _ := filepath.Glob(g)
		dirs = append(dirs, found...)
	}
	dirs = append(dirs, filepath.SplitList(s.path)...)

	var good []binaries
	var old binaries
	for i, dir := range dirs {
		if dir == "" || slices.Contains(dirs[:i], dir) {
			continue
		}
		b, err := inspect(ctx, dir)
		switch {
		case err != nil:
		case b.major >= minMajor:
			good = append(good, b)
		case b.major > old.major:
			old = b
		}
	}
	if len(good) == 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if old.major > 0 {
			return nil, errNoServer{oldest: fmt.Sprintf("%d (%s)", old.major, old.dir)}
		}
		return nil, errNoServer{}
	}
	slices.SortStableFunc(good, func(a, b binaries) int { return b.major - a.major })
	return good, nil
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect asks the server in a folder for its version.
func inspect(ctx context.Context, dir string) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	b := binaries{dir: dir}
	if _, err := os.Stat(b.path("initdb")); err != nil {
		return b, err
	}
	out, err := exec.CommandContext(ctx, b.path("postgres"), "--version").Output()
	if err != nil {
		return b, err
	}
	m := versionPattern.FindSubmatch(out)
	if m == nil {
		return b, errors.New("its version can't be read")
	}
	b.major, err = strconv.Atoi(string(m[1]))
	return b, err
}

// matching picks the binaries for an existing cluster, or the newest.
func (c *Cluster) matching() (binaries, error) {
	v, err := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return c.bins[0], nil
	}
	if err != nil {
		return binaries{}, err
	}
	made := strings.TrimSpace(string(v))
	for _, b := range c.bins {
		if strconv.Itoa(b.major) == made {
			return b, nil
		}
	}
	return binaries{}, fmt.Errorf("it was made by PostgreSQL %s, and here is only %d: install %[1]s, or delete the folder to start afresh", made, c.bins[0].major)
}
