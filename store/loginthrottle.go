package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The throttle counts failures in the database, so that it holds for all
// processes. Beyond a number in FailureWindow it asks for a pause between tries
// and never locks for good: somebody else's failures must not keep an owner out.
const (
	FailureWindow      = 15 * time.Minute
	maxAccountFailures = 10
	maxAddressFailures = 100
	accountPause       = 30 * time.Second
	// Whoever goes on for a day is slowed down further.
	longWindow   = 24 * time.Hour
	maxADay      = 60
	pauseOfADay  = 5 * time.Minute
	maxMailAsked = 5 // links asked for in FailureWindow, by account
)

// failures are the counted tries of one key.
type failures struct {
	Recent int        `db:"recent"` // in FailureWindow
	Day    int        `db:"day"`
	Last   *time.Time `db:"last"`
	Oldest *time.Time `db:"oldest"` // of the recent ones
}

// pause is how long an account's next try has to wait at now.
func (f failures) pause(now time.Time) time.Duration {
	if f.Last == nil || f.Recent < maxAccountFailures && f.Day < maxADay {
		return 0
	}
	pause := accountPause
	if f.Day >= maxADay {
		pause = pauseOfADay
	}
	return max(0, f.Last.Add(pause).Sub(now))
}

// pauseOfAddress is the same for an address, from which many people may come:
// it waits until enough of its failures are old.
func (f failures) pauseOfAddress(now time.Time) time.Duration {
	if f.Oldest == nil || f.Recent < maxAddressFailures {
		return 0
	}
	return max(time.Second, f.Oldest.Add(FailureWindow).Sub(now))
}

// attempt is a try that counts as failed until it is taken back. Counting first
// leaves no gap for many tries at once.
type attempt struct {
	keys [][]byte // account or device, then address
	at   time.Time
}

// tooMany is the answer to a try that comes too soon.
func tooMany(pause time.Duration) error {
	seconds := int(pause.Round(time.Second).Seconds()) + 1
	text := "Too many failed tries. Wait " + strconv.Itoa(seconds) + " seconds and try again."
	if seconds > 90 {
		text = "Too many failed tries. Wait " + strconv.Itoa((seconds+59)/60) + " minutes and try again."
	}
	return &Error{Kind: Throttled, Message: text, RetryAfter: time.Duration(seconds) * time.Second}
}

// throttleKeys names what a try counts against: what is tried (a password, a
// code) of which account, or with a known device only that device's own count.
func throttleKeys(what, host, account, device string, from Client) [][]byte {
	first := what + "\x00" + host + "\x00" + strings.ToLower(account)
	if device != "" {
		first += "\x00" + device
	}
	return [][]byte{throttleKey(first), throttleKey("address\x00" + network(from.Address))}
}

func throttleKey(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// network is the address, or of IPv6 the /64 that one subscriber has.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(64)
	return prefix.String()
}

// try counts a try against its keys, or refuses it. The lock makes counting and
// writing one step for all processes; it ends with the short transaction.
func (t *tx) try(keys [][]byte) (attempt, error) {
	at := attempt{keys, t.now.Truncate(time.Microsecond)}
	locks := make([]int64, len(keys))
	for i, key := range keys {
		locks[i] = int64(binary.BigEndian.Uint64(key)) //nolint:gosec // a hash, any bits will do
	}
	slices.Sort(locks) // the same order everywhere: no deadlock
	for _, lock := range locks {
		if _, err := t.exec(`SELECT pg_advisory_xact_lock($1)`, lock); err != nil {
			return at, err
		}
	}
	for i, key := range keys {
		var f failures
		err := t.get(&f, `SELECT count(*) FILTER (WHERE at > $2) AS recent, count(*) AS day, max(at) AS last, min(at) FILTER (WHERE at > $2) AS oldest
			FROM public.login_failures WHERE key = $1 AND at > $3`, key, t.now.Add(-FailureWindow), t.now.Add(-longWindow))
		if err != nil {
			return at, err
		}
		pause := f.pause(t.now)
		if i > 0 {
			pause = f.pauseOfAddress(t.now)
		}
		if pause > 0 {
			return at, tooMany(pause)
		}
	}
	for _, key := range keys {
		if _, err := t.exec(`INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, key, at.at); err != nil {
			return at, err
		}
	}
	return at, nil
}

// succeed takes a try back: it was no failure.
func (t *tx) succeed(a attempt) error {
	for _, key := range a.keys {
		if _, err := t.exec(`DELETE FROM public.login_failures
			WHERE ctid = (SELECT ctid FROM public.login_failures WHERE key = $1 AND at = $2 LIMIT 1)`, key, a.at); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) succeed(ctx context.Context, a attempt) error {
	return db.run(context.WithoutCancel(ctx), db.web, scope{}, func(t tx) error { return t.succeed(a) })
}

// askForMail counts a link that somebody asks to be mailed to an address, and
// says whether it shall be sent. Who asks is told the same in both cases, except
// from an address that asks for very many: that is Throttled. what names the
// kind of link.
func (t *tx) askForMail(what string, tenant *Tenant, email string, from Client) (send bool, err error) {
	keys := throttleKeys("mail "+what, hostKey(tenant), email, "", from)
	var asked struct {
		Account int `db:"account"`
		failures
	}
	// An address shares its count with its failed sign-ins.
	err = t.get(&asked, `SELECT count(*) FILTER (WHERE key = $1) AS account, count(*) FILTER (WHERE key = $2) AS recent, min(at) FILTER (WHERE key = $2) AS oldest
		FROM public.login_failures WHERE key IN ($1, $2) AND at > $3`, keys[0], keys[1], t.now.Add(-FailureWindow))
	if err != nil {
		return false, err
	}
	if pause := asked.pauseOfAddress(t.now); pause > 0 {
		return false, tooMany(pause)
	}
	_, err = t.exec(`INSERT INTO public.login_failures (key, at) VALUES ($1, $3), ($2, $3)`, keys[0], keys[1], t.now)
	return asked.Account < maxMailAsked, err
}

func hostKey(tenant *Tenant) string {
	if tenant == nil {
		return "platform"
	}
	return tenant.ID.String()
}

func hostKeyOf(business uuid.NullUUID) string {
	if !business.Valid {
		return "platform"
	}
	return business.UUID.String()
}
