package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestNotifications: who is told, who may mark it, and how long it stays.
func TestNotifications(t *testing.T) {
	ctx, cfg, c := context.Background(), storetest.Config(t), newClock()
	cfg.Now = c.now
	db := storetest.Open(t, cfg)
	_, tenant := newBusiness(t, db, "acme")
	manager, support := newStaff(t, db, access.PlatformManager), newStaff(t, db, access.PlatformSupport)
	notice := people.Notice{Kind: people.NoticeTicket, Title: "New ticket", Href: "/support/1"}
	titles := func(p store.Person, state string) (n int) {
		err := db.InPublic(ctx, func(q *store.PublicTx) error {
			rows, _, err := people.Notifications(q, people.NotificationFilter{Person: p.ID, State: state})
			n = len(rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	by := store.WithPrincipal(ctx, &store.Principal{Actor: manager, Subject: manager})
	for range 2 {
		if err := people.NotifyStaff(by, db, notice, access.PlatformManager, access.PlatformSupport); err != nil {
			t.Fatal(err)
		}
	}
	if m, s := titles(manager, ""), titles(support, "unread"); m != 0 || s != 1 {
		t.Errorf("the doer has %d and the other %d, want 0 and 1: the same is told once while it is fresh", m, s)
	}
	t.Run("from a business's scope", func(t *testing.T) {
		notice.Href = "/support/2"
		err := db.InTenant(ctx, tenant, func(q *store.TenantTx) error {
			if err := people.NotifyStaffIn(q, notice, access.PlatformSupport); err != nil {
				return err
			}
			var seen int
			if err := core.SQL(q).Get(&seen, `SELECT count(*) FROM public.notifications`); err != nil || seen != 0 {
				t.Errorf("the business sees %d notifications (%v)", seen, err)
			}
			return nil
		})
		if err != nil || titles(support, "") != 2 {
			t.Errorf("%v; support has %d", err, titles(support, ""))
		}
	})
	t.Run("only the own", func(t *testing.T) {
		var id uuid.UUID
		if err := schema.Direct(db).QueryRow(`SELECT id FROM notifications LIMIT 1`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		if _, err := people.OpenNotification(ctx, db, manager.ID, id); store.KindOf(err) != store.NotFound {
			t.Errorf("another's: %v", err)
		}
		if href, err := people.OpenNotification(ctx, db, support.ID, id); err != nil || href == "" || titles(support, "unread") != 1 {
			t.Errorf("own: %q %v", href, err)
		}
		if err := people.ReadNotifications(ctx, db, support.ID); err != nil || titles(support, "unread") != 0 || titles(support, "read") != 2 {
			t.Errorf("all read: %v", err)
		}
	})
	c.advance(91 * 24 * time.Hour)
	if err := ops.CleanUp(ctx, db); err != nil || titles(support, "") != 0 {
		t.Errorf("after 90 days: %v, %d left", err, titles(support, ""))
	}
}

// TestBackgroundKeepsNoSessionAlive: a page left open asks each minute; the
// session ends all the same.
func TestBackgroundKeepsNoSessionAlive(t *testing.T) {
	s := newStage(t)
	token, _, err := identity.Login(context.Background(), s.db, nil, "PLATFORM_SUPPORT@smoothschedule.test", password, here)
	if err != nil {
		t.Fatal(err)
	}
	poll := here
	poll.Background = true
	ask := func(from store.Client) bool {
		p, err := sessions.Authenticate(context.Background(), s.db, nil, token, "", from)
		if err != nil {
			t.Fatal(err)
		}
		return p != nil
	}
	for range 119 {
		s.clock.advance(time.Minute)
		if !ask(poll) {
			t.Fatal("ended early")
		}
	}
	s.clock.advance(time.Minute)
	if ask(poll) || ask(here) {
		t.Error("polling kept the session alive")
	}
}
