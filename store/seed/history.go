package seed

import "time"

// stage is a step of a business's story, told in days before now.
type stage struct {
	daysAgo      int
	status, plan string
}

// tell turns stages into steps of MRR at today's prices, and sets what the
// business is now.
func (b *business) tell(src source, story []stage, now time.Time, prices map[string]int, reason string) {
	mrr := 0
	for i, s := range story {
		at := now.AddDate(0, 0, -s.daysAgo).Truncate(24 * time.Hour).Add(time.Duration(9*60+17*i) * time.Minute)
		if at.After(now) {
			at = now.Add(-time.Minute)
		}
		if i == 0 {
			b.created = at
		} else if last := b.steps[i-1].at; !at.After(last) {
			at = last.Add(time.Second)
		}
		pays := 0
		if s.status == "active" {
			pays = prices[s.plan]
		}
		b.steps = append(b.steps, step{id: src.newID(at), at: at, plan: s.plan, status: s.status, before: mrr, mrr: pays})
		mrr = pays
	}
	last := story[len(story)-1]
	b.plan, b.status = last.plan, last.status
	if b.status == "suspended" {
		b.reason = reason
	}
	if b.status == "trial" {
		b.trialEnds = b.created.AddDate(0, 0, 14)
		for !b.trialEnds.After(now) { // extended
			b.trialEnds = b.trialEnds.AddDate(0, 0, 14)
		}
	}
}

// ended is when a business stopped taking bookings; zero while it does.
func (b *business) ended() time.Time {
	if b.status == "suspended" || b.status == "archived" {
		return b.updated()
	}
	return time.Time{}
}

// actions names, for the audit log, what led to a step.
func (b *business) record(s source, who func(action string) (person, bool)) {
	for i, st := range b.steps {
		action := "business.plan_changed"
		details := map[string]any{"plan": st.plan}
		if i > 0 {
			before := b.steps[i-1]
			switch {
			case st.status == "suspended":
				action, details = "business.suspended", map[string]any{"reason": b.reason}
			case st.status == "archived":
				action, details = "business.archived", map[string]any{}
			case before.status == "suspended":
				action, details = "business.reactivated", map[string]any{}
			}
			details["before"] = map[string]any{"plan": before.plan, "status": before.status}
			details["after"] = map[string]any{"plan": st.plan, "status": st.status}
		} else {
			action = "business.created"
			details = map[string]any{"subdomain": b.subdomain, "plan": st.plan, "owner": b.owner().email}
		}
		e := event{id: s.newID(st.at), at: st.at, actorName: "system", action: action, objectType: "business", objectID: b.id.String(), objectName: b.name, details: details}
		if p, ok := who(action); ok {
			e.actor.UUID, e.actor.Valid, e.actorName = p.id, true, p.name
			b.steps[i].actor = e.actor
		}
		b.events = append(b.events, e)
	}
}
