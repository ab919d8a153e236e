package e2e

import (
	"os/exec"
	"syscall"
)

// dieWithParent keeps a killed test run from leaving its programs behind.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
