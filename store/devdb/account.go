package devdb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the OS user that the server runs as.
type account struct {
	name   string
	uid    uint32
	gid    uint32
	groups []uint32
	swap   bool // we are root, so children change to it and files are given to it
}

// serverAccount is the current user. PostgreSQL refuses to run as root, so root
// uses the owner of the existing folder, or the user postgres.
func serverAccount(dir string) (account, error) {
	if os.Geteuid() != 0 {
		me := account{name: strconv.Itoa(os.Geteuid()), uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}
		if u, err := user.Current(); err == nil {
			me.name = u.Username
		}
		return me, nil
	}
	if info, err := os.Stat(dir); err == nil {
		if owner := info.Sys().(*syscall.Stat_t).Uid; owner != 0 {
			if u, err := user.LookupId(strconv.FormatUint(uint64(owner), 10)); err == nil {
				return toAccount(u)
			}
		}
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return account{}, errors.New("PostgreSQL can't run as root and there is no user postgres: create one with `useradd --system postgres`, or run this as an ordinary user")
	}
	return toAccount(u)
}

func toAccount(u *user.User) (account, error) {
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("the user %s has no numeric id: %w", u.Username, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("the user %s has no numeric group: %w", u.Username, err)
	}
	a := account{name: u.Username, uid: uint32(uid), gid: uint32(gid), swap: true}
	ids, _ := u.GroupIds()
	for _, id := range ids {
		if n, err := strconv.ParseUint(id, 10, 32); err == nil {
			a.groups = append(a.groups, uint32(n))
		}
	}
	return a, nil
}

// credential is nil when no change of user is needed.
func (a account) credential() *syscall.Credential {
	if !a.swap {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid, Groups: a.groups}
}

// give makes the account the owner of a file that we made.
func (a account) give(path string) error {
	if !a.swap {
		return nil
	}
	return os.Lchown(path, int(a.uid), int(a.gid))
}

// mayEnter tells by the permission bits whether the account can pass through a folder.
func (a account) mayEnter(info fs.FileInfo) bool {
	st, mode := info.Sys().(*syscall.Stat_t), info.Mode().Perm()
	if st.Uid == a.uid {
		return mode&0o100 != 0
	}
	for _, g := range append([]uint32{a.gid}, a.groups...) {
		if st.Gid == g {
			return mode&0o010 != 0
		}
	}
	return mode&0o001 != 0
}
