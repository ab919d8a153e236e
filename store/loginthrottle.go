package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
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
	pause = pause.Round(time.Second) + time.Second
	return &Error{Kind: Throttled, Message: "Too many failed tries. " + waitWords(pause), RetryAfter: pause}
}

// waitWords says how long to wait, in full minutes where it is long.
func waitWords(wait time.Duration) string {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	if seconds > 2*3600 {
		return "Wait " + strconv.Itoa((seconds+3599)/3600) + " hours and try again."
	}
	if seconds > 90 {
		return "Wait " + strconv.Itoa((seconds+59)/60) + " minutes and try again."
	}
	return "Wait " + counted(seconds, "second", "seconds") + " and try again."
}

// Where passwords are tried: each way in has a count of its own for an address,
// so that a program that fails does not hold up who logs in.
const (
	byForm = "login"
	byAPI  = "api"
)

// passwordKeys names what a try of a password counts against: the account's
// count, and on this host that of the address. A known device has a count of its
// own alone: nobody else's failures hold it up.
func passwordKeys(way, host, email, device string, from Client) [][]byte {
	if device != "" {
		return [][]byte{throttleKey("account", host, Mailbox(email), device)}
	}
	return [][]byte{throttleKey("account", host, Mailbox(email)), throttleKey(way+" address", host, from.Network())}
}

// codeKeys is the same for the codes of a person whose password was right.
func codeKeys(host string, person uuid.UUID, device string) [][]byte {
	return [][]byte{throttleKey("code", host, person.String(), device)}
}

func throttleKey(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return sum[:]
}

// lock makes those who count against the same keys wait for each other, in all
// processes, until the transaction ends.
func (t *tx) lock(keys ...[]byte) error {
	locks := make([]int64, len(keys))
	for i, key := range keys {
		locks[i] = int64(binary.BigEndian.Uint64(key)) //nolint:gosec // a hash, any bits will do
	}
	slices.Sort(locks) // the same order everywhere: no deadlock
	for _, lock := range locks {
		if _, err := t.exec(`SELECT pg_advisory_xact_lock($1)`, lock); err != nil {
			return err
		}
	}
	return nil
}

// try counts a try against its keys, or refuses it. The lock makes counting and
// writing one step for all processes; it ends with the short transaction.
func (t *tx) try(keys [][]byte) (attempt, error) {
	at := attempt{keys, t.now.Truncate(time.Microsecond)}
	if err := t.lock(keys...); err != nil {
		return at, err
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
	return db.run(context.WithoutCancel(ctx), db.web, scope{}, func(t *tx) error { return t.succeed(a) })
}

// askForMail counts a link that somebody asks to be mailed to an address, and
// says whether it shall be sent. Who asks is told the same in both cases, except
// from an address that asks for very many: that is Throttled. what names the
// kind of link.
func (t *tx) askForMail(what string, tenant *Tenant, email string, from Client) (send bool, err error) {
	if err := t.countBeginning("mail "+what, tenant, from); err != nil {
		return false, err
	}
	key := throttleKey("mail "+what, hostKey(tenant), Mailbox(email))
	var asked int
	err = t.get(&asked, `SELECT count(*) FROM public.login_failures WHERE key = $1 AND at > $2`, key, t.now.Add(-FailureWindow))
	if err != nil {
		return false, err
	}
	_, err = t.exec(`INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, key, t.now)
	return asked < maxMailAsked, err
}

// countBeginning counts what anybody may begin on a host, in a bucket of its own
// for the address: failed passwords don't fill it, and it holds up no password. A
// browser in which somebody of this host has logged in before is not counted.
func (t *tx) countBeginning(what string, tenant *Tenant, from Client) error {
	key := throttleKey(what+" address", hostKey(tenant), from.Network())
	var begun struct {
		Known bool `db:"known"`
		failures
	}
	err := t.get(&begun, `SELECT count(*) AS recent, min(at) AS oldest,
			EXISTS (SELECT FROM public.known_devices WHERE device_hash = $3 AND last_used_at > $4 AND business_id IS NOT DISTINCT FROM $5) AS known
		FROM public.login_failures WHERE key = $1 AND at > $2`,
		key, t.now.Add(-FailureWindow), hashToken(from.Device), t.now.Add(-DeviceLife), tenantID(tenant))
	if err != nil || begun.Known {
		return err
	}
	if pause := begun.pauseOfAddress(t.now); pause > 0 {
		return &Error{Kind: Throttled, Message: "This was asked for very often from your network. " + waitWords(pause), RetryAfter: pause}
	}
	_, err = t.exec(`INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, key, t.now)
	return err
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
