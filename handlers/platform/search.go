package platform

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/search"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

var consolePages = []web.Place{
	{Label: "Dashboard", Href: urls.Dashboard(), Icon: "dashboard", Words: "home figures mrr churn", Needs: access.DashboardView},
	{Label: "Businesses", Href: urls.Businesses(), Icon: "building", Words: "tenants customers", Needs: access.BusinessesView},
	{Label: "Users", Href: urls.Users(), Icon: "users", Words: "people directory logins", Needs: access.UsersView},
	{Label: "Support", Href: urls.Support(), Icon: "inbox", Words: "tickets queue help", Needs: access.TicketsView},
	{Label: "Canned replies", Href: urls.CannedReplies(), Icon: "mail", Words: "prepared answers tickets support", Needs: access.TicketsManage},
	{Label: "Masquerades", Href: urls.Masquerades(), Icon: "eye", Words: "impersonation view as", Needs: access.MasqueradesView},
	{Label: "Audit log", Href: urls.Audit(), Icon: "clock", Words: "history who did what", Needs: access.AuditView},
	{Label: "Staff", Href: urls.Staff(), Icon: "lock", Words: "team platform people roles", Needs: access.StaffView},
	{Label: "Settings", Href: urls.Settings(), Icon: "settings", Words: "general name trial sign-up reserved", Needs: access.SettingsView},
	{Label: "Plans", Href: urls.SettingsPlans(), Icon: "tag", Words: "settings prices limits", Needs: access.SettingsView},
	{Label: "Security", Href: urls.SettingsSecurity(), Icon: "lock", Words: "settings sessions second factor masquerade", Needs: access.SettingsView},
	{Label: "Mail server", Href: urls.SettingsMail(), Icon: "mail", Words: "settings smtp test", Needs: access.SettingsView},
	{Label: "Announcement and maintenance", Href: urls.SettingsMessages(), Icon: "info", Words: "settings messages banner", Needs: access.SettingsView},
	{Label: "API tokens of all staff", Href: urls.SettingsTokens(), Icon: "lock", Words: "settings", Needs: access.SettingsView},
	{Label: "Jobs", Href: urls.SettingsJobs(), Icon: "package", Words: "settings failed retry", Needs: access.SettingsView},
	{Label: "System", Href: urls.SettingsSystem(), Icon: "info", Words: "settings version migrations database time zones", Needs: access.SettingsView},
	{Label: "Notifications", Href: urls.Notifications(), Icon: "bell", Words: "news unread", Needs: access.NoticesView},
	{Label: "Your account", Href: urls.Account(), Icon: "user", Words: "profile password e-mail email", Needs: access.AccountManage},
	{Label: "Your second factor", Href: urls.SecondFactor(), Icon: "lock", Words: "account passkeys totp recovery codes", Needs: access.AccountManage},
	{Label: "Your sessions", Href: urls.AccountSessions(), Icon: "monitor", Words: "account devices", Needs: access.AccountManage},
	{Label: "Your API tokens", Href: urls.AccountTokens(), Icon: "lock", Words: "account", Needs: access.TokensManage},
}

var consoleActions = []web.Place{
	{Label: "New business", Href: urls.BusinessNew(), Icon: "plus", Words: "create add tenant", Needs: access.BusinessesCreate},
	{Label: "Restore a business from an export", Href: urls.BusinessRestore(), Icon: "plus", Words: "import file", Needs: access.BusinessesDelete},
	{Label: "Invite somebody to the staff", Href: urls.Staff() + "#invite-head", Icon: "plus", Words: "add new platform team", Needs: access.StaffManage},
	{Label: "Show tickets that wait for an answer", Href: urls.WithQuery(urls.Support(), "unanswered", "1"), Icon: "inbox", Words: "unanswered queue", Needs: access.TicketsView},
	{Label: "Show my tickets", Href: urls.WithQuery(urls.Support(), "assignee", "me"), Icon: "inbox", Words: "assigned", Needs: access.TicketsView},
	{Label: "Show trials that end within 7 days", Href: urls.WithQuery(urls.Businesses(), "trial", "7d"), Icon: "trial", Words: "businesses", Needs: access.BusinessesView},
	{Label: "Show suspended businesses", Href: urls.WithQuery(urls.Businesses(), "status", "suspended"), Icon: "pause", Needs: access.BusinessesView},
}

// search finds what the role may open: pages and actions by their words, rows by
// one statement.
func (h *Handlers) search(c echo.Context) error {
	who, typed := web.Principal(c), web.SearchText(c)
	text := h.Sites.Pasted(typed)
	var kinds []string
	for kind, needs := range map[string]access.Permission{search.HitBusiness: access.BusinessesView, search.HitUser: access.UsersView, search.HitTicket: access.TicketsView} {
		if who.Can(needs) {
			kinds = append(kinds, kind)
		}
	}
	var rows []search.Hit
	if text != "" {
		err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
			rows, err = search.FindOnPlatform(q, text, kinds...)
			return err
		})
		if err != nil {
			return err
		}
	}
	groups := []ui.FoundGroup{web.FindPlaces(who, "Pages", text, consolePages), web.FindPlaces(who, "Actions", text, consoleActions),
		{Label: "Businesses"}, {Label: "Users"}, {Label: "Tickets"}}
	for _, f := range rows {
		switch f.Kind {
		case search.HitBusiness:
			detail := h.Sites.BusinessHost(f.Detail)
			if f.State != "active" {
				detail += " · " + f.State
			}
			groups[2].Items = append(groups[2].Items, ui.Found{Label: f.Title, Detail: detail, Href: urls.Business(f.ID.String()), Icon: "building"})
		case search.HitUser:
			where := f.Where
			if where == "" {
				where = access.RoleName(access.Role(f.State))
			}
			groups[3].Items = append(groups[3].Items, ui.Found{Label: f.Title, Detail: f.Detail + " · " + where, Href: urls.User(f.ID.String()), Icon: "user"})
		case search.HitTicket:
			groups[4].Items = append(groups[4].Items, ui.Found{Label: "#" + strconv.FormatInt(f.Number, 10) + " " + f.Title, Detail: f.Detail, Href: urls.Ticket(f.Number), Icon: "inbox"})
		}
	}
	if text != "" {
		// What is meant is rather a row than a page when the words fit both.
		groups = append(groups[2:], groups[:2]...)
	}
	return h.RenderSearch(c, ui.SearchProps{Query: typed, For: searchFor(who), Groups: groups})
}

// searchFor says what can be found.
func searchFor(who *store.Principal) string {
	if who.Can(access.UsersView) {
		return "Pages and actions; businesses by name, host, domain, phone or owner; people by name or e-mail; tickets by number or subject; anything by its id or its address."
	}
	return "Pages and actions; businesses by name, host, domain, phone, owner, address or id."
}
