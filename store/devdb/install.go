package devdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// noMainCluster keeps Debian from making (and at every boot starting) a
// cluster of its own. It is read by the package's set-up and removed after it.
const noMainCluster = "/etc/postgresql-common/createcluster.d/smoothschedule.conf"

func installHint() string {
	switch {
	case runtime.GOOS == "darwin":
		return "install it with `brew install postgresql@17`, or set PG_BIN to its bin folder"
	case hasApt():
		return "install it with `sudo apt-get install postgresql` (on older systems after `sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh`), or set PG_BIN to its bin folder"
	default:
		return "install your system's PostgreSQL server package, or set PG_BIN to its bin folder"
	}
}

func hasApt() bool {
	_, err := exec.LookPath("apt-get")
	return runtime.GOOS == "linux" && err == nil
}

// findOrInstall lists the servers; when there is none it installs one where
// that can be done without asking.
func findOrInstall(ctx context.Context, logf func(string, ...any)) ([]binaries, error) {
	places := usualPlaces()
	found, err := places.all(ctx)
	var none errNoServer
	if !errors.As(err, &none) || !hasApt() {
		return found, err
	}
	sudo, ok := asRoot(ctx)
	if !ok {
		return nil, none
	}
	logf("PostgreSQL isn't installed: installing it with apt-get")
	if err := aptInstall(ctx, sudo); err != nil {
		return nil, fmt.Errorf("PostgreSQL couldn't be installed, do it with `sudo apt-get install postgresql`: %w", err)
	}
	return places.all(ctx)
}

// asRoot is what to put before a command so that it runs as root.
func asRoot(ctx context.Context) (prefix []string, ok bool) {
	if os.Geteuid() == 0 {
		return nil, true
	}
	if exec.CommandContext(ctx, "sudo", "-n", "true").Run() == nil {
		return []string{"sudo", "-n"}, true
	}
	return nil, false
}

func aptInstall(ctx context.Context, sudo []string) error {
	if old, err := aptCandidate(ctx); err != nil || old {
		if err := run(ctx, sudo, "apt-get", "-q", "update"); err != nil {
			return err
		}
		if old, err = aptCandidate(ctx); err != nil {
			return err
		} else if old {
			return fmt.Errorf("this system only offers a version older than %d, so enable the packages of postgresql.org first", minMajor)
		}
	}
	script := fmt.Sprintf(`set -e
f=%s; d=${f%%/*}; had=; [ -e "$f" ] && had=1
mkdir -p "$d"; [ -n "$had" ] || echo 'create_main_cluster = false' > "$f"
trap '[ -n "$had" ] || rm -f "$f"' EXIT
export DEBIAN_FRONTEND=noninteractive
apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends postgresql`, noMainCluster)
	return run(ctx, sudo, "sh", "-c", script)
}

// aptCandidate tells whether the version that apt would install is too old.
func aptCandidate(ctx context.Context) (old bool, err error) {
	cmd := exec.CommandContext(ctx, "apt-cache", "policy", "postgresql")
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.Output()
	if err != nil {
		return false, err
	}
	_, rest, _ := strings.Cut(string(out), "Candidate: ")
	number := strings.FieldsFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if rest == "" || strings.HasPrefix(rest, "(none)") || len(number) == 0 {
		return false, errors.New("apt doesn't know the package postgresql")
	}
	major, err := strconv.Atoi(number[0])
	return major < minMajor, err
}

// run keeps what a command printed for the case that it fails.
func run(ctx context.Context, sudo []string, name string, args ...string) error {
	argv := append(append([]string{}, sudo...), append([]string{name}, args...)...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	// Away from the terminal's Ctrl-C, so that dpkg isn't cut in half.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %s: %w", name, reason(out.Bytes()), err)
	}
	return nil
}
