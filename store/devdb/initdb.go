package devdb

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// secretFile lies in the data folder, so that the two can't be separated.
const secretFile = "devdb.secret"

// ensureData makes the cluster's files unless they are there, and reads the
// secret. initdb works in a folder beside, which gets its name when it is
// complete: a half-made cluster can't exist. The caller holds the owner's lock.
func (c *Cluster) ensureData(ctx context.Context) ([]byte, error) {
	_, err := os.Stat(filepath.Join(c.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if c.secret != nil { // a restart: others know the old passwords
			return nil, errReplaced
		}
		err = c.initialise(ctx)
	}
	if err != nil {
		return nil, err
	}
	secret, err := c.readSecret()
	if err == nil && c.secret != nil && !bytes.Equal(secret, c.secret) {
		return nil, errReplaced
	}
	return secret, err
}

func (c *Cluster) readSecret() ([]byte, error) {
	secret, err := os.ReadFile(filepath.Join(c.data(), secretFile))
	if err != nil {
		return nil, fmt.Errorf("its password can't be read, delete the folder to start afresh: %w", err)
	}
	return secret, nil
}

func (c *Cluster) initialise(ctx context.Context) error {
	if err := os.Remove(c.data()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is no PostgreSQL data folder and not empty: %w", c.data(), err)
	}
	halfMade, _ := filepath.Glob(filepath.Join(c.Dir, "new-*"))
	for _, old := range halfMade {
		c.logf("removing what an interrupted start left: %s", old)
		if err := os.RemoveAll(old); err != nil {
			return fmt.Errorf("an interrupted start can't be cleared away: %w", err)
		}
	}
	c.logf("making a new database in %s", c.Dir)

	work, err := os.MkdirTemp(c.Dir, "new-")
	if err != nil {
		return fmt.Errorf("the data folder can't be made: %w", err)
	}
	defer os.RemoveAll(work)
	if err := c.who.give(work); err != nil {
		return fmt.Errorf("the data folder can't be given to %s: %w", c.who.name, err)
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	secret := []byte(hex.EncodeToString(random))
	pwfile := filepath.Join(work, "password")
	if err := c.writeFile(pwfile, []byte(password(secret, Superuser))); err != nil {
		return err
	}
	data := filepath.Join(work, "data")
	if err := c.initdb(ctx, data, pwfile); err != nil {
		return err
	}
	if err := c.writeFile(filepath.Join(data, secretFile), secret); err != nil {
		return err
	}
	if err := os.Rename(data, c.data()); err != nil {
		return fmt.Errorf("the new database can't get its name: %w", err)
	}
	return nil
}

func (c *Cluster) writeFile(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the password can't be stored: %w", err)
	}
	_, err = f.Write(content)
	if err == nil && !c.opts.Throwaway {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close(), c.who.give(path)); err != nil {
		return fmt.Errorf("the password can't be stored: %w", err)
	}
	return nil
}

func (c *Cluster) initdb(ctx context.Context, data, pwfile string) error {
	args := []string{
		"--pgdata=" + data, "--pwfile=" + pwfile, "--username=" + Superuser,
		"--auth-host=scram-sha-256", "--auth-local=scram-sha-256",
		"--encoding=UTF8", "--locale-provider=libc", "--no-instructions",
	}
	if runtime.GOOS == "darwin" { // has no C.UTF-8 in older versions
		args = append(args, "--locale=en_US.UTF-8", "--lc-collate=C")
	} else {
		args = append(args, "--locale=C.UTF-8")
	}
	if c.opts.Throwaway {
		args = append(args, "--no-sync")
	}
	bin, err := c.matching()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd := exec.Command(bin.path("initdb"), args...) //nolint:noctx // ended by a signal, see launch
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, &out, &out
	p, err := launch(cmd, c.who, syscall.SIGKILL)
	if err != nil {
		return fmt.Errorf("initdb can't be run as %s: %w", c.who.name, err)
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		_ = syscall.Kill(-p.pid, syscall.SIGKILL) // its helper, too
		<-p.done
		return ctx.Err()
	}
	if p.err != nil {
		return fmt.Errorf("initdb failed: %s: %w", reason(out.Bytes()), p.err)
	}
	return nil
}
