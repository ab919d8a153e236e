package jobs

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// filed are calendar files with the start that each must tell.
type filed struct {
	mu    sync.Mutex
	names []string
	want  []time.Time
	texts []string
}

func (f *filed) add(name string, start time.Time, file []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names, f.want, f.texts = append(f.names, name), append(f.want, start), append(f.texts, string(file))
}

// calendarFile is what ical.js, an independent parser, reads in a file.
type calendarFile struct {
	Version, Method string
	Events          []struct {
		UID, Summary, Status string
		Start, End           time.Time
		Stamped              bool
		Sequence             int
	}
}

// readCalendars gives files to the parser, all at once.
func readCalendars(t testing.TB, texts ...string) []calendarFile {
	t.Helper()
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/ical.mjs")
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ical.js refuses a file (make test installs it): %v\n%s", err, said.String())
	}
	var files []calendarFile
	if err := json.Unmarshal(out, &files); err != nil || len(files) != len(texts) {
		t.Fatalf("%d of %d files read: %v", len(files), len(texts), err)
	}
	return files
}

// check holds what the parser reads against the starts.
func (f *filed) check(t *testing.T) {
	t.Helper()
	for i, file := range readCalendars(t, f.texts...) {
		if file.Version != "2.0" || file.Method != "PUBLISH" || len(file.Events) != 1 {
			t.Errorf("%s: %+v", f.names[i], file)
			continue
		}
		e := file.Events[0]
		if !e.Start.Equal(f.want[i]) || e.End.Sub(e.Start) != step*time.Minute || e.Status != "CONFIRMED" || !e.Stamped || !strings.HasSuffix(e.UID, "@smoothschedule") {
			t.Errorf("%s: the file says %+v", f.names[i], e)
		}
	}
	t.Logf("%d files read by ical.js", len(f.texts))
}
