package devdb

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// childAttr puts a child into a process group of its own, so that a terminal's
// Ctrl-C reaches only us, and has the kernel send it death when we die.
func childAttr(who account, death syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: death, Credential: who.credential()}
}

// serversOn lists the PostgreSQL processes that work in a data folder: the
// postmaster moves there and its children stay.
func serversOn(data string, _ int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if cwd, err := os.Readlink("/proc/" + e.Name() + "/cwd"); err != nil || cwd != data {
			continue
		}
		exe, err := os.Readlink("/proc/" + e.Name() + "/exe")
		// After an upgrade the name ends in " (deleted)".
		if err == nil && strings.HasPrefix(filepath.Base(exe), "postgres") {
			pids = append(pids, pid)
		}
	}
	return pids
}
