package e2e

import (
	"net/mail"
	"os"
	"path/filepath"
	"testing"
)

// recipients counts the mails by the address that they go to.
func recipients(t testing.TB, dir string) map[string]int {
	t.Helper()
	to := map[string]int{}
	files, _ := filepath.Glob(filepath.Join(dir, "mail", "*.eml"))
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list, err := m.Header.AddressList("To")
		if err != nil || len(list) != 1 {
			t.Fatalf("%s goes to %v: %v", name, list, err)
		}
		to[list[0].Address]++
	}
	return to
}

// TestMailsOutliveARestart: the program is stopped while invitations wait; each
// is mailed once, by the next one.
func TestMailsOutliveARestart(t *testing.T) {
	d := newDatabase(t)
	dir := newDataDir(t)
	p := staffed(t, d, dir)
	names := numbered("mailed", 30)
	createAll(t, p, 4, names, func(int) {})
	if status := p.interrupt(t); status != 0 { // at once: most mails wait
		t.Errorf("Ctrl-C ends with status %d:\n%s", status, p.stderr.String())
	}
	t.Logf("%d of %d were mailed before the restart", len(recipients(t, dir)), len(names))
	start(t, "dev", dir, urls(d.cfg)...).endWith(t)
	eventually(t, "all mails", func() bool { return len(recipients(t, dir)) == len(names) })
	eventually(t, "an empty queue", func() bool {
		return d.number(t, `SELECT count(*) FROM public.river_job WHERE kind = 'mail_invitation' AND state <> 'completed'`) == 0
	})
	for to, n := range recipients(t, dir) {
		if n != 1 {
			t.Errorf("%d mails to %s", n, to)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "mail", "*.tmp")); len(left) > 0 {
		t.Errorf("half-written mails: %v", left)
	}
}
