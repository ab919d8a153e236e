package store

import (
	"context"
	"os"
	"runtime"
	"strings"
)

// embeddedZones is the version of the time zones that this Go release brings;
// a test holds it against the release.
const embeddedZones = "2025c"

// System is what the program runs on.
type System struct {
	Go, Postgres string
	Zones        ZoneSource
	Migrations   MigrationStatus
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
	return ZoneSource{embeddedZones, "the program itself"}
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

// System reads what the program runs on.
func (db *DB) System(ctx context.Context) (System, error) {
	s := System{Go: runtime.Version(), Zones: Zones()}
	err := db.InPublic(ctx, func(q *PublicTx) error {
		return q.get(&s.Postgres, `SELECT current_setting('server_version')`)
	})
	if err != nil {
		return s, err
	}
	s.Migrations, err = db.MigrationStatus(ctx)
	return s, wrap(err)
}

// RecordMailTest puts a test mail on record, sent or not.
func (db *DB) RecordMailTest(ctx context.Context, to string, failed error) error {
	details := map[string]any{"result": "sent"}
	if failed != nil {
		details["result"] = failed.Error()
	}
	return db.InPublic(ctx, func(q *PublicTx) error {
		return q.audit(Event{Action: "settings.mail_tested", ObjectType: "settings", ObjectID: "mail", ObjectName: to, Details: details})
	})
}
