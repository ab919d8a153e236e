package handlers_test

import (
	"context"
	"net/url"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/console"
)

// platformNames are queries for what the deeds on the console are about.
var platformNames = map[string]string{
	"business":   `SELECT 'BUSINESS'`,
	"new":        `SELECT id FROM public.businesses WHERE name = 'Fresh'`,
	"new's name": `SELECT name FROM public.businesses WHERE name = 'Fresh'`,
	"owner":      `SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND name = 'The TENANT_OWNER'`,
	"staff":      `SELECT id FROM public.users WHERE business_id = 'BUSINESS' AND email = 'tenant_staff@example.test'`,
	"session":    `SELECT encode(substring(id_hash FOR 8), 'hex') FROM public.sessions s JOIN public.users u ON u.id = s.user_id WHERE s.business_id = 'BUSINESS' AND s.revoked_at IS NULL AND u.email = 'tenant_staff@example.test'`,
	"invited":    `SELECT id FROM public.users WHERE email = 'invited@told.test'`,
	"note":       `SELECT id FROM public.business_notes WHERE business_id = 'BUSINESS' LIMIT 1`,
	"view":       `SELECT id FROM public.saved_views LIMIT 1`,
	"reply":      `SELECT id FROM public.canned_replies LIMIT 1`,
	"run":        `SELECT id FROM public.bulk_runs WHERE total = 1 AND action = 'plan' AND undone_at IS NULL ORDER BY created_at DESC LIMIT 1`,
	"users' run": `SELECT id FROM public.bulk_runs WHERE noun = 'user' AND undone_at IS NULL LIMIT 1`,
	"desk's run": `SELECT id FROM public.bulk_runs WHERE noun = 'ticket' AND undone_at IS NULL LIMIT 1`,
	"ticket's":   `SELECT id FROM public.tickets WHERE business_id = 'BUSINESS' LIMIT 1`,
	"ticket":     `SELECT number FROM public.tickets WHERE business_id = 'BUSINESS' LIMIT 1`,
	"job":        `SELECT id FROM public.river_job WHERE state = 'discarded' LIMIT 1`,
	"token":      `SELECT id FROM public.api_tokens WHERE revoked_at IS NULL AND business_id IS NULL ORDER BY created_at DESC LIMIT 1`,
	"passkey":    `SELECT id FROM public.passkeys LIMIT 1`,
	"asked":      `SELECT id FROM public.masquerades WHERE business_id = 'BUSINESS' AND consent IN ('asked', 'approved') AND ended_at IS NULL ORDER BY created_at DESC LIMIT 1`,
}

const aTicket = `INSERT INTO public.tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at)
	SELECT gen_random_uuid(), 'BUSINESS', id, 'A question', 'open', 'low', now(), now() FROM public.users WHERE business_id = 'BUSINESS' AND role = 'TENANT_OWNER' LIMIT 1`

// bulkDone is what the job leaves of a piece of work.
const bulkDone = `WITH ended AS (UPDATE public.bulk_runs SET ended_at = now() WHERE ended_at IS NULL RETURNING id)
	UPDATE public.bulk_items SET state = 'done', before = '{}', after = '{}' WHERE run_id IN (SELECT id FROM ended)`

const aSession = `INSERT INTO public.sessions (id_hash, business_id, user_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at)
	SELECT sha256(CAST(gen_random_uuid() AS text)::bytea), business_id, id, now(), now(), now(), 60, now() + interval '1 hour' FROM public.users WHERE business_id = 'BUSINESS' AND email = 'tenant_staff@example.test'`

const aPasskey = `INSERT INTO public.passkeys (id, user_id, credential_id, credential, name, created_at)
	SELECT gen_random_uuid(), id, '\x01', '{}', 'Key', now() FROM public.users WHERE email = 'platform_sales@example.test'`

const failedJob = `INSERT INTO public.river_job (state, args, kind, max_attempts, attempt, finalized_at, scheduled_at, queue, priority)
	VALUES ('discarded', '{}', 'clean_up', 3, 3, now(), now(), 'default', 1)`

var platformDeeds = []deed{
	{path: "/businesses", as: "chief", form: "name=Fresh&subdomain=fresh&plan=professional&time_zone=Europe/Zurich&owner_name=Fre&owner_email=fre@example.test", wants: "business.created"},
	{path: "/businesses/{business}/notes", as: "support", form: "note=Called them", wants: "business.noted"},
	{path: "/businesses/{business}/notes/{note}/delete", as: "support", wants: "business.note_deleted"},
	{path: "/businesses/{business}/plan", as: "sales", form: "plan=enterprise", wants: "business.plan_changed"},
	{path: "/businesses/{new}/trial", as: "sales", form: "days=7", wants: "business.trial_extended"},
	{path: "/businesses/{business}/domains", as: "chief", form: "domain=book.told.test", wants: "domain.added"},
	{path: "/businesses/{business}/domains/check", excuse: "it looks in the DNS; TestOwnDomain asks a name server"},
	{path: "/businesses/{business}/domains/primary", as: "chief", form: "name=book.told.test", wants: "domain.made_primary",
		prep: `UPDATE public.domains SET verified_at = now() WHERE name = 'book.told.test'`},
	{path: "/businesses/{business}/domains/remove", as: "chief", form: "name=book.told.test", wants: "domain.removed"},
	{path: "/businesses/{new}/suspend", as: "chief", form: "reason=An unpaid bill", wants: "business.suspended"},
	{path: "/businesses/{new}/reactivate", as: "chief", wants: "business.reactivated"},
	{path: "/businesses/{new}/archive", as: "chief", form: "reason=Gone", wants: "business.archived"},
	{path: "/businesses/{new}/unarchive", as: "chief", wants: "business.unarchived"},
	{path: "/businesses/{new}/rename", as: "chief", form: "subdomain=fresher", wants: "business.renamed"},
	{path: "/businesses/bulk", as: "chief", form: "id={new}&id={business}&count=2&action=plan&value=business", wants: "business.bulk_started"},
	{path: "/businesses/bulk/{run}/undo", as: "chief", wants: "business.change_undone"},
	{path: "/businesses/{new}/delete", as: "root", form: "confirm={new's name}", wants: "business.deletion_began", prep: `UPDATE public.businesses SET status = 'archived' WHERE name = 'Fresh'`},
	{path: "/businesses/restore", as: "root", with: "file", file: exported, wants: "business.restore_began"},

	{path: "/users/bulk", as: "chief", form: "id={staff}&count=1&action=disable", wants: "user.bulk_started"},
	{path: "/users/bulk/{users' run}/undo", as: "chief", wants: "user.bulk_undone", prep: bulkDone},
	{path: "/support/bulk", as: "support", form: "id={ticket's}&count=1&action=priority&value=high", wants: "ticket.bulk_started", prep: aTicket},
	{path: "/support/bulk/{desk's run}/undo", as: "support", wants: "ticket.bulk_undone", prep: bulkDone},

	{path: "/views", as: "sales", form: "list=businesses&name=Trying&query=status%3Dtrial", wants: "view.saved"},
	{path: "/views/{view}", as: "sales", form: "list=businesses&name=Trying out", wants: "view.changed"},
	{path: "/views/{view}/delete", as: "sales", wants: "view.deleted"},

	{path: "/support/{ticket}/messages", as: "support", form: "body=Hello&status=waiting", wants: "ticket.answered", prep: aTicket},
	{path: "/support/{ticket}/insert", excuse: "it only fills a form: TestC32_DraftsStayOutOfAddresses"},
	{path: "/support/{ticket}/notes", as: "support", form: "note=Known", wants: "ticket.noted"},
	{path: "/support/{ticket}/change", as: "support", form: "priority=critical", wants: "ticket.priority_changed"},
	{path: "/support/replies", as: "support", form: "title=Hello&body=Prepared", wants: "canned_reply.created"},
	{path: "/support/replies/{reply}", as: "support", form: "title=Hello&body=Changed", wants: "canned_reply.changed"},
	{path: "/support/replies/{reply}/delete", as: "support", wants: "canned_reply.deleted"},

	{path: "/users", as: "chief", form: "business={business}&name=Invited&email=invited@told.test&role=TENANT_STAFF", wants: "user.invited"},
	{path: "/users/{invited}/invite", as: "chief", wants: "user.invited_again"},
	{path: "/users/{staff}/edit", as: "chief", form: "name=The helper", wants: "user.renamed"},
	{path: "/users/{staff}/role", as: "chief", form: "role=TENANT_MANAGER", wants: "user.role_changed"},
	{path: "/users/{staff}/reset", as: "chief", wants: "user.reset_mailed"},
	{path: "/users/{staff}/second-factor/reset", as: "chief", wants: "user.factors_reset"},
	{path: "/users/{staff}/sessions/{session}/end", as: "chief", wants: "user.sessions_ended",
		prep: aSession},
	{path: "/users/{staff}/sessions/end", as: "chief", wants: "user.sessions_ended", prep: aSession},
	{path: "/users/{staff}/disable", as: "chief", wants: "user.disabled"},
	{path: "/users/{staff}/enable", as: "chief", wants: "user.enabled"},
	{path: "/staff", as: "root", form: "name=New&email=new@platform.test&role=PLATFORM_SALES", wants: "user.invited"},
	{path: "/invitation/{link:invitation:new@platform.test}", as: "stranger", by: "new@platform.test", form: "name=New&password=seven green teapots", wants: "user.password_set"},

	{path: "/settings/names", as: "root", form: "platform_name=Planwell&support_email=help@example.test", wants: "settings.changed"},
	{path: "/settings/trial", as: "root", form: "trial_days=21&signup_open=1", wants: "settings.changed"},
	{path: "/settings/reserved", as: "root", form: "reserved_subdomains=alpha", wants: "settings.changed"},
	{path: "/settings/masquerade", as: "root", form: "masquerade_idle=10&masquerade_max=30", wants: "settings.changed"},
	{path: "/settings/sessions", as: "root", form: "platform_idle=60&platform_max=8&tenant_idle=600&tenant_max=100", wants: "settings.changed"},
	{path: "/settings/second-factor", as: "root", form: "role_TENANT_OWNER=1", wants: "settings.changed"},
	{path: "/settings/second-factor", as: "root", wants: "settings.changed"},
	{path: "/settings/mail", as: "root", form: "mail_from=Planwell <post@example.test>", wants: "settings.changed"},
	{path: "/settings/mail/test", as: "root", form: "to=me@example.test", wants: "settings.mail_tested"},
	{path: "/settings/announcement", as: "root", form: "announcement_text=Down at noon&announcement_tone=warning", wants: "settings.changed"},
	{path: "/settings/maintenance", as: "root", form: "maintenance_message=Back at one", wants: "settings.changed"},
	{path: "/settings/plans/professional", as: "root", form: "price=31.50&position=2&max_people=9", wants: "plan.changed"},
	{path: "/settings/jobs/{job}/retry", as: "root", wants: "job.retried", prep: failedJob},
	{path: "/settings/jobs/{job}/discard", as: "root", wants: "job.discarded", prep: `UPDATE public.river_job SET state = 'retryable', finalized_at = NULL; ` + failedJob},

	{path: "/account/tokens", as: "chief", form: "name=export&days=7&scope=read", wants: "api_token.created"},
	{path: "/account/tokens/{token}/revoke", as: "chief", wants: "api_token.revoked"},
	{path: "/account/tokens", as: "chief", form: "name=export&days=7&scope=read", wants: "api_token.created"},
	{path: "/settings/tokens/{token}/revoke", as: "root", wants: "api_token.revoked"},
	{path: "/masquerade", as: "chief", form: "user_id={owner}&reason=ticket 12: repair the hours&mode=write&password=smooth-demo-2026", wants: "masquerade.requested"},
	{path: "/users.csv", as: "chief", form: "export_reason=for the yearly review", wants: "user.list_exported"},
	{path: "/audit.csv", as: "chief", form: "export_reason=for the yearly review", wants: "audit.list_exported"},
	{path: "/masquerades.csv", as: "chief", form: "export_reason=for the yearly review", wants: "masquerade.list_exported"},
	{path: "/businesses/{business}/export", as: "root", form: "export_reason=moving to another server", wants: "business.exported"},
	{path: "/masquerades/{asked}/approve", as: "root", wants: "masquerade.approved",
		prep: `UPDATE public.masquerades SET created_at = created_at - interval '11 minutes' WHERE consent = 'asked'`},
	{path: "/masquerades/{asked}/open", as: "chief", wants: "masquerade.opened"},
	{path: "/masquerades/{asked}/end", as: "root", wants: "masquerade.ended_by_other"},

	{path: "/account", excuse: "of the platform's people nobody changes the own name: TestNamesCanBeSeen"},
	{path: "/account/passkeys", excuse: "needs a device: TestS7_PasskeysInABrowser looks for user.passkey_added"},
	{path: "/account/passkeys/options", excuse: challenge},
	{path: "/account/passkeys/{passkey}", as: "sales", form: "name=Blue key", wants: "user.passkey_renamed", prep: aPasskey},
	{path: "/account/passkeys/{passkey}/remove", as: "sales", wants: "user.passkey_removed"},
	{path: "/login/passkey", excuse: "needs a device: TestS7_PasskeysInABrowser looks for session.started_with_passkey"},
	{path: "/login/passkey/options", excuse: challenge},
	{path: "/account/second-factor/app", excuse: "a key waits for its first code and counts for nothing until then"},
	{path: "/account/second-factor/app/confirm", as: "sales", form: "code={code's of sales}", wants: "user.authenticator_added"},
	{path: "/account/second-factor/recovery-codes", as: "sales", form: "code={recovery}", wants: "user.recovery_codes_renewed"},
	{path: "/login/code", as: "halfway platform.localhost platform_sales@example.test", by: "platform_sales@example.test", form: "code={recovery}", wants: "session.started"},
	{path: "/account/second-factor/app/remove", as: "sales", form: "code={recovery}", wants: "user.authenticator_removed"},
	{path: "/account/sessions/{session of sales}/end", as: "sales", wants: "session.ended_by_owner"},
	{path: "/account/sessions/end", as: "sales", wants: "session.ended_by_owner"},
	{path: "/account/email", as: "sales", form: "email=elsewhere@example.test", wants: "user.email_change_requested"},
	{path: "/account/email/cancel", as: "sales", wants: "user.email_change_cancelled"},
	{path: "/account/email", as: "sales", form: "email=elsewhere@example.test", wants: "user.email_change_requested"},
	{path: "/email/confirm/{link:email_old:platform_sales@example.test}", as: "stranger", by: "platform_sales@example.test", wants: "user.email_confirmed"},
	{path: "/account/password", as: "sales", form: "current=smooth-demo-2026&password=seven green teapots", wants: "user.password_changed"},
	{path: "/password/forgot", excuse: mailOnly},
	{path: "/password/reset/{link:password_reset:platform_sales@example.test}", as: "stranger", by: "platform_sales@example.test", form: "password=eight green teapots", wants: "user.password_set"},
	{path: "/login", as: "stranger", by: "platform_sales@example.test", form: "email=platform_sales@example.test&password=eight green teapots", wants: "session.started"},
	{path: "/logout", as: "support", wants: "session.ended"},

	{path: "/notifications/{id}/open", excuse: "it marks an own notification as read"},
	{path: "/notifications/{id}/read", excuse: "it marks an own notification as read"},
	{path: "/notifications/read", excuse: "it marks the own notifications as read"},
	{path: "/api/auth/token/", excuse: "takes JSON: TestToken of the API looks for api_token.created"},
	{path: "/theme", excuse: looks},
	{path: "/csp-report", excuse: byBrowser},
}

var siteDeeds = []deed{
	{path: "/signup", excuse: "it only asks for a mail to the address itself; what the link does is recorded"},
	{path: "/signup/confirm/{sign-up link}", as: "apex", by: "ann@example.test", wants: "business.created"},
	{path: "/find", excuse: mailOnly},
	{path: "/theme", excuse: looks},
	{path: "/csp-report", excuse: byBrowser},
}

// exported is the archive of the new business, which is gone by then.
func exported(y *story) []byte {
	y.t.Helper()
	id := uuid.MustParse(y.value("new"))
	file := y.browser("root").Post("/businesses/"+id.String()+"/export", url.Values{"export_reason": {"moving to another server"}}).Body.Bytes()
	ctx := context.Background()
	if err := console.DestroyBusiness(ctx, y.s.DB, id, uuid.NullUUID{}); err != nil {
		y.t.Fatal(err)
	}
	return file
}
