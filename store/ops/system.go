package ops

import (
	"context"
	"os"
	"runtime"
	"strings"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// EmbeddedZones is the version of the time zones that this Go release brings;
// a test holds it against the release.
const EmbeddedZones = "2025c"

// System is what the program runs on.
type System struct {
	Go, Postgres string
	Zones        ZoneSource
	Migrations   schema.MigrationStatus
}

// ZoneSource is where time zones come from, and their version.
type ZoneSource struct{ Version, From string }

// systemZones are the folders that Go looks into before its own copy.
var systemZones = []string{"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"}

// Zones finds the source of time zones in the order in which Go looks.
func Zones() ZoneSource {
	if own := os.Getenv("ZONEINFO"); own != "" {
		return ZoneSource{zoneVersion(own), "ZONEINFO " + own}
	}
	for _, dir := range systemZones {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return ZoneSource{zoneVersion(dir), dir}
		}
	}
	return ZoneSource{EmbeddedZones, "the program itself"}
}

// zoneVersion reads what a folder of zones says of itself.
func zoneVersion(dir string) string {
	text, err := os.ReadFile(dir + "/tzdata.zi")
	if err != nil {
		if text, err = os.ReadFile(dir + "/+VERSION"); err != nil {
			return "unknown"
		}
		return strings.TrimSpace(string(text))
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSpace(strings.TrimPrefix(first, "# version"))
}

// ReadSystem reads what the program runs on.
func ReadSystem(ctx context.Context, d *db.DB) (System, error) {
	s := System{Go: runtime.Version(), Zones: Zones()}
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		return db.Get(q, &s.Postgres, `SELECT current_setting('server_version')`)
	})
	if err != nil {
		return s, err
	}
	s.Migrations, err = schema.ReadMigrationStatus(ctx, d)
	return s, db.Wrap(err)
}

// RecordMailTest puts a test mail on record, sent or not.
func RecordMailTest(ctx context.Context, d *db.DB, to string, failed error) error {
	details := map[string]any{"result": "sent"}
	if failed != nil {
		details["result"] = failed.Error()
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		return db.Audit(q, db.Event{Action: "settings.mail_tested", ObjectType: "settings", ObjectID: "mail", ObjectName: to, Details: details})
	})
}
