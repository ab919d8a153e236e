package calendar

import (
	"time"

	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// Grace is how long after booking a customer can change or cancel for nothing,
// whatever the rules: a mistake shows when the page says what was booked.
const Grace = 10 * time.Minute

// Agreement is what a customer said yes to. What is nil was booked before
// agreements were kept: then the business's rules of the day hold.
type Agreement struct {
	TermsCancelMinutes *int       `db:"terms_cancel_minutes"` // the rules when it was booked
	TermsFeeCents      *int       `db:"terms_fee_cents"`
	AgreedStart        *time.Time `db:"agreed_start"` // nil: as it stands
	AgreedAt           *time.Time `db:"agreed_at"`    // nil: when it was booked
	// MovedByBusiness: the business moved it and the customer heard of it, so that
	// being moved back is no agreement either.
	MovedByBusiness bool `db:"moved_by_business"`
}

// ChangeTerms say what a change by the customer costs.
type ChangeTerms struct {
	NowCents   int       // at this moment
	LaterCents int       // after FreeUntil; 0: it stays free
	FreeUntil  time.Time // zero: not free any more, or for as long as it is Request
	Request    bool      // nobody confirmed it, so that nothing is agreed
	Imposed    bool      // the business chose the time
	PaidCents  int       // what an earlier late change has cost: once is enough
}

// ChangeTerms are those of an appointment at a moment. A late fee is for who
// breaks an agreement: it takes one, and is due once. Of the rules when it was
// booked and those of today the milder ones hold.
func (b Booking) ChangeTerms(p catalog.Policies, now time.Time) ChangeTerms {
	cancel, fee := p.CancelMinutes, p.LateFeeCents
	if b.TermsCancelMinutes != nil && b.TermsFeeCents != nil {
		cancel, fee = min(cancel, *b.TermsCancelMinutes), min(fee, *b.TermsFeeCents)
	}
	t := ChangeTerms{Request: b.Status == "pending", Imposed: b.MovedByBusiness || b.AgreedStart != nil && !b.AgreedStart.Equal(b.StartsAt)}
	if b.LateFeeCents != nil {
		t.PaidCents = *b.LateFeeCents
	}
	due := max(0, fee-t.PaidCents)
	if due == 0 || t.Imposed {
		return t
	}
	t.LaterCents = due
	t.FreeUntil = b.StartsAt.Add(-time.Duration(cancel) * time.Minute)
	agreed := b.CreatedAt
	if b.AgreedAt != nil {
		agreed = *b.AgreedAt
	}
	if grace := agreed.Add(Grace); grace.After(t.FreeUntil) {
		t.FreeUntil = grace
	}
	if !t.FreeUntil.Before(b.StartsAt) { // until it begins
		t.FreeUntil, t.LaterCents = time.Time{}, 0
		return t
	}
	if now.Before(t.FreeUntil) {
		return t
	}
	t.FreeUntil = time.Time{}
	if !t.Request {
		t.NowCents = due
	}
	return t
}

// IsLate says whether the rules alone ask for a fee now, grace aside.
func (b Booking) IsLate(p catalog.Policies, now time.Time) bool {
	b.CreatedAt, b.AgreedAt = time.Time{}, nil
	return b.ChangeTerms(p, now).NowCents > 0
}

// Agree notes that the customer chose the time of a booking.
func (b *Booking) Agree(p catalog.Policies) {
	start := b.StartsAt
	b.Agreement = Agreement{TermsCancelMinutes: &p.CancelMinutes, TermsFeeCents: &p.LateFeeCents, AgreedStart: &start}
}
