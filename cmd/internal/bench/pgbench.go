package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/store/schema"
)

// recordStatements asks for a page twice with PostgreSQL logging all statements
// and returns those of the second, arguments put in: the page's SQL as it is
// really sent, which pgbench then repeats.
func (b *bench) recordStatements(ctx context.Context, set dataset, path string) ([]string, error) {
	admin, err := b.data.admin(set.name())
	if err != nil {
		return nil, err
	}
	defer admin.Close()
	if _, err := admin.ExecContext(ctx, "ALTER DATABASE "+set.name()+" SET log_statement = 'all'"); err != nil {
		return nil, err
	}
	s, err := b.startApp(ctx, set)
	_, reset := admin.ExecContext(ctx, "ALTER DATABASE "+set.name()+" RESET log_statement")
	if err = errors.Join(err, reset); err != nil {
		return nil, err
	}
	defer func() { _ = s.stop() }()
	if _, err := s.get(ctx, path); err != nil {
		return nil, err
	}
	log, err := os.Open(b.data.cluster.ServerLog())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	info, err := log.Stat()
	if err != nil {
		return nil, err
	}
	if _, err := s.get(ctx, path); err != nil {
		return nil, err
	}
	time.Sleep(200 * time.Millisecond)
	end, err := log.Stat()
	if err != nil {
		return nil, err
	}
	text := make([]byte, end.Size()-info.Size())
	if _, err := log.ReadAt(text, info.Size()); err != nil {
		return nil, err
	}
	statements := parseLog(string(text), schema.WebLogin+"@"+set.name())
	if len(statements) < 3 {
		return nil, fmt.Errorf("the page's statements were not found in %s", b.data.cluster.ServerLog())
	}
	return statements, nil
}

var (
	entryPattern     = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d .*$`)
	statementPattern = regexp.MustCompile(`(?s)LOG: +(?:statement|execute [^:]*): (.*)`)
	argumentPattern  = regexp.MustCompile(`\$(\d+) = ('(?:[^']|'')*'|NULL)`)
	holderPattern    = regexp.MustCompile(`\$(\d+)`)
)

// parseLog finds the statements of a login in PostgreSQL's log.
func parseLog(text, who string) []string {
	var statements []string
	starts := entryPattern.FindAllStringIndex(text, -1)
	for i, at := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		entry := strings.TrimSpace(text[at[0]:end])
		if !strings.Contains(entry, who) {
			continue
		}
		if m := statementPattern.FindStringSubmatch(entry); m != nil {
			for _, one := range strings.Split(m[1], ";") {
				if one = strings.Join(strings.Fields(one), " "); one != "" {
					statements = append(statements, one)
				}
			}
			continue
		}
		if _, detail, ok := strings.Cut(entry, "DETAIL:  parameters: "); ok && len(statements) > 0 {
			last := &statements[len(statements)-1]
			values := map[string]string{}
			for _, m := range argumentPattern.FindAllStringSubmatch(detail, -1) {
				values[m[1]] = m[2]
			}
			*last = holderPattern.ReplaceAllStringFunc(*last, func(s string) string { return values[s[1:]] })
		}
	}
	return statements
}

var tpsPattern = regexp.MustCompile(`tps = ([0-9.]+)`)

// pgbench repeats statements and returns PostgreSQL's CPU for each round of them.
func (b *bench) pgbench(ctx context.Context, set dataset, statements []string, length time.Duration) (cpuPerRound, perSecond float64, err error) {
	file := filepath.Join(b.dir, "page.sql")
	if err := os.WriteFile(file, []byte(strings.Join(statements, ";\n")+";\n"), 0o644); err != nil {
		return 0, 0, err
	}
	before, err := postgresCPU(b.postmaster)
	if err != nil {
		return 0, 0, err
	}
	// Its connections are new each time: their beginning should not weigh much.
	seconds := strconv.Itoa(2 + 2*int(length.Seconds()))
	cmd := exec.CommandContext(ctx, "pgbench", "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", seconds, "-f", file,
		b.data.cluster.URL(schema.WebLogin, set.name()))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	after, err := postgresCPU(b.postmaster)
	if err != nil {
		return 0, 0, err
	}
	m := tpsPattern.FindSubmatch(out)
	if m == nil {
		return 0, 0, fmt.Errorf("pgbench said: %s", out)
	}
	perSecond, err = strconv.ParseFloat(string(m[1]), 64)
	n, _ := strconv.ParseFloat(seconds, 64)
	return ms(after-before) / (perSecond * n), perSecond, err
}
