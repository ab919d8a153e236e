package jobs

import (
	"context"
	"strconv"
	"time"

	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/mail"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// appointmentWorker mails a notice. The store's mark says that it is being sent
// before it leaves, so a job that runs again sends nothing twice.
type appointmentWorker struct {
	river.WorkerDefaults[notices.NoticeArgs]
	mails
}

func (w *appointmentWorker) Work(ctx context.Context, job *river.Job[notices.NoticeArgs]) error {
	l, send, err := notices.TakeNotice(ctx, w.db, job.Args)
	if store.KindOf(err) == store.NotFound {
		return nil // the business or the appointment is gone, and with it the news
	}
	if err != nil || !send {
		return err
	}
	message, err := mail.Appointment(w.appointment(l))
	if err == nil {
		err = w.mailer.Send(ctx, Envelope{To: l.ToEmail, ID: l.ID.String()}, message, func() error { return nil })
	}
	if done := notices.NoticeDone(ctx, w.db, l, err, job.Attempt < job.MaxAttempts); done != nil {
		return done
	}
	return err
}

func (w *appointmentWorker) appointment(l notices.Letter) mail.AppointmentProps {
	b, zone := l.Booking, l.Tenant.Location()
	if l.CustomerID.Valid { // customers read their own clock, and the business's beside it
		zone = web.CustomerZone(b, zone)
	}
	p := mail.AppointmentProps{Kind: l.Kind, Name: l.ToName, Of: web.ContactOf(l.Tenant, l.Profile), Customer: b.Customer, Under: b.Under, Email: b.Email, Phone: b.Phone,
		Service: b.Service, With: b.With("STAFF"), Note: b.Note, When: web.When(b.StartsAt, b.EndsAt, zone), Short: b.StartsAt.In(zone).Format("Mon 2 Jan ") + web.ClockTime(b.StartsAt, zone)}
	if b.Party > 1 {
		p.People = strconv.Itoa(b.Party)
	}
	if l.WasAt != nil && !l.WasAt.Equal(b.StartsAt) {
		p.Was = web.When(*l.WasAt, *l.WasAt, zone)
	}
	if b.ApproveBy != nil {
		p.Until = web.When(*b.ApproveBy, *b.ApproveBy, zone)
	}
	if b.LateFeeCents != nil && *b.LateFeeCents > 0 {
		p.LateFee = web.Amount(*b.LateFeeCents)
	}
	if !l.CustomerID.Valid {
		p.URL = w.sites.Business(l.Tenant.Subdomain, urls.Appointments(b.StartsAt.In(zone).Format(time.DateOnly)))
		return p
	}
	p.URL = w.sites.Public(l.Tenant.Subdomain, l.Tenant.PrimaryDomain, urls.Booking(calendar.BookingToken(b.ID, l.Secret)))
	p.Price = web.Price(b.PriceCents)
	if l.Kind == "declined" || l.Kind == "cancelled" {
		p.Answer = b.Answer
	}
	p.Elsewhere = web.OtherClock(b.StartsAt, b.EndsAt, zone, l.Tenant.Location())
	// The mail leaves now, so "free until" is what is true now.
	if now := time.Now(); b.Holds() && b.StartsAt.After(now) {
		p.Policy = web.ChangeTerms(b.ChangeTerms(l.Policy, now), zone)
	}
	if l.Kind != "requested" || b.Sequence > 0 { // a new request is in no calendar yet
		p.Calendar, p.Method = web.CalendarFile(w.event(l, p))
	}
	return p
}

// event is what a customer's calendar is told. Where the business reads its mail
// it is a request, which calendars keep up to date by themselves: an answer finds
// somebody. Otherwise it is published, and nobody is asked for one.
func (w *appointmentWorker) event(l notices.Letter, p mail.AppointmentProps) web.CalendarEvent {
	e := w.sites.BookingEvent(l.Booking, l.Tenant, l.Profile, p.URL)
	if l.Profile.Email != "" {
		e.Attendee = web.Mailbox{Email: l.ToEmail}
	}
	return e
}

// expireWorker frees the time of requests that nobody answered.
type expireWorker struct {
	river.WorkerDefaults[notices.ExpireArgs]
	db *store.DB
}

func (w *expireWorker) Work(ctx context.Context, job *river.Job[notices.ExpireArgs]) error {
	tenant, err := w.db.TenantByID(ctx, job.Args.BusinessID)
	if err != nil {
		return err
	}
	return booking.ExpireRequest(ctx, w.db, tenant, job.Args.AppointmentID)
}
