package desk

import (
	"time"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// What a business may send to support: far more than anybody needs, and little
// enough that nobody fills the disk.
const (
	maxTicketsADay  = 20
	maxMessagesADay = 200
	maxFilesADay    = 50
	maxBytesADay    = 100 << 20
	maxBytesStored  = 1 << 30
	ticketDay       = 24 * time.Hour
)

// countTicket counts a question of the business, and countAnswer what it adds to
// one. Those of one business that come at once wait for each other.
func countTicket(q *db.TenantTx, files []Attachment) error {
	return countMessage(q, "ticket", maxTicketsADay, "Your business has asked 20 questions within a day, which is the most. You can still answer in those that are open.", files)
}

func countAnswer(q *db.TenantTx, files []Attachment) error {
	return countMessage(q, "ticket message", maxMessagesADay, "Your business has written 200 messages within a day, which is the most.", files)
}

func countMessage(q *db.TenantTx, what string, most int, message string, files []Attachment) error {
	wait, err := calendar.AllowDeed(q, calendar.DeedKey(q.Tenant, what), most, ticketDay)
	if err != nil {
		return err
	}
	if wait > 0 {
		return db.TooOften(message, wait)
	}
	if len(files) == 0 {
		return nil
	}
	if err := db.Lock(q, calendar.DeedKey(q.Tenant, "ticket files")); err != nil {
		return err
	}
	var has struct {
		Files  int   `db:"files"`
		Bytes  int64 `db:"bytes"`
		Stored int64 `db:"stored"`
	}
	err = db.Get(q, &has, `
		SELECT (SELECT COALESCE(sum(size), 0) FROM public.ticket_files WHERE business_id = $1) AS stored, count(*) AS files, COALESCE(sum(f.size), 0) AS bytes
		FROM public.ticket_files f JOIN public.ticket_messages m ON m.id = f.message_id
		WHERE f.business_id = $1 AND f.created_at > $2 AND NOT m.from_staff`, q.Tenant.ID, q.Now().Add(-ticketDay))
	if err != nil {
		return err
	}
	var bytes int64
	for _, f := range files {
		bytes += int64(len(f.Data))
	}
	switch {
	case has.Files+len(files) > maxFilesADay, has.Bytes+bytes > maxBytesADay:
		return db.InvalidField("files", "Your business may attach 50 files of 100 MB together within a day, and with these it would be more. Send the message without them, or attach them tomorrow.")
	case has.Stored+bytes > maxBytesStored:
		return db.InvalidField("files", "The files of your business's tickets fill the 1 GB that is kept. Send the message without files.")
	}
	return nil
}
