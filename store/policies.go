package store

// Policies say when customers may book.
type Policies struct {
	NoticeMinutes int  `db:"notice_minutes" json:"notice_minutes"` // between now and the start, at least
	HorizonDays   int  `db:"horizon_days" json:"horizon_days"`     // the last day, counted from today
	StepMinutes   int  `db:"step_minutes" json:"step_minutes"`     // between two starts
	NeedsApproval bool `db:"needs_approval" json:"needs_approval"` // a booking waits for the business's word
	ApprovalHours int  `db:"approval_hours" json:"approval_hours"` // and for how long its time is held
}

// defaultPolicies hold until a business chooses its own.
var defaultPolicies = Policies{NoticeMinutes: 60, HorizonDays: 60, StepMinutes: 15, ApprovalHours: 24}

// Policies returns the business's.
func (q *TenantTx) Policies() (Policies, error) {
	var rows []Policies
	err := q.list(&rows, `SELECT notice_minutes, horizon_days, step_minutes, needs_approval, approval_hours FROM policies`)
	if err != nil || len(rows) == 0 {
		return defaultPolicies, err
	}
	return rows[0], nil
}

// SavePolicies replaces them.
func (q *TenantTx) SavePolicies(p Policies) error {
	before, err := q.Policies()
	if err != nil {
		return err
	}
	_, err = q.exec(`
		INSERT INTO policies (id, notice_minutes, horizon_days, step_minutes, needs_approval, approval_hours, updated_at)
		VALUES (1, $1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET notice_minutes = $1, horizon_days = $2, step_minutes = $3, needs_approval = $4, approval_hours = $5, updated_at = $6`,
		p.NoticeMinutes, p.HorizonDays, p.StepMinutes, p.NeedsApproval, p.ApprovalHours, q.now)
	if err != nil {
		return err
	}
	return q.record("policies.changed", "business", q.Tenant.ID, q.Tenant.Name, map[string]any{"before": before, "after": p})
}
