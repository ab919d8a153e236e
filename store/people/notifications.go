package people

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
)

// NoticeKind says what a notification is about.
type NoticeKind string

// The kinds of notifications.
const (
	NoticeTicket       NoticeKind = "ticket"       // a business opened a ticket
	NoticeAnswer       NoticeKind = "answer"       // a business answered
	NoticeSignUp       NoticeKind = "sign_up"      // a business signed up
	NoticeProvisioning NoticeKind = "provisioning" // no room could be made for a business
	NoticeConsent      NoticeKind = "consent"      // an owner agreed to changes by support
	NoticeJob          NoticeKind = "job"          // a background job was given up
)

// Notice is what staff is told. Href is a path of the console.
type Notice struct {
	Kind                NoticeKind
	Title, Detail, Href string
}

// KeepNotices is how long notifications stay, read or not.
const KeepNotices = 90 * 24 * time.Hour

// maxNotice bounds title and detail, in characters; both may hold a user's words.
const maxNotice = 200

// NotifyStaffIn tells all active staff of some roles, in this transaction, but
// never the one whose doing it is. It works in a business's scope as well.
func NotifyStaffIn(t db.Scope, n Notice, roles ...access.Role) error {
	return notify(t, n, db.RoleNames(roles), uuid.NullUUID{})
}

// NotifyPerson tells one of the staff, unless it is the own doing; instead of
// somebody who has left it tells the roles.
func NotifyPerson(t db.Scope, n Notice, person uuid.UUID, roles ...access.Role) error {
	return notify(t, n, db.RoleNames(roles), uuid.NullUUID{UUID: person, Valid: true})
}

func notify(t db.Scope, n Notice, roles []string, person uuid.NullUUID) error {
	var told int
	return db.Get(t, &told, `SELECT public.notify_staff($1, $2, $3, $4, $5, CAST($6 AS text[]), $7, $8)`,
		string(n.Kind), shorten(n.Title, maxNotice), shorten(n.Detail, maxNotice), n.Href, t.Now(), roles, person, db.ActorID(db.Who(t)))
}

// NotifyStaff is NotifyStaffIn for what happens outside of a transaction.
func NotifyStaff(ctx context.Context, d *db.DB, n Notice, roles ...access.Role) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error { return NotifyStaffIn(q, n, roles...) })
}

// shorten cuts text to n characters and shows that it did.
func shorten(text string, n int) string {
	runes := []rune(strings.ToValidUTF8(text, ""))
	if len(runes) <= n {
		return string(runes)
	}
	return strings.TrimSpace(string(runes[:n-1])) + "…"
}

// Notification is what one of the staff was told.
type Notification struct {
	ID        uuid.UUID  `db:"id"`
	Kind      NoticeKind `db:"kind"`
	Title     string     `db:"title"`
	Detail    string     `db:"detail"`
	Href      string     `db:"href"`
	CreatedAt time.Time  `db:"created_at"`
	ReadAt    *time.Time `db:"read_at"`
}

// NotificationFilter narrows a person's notifications.
type NotificationFilter struct {
	Person uuid.UUID
	Q      string
	State  string // "unread", "read" or "" for both
	Page   paging.Page
}

var notificationSorts = map[string]paging.SortKey[Notification]{
	"at": {Expr: "created_at", ID: "id", Cast: "timestamptz", Value: func(n Notification) string { return paging.TimeValue(n.CreatedAt) }},
}

// Notifications lists one page of what a person was told, newest first.
func Notifications(q *db.PublicTx, f NotificationFilter) ([]Notification, paging.PageInfo, error) {
	list := paging.SortedList[Notification]{Columns: `id, kind, title, detail, href, created_at, read_at`, From: `public.notifications`,
		Sorts: notificationSorts, DefaultSort: "at", Long: true, RowID: func(n Notification) uuid.UUID { return n.ID }}
	list.Filter(`user_id = ?`, f.Person)
	list.Find(f.Q, `public.search_form(title || ' ' || detail)`, "")
	switch f.State {
	case "unread":
		list.Filter(`read_at IS NULL`)
	case "read":
		list.Filter(`read_at IS NOT NULL`)
	}
	return list.Load(q, "notifications", "-at", f.Page)
}

// OpenNotification marks one of a person's own as read and says where it leads.
func OpenNotification(ctx context.Context, d *db.DB, person, id uuid.UUID) (href string, err error) {
	err = d.InPublic(ctx, func(q *db.PublicTx) error {
		return db.Get(q, &href, `UPDATE public.notifications SET read_at = COALESCE(read_at, $3) WHERE id = $1 AND user_id = $2 RETURNING href`, id, person, q.Now())
	})
	paging.Counts(d).Forget()
	return href, err
}

// ReadNotifications marks all of a person's as read.
func ReadNotifications(ctx context.Context, d *db.DB, person uuid.UUID) error {
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		_, err := db.Exec(q, `UPDATE public.notifications SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL`, person, q.Now())
		return err
	})
	paging.Counts(d).Forget()
	return err
}
