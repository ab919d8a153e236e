package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

// lighthouseRuns is how often a page is looked at; the middle of each figure counts.
const lighthouseRuns = 3

// lighthouse is W2: what Lighthouse, as a phone, says of pages with 10,000
// businesses behind them. LIGHTHOUSE is its command; .ci/bench brings it.
func (b *bench) lighthouse(ctx context.Context) error {
	b.title("Lighthouse, mobile")
	program := os.Getenv("LIGHTHOUSE")
	if program == "" {
		b.line("not measured: LIGHTHOUSE names no command")
		return nil
	}
	// A browser finds hosts below localhost by itself, and needs no certificate there.
	app, err := b.startWith(ctx, b.self, "lighthouse", big, false, "BASE_DOMAIN=localhost", "PUBLIC_SCHEME=http")
	if err != nil {
		return err
	}
	defer func() { _ = app.stop() }()
	id, subdomain, err := b.someBusiness(ctx)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(app.addr)
	if err != nil {
		return err
	}
	at := func(host, path string) string { return "http://" + host + "localhost:" + port + path }
	b.line("%-28s %12s %14s %15s %8s %6s %6s %9s", "", "performance", "accessibility", "best practices", "LCP", "CLS", "TBT", "machine")
	for _, page := range []struct{ name, url, cookie string }{
		{"businesses, 25 of 10,000", at("platform.", urls.Businesses()), app.cookie},
		{"dashboard", at("platform.", urls.Dashboard()), app.cookie},
		{"users", at("platform.", urls.Users()), app.cookie},
		{"a business", at("platform.", urls.Business(id)), app.cookie},
		{"the apex", at("", urls.Home()), ""},
		{"booking", at(subdomain+".", urls.Book()), ""},
	} {
		var all [7][]float64
		var faults []string
		for range lighthouseRuns {
			r, err := runLighthouse(ctx, program, page.url, page.cookie)
			if err != nil {
				return fmt.Errorf("%s: %w", page.name, err)
			}
			for i, figure := range r.figures() {
				all[i] = append(all[i], figure)
			}
			faults = r.faults()
		}
		b.line("%-28s %12.0f %14.0f %15.0f %6.2f s %6.3f %3.0f ms %9.0f", page.name, median(all[0]), median(all[1]), median(all[2]),
			median(all[3])/1000, median(all[4]), median(all[5]), median(all[6]))
		for _, fault := range faults {
			b.line("  %s", fault)
		}
	}
	return nil
}

func (b *bench) someBusiness(ctx context.Context) (id, subdomain string, err error) {
	admin, err := b.data.admin(big.name())
	if err != nil {
		return "", "", err
	}
	defer admin.Close()
	err = admin.QueryRowContext(ctx, `SELECT id, subdomain FROM businesses WHERE status = 'active' ORDER BY id LIMIT 1`).Scan(&id, &subdomain)
	return id, subdomain, err
}

// lighthouseReport is what we read of a report.
type lighthouseReport struct {
	Categories map[string]struct {
		Score     float64 `json:"score"`
		AuditRefs []struct {
			ID     string  `json:"id"`
			Weight float64 `json:"weight"`
		} `json:"auditRefs"`
	} `json:"categories"`
	Environment struct {
		// BenchmarkIndex is how fast the machine was just then: some 1,000 and more
		// for one that does nothing else. Below, the figures of speed say little.
		BenchmarkIndex float64 `json:"benchmarkIndex"`
	} `json:"environment"`
	Audits map[string]struct {
		Title string   `json:"title"`
		Score *float64 `json:"score"`
		Value float64  `json:"numericValue"`
	} `json:"audits"`
}

func (r lighthouseReport) figures() [7]float64 {
	return [7]float64{100 * r.Categories["performance"].Score, 100 * r.Categories["accessibility"].Score, 100 * r.Categories["best-practices"].Score,
		r.Audits["largest-contentful-paint"].Value, r.Audits["cumulative-layout-shift"].Value, r.Audits["total-blocking-time"].Value,
		r.Environment.BenchmarkIndex}
}

// faults are the checks that count and failed, but for those of speed.
func (r lighthouseReport) faults() (faults []string) {
	for _, category := range []string{"accessibility", "best-practices"} {
		for _, ref := range r.Categories[category].AuditRefs {
			if audit := r.Audits[ref.ID]; ref.Weight > 0 && audit.Score != nil && *audit.Score < 1 {
				faults = append(faults, ref.ID+": "+audit.Title)
			}
		}
	}
	return faults
}

func runLighthouse(ctx context.Context, program, url, cookie string) (r lighthouseReport, err error) {
	headers, err := json.Marshal(map[string]string{"Cookie": cookie})
	if err != nil {
		return r, err
	}
	cmd := exec.CommandContext(ctx, program, url, "--quiet", "--output=json", "--only-categories=performance,accessibility,best-practices",
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync",
		"--extra-headers="+string(headers))
	cmd.Env = os.Environ()
	if os.Getenv("CHROME_PATH") == "" {
		if chrome, err := exec.LookPath("chromium"); err == nil {
			cmd.Env = append(cmd.Env, "CHROME_PATH="+chrome)
		}
	}
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(out, &r)
}
