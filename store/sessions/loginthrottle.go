package sessions

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
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
	LongWindow   = 24 * time.Hour
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

// Attempt is a try that counts as failed until it is taken back. Counting first
// leaves no gap for many tries at once.
type Attempt struct {
	keys [][]byte // account or device, then address
	at   time.Time
}

// tooMany is the answer to a try that comes too soon.
func tooMany(pause time.Duration) error {
	pause = pause.Round(time.Second) + time.Second
	return &db.Error{Kind: db.Throttled, Message: "Too many failed tries. " + text.WaitWords(pause), RetryAfter: pause}
}

// Where passwords are tried: each way in has a count of its own for an address,
// so that a program that fails does not hold up who logs in.
const (
	ByForm = "login"
	ByAPI  = "api"
)

// PasswordKeys names what a try of a password counts against: the account's
// count, and on this host that of the address. A known device has a count of its
// own alone: nobody else's failures hold it up.
func PasswordKeys(way, host, email, device string, from db.Client) [][]byte {
	if device != "" {
		return [][]byte{db.ThrottleKey("account", host, text.Mailbox(email), device)}
	}
	return [][]byte{db.ThrottleKey("account", host, text.Mailbox(email)), db.ThrottleKey(way+" address", host, from.Network())}
}

// CodeKeys is the same for the codes of a person whose password was right.
func CodeKeys(host string, person uuid.UUID, device string) [][]byte {
	return [][]byte{db.ThrottleKey("code", host, person.String(), device)}
}

// Try counts a try against its keys, or refuses it. The lock makes counting and
// writing one step for all processes; it ends with the short transaction.
func Try(t db.Scope, keys [][]byte) (Attempt, error) {
	at := Attempt{keys, t.Now().Truncate(time.Microsecond)}
	if err := db.Lock(t, keys...); err != nil {
		return at, err
	}
	for i, key := range keys {
		var f failures
		err := db.Get(t, &f, `SELECT count(*) FILTER (WHERE at > $2) AS recent, count(*) AS day, max(at) AS last, min(at) FILTER (WHERE at > $2) AS oldest
			FROM public.login_failures WHERE key = $1 AND at > $3`, key, t.Now().Add(-FailureWindow), t.Now().Add(-LongWindow))
		if err != nil {
			return at, err
		}
		pause := f.pause(t.Now())
		if i > 0 {
			pause = f.pauseOfAddress(t.Now())
		}
		if pause > 0 {
			return at, tooMany(pause)
		}
	}
	for _, key := range keys {
		if _, err := db.Exec(t, `INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, key, at.at); err != nil {
			return at, err
		}
	}
	return at, nil
}

// Succeed takes a try back: it was no failure.
func Succeed(t db.Scope, a Attempt) error {
	for _, key := range a.keys {
		if _, err := db.Exec(t, `DELETE FROM public.login_failures
			WHERE ctid = (SELECT ctid FROM public.login_failures WHERE key = $1 AND at = $2 LIMIT 1)`, key, a.at); err != nil {
			return err
		}
	}
	return nil
}

// Succeeded is Succeed in a scope of its own.
func Succeeded(ctx context.Context, d *db.DB, a Attempt) error {
	return db.Run(context.WithoutCancel(ctx), d, db.Web(d), db.Rows{}, func(t db.Scope) error { return Succeed(t, a) })
}

// AskForMail counts a link that somebody asks to be mailed to an address, and
// says whether it shall be sent. Who asks is told the same in both cases, except
// from an address that asks for very many: that is Throttled. what names the
// kind of link.
func AskForMail(t db.Scope, what string, tenant *db.Tenant, email string, from db.Client) (send bool, err error) {
	if err := CountBeginning(t, "mail "+what, tenant, from); err != nil {
		return false, err
	}
	key := db.ThrottleKey("mail "+what, HostKey(tenant), text.Mailbox(email))
	var asked int
	err = db.Get(t, &asked, `SELECT count(*) FROM public.login_failures WHERE key = $1 AND at > $2`, key, t.Now().Add(-FailureWindow))
	if err != nil {
		return false, err
	}
	_, err = db.Exec(t, `INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, key, t.Now())
	return asked < maxMailAsked, err
}

// CountBeginning counts what anybody may begin on a host, in a bucket of its own
// for the address: failed passwords don't fill it, and it holds up no password. A
// browser in which somebody of this host has logged in before is not counted.
func CountBeginning(t db.Scope, what string, tenant *db.Tenant, from db.Client) error {
	key := db.ThrottleKey(what+" address", HostKey(tenant), from.Network())
	var begun struct {
		Known bool `db:"known"`
		failures
	}
	err := db.Get(t, &begun, `SELECT count(*) AS recent, min(at) AS oldest,
			EXISTS (SELECT FROM public.known_devices WHERE device_hash = $3 AND last_used_at > $4 AND business_id IS NOT DISTINCT FROM $5) AS known
		FROM public.login_failures WHERE key = $1 AND at > $2`,
		key, t.Now().Add(-FailureWindow), HashToken(from.Device), t.Now().Add(-DeviceLife), TenantID(tenant))
	if err != nil || begun.Known {
		return err
	}
	if pause := begun.pauseOfAddress(t.Now()); pause > 0 {
		return &db.Error{Kind: db.Throttled, Message: "This was asked for very often from your network. " + text.WaitWords(pause), RetryAfter: pause}
	}
	_, err = db.Exec(t, `INSERT INTO public.login_failures (key, at) VALUES ($1, $2)`, key, t.Now())
	return err
}

// HostKey names the host of a business, or the platform's, where tries are
// counted.
func HostKey(tenant *db.Tenant) string {
	if tenant == nil {
		return "platform"
	}
	return tenant.ID.String()
}

// HostKeyOf is HostKey of a business's id.
func HostKeyOf(business uuid.NullUUID) string {
	if !business.Valid {
		return "platform"
	}
	return business.UUID.String()
}
