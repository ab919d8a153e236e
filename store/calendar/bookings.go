package calendar

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Comes is the name that was typed for who comes. Of somebody who is chosen or
// logged in the record's name holds, unless another one is given.
func (in NewBooking) Comes() string {
	if name := strings.TrimSpace(in.Guest); name != "" {
		return name
	}
	if in.Customer.Valid || in.Source == ByPortal {
		return ""
	}
	return strings.TrimSpace(in.Name)
}

// Where bookings come from.
const (
	ByTeam   = "staff"
	ByGuest  = "online"
	ByPortal = "portal"
)

// NewBooking is what it takes to book.
type NewBooking struct {
	// ID and Secret are made with the form, so that sending it twice books once;
	// zero ones are made here. Secret opens the booking's link.
	ID, Secret uuid.UUID
	Service    uuid.UUID
	Start      time.Time
	Minutes    int           // the team's word; 0 is the service's
	Resource   uuid.NullUUID // one that it must take; otherwise the fairest choice
	Party      int           // people; 0 is one
	// Who comes: somebody known, or found and made by e-mail.
	Customer           uuid.NullUUID
	Name, Email, Phone string
	SamePhone          bool // the team's word that somebody new shares a telephone
	// Guest is who comes, when it is not the customer who is chosen or logged in.
	Guest      string
	Zone       string // the clock on which a customer chose
	Note       string // the customer's words
	StaffNote  string // the team's
	PriceCents *int   // the team's word; nil is the service's
	Source     string // ByTeam, ByGuest, ByPortal
	// Force lets the team book at any time of any day. Nothing lets anybody take
	// what is taken.
	Force bool
	Ask   bool      // with Force: what is outside of hours is refused until somebody insists
	Hold  uuid.UUID // secret of the visitor's hold, which ends with this
	From  db.Client // of a visitor
}

// AskFor makes an appointment wait for the business's word.
func (b *Booking) AskFor(p catalog.Policies, now time.Time) {
	until := now.Add(time.Duration(p.ApprovalHours) * time.Hour)
	if until.After(b.StartsAt) {
		until = b.StartsAt
	}
	b.Status, b.ApproveBy = "pending", &until
}
