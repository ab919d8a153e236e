package handlers_test

// businessNames are queries for what the deeds in a business are about.
var businessNames = map[string]string{
	"owner":        `SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND role = 'TENANT_OWNER' AND name <> 'First owner'`,
	"staff":        `SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND name = 'The TENANT_STAFF'`,
	"manager":      `SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND name = 'The TENANT_MANAGER'`,
	"invited":      `SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND invited_at IS NOT NULL AND email LIKE 'invited%' ORDER BY created_at DESC LIMIT 1`,
	"ann":          `SELECT id FROM resources WHERE name LIKE 'Ann%'`,
	"lift":         `SELECT id FROM resources WHERE name = 'Lift'`,
	"cut":          `SELECT id FROM services WHERE name LIKE 'Cut%'`,
	"wash":         `SELECT id FROM services WHERE name = 'Wash'`,
	"off":          `SELECT id FROM overrides WHERE resource_id IS NOT NULL ORDER BY id DESC LIMIT 1`,
	"closed":       `SELECT id FROM overrides WHERE resource_id IS NULL ORDER BY id DESC LIMIT 1`,
	"carla":        `SELECT id FROM customers WHERE name LIKE 'Carla%'`,
	"carla's name": `SELECT name FROM customers WHERE name LIKE 'Carla%' LIMIT 1`,
	"twin":         `SELECT id FROM customers WHERE name = 'Twin'`,
	"other twin":   `SELECT id FROM customers WHERE name = 'Other twin'`,
	"note":         `SELECT id FROM customer_notes ORDER BY created_at DESC LIMIT 1`,
	"appointment":  `SELECT id FROM appointments WHERE status = 'confirmed' ORDER BY created_at DESC LIMIT 1`,
	"blocker":      `SELECT id FROM blockers LIMIT 1`,
	"held":         `SELECT id FROM public.notices WHERE business_id = 'BUSINESS' AND state = 'held' AND to_email = 'held@example.test' LIMIT 1`,
	"failed":       `SELECT id FROM public.notices WHERE business_id = 'BUSINESS' AND state = 'failed' LIMIT 1`,
	"ticket":       `SELECT number FROM public.tickets WHERE business_id = 'BUSINESS' ORDER BY created_at DESC LIMIT 1`,
	"asked":        `SELECT id FROM public.masquerades WHERE business_id = 'BUSINESS' AND consent = 'asked' AND ended_at IS NULL ORDER BY created_at DESC LIMIT 1`,
}

const (
	// asked is a request for a masquerade with changes that waits for an owner.
	asked = `INSERT INTO public.masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role, session_hash, mode, consent, reason, back, created_at)
		SELECT gen_random_uuid(), 'BUSINESS', a.id, a.name, a.role, u.id, u.name, u.role, '\x00', 'write', 'asked', 'ticket 12: repair', '/', now()
		FROM public.users a, public.users u WHERE a.role = 'PLATFORM_MANAGER' AND u.business_id = 'BUSINESS' AND u.role = 'TENANT_OWNER' LIMIT 1`
	held = `INSERT INTO public.notices (id, business_id, appointment_id, customer_id, kind, to_name, to_email, state, starts_at, due_at, created_at, changed_at, masquerade_id)
		SELECT gen_random_uuid(), 'BUSINESS', a.id, a.customer_id, 'moved', 'Dora', 'held@example.test', 'held', now(), now(), now(), now(),
			COALESCE((SELECT id FROM public.masquerades WHERE mode = 'write' AND business_id = 'BUSINESS' AND started_at IS NOT NULL LIMIT 1), gen_random_uuid()) FROM appointments a LIMIT 1`
	failed = `INSERT INTO public.notices (id, business_id, appointment_id, customer_id, kind, to_name, to_email, state, starts_at, due_at, created_at, changed_at)
		SELECT gen_random_uuid(), 'BUSINESS', a.id, a.customer_id, 'moved', 'Dora', 'failed@example.test', 'failed', now(), now(), now(), now() FROM appointments a LIMIT 1`
	// ownersAnn gives the owner a calendar.
	ownersAnn = `UPDATE resources SET user_id = (SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND role = 'TENANT_OWNER' AND name <> 'First owner') WHERE name LIKE 'Ann%'`
	// mine gives the newest appointment to the customer with a login.
	mine = `UPDATE customers SET user_id = (SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND email = 'customer@example.test')
		WHERE id = (SELECT customer_id FROM appointments WHERE status = 'confirmed' ORDER BY created_at DESC LIMIT 1)`
	week   = "monday_from=08:00&monday_to=18:00&copy=1&copy_from=monday&copy_to=tuesday&copy_to=wednesday&copy_to=thursday&copy_to=friday&copy_to=saturday&copy_to=sunday"
	booked = `service_id={cut}&customer_name=Carla&customer_email=carla@example.test`
)

// Excuses that several surfaces share.
const (
	byBrowser = "reports of browsers are logged, not audited: nobody did anything"
	looks     = "it changes how the own browser looks"
	mailOnly  = "it only asks for a mail to the address itself; what the link does is recorded"
	challenge = "it makes a challenge of minutes that gives no right; its answer is recorded"
)

var businessDeeds = []deed{
	{path: "/resources", as: "owner", form: "name=Ann&kind=STAFF", wants: "resource.created", prep: `UPDATE public.businesses SET plan = 'enterprise' WHERE id = 'BUSINESS'`},
	{path: "/resources", as: "owner", form: "name=Lift&kind=EQUIPMENT", wants: "resource.created"},
	{path: "/resources/{ann}", as: "owner", form: "name=Ann Miller&kind=STAFF&status=active", wants: "resource.changed"},
	{path: "/resources/{ann}/move", as: "owner", form: "direction=down", wants: "resource.moved"},
	{path: "/resources/{ann}/hours", as: "owner", form: week, wants: "hours.changed"},
	{path: "/resources/{ann}/feed", as: "owner", wants: "resource.feed_made"},
	{path: "/resources/{ann}/time-off", as: "owner", form: "from={day+300}&reason=Dentist", wants: "override.created"},
	{path: "/resources/{ann}/time-off/{off}/delete", as: "owner", wants: "override.deleted"},
	{path: "/resources/{lift}/delete", as: "owner", form: "confirm=Lift", wants: "resource.deleted"},

	{path: "/services", as: "owner", form: "name=Cut&duration_minutes=60&price=45", wants: "service.created"},
	{path: "/services", as: "owner", form: "name=Wash&duration_minutes=30&price=5", wants: "service.created"},
	{path: "/services/{cut}", as: "owner", form: "name=Cut and dry&duration_minutes=60&price=50&status=shown&with_sets=1&set_1={ann}", wants: "service.changed"},
	{path: "/services/{cut}/move", as: "owner", form: "direction=down", wants: "service.moved"},
	{path: "/services/{wash}/delete", as: "owner", form: "confirm=Wash", wants: "service.deleted"},

	{path: "/settings", as: "owner", form: "name=Renamed&time_zone=Europe/Zurich&about=We repair.", wants: "business.profile_changed"},
	{path: "/settings/hours", as: "owner", form: week, wants: "hours.changed"},
	{path: "/settings/closed-days", as: "owner", form: "from={day+310}&reason=Inventory", wants: "override.created"},
	{path: "/settings/closed-days/{closed}/delete", as: "owner", wants: "override.deleted"},
	{path: "/settings/booking", as: "owner", form: "notice=0&notice_unit=hours&horizon_days=90&step_minutes=15&approval_hours=24&cancel=0&cancel_unit=hours&late_fee=0", wants: "policies.changed"},
	{path: "/settings/booking-page", as: "owner", form: "booking_open=1&book_message=Hello", wants: "policies.changed"},
	{path: "/settings/notifications", as: "owner", form: "reminder_hours=24&notify_team=1&quiet_from=22:00&quiet_to=07:00", wants: "policies.changed"},
	{path: "/settings/branding", as: "owner", form: "color=%23112233", wants: "business.colour_changed"},
	{path: "/settings/branding/logo", as: "owner", with: "logo", file: func(s *story) []byte { return picture(s.t, 20, 20) }, wants: "business.logo_changed"},
	{path: "/checklist/dismiss", as: "owner", wants: "business.checklist_dismissed"},

	{path: "/customers", as: "staff", form: "name=Carla Gomez&email=carla@example.test&phone=1", wants: "customer.created"},
	{path: "/customers/{carla}", as: "staff", form: "name=Carla G&email=carla@example.test&phone=2&tags=vip", wants: "customer.changed"},
	{path: "/customers/{carla}/notes", as: "staff", form: "body=Likes tea", wants: "customer.note_added"},
	{path: "/customers/{carla}/notes/{note}/delete", as: "staff", wants: "customer.note_deleted"},
	{path: "/customers/{carla}/block", as: "staff", form: "block=1", wants: "customer.blocked"},
	{path: "/customers/{carla}/block", as: "staff", wants: "customer.unblocked"},
	{path: "/customers", as: "staff", form: "name=Twin", wants: "customer.created"},
	{path: "/customers", as: "staff", form: "name=Other twin", wants: "customer.created"}, // without an address: mails go nowhere else
	{path: "/customers/{twin}/merge", as: "staff", form: "with={other twin}&name={twin}&phone={twin}", wants: "customer.merged"},
	{path: "/customers/{carla}/invite", as: "staff", wants: "customer.invited"},

	{path: "/appointments", as: "owner", form: booked + "&resource_id={ann}&start={day+7}T10:00", wants: "appointment.booked"},
	{path: "/appointments/{appointment}/move", as: "owner", form: "date={day+7}&time=12:00&minutes=60&resource_id={ann}", wants: "appointment.moved"},
	{path: "/appointments/{appointment}/notes", as: "owner", form: "staff_note=Likes tea&price=40", wants: "appointment.changed"},
	{path: "/notices/{failed}/send", as: "owner", wants: "notice.sent", prep: failed},
	{path: "/held-mails/{held}", as: "owner", form: "answer=discard", wants: "notice.dropped", prep: held},
	{path: "/appointments/{appointment}/status", as: "owner", form: "status=cancelled", wants: "appointment.cancelled"},
	{path: "/blockers", as: "owner", form: "date={day+8}&time=12:00&to=13:00&resource_id={ann}&reason=Dentist", wants: "blocker.created"},
	{path: "/blockers/{blocker}", as: "owner", form: "date={day+8}&time=13:00&to=14:00&resource_id={ann}&reason=Dentist", wants: "blocker.changed"},
	{path: "/blockers/{blocker}/delete", as: "owner", wants: "blocker.deleted"},

	{path: "/book/hold", excuse: "a time is kept for minutes while somebody types, and nothing else"},
	{path: "/book/release", excuse: "a time kept for minutes is given back early, and nothing else"},
	{path: "/book", form: "service_id={cut}&start={day+9}T10:00&name=Dora&email=dora@example.test", wants: "appointment.booked"},
	{path: "/b/{booking}/move", form: "start={day+9}T12:00", wants: "appointment.moved"},
	{path: "/b/{booking}/account", excuse: "a job makes the login; TestAccountOfWhoBooked sees its row"},
	{path: "/b/{booking}/cancel", wants: "appointment.cancelled"},
	{path: "/appointments", as: "owner", form: "service_id={cut}&customer_name=Cus&customer_email=customer@example.test&resource_id={ann}&start={day+10}T10:00", wants: "appointment.booked"},
	{path: "/portal/{appointment}/move", as: "customer", form: "start={day+10}T12:00", wants: "appointment.moved", prep: mine},
	{path: "/portal/{appointment}/cancel", as: "customer", wants: "appointment.cancelled"},
	{path: "/portal/profile", as: "customer", form: "name=Cus Tomer&phone=77", wants: "customer.changed"},
	{path: "/customers/{carla}/erase", as: "owner", form: "confirm={carla's name}", wants: "customer.erased"},

	{path: "/support", as: "owner", form: "subject=A question&body=How?&priority=low", wants: "ticket.opened"},
	{path: "/support/{ticket}/messages", as: "owner", form: "body=More", wants: "ticket.answered"},
	{path: "/support/{ticket}/solved", as: "owner", wants: "ticket.status_changed"},

	{path: "/support-access", as: "owner", form: "consent=always", wants: "business.support_consent_changed"},
	{path: "/support-access/{asked}", as: "owner", form: "decision=decline", wants: "masquerade.consent_declined", prep: asked},
	{path: "/consent/{consent link}", by: "tenant_owner@example.test", form: "decision=decline", wants: "masquerade.consent_declined", prep: asked},

	{path: "/team", as: "owner", form: "name=Invited&email=invited@example.test&role=TENANT_STAFF", wants: "user.invited"},
	{path: "/team/{invited}/resend", as: "owner", wants: "user.invited_again"},
	{path: "/team/{invited}/withdraw", as: "owner", wants: "user.invitation_withdrawn"},
	{path: "/team/{staff}/calendar", as: "owner", form: "resource={ann}", wants: "user.calendar_linked"},
	{path: "/my-calendar", as: "staff", wants: "resource.feed_made"},
	{path: "/my-days-off", as: "owner", form: "from={day+320}", wants: "override.created", prep: ownersAnn},
	{path: "/my-days-off/{off}/delete", as: "owner", wants: "override.deleted"},
	{path: "/team/{staff}/factors", as: "owner", wants: "user.factors_reset"},
	{path: "/team/{staff}/role", as: "owner", form: "role=TENANT_MANAGER", wants: "user.role_changed"},
	{path: "/team/{staff}/active", as: "owner", wants: "user.disabled"},
	{path: "/team/{staff}/active", as: "owner", form: "active=1", wants: "user.enabled"},
	{path: "/team", as: "owner", form: "name=Invited&email=invited2@example.test&role=TENANT_STAFF", wants: "user.invited"},
	{path: "/invitation/{link:invitation:invited2@example.test}", by: "invited2@example.test", form: "name=New&password=seven green teapots", wants: "user.password_set"},

	{path: "/account", as: "staff", form: "name=The staff", wants: "user.renamed"},
	{path: "/account/second-factor/app", excuse: "a key waits for its first code and counts for nothing until then"},
	{path: "/account/second-factor/app/confirm", as: "staff", form: "code={code's of staff}", wants: "user.authenticator_added"},
	{path: "/account/second-factor/recovery-codes", as: "staff", form: "code={recovery}", wants: "user.recovery_codes_renewed"},
	{path: "/login/code", as: "halfway  tenant_staff@example.test", by: "tenant_staff@example.test", form: "code={recovery}", wants: "session.started"},
	{path: "/account/second-factor/app/remove", as: "staff", form: "code={recovery}", wants: "user.authenticator_removed"},
	{path: "/account/sessions/{session of staff}/end", as: "staff", wants: "session.ended_by_owner"},
	{path: "/account/sessions/end", as: "staff", wants: "session.ended_by_owner"},
	{path: "/account/email", as: "staff", form: "email=elsewhere@example.test", wants: "user.email_change_requested"},
	{path: "/account/email/cancel", as: "staff", wants: "user.email_change_cancelled"},
	{path: "/account/email", as: "staff", form: "email=elsewhere@example.test", wants: "user.email_change_requested"},
	{path: "/email/confirm/{link:email_old:tenant_staff@example.test}", by: "tenant_staff@example.test", wants: "user.email_confirmed"},
	{path: "/account/password", as: "staff", form: "current=smooth-demo-2026&password=seven green teapots", wants: "user.password_changed"},
	{path: "/password/forgot", excuse: mailOnly},
	{path: "/password/reset/{link:password_reset:tenant_staff@example.test}", by: "tenant_staff@example.test", form: "password=eight green teapots", wants: "user.password_set"},
	{path: "/login", by: "tenant_staff@example.test", form: "email=tenant_staff@example.test&password=eight green teapots", wants: "session.started"},
	{path: "/logout", as: "manager", wants: "session.ended"},
	{path: "/settings/export", as: "owner", form: "password=smooth-demo-2026", wants: "business.exported"},
	{path: "/team/hand-over", as: "owner", form: "to={manager}&password=smooth-demo-2026", wants: "user.ownership_received"},

	{path: "/masquerade/{code}", excuse: "done before all others, see the test"},
	{path: "/masquerade/stop", excuse: "done after all others, see the test"},
	{path: "/welcome/{code}", excuse: "done after the sign-up on the apex, see the test"},
	{path: "/api/auth/token/", excuse: "takes JSON: TestToken of the API looks for api_token.created"},
	{path: "/theme", excuse: looks},
	{path: "/csp-report", excuse: byBrowser},
}
