package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
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

// keepNotices is how long notifications stay, read or not.
const keepNotices = 90 * 24 * time.Hour

// maxNotice bounds title and detail, in characters; both may hold a user's words.
const maxNotice = 200

// notifyStaff tells all active staff of some roles, in this transaction, but
// never the one whose doing it is. It works in a business's scope as well.
func (t *tx) notifyStaff(n Notice, roles ...access.Role) error {
	return t.notify(n, roleNames(roles), uuid.NullUUID{})
}

// notifyPerson tells one of the staff, unless it is the own doing; instead of
// somebody who has left it tells the roles.
func (t *tx) notifyPerson(n Notice, person uuid.UUID, roles ...access.Role) error {
	return t.notify(n, roleNames(roles), uuid.NullUUID{UUID: person, Valid: true})
}

func (t *tx) notify(n Notice, roles []string, person uuid.NullUUID) error {
	var told int
	return t.get(&told, `SELECT public.notify_staff($1, $2, $3, $4, $5, CAST($6 AS text[]), $7, $8)`,
		string(n.Kind), shorten(n.Title, maxNotice), shorten(n.Detail, maxNotice), n.Href, t.now, roles, person, actorID(t.who))
}

// NotifyStaff is notifyStaff for what happens outside of a transaction.
func (db *DB) NotifyStaff(ctx context.Context, n Notice, roles ...access.Role) error {
	return db.InPublic(ctx, func(q *PublicTx) error { return q.notifyStaff(n, roles...) })
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
	Page   Page
}

var notificationSorts = map[string]sortKey[Notification]{
	"at": {"created_at", "id", "timestamptz", func(n Notification) string { return timeValue(n.CreatedAt) }},
}

// Notifications lists one page of what a person was told, newest first.
func (q *PublicTx) Notifications(f NotificationFilter) ([]Notification, PageInfo, error) {
	list := sortedList[Notification]{columns: `id, kind, title, detail, href, created_at, read_at`, from: `public.notifications`,
		sorts: notificationSorts, defaultSort: "at", long: true, rowID: func(n Notification) uuid.UUID { return n.ID }}
	list.filter(`user_id = ?`, f.Person)
	list.find(f.Q, `public.search_form(title || ' ' || detail)`, "")
	switch f.State {
	case "unread":
		list.filter(`read_at IS NULL`)
	case "read":
		list.filter(`read_at IS NOT NULL`)
	}
	return list.load(q.tx, "notifications", "-at", f.Page)
}

// OpenNotification marks one of a person's own as read and says where it leads.
func (db *DB) OpenNotification(ctx context.Context, person, id uuid.UUID) (href string, err error) {
	err = db.InPublic(ctx, func(q *PublicTx) error {
		return q.get(&href, `UPDATE public.notifications SET read_at = COALESCE(read_at, $3) WHERE id = $1 AND user_id = $2 RETURNING href`, id, person, q.now)
	})
	db.counts().forget()
	return href, err
}

// ReadNotifications marks all of a person's as read.
func (db *DB) ReadNotifications(ctx context.Context, person uuid.UUID) error {
	err := db.InPublic(ctx, func(q *PublicTx) error {
		_, err := q.exec(`UPDATE public.notifications SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL`, person, q.now)
		return err
	})
	db.counts().forget()
	return err
}
