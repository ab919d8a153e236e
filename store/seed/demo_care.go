package seed

import (
	"context"
	"database/sql"
	"time"
)

// demoNotes are what the demo's staff wrote down about businesses.
var demoNotes = []struct {
	subdomain, who string
	daysAgo        int
	body           string
}{
	{"acme-auto", "sales", 61, "Dana wants one invoice a quarter. Agreed for as long as they stay on Business."},
	{"acme-auto", "support", 12, "Second bay opens in spring: they will ask for more resources."},
	{"quickfix-tires", "manager", 23, "Called Ray twice, no answer. He pays by bank, not by card."},
	{"pawfect-grooming", "sales", 3, "Comes from Bark & Bubble, knows the product. Call before the trial ends."},
}

// writeCare adds the staff's notes, and a domain that waits for its proof.
func (w *world) writeCare(ctx context.Context, tx *sql.Tx) error {
	notes := newTable("business_notes", "id", "business_id", "author_id", "author_name", "body", "created_at")
	domains := newTable("domains", "name", "business_id", "kind", "token", "created_at")
	for _, b := range w.businesses {
		for _, n := range demoNotes {
			if n.subdomain != b.subdomain {
				continue
			}
			at, who := w.now.Add(-time.Duration(n.daysAgo)*24*time.Hour), w.staff[n.who]
			notes.add(w.newID(at), b.id, who.id, who.name, n.body, at)
		}
		if b.subdomain == "acme-auto" {
			domains.add("www.acme-auto.example", b.id, "custom", "9f1c2a7be04d", w.now.AddDate(0, 0, -2))
		}
	}
	if err := copyAll(ctx, tx, notes, domains); err != nil {
		return err
	}
	// What a business is found by, as the store keeps it.
	_, err := tx.ExecContext(ctx, `
		UPDATE public.business_totals t SET search_text = lower(concat_ws(' ', b.name, b.subdomain, t.owner_name, t.owner_email,
			NULLIF(b.contact_email, ''), NULLIF(public.phone_digits(b.phone), ''),
			(SELECT string_agg(d.name, ' ' ORDER BY d.name) FROM public.domains d WHERE d.business_id = b.id AND d.name <> b.subdomain)))
		FROM public.businesses b WHERE b.id = t.business_id`)
	return err
}
