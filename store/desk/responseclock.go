package desk

import (
	"time"
)

// settleClock brings the clock of a ticket's answer in line with its state: it
// runs while the business waits for us, stands while we wait for the business or
// nothing is left to do, and begins anew after an answer.
func (t *Ticket) settleClock(now time.Time) {
	runs := t.Unanswered && (t.Status == "open" || t.Status == "in_progress")
	switch {
	case runs && t.WaitingSince == nil:
		t.WaitingSince = &now
	case !runs && t.WaitingSince != nil:
		t.ClockUsed += int(now.Sub(*t.WaitingSince).Seconds())
		t.WaitingSince = nil
	}
	if !t.Unanswered {
		t.ClockUsed = 0
	}
}

// reopenFor is how long an answer opens a closed ticket again.
const reopenFor = 14 * 24 * time.Hour

// MayAnswer says whether an answer of the business still belongs to this ticket.
func (t Ticket) MayAnswer(now time.Time) bool {
	return t.Status != "closed" || t.ClosedAt == nil || now.Sub(*t.ClosedAt) <= reopenFor
}
