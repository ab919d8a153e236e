package devdb

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Root's server runs as another user, which can't pass through closed folders.
func TestUnreachableFolderPicksAnother(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root's server runs as another user")
	}
	dir := folder(t)
	if err := os.Chmod(filepath.Dir(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	c := mustOpen(t, Options{Dir: dir, Log: &log})
	if !c.Moved || !strings.HasPrefix(c.Dir, elsewhere) || !strings.Contains(log.String(), c.Dir) {
		t.Errorf("moved %v to %s, log: %s", c.Moved, c.Dir, &log)
	}
	query(t, c, "SELECT 1")
	second := mustOpen(t, Options{Dir: dir})
	if second.Dir != c.Dir || second.Owned() {
		t.Errorf("another program uses %s", second.Dir)
	}
	if err := second.Remove(t.Context()); err == nil {
		t.Error("another program's cluster was removed")
	}
	if err := c.Remove(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(c.Dir); err == nil {
		t.Error("still there after Remove")
	}
}

func TestFolderOfOtherThingsIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	_ = os.Mkdir(dir, 0o755)
	file := filepath.Join(dir, "letter.txt")
	_ = os.WriteFile(file, nil, 0o600)
	_, err := Open(t.Context(), Options{Dir: dir})
	wantSentence(t, err, "holds other files")
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o755 {
		t.Error("its mode was changed")
	}
}

func TestNoBinaries(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	_, err := search{globs: []string{empty}, path: empty}.all(t.Context())
	wantSentence(t, err, "PostgreSQL 15 or newer is needed and wasn't found: install")
	if !errors.As(err, new(errNoServer)) {
		t.Error("this doesn't lead to an installation")
	}
	_, err = search{pgBin: empty, path: os.Getenv("PATH")}.all(t.Context())
	wantSentence(t, err, "PG_BIN is "+empty)

	for version, want := range map[string]string{"13.4": "is only 13 (", "18beta1": ""} {
		dir := t.TempDir()
		_ = os.WriteFile(filepath.Join(dir, "initdb"), nil, 0o700)
		script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + " (Debian)'\n"
		_ = os.WriteFile(filepath.Join(dir, "postgres"), []byte(script), 0o700)
		found, err := search{globs: []string{dir}}.all(t.Context())
		if want == "" {
			if err != nil || found[0].major != 18 {
				t.Errorf("%s: %v, %v", version, found, err)
			}
			continue
		}
		wantSentence(t, err, want)
	}
}

func TestOtherVersionOfTheCluster(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := mustOpen(t, Options{Dir: dir})
	_ = c.Stop(t.Context())
	_ = os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("99\n"), 0o600)
	_, err := Open(t.Context(), Options{Dir: dir})
	wantSentence(t, err, "made by PostgreSQL 99")
}

func TestFailedStartSaysWhy(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Options{Dir: folder(t), Throwaway: true, Settings: map[string]string{"no_such_setting": "1"}})
	wantSentence(t, err, "no_such_setting")
}

func wantSentence(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
		t.Errorf("want one sentence with %q, got: %v", part, err)
	}
}

// Everything again as an ordinary user.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 || testing.Short() {
		t.Skip("only root can become someone else")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(folder(t)) // go test's own folder is closed to others
	copied := filepath.Join(dir, "devdb.test")
	if err := os.WriteFile(copied, content, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.timeout=3m")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "HOME=/nonexistent", "TMPDIR=/tmp", "PG_BIN=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
