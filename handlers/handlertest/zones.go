package handlertest

import (
	"os"
	"strings"
	"testing"
)

// Zones are the names that the machine's zone database lists.
func Zones(t testing.TB) []string {
	t.Helper()
	for _, path := range []string{"/usr/share/zoneinfo/tzdata.zi", "/usr/share/zoneinfo/zone1970.tab", "/usr/share/zoneinfo/zone.tab"} {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		var names []string
		for line := range strings.SplitSeq(string(raw), "\n") {
			f := strings.Fields(line)
			switch {
			case strings.HasSuffix(path, ".zi") && len(f) > 2 && f[0] == "Z":
				names = append(names, f[1])
			case strings.HasSuffix(path, ".zi") && len(f) == 3 && f[0] == "L":
				names = append(names, f[2])
			case strings.HasSuffix(path, ".tab") && len(f) > 2 && !strings.HasPrefix(f[0], "#"):
				names = append(names, f[2])
			}
		}
		if len(names) > 0 {
			return names
		}
	}
	t.Skip("this machine has no list of time zones")
	return nil
}
