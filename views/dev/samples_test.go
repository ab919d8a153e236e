package dev_test

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/dev"
	"github.com/smoothschedule/smoothschedule/views/errorpage"
	"github.com/smoothschedule/smoothschedule/views/gallery"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/site"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// shell is one of layout's three.
type shell func(layout.Page, templ.Component) templ.Component

type sample struct {
	title string
	shell shell
	body  templ.Component
	masq  bool
	anon  bool
}

func at(text string) ui.Time { return ui.Time{ISO: "2026-11-22T09:00:00Z", Text: text} }

func rows(n int) []platform.BusinessRow {
	names := []string{"Acme Auto", "O’Brien & Søn's Garage", "مركز النور الطبي", "東京ヘアサロン", "The Extraordinarily Long-Winded Family Practice of Upper Middleton", "Bella Salon", "Nord Clinic"}
	states := []string{"active", "trial", "active", "suspended", "archived"}
	plans := []string{"professional", "free", "business", "enterprise"}
	out := make([]platform.BusinessRow, n)
	for i := range out {
		id := strconv.Itoa(i)
		out[i] = platform.BusinessRow{
			ID: id, Name: names[i%len(names)], Host: "acme-auto-" + id + ".localhost:8000", URL: "http://acme-auto.localhost:8000/",
			Plan: plans[i%4], Status: states[i%5], OwnerName: "Olga Owner-Featherstonehaugh", OwnerEmail: "owner@acme-auto-" + id + ".test",
			People: strconv.Itoa(i + 3), Appointments30d: "1,204", MRR: "$129.00", LastActivity: at("2 h ago"), Joined: at("4 Mar 2025"), CanMasquerade: i%5 != 3,
		}
	}
	return out
}

func appointments() []business.Appointment {
	states := []string{"completed", "confirmed", "pending", "cancelled", "no_show"}
	out := make([]business.Appointment, 8)
	for i := range out {
		out[i] = business.Appointment{
			Start: at("09:" + strconv.Itoa(10+i)), End: at("10:00"), Day: at("Mon, 23 Nov"), Customer: "Zoë Müller", Contact: "+49 30 1234567",
			Service: "Full inspection and oil change", Resource: "Lift 2", Status: states[i%5], Price: "$89.00", Now: i == 2,
		}
	}
	return out
}

func dashboard() platform.DashboardProps {
	var points []ui.Point
	for i := range 12 {
		points = append(points, ui.Point{Label: "M" + strconv.Itoa(i+1), Value: float64(300000 + i*31000), Text: "$3,000"})
	}
	up := &ui.Delta{Text: "4.2%", Against: "vs. 30 days before", Trend: ui.Up, Meaning: ui.Good}
	for i := range points {
		points[i].Parts = []ui.Part{{Value: points[i].Value / 2, Text: "$1,500"}, {Value: points[i].Value / 2, Text: "$1,500"}}
	}
	return platform.DashboardProps{
		AsOf: ui.Time{ISO: "2026-11-22T09:00:00Z", Text: "22 Nov 2026, 09:00", Zone: "UTC"}, CurrencySign: "$", MRRByPlan: points, PlanNames: []string{"Free", "Business"},
		Periods: []platform.DashboardPeriod{{Code: "30d", Label: "30 days", Current: true}, {Code: "12m", Label: "12 months"}}, Days: "30 days",
		Active: platform.Metric{Value: "10,000", Hint: "8,412 active"}, Trouble: "3 background jobs have failed.", TroubleHref: "/settings",
		MRR: platform.Metric{Value: "$641,000", Delta: up, Spark: []float64{1, 2, 3, 5, 4, 6}}, Appointments: platform.Metric{Value: "1,204,551", Delta: up},
		SignUps: platform.Metric{Value: "212"}, Churn: platform.Metric{Value: "1.8%", Delta: &ui.Delta{Text: "0.3", Trend: ui.Down, Meaning: ui.Good}},
		OpenTickets: platform.Metric{Value: "41", Delta: &ui.Delta{Text: "12", Trend: ui.Up, Meaning: ui.Bad}}, NewOnes: points, Gone: points[:3],
		Busiest: []platform.DashboardLine{{Name: "Acme Auto", Href: "/businesses/1", Figure: "1,204"}},
		Trials:  []platform.DashboardLine{{Name: "Sakura Hair", Href: "/businesses/2", Note: "Yuki", At: at("24 Nov 2026")}}, Tickets: true,
		ByStatus: []platform.StatusCount{{Status: "active", Count: "8,412", N: 8412}, {Status: "trial", Count: "1,020", N: 1020}, {Status: "suspended", Count: "64", N: 64}, {Status: "archived", Count: "504", N: 504}},
	}
}

func businessProps() platform.BusinessProps {
	owner := platform.Person{ID: "u1", Name: "Olga Owner", Email: "owner@acme-auto.test", Role: "Owner", LastLogin: at("2 h ago"), CanMasquerade: true}
	return platform.BusinessProps{
		ID: "b1", Name: "Acme Auto", Host: "acme-auto.localhost:8000", URL: "http://acme-auto.localhost:8000/", Plan: "professional", Status: "active",
		TimeZone: "Europe/Berlin", LocalTime: ui.Time{ISO: "2026-11-22T09:00:00Z", Text: "10:00", Zone: "CET"}, Joined: at("4 Mar 2025"), MRR: "$129.00", Appointments: "1,204",
		LastActivity: at("2 h ago"), Owner: &owner, PeopleTotal: "3 of 12",
		People: []platform.Person{
			owner, {ID: "u2", Name: "דנה לוי", Email: "dana@acme-auto.test", Role: "Manager", LastLogin: at("yesterday"), CanMasquerade: true},
			{ID: "u3", Name: "Sam Staff", Email: "sam.with.a.very.long.address@workshop.acme-auto.test", Role: "Staff", Inactive: true},
		},
		Domains: []platform.Domain{{Host: "acme-auto.localhost:8000", URL: "/", Primary: true, Verified: true}, {Host: "booking.acme-auto.example", URL: "/"}},
		Activity: []platform.Event{
			{At: ui.Time{ISO: "2026-11-22T09:00:00Z", Text: "22 Nov, 09:00", Zone: "UTC"}, Actor: "Sue Support", Subject: "Olga Owner", Text: "opened the customers."},
			{At: ui.Time{ISO: "2026-11-21T09:00:00Z", Text: "21 Nov, 09:00", Zone: "UTC"}, Actor: "Olga Owner", Text: "changed the opening hours."},
		},
		CanSuspend: true, CanChangePlan: true,
	}
}

func samples() map[string]sample {
	p, b, pl := shell(layout.Platform), shell(layout.Business), shell(layout.Plain)
	list := ui.ListState{Query: "auto", Filters: map[string]string{"plan": "business"}, Sort: "-mrr", Pager: ui.Pager{Page: 2, Shown: 25, Total: 10000}}
	noMatch := ui.ListState{Query: "zzz"}
	suspended, badSuspend := businessProps(), businessProps()
	suspended.Status, suspended.StatusReason, suspended.CanSuspend, suspended.CanReactivate = "suspended", "Unpaid since September.", false, true
	badSuspend.Errors = map[string]string{"reason": "Please give a reason."}
	form := platform.BusinessFormProps{HostSuffix: ".localhost:8000", TimeZones: []string{"Europe/Berlin"}, In: platform.BusinessInput{Name: "Acme"}}
	bad := form
	bad.Errors = map[string]string{"subdomain": "This address is taken.", "owner_email": "This is no e-mail address."}
	masq := platform.MasqueradeNewProps{UserID: "u1", UserName: "Olga Owner", UserEmail: "owner@acme-auto.test", UserRole: "Owner", BusinessName: "Acme Auto", BusinessHost: "acme-auto.localhost:8000", Back: "/businesses?q=a&page=2", NeedPassword: true}
	badMasq := masq
	badMasq.Errors = map[string]string{"reason": "At least 10 characters."}
	day := business.AppointmentsProps{Date: "2026-11-22", DateText: "Sunday, 22 November 2026", Prev: "2026-11-21", Next: "2026-11-23", TodayIs: "2026-11-22", IsToday: true, Zone: "Europe/Berlin (CET)", Rows: appointments(), Totals: business.DayTotals{Count: "8", Statuses: []ui.Fact{{Term: "Confirmed", Text: "2"}}, Revenue: "$712.00"}}
	emptyDay := day
	emptyDay.Rows, emptyDay.DateError, emptyDay.IsToday = nil, "That is no date. Here is today.", false
	customers := make([]business.CustomerRow, 25)
	for i := range customers {
		customers[i] = business.CustomerRow{Name: "Zoë O’Neill-" + strconv.Itoa(i), Email: "zoe@example.test", Phone: "+49 30 1234567", Visits: "12", Spent: "$1,049.00", LastVisit: at("3 Nov 2026"), Since: at("4 Mar 2025"), HasLogin: i%2 == 0}
	}
	quick := []account.QuickLogin{{Label: "Superuser", Email: "superuser@smoothschedule.test"}, {Label: "Support", Email: "support@smoothschedule.test"}}
	return map[string]sample{
		"gallery": {"Gallery", p, gallery.Page(), false, false}, "dashboard": {"Dashboard", p, platform.Dashboard(dashboard()), false, false},
		"dashboard-failed": {"Dashboard", p, platform.Dashboard(platform.DashboardProps{Failed: true}), false, false},
		"businesses":       {"Businesses", p, platform.Businesses(platform.BusinessesProps{List: list, Rows: rows(25), CanCreate: true}), false, false},
		"businesses-none":  {"Businesses", p, platform.Businesses(platform.BusinessesProps{List: noMatch}), false, false},
		"business-new":     {"New business", p, platform.BusinessNew(form), false, false}, "business-new-bad": {"New business", p, platform.BusinessNew(bad), false, false},
		"business": {"Acme Auto", p, platform.Business(businessProps()), false, false}, "business-suspended": {"Acme Auto", p, platform.Business(suspended), false, false},
		"business-suspend-bad": {"Acme Auto", p, platform.Business(badSuspend), false, false},
		"masquerade-new":       {"View as Olga Owner", p, platform.MasqueradeNew(masq), false, false}, "masquerade-bad": {"View as Olga Owner", p, platform.MasqueradeNew(badMasq), false, false},
		"public": {"Acme Auto", b, business.Public(business.PublicProps{Name: "Acme Auto", Services: []business.Service{{Name: "Inspection", Duration: "45 min", Price: "$89.00"}, {Name: "Oil change", Duration: "30 min", Price: "$59.00"}}, Hours: []business.OpeningHour{{Day: "Monday", Text: "08:00–17:00"}, {Day: "Sunday", Today: true}}, Zone: "Europe/Berlin (CET)"}), false, true},
		"today":  {"Today", b, business.Dashboard(business.DashboardProps{Date: "2026-11-22", DateText: "Sunday, 22 November 2026", Zone: "Europe/Berlin (CET)", AsOf: at("09:41"), Tiles: []ui.TileProps{{Label: "Appointments today", Value: "14", Hint: "3 still to come"}, {Label: "Revenue, 30 days", Value: "$1,204.00"}}, Rows: appointments(), More: 6}), true, false},
		"day":    {"Appointments", b, business.Appointments(day), true, false}, "day-empty": {"Appointments", b, business.Appointments(emptyDay), false, false},
		"customers":  {"Customers", b, business.Customers(business.CustomersProps{List: ui.ListState{Pager: ui.Pager{Page: 1, Shown: 25, Total: 412}}, Rows: customers}), false, false},
		"portal":     {"My bookings", b, business.Portal(business.PortalProps{Zone: "Europe/Berlin (CET)", Upcoming: []business.PortalBooking{{When: "Tuesday, 24 November 2026, 09:00–10:00", Service: "Oil change", With: "Ann", Status: "confirmed", MoveHref: "/portal/x/move"}}}), false, false},
		"enter":      {"View as", pl, business.MasqueradeEnter(business.MasqueradeEnterProps{Code: "c", Actor: "Sue Support", Subject: "Olga Owner", Role: "Owner", Business: "Acme Auto"}), false, true},
		"enter-gone": {"Link used", pl, business.MasqueradeEnter(business.MasqueradeEnterProps{Gone: true, PlatformHref: "/"}), false, true},
		"login":      {"Log in", pl, account.Login(account.LoginProps{Where: "Platform console", Quick: quick, Others: []ui.Link{{Label: "Acme Auto", Href: "http://acme-auto.localhost:8000/login"}}}), false, true},
		"login-bad":  {"Log in", pl, account.Login(account.LoginProps{Where: "Acme Auto", Email: "x@y.test", Failed: true}), false, true},
		"forgot":     {"New password", pl, account.Forgot(account.ForgotProps{Error: "Please give an e-mail address."}), false, true}, "forgot-sent": {"Mail sent", pl, account.ForgotSent(account.ForgotSentProps{Email: "a@b.test", MailHref: "/dev/mail"}), false, true},
		"invitation": {"Welcome", pl, account.SetPassword(account.SetPasswordProps{Invitation: true, Action: "/invitation/t", Where: "Acme Auto", Email: "a@b.test", InvitedBy: "Olga", Errors: map[string]string{"password": "At least 12 characters."}}), false, true},
		"reset":      {"New password", pl, account.SetPassword(account.SetPasswordProps{Action: "/password/reset/t", Email: "a@b.test"}), false, true}, "token-gone": {"Link expired", pl, account.TokenGone(account.TokenGoneProps{}), false, true},
		"home":      {"", pl, site.Home(site.HomeProps{Links: []ui.Link{{Label: "Platform console", Href: "/login"}}}), false, true},
		"error-404": {"Not found", pl, errorpage.Show(errorpage.Props{Status: 404, Actions: []ui.Link{{Label: "To the start", Href: "/"}}}), false, true},
		"error-500": {"Error", p, errorpage.Show(errorpage.Props{Status: 500, RequestID: "01JD0Q8GZ4"}), true, false},
		"mails":     {"Mails", pl, dev.MailIndex(dev.MailIndexProps{Rows: []dev.MailRow{{ID: "1", To: "a@b.test", Subject: "Your invitation to Acme Auto", At: at("09:00")}}}), false, true},
		"mail":      {"Mail", pl, dev.MailShow(dev.MailShowProps{Subject: "Your invitation", From: "no-reply@x.test", To: "a@b.test", At: at("09:00"), Text: "Hello,\n\nwelcome.", HTML: "<p>Hi</p>", Links: []string{"http://localhost:8000/invitation/abc"}}), false, true},
	}
}

// page puts a sample into its shell.
func (s sample) page(name, theme string) templ.Component {
	p := layout.Page{Title: s.title, Theme: theme, Path: "/" + name, Nav: layout.PlatformNav("/businesses/1")}
	if !s.anon {
		p.User = &layout.User{Name: "Mara O’Connor", Role: "Manager", Email: "manager@smoothschedule.test"}
	}
	switch name {
	case "public", "today", "day", "day-empty", "customers", "portal":
		p.BusinessName, p.Nav, p.AccentHref = "Acme Auto", layout.BusinessNav("/appointments"), "/branding/0f766e.css"
	case "dashboard":
		p.Flash = []ui.Toast{{Tone: ui.Success, Text: "Business created."}}
	}
	if s.masq {
		p.Masquerade = &ui.MasqueradeBanner{Actor: "Sue Support", Subject: "Olga Owner", SubjectRole: "Owner", Business: "Acme Auto", Mode: "View only", Left: "42 min left"}
	}
	return s.shell(p, s.body)
}
