package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestSignUpLinkEnds: it opens a business until its day is over, and no more.
func TestSignUpLinkEnds(t *testing.T) {
	ctx := context.Background()
	cfg, c := storetest.Config(t), newClock()
	cfg.Now = c.now
	db := storetest.Open(t, cfg)
	link := func(subdomain string) (token string) {
		t.Helper()
		err := console.BeginSignUp(ctx, db, console.NewSignUp{BusinessName: "Ann's", Subdomain: subdomain, TimeZone: "Europe/Zurich", Plan: "professional",
			OwnerName: "Ann O'Nym", OwnerEmail: "ann@example.test", Password: password}, here)
		if err != nil {
			t.Fatal(err)
		}
		var id uuid.UUID
		if err := schema.Direct(db).QueryRow(`SELECT id FROM signups WHERE subdomain = $1`, subdomain).Scan(&id); err != nil {
			t.Fatal(err)
		}
		if err := db.InPublic(ctx, func(q *store.PublicTx) (err error) { token, err = console.NewSignUpLink(q, id); return err }); err != nil {
			t.Fatal(err)
		}
		return token
	}
	late, early := link("late"), link("early")
	c.advance(24*time.Hour - time.Second)
	if _, _, err := console.ConfirmSignUp(ctx, db, early, "", here); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	c.advance(time.Second)
	if _, err := console.SignUpByToken(ctx, db, late); store.KindOf(err) != store.NotFound {
		t.Errorf("shown after its end: %v", err)
	}
	if _, _, err := console.ConfirmSignUp(ctx, db, late, "", here); store.KindOf(err) != store.NotFound {
		t.Errorf("opened after its end: %v", err)
	}
	var opened int
	if err := schema.Direct(db).QueryRow(`SELECT count(*) FROM businesses`).Scan(&opened); err != nil || opened != 1 {
		t.Errorf("%d businesses: %v", opened, err)
	}
}
