package dev_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/smoothschedule/smoothschedule/static"
)

func html(t *testing.T, c templ.Component) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestEveryPage holds what is true of all pages: the strict policy finds
// nothing to forbid, one h1, unique ids, a name for every control.
func TestEveryPage(t *testing.T) {
	for name, s := range samples() {
		t.Run(name, func(t *testing.T) {
			doc, err := goquery.NewDocumentFromReader(bytes.NewReader(html(t, s.page(name, "dark"))))
			if err != nil {
				t.Fatal(err)
			}
			if n := doc.Find("h1").Length(); n != 1 {
				t.Errorf("%d h1", n)
			}
			if doc.Find("html").AttrOr("data-theme", "") != "dark" || !strings.HasSuffix(doc.Find("title").First().Text(), "SmoothSchedule") {
				t.Error("theme or title is missing")
			}
			if n := doc.Find("[style], style, script:not([src]), [onclick], [hx-on], [href^='javascript:']").Length(); n > 0 {
				t.Errorf("%d things that the policy forbids", n)
			}
			if doc.Find(".skip").AttrOr("href", "") != "#main" || doc.Find("main#main").Length() != 1 {
				t.Error("the skip link leads nowhere")
			}
			uniqueIDs(t, doc)
			labelled(t, doc)
		})
	}
}

func uniqueIDs(t *testing.T, doc *goquery.Document) {
	t.Helper()
	seen := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if seen[id] {
			t.Errorf("id %q stands twice", id)
		}
		seen[id] = true
	})
}

func labelled(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-label", "") == "" && doc.Find("label[for='"+s.AttrOr("id", "-")+"']").Length() == 0 {
			t.Errorf("%s has no label", s.AttrOr("name", "a control"))
		}
	})
	doc.Find("button, a").Each(func(_ int, s *goquery.Selection) {
		if strings.TrimSpace(s.Text()) == "" {
			t.Errorf("a control without a name: %v", s.Nodes[0].Attr)
		}
	})
}

func TestM10_BannerIsOnEveryShell(t *testing.T) {
	s := samples()
	for _, name := range []string{"today", "error-500", "login", "businesses"} {
		page := s[name]
		page.masq = true
		if !bytes.Contains(html(t, page.page(name, "")), []byte(`class="masq"`)) {
			t.Errorf("%s has no banner", name)
		}
	}
}

// TestW1_PagesStayWithinBudget: a later page is at most 10 KB, a first load 40.
func TestW1_PagesStayWithinBudget(t *testing.T) {
	assets := 0
	for _, name := range []string{"css/app.css", "js/app.js", "icons.svg"} {
		assets += static.Size(name)
	}
	s := samples()
	for _, name := range []string{"dashboard", "businesses", "business", "customers", "today"} {
		size := zipped(html(t, s[name].page(name, "")))
		t.Logf("%-12s %5d gzipped, first load %5d", name, size, size+assets)
		if size > 10<<10 || size+assets > 40<<10 {
			t.Errorf("%s is too large", name)
		}
	}
}

// zipped uses the level that pages are served with.
func zipped(b []byte) int {
	var buf bytes.Buffer
	w, _ := gzip.NewWriterLevel(&buf, 1)
	_, _ = w.Write(b)
	_ = w.Close()
	return buf.Len()
}
