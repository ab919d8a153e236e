package e2e

import (
	"os"
	"sync"
	"testing"
)

// demo is the program on the demo data and 300 more businesses, shared by the
// tests that look and by those that add things of their own.
func demo(t testing.TB) *program {
	t.Helper()
	demoWorld.once.Do(func() {
		dir := newDataDir(t)
		p := start(t, "dev", dir)
		atEnd(func() {
			_ = p.cmd.Process.Signal(os.Interrupt)
			<-p.done
		})
		command(t, []string{"DATA_DIR=" + dir}, "", "seed", "load", "--businesses", "300", "--appointments", "3000").mustSucceed(t)
		demoWorld.program = p
	})
	if demoWorld.program == nil {
		t.Fatal("the demo did not start; see the test that began it")
	}
	return demoWorld.program
}

var demoWorld struct {
	once    sync.Once
	program *program
}
