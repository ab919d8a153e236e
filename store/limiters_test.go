package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/search"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// limiterCalls are all places of the store that count what somebody asks for. A
// new one belongs into the tables below, too.
var limiterCalls = []string{
	"booking/customerlogin.go AllowDeed", "booking/customerlogin.go AllowGuestMail", "booking/emailchange.go AskForMail", "booking/holds.go AllowDeed",
	"booking/noticeplan.go AllowDeed", "console/signup.go Spend", "desk/ticketquota.go AllowDeed", "identity/apitokens.go CodeKeys", "identity/factors.go CodeKeys",
	"identity/links.go AskForMail", "identity/login.go CodeKeys", "identity/login.go PasswordKeys", "identity/login.go PasswordKeys", "identity/passkeys.go CountBeginning",
	"notices/guestmails.go AllowGuestMail", "notices/visitordeeds.go AllowDeed", "notices/visitordeeds.go AllowDeed", "notices/visitordeeds.go noteBooking",
	"notices/visitordeeds.go noteBooking", "notices/visitordeeds.go noteBooking", "search/find.go Spend", "sessions/loginthrottle.go CountBeginning",
}

// sources are the files of the store's rooms.
func sources(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*/*.go", "internal/*/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return slices.DeleteFunc(files, func(name string) bool {
		room, _, _ := strings.Cut(name, "/")
		return strings.HasSuffix(name, "_test.go") || slices.Contains([]string{"devdb", "seed", "storetest"}, room)
	})
}

func TestS12_TheListOfLimitersIsWhole(t *testing.T) {
	call := regexp.MustCompile(`\b(?i:(allowDeed|allowGuestMail|askForMail|codeKeys|countBeginning|noteBooking|passwordKeys|spend))\(`)
	var found []string
	for _, name := range sources(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "func ") || strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, c := range call.FindAllStringSubmatch(line, -1) {
				found = append(found, name+" "+c[1])
			}
		}
	}
	slices.Sort(found)
	if !slices.Equal(found, limiterCalls) {
		t.Errorf("limiters are called in\n%q, the tests know\n%q", found, limiterCalls)
	}
}

// limited is a limiter as the tests ask it.
type limited struct {
	ask  func(from store.Client, email string) error
	most int
}

// refuses says whether an answer is the limit's, which tells how long to wait.
func refuses(t *testing.T, err error) bool {
	t.Helper()
	if store.KindOf(err) != store.Throttled {
		return false
	}
	if wait := store.RetryAfter(err); wait < time.Second || wait > 24*time.Hour {
		t.Errorf("%q says to wait %v", err, wait)
	}
	return true
}

type limiterWorld struct {
	*garage
	next int // a quarter of an hour that nobody has booked
}

func (w *limiterWorld) start() time.Time {
	w.next++
	return w.at(8, 0).AddDate(0, 0, w.next/10).Add(time.Duration(w.next%10) * time.Hour)
}

// fill makes n of each thing that was counted, and forget none.
func (w *limiterWorld) fill(n int) {
	for _, table := range []string{"login_failures", "visitor_deeds"} {
		if _, err := schema.Direct(w.db).Exec(`INSERT INTO `+table+` (key, at) SELECT key, at FROM `+table+`, generate_series(2, $1)`, n); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *limiterWorld) forget() {
	if _, err := schema.Direct(w.db).Exec(`DELETE FROM login_failures; DELETE FROM visitor_deeds`); err != nil {
		w.t.Fatal(err)
	}
}

func newLimiterWorld(t *testing.T) *limiterWorld {
	w := &limiterWorld{garage: newGarage(t, storetest.DB(t), "garage")}
	w.in(func(q *store.TenantTx) error {
		var always catalog.Week
		for i := range always {
			always[i] = []catalog.Hours{{From: 0, To: 24 * 60}}
		}
		if err := catalog.SetWeek(q, uuid.NullUUID{}, always); err != nil {
			return err
		}
		return booking.SavePolicies(q, catalog.Policies{NoticeMinutes: 60, HorizonDays: 60, StepMinutes: 15, BookingOpen: true, ApprovalHours: 1})
	})
	return w
}

func (w *limiterWorld) limiters() map[string]limited {
	ctx := context.Background()
	return map[string]limited{
		"login": {func(from store.Client, email string) error {
			_, _, err := identity.Login(ctx, w.db, nil, email, "wrong wrong wrong", from)
			return err
		}, 100},
		"login at a business": {func(from store.Client, email string) error {
			_, _, err := identity.Login(ctx, w.db, &w.tenant, email, "wrong wrong wrong", from)
			return err
		}, 100},
		"API token": {func(from store.Client, email string) error {
			_, _, err := identity.CreateAPIToken(ctx, w.db, &w.tenant, identity.NewAPIToken{Email: email, Password: "wrong wrong wrong", Name: "x"}, from)
			return err
		}, 100},
		"forgotten password": {func(from store.Client, email string) error {
			return identity.RequestPasswordReset(ctx, w.db, &w.tenant, email, from)
		}, 100},
		"passkey": {func(from store.Client, _ string) error {
			_, err := identity.BeginPasskeyLogin(ctx, w.db, "{}", from)
			return err
		}, 100},
		"find": {func(from store.Client, email string) error { return search.FindBusinesses(ctx, w.db, email, from) }, 20},
		"sign-up": {func(from store.Client, email string) error {
			return console.BeginSignUp(ctx, w.db, console.NewSignUp{BusinessName: "New", Subdomain: "new-one", TimeZone: "UTC", Plan: "free", OwnerName: "Ann", OwnerEmail: email, Password: password}, from)
		}, 20},
		"booking": {func(from store.Client, email string) error {
			in := w.order(w.start(), email)
			in.From = from
			_, err := booking.Book(ctx, w.db, w.tenant, in)
			return err
		}, 100},
		"hold": {func(from store.Client, _ string) error {
			h, err := booking.TakeHold(ctx, w.db, w.tenant, booking.NewHold{Service: w.oil, Start: w.start(), From: from})
			if err == nil && h.Secret == uuid.Nil { // one books without
				err = &store.Error{Kind: store.Throttled, RetryAfter: time.Minute}
			}
			return err
		}, 12},
	}
}

// TestS12_LimitersCountByNetwork: of IPv6 every limiter counts the /64, of IPv4
// the address in any form, and what one counts holds up none of the others.
func TestS12_LimitersCountByNetwork(t *testing.T) {
	w := newLimiterWorld(t)
	limiters := w.limiters()
	for name, l := range limiters {
		for _, a := range [][3]string{
			{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"}, {"203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8"}, {"fe80::1%eth0", "fe80::2%eth1", "192.0.2.1"},
		} {
			same, other := a[:2], a[2]
			w.forget()
			if refuses(t, l.ask(store.Client{Address: same[0]}, "first@example.test")) {
				t.Fatalf("%s: the first is refused", name)
			}
			w.fill(l.most)
			if !refuses(t, l.ask(store.Client{Address: same[1]}, "second@example.test")) {
				t.Errorf("%s: %s does not count as %s", name, same[1], same[0])
			}
			if refuses(t, l.ask(store.Client{Address: other}, "third@example.test")) {
				t.Errorf("%s: %s counts as %s", name, other, same[0])
			}
			for rest, brother := range limiters {
				if other != "203.0.113.8" {
					break // once is enough
				}
				if rest != name && refuses(t, brother.ask(store.Client{Address: same[0]}, fmt.Sprintf("to-%d@example.test", w.next))) {
					t.Errorf("%s holds up %s", name, rest)
				}
			}
		}
	}
}

// TestS12_LimitersCountByMailbox: another spelling is no other person.
func TestS12_LimitersCountByMailbox(t *testing.T) {
	w := newLimiterWorld(t)
	limiters := w.limiters()
	most := map[string]int{"login": 10, "login at a business": 10, "API token": 10, "find": 3, "sign-up": 5, "booking": 20}
	for name, n := range most {
		l := limiters[name]
		w.forget()
		from := store.Client{Address: "192.0.2.1"}
		if refuses(t, l.ask(from, "ann@example.test")) {
			t.Fatalf("%s: the first is refused", name)
		}
		w.fill(n)
		if name != "booking" { // which counts who shares an address
			from.Address = "198.51.100.9"
		}
		for _, email := range []string{"ANN@Example.test", "ann+2@example.test", "ann@example.test."} {
			if !refuses(t, l.ask(from, email)) {
				t.Errorf("%s: %s counts as somebody else", name, email)
			}
		}
		if refuses(t, l.ask(from, "ben@example.test")) {
			t.Errorf("%s: somebody else is refused", name)
		}
	}
	for _, same := range [][2]string{{"j.doe+x@googlemail.com", "jdoe@gmail.com"}, {"a@müller.example", "A@xn--mller-kva.example"}, {" a@b.test ", "a@b.test"}} {
		if a, b := store.Mailbox(same[0]), store.Mailbox(same[1]); a != b {
			t.Errorf("%q and %q", a, b)
		}
	}
}
