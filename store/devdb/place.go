package devdb

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// elsewhere outlives a reboot and can be entered by everybody.
const elsewhere = "/var/tmp"

// errUnusable is why the server's user can't have its files in a folder.
var errUnusable = errors.New("the server's user can't use it")

// place makes the cluster's folder, or another one when the account can't use
// that: below root's home, say, or on a file system without owners.
func (a account) place(dir string) (string, error) {
	err := a.prepareFolder(dir)
	if err == nil {
		return dir, nil
	}
	if !errors.Is(err, errUnusable) {
		return "", fmt.Errorf("the database folder %s can't be used: %w", dir, err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s", a.uid, dir))
	other := filepath.Join(elsewhere, fmt.Sprintf("smoothschedule-%x", sum[:6]))
	if err := a.prepareFolder(other); err != nil {
		return "", fmt.Errorf("neither %s nor %s can hold the database: %w", dir, other, err)
	}
	return other, nil
}

func (a account) prepareFolder(dir string) error {
	if a.swap && !a.mayReach(filepath.Dir(dir)) {
		return errUnusable
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if a.swap && !a.mayReach(filepath.Dir(dir)) { // the umask counts, too
		return errUnusable
	}
	switch err := os.Mkdir(dir, 0o700); {
	case errors.Is(err, fs.ErrExist):
		if err := a.recognise(dir); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	// A file system without owners or modes shows in what stays after asking.
	giveErr, modeErr := a.give(dir), os.Chmod(dir, 0o700)
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if info.Sys().(*syscall.Stat_t).Uid != a.uid || info.Mode().Perm() != 0o700 {
		if left, _ := os.ReadDir(dir); len(left) == 0 {
			_ = os.Remove(dir)
		}
		return fmt.Errorf("%w: %w", errUnusable, errors.Join(giveErr, modeErr))
	}
	return nil
}

// recognise refuses folders that were made for something else or by someone
// else, before their owner and mode are changed.
func (a account) recognise(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if inVarTmp := filepath.Dir(dir) == elsewhere; inVarTmp {
			return errors.New("it is a symbolic link")
		}
		if info, err = os.Stat(dir); err != nil {
			return err
		}
	}
	if !info.IsDir() {
		return errors.New("it isn't a folder")
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if len(entries) == 0 && a.swap {
		return nil // root may take an empty one from anybody
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner != a.uid && owner != uint32(os.Geteuid()) {
		return fmt.Errorf("it belongs to another user (id %d): run this as that user, or choose another folder", owner)
	}
	for _, e := range entries {
		if e.Name() == ownLock || e.Name() == "data" {
			return nil
		}
	}
	if len(entries) > 0 {
		return errors.New("it holds other files, and a database needs a folder of its own")
	}
	return nil
}

// mayReach looks at each existing folder from the root on. Those that don't
// exist yet will be made with a mode that lets everyone through.
func (a account) mayReach(dir string) bool {
	if target, err := filepath.EvalSymlinks(dir); err == nil && target != dir && !a.mayReach(target) {
		return false
	}
	if parent := filepath.Dir(dir); parent != dir && !a.mayReach(parent) {
		return false
	}
	info, err := os.Stat(dir)
	return errors.Is(err, fs.ErrNotExist) || err == nil && a.mayEnter(info)
}
