//go:build unix && !linux

package devdb

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// childAttr puts a child into a process group of its own, so that a terminal's
// Ctrl-C reaches only us. Nothing here ends it when we are killed: the next
// start does.
func childAttr(who account, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: who.credential()}
}

// serversOn tells whether the postmaster of the pid file is one of the data folder.
func serversOn(data string, pid int) []int {
	out, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || !strings.Contains(string(out), "postgres") || !strings.Contains(string(out), data) {
		return nil
	}
	return []int{pid}
}
