package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"testing"
)

// limitReasons say of each function whose SQL has a LIMIT why nobody misses what
// lies behind it. A list that people read leads on by pages; the others are bounded
// by something else, or take the first of many.
var limitReasons = map[string]string{
	"ShortList": "pages", "scan": "pages", "AppointmentsFrom": "pages of a file", "PlatformChanges": "pages",
	"TicketNotes": "the page of the messages, and those of an older one",
	"count":       "counting stops at a thousand and says so", "TicketCounts": "counts up to a thousand and says so",

	"OwnSessions":         "all others end with one press, and a thousand browsers are nobody's",
	"OwnTokens":           "maxTokens of a person can be made",
	"StaffTokens":         "the platform's staff times maxTokens",
	"SavedViews":          "maxViews of a person can be made",
	"CustomerNotes":       "maxNotes of a customer are kept",
	"Overrides":           "those ahead of one calendar, by date: what is past makes room",
	"Feeds":               "one of each person of the team",
	"Of":                  "the team: the largest plan's people",
	"TeamMembers":         "the team: the largest plan's people",
	"StaffMembers":        "the platform's own staff",
	"TicketStaff":         "the platform's own staff",
	"MailOwners":          "the owners of a business",
	"TellOwners":          "the owners of a business",
	"AllResources":        "the largest plan's resources",
	"ServicesOf":          "what a business offers",
	"PublicServices":      "what a business offers",
	"CannedReplies":       "what the platform's staff wrote once",
	"CustomerTags":        "choices of a filter: each tag is found by typing it as well",
	"ToTeam":              "who of the team is told of a booking",
	"BusinessesOf":        "businesses of one address, told by mail",
	"HeldNotices":         "held mails: answering the first brings the next",
	"BulkPreview":         "examples before a bulk change, beside their number",
	"BulkSkipped":         "what a bulk change left out, beside its number",
	"AuditOf":             "the newest, with a link to the audit log",
	"AuditOfPerson":       "the newest, with a link to the audit log",
	"ReadDashboard":       "the newest days, and the first of lists that lead to the whole",
	"PlatformFigures":     "the newest months",
	"FailedJobs":          "failed jobs: solving the first brings the next",
	"ReadMigrationStatus": "schemas that failed, beside their number",
	"CustomersWithPhone":  "the first who have a telephone number are enough to ask",
	"LookAlikes":          "the first of the same name are enough to ask; the search beside them finds all",
	"MergedInto":          "into whom a customer went",
	"FirstOwner":          "one of the owners, for a button of development",

	"Appointments": "more than begins on a day",
	"BookedIn":     "the page says how many more there are",
	"DayList":      "more than begins on a day; the file has all",
	"ScheduleOf":   "more than can be drawn of a week",
	"Requests":     "the next ones, beside a link to the day",
	"ReadFeed":     "what a calendar program takes: what comes next goes first",

	"FindInBusiness": "a few of each kind: the lists find all", "arms": "a few of each kind: the lists find all",
	"TicketList": "businesses whose name a search has a part of",

	"bookedBySame": "appointments of one person at one moment", "bookers": "appointments at one moment",
	"CheckAppointmentLimit": "counts no farther than the plan allows",
	"RollUp":                "a batch of a job", "Trials": "a batch of a job", "ResealAuthenticators": "a batch of a job", "workNext": "the next of a job",
	"calendarOf": "the first", "answeredSince": "the last",
	"LastChange": "the last", "lastStep": "the last", "finish": "the last", "noteMaker": "the last", "LoginOf": "the first", "RecountPeople": "the first",
	"BulkTarget": "the first", "ResourceOf": "the first", "HoldUntil": "the first", "claimSQL": "the first", "Succeed": "the one",
}

// TestEveryLimitHasAReason reads the code: no list is cut without somebody having
// thought about what is behind the cut.
func TestEveryLimitHasAReason(t *testing.T) {
	t.Parallel()
	limit, found := regexp.MustCompile(`\bLIMIT\b`), map[string]bool{}
	for _, name := range sources(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && limit.MatchString(text.Value) {
					found[declared(d)] = true
				}
				return true
			})
		}
	}
	for name := range found {
		if limitReasons[name] == "" {
			t.Errorf("%s cuts a list: give it pages, or say in limitReasons why nobody misses the rest", name)
		}
	}
	for name := range limitReasons {
		if !found[name] {
			t.Errorf("%s has no LIMIT any more", name)
		}
	}
}

// declared is the name of a declaration: of a function, or the last of constants.
func declared(d ast.Decl) (name string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Name.Name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				name = v.Names[0].Name
			}
		}
	}
	return name
}
