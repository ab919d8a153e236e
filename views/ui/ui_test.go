package ui_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

func render(t *testing.T, c templ.Component) *goquery.Document {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestFieldTiesLabelHintAndErrorToTheInput(t *testing.T) {
	doc := render(t, ui.Field(ui.FieldProps{Name: "email", Label: "E-mail", Hint: "Work address.", Error: "Please correct it.", Value: `a"b<c`}))
	in := doc.Find("input")
	if in.AttrOr("aria-invalid", "") != "true" || in.AttrOr("value", "") != `a"b<c` {
		t.Errorf("input is %v", in.Nodes[0].Attr)
	}
	for _, id := range strings.Fields(in.AttrOr("aria-describedby", "")) {
		if doc.Find("#"+id).Length() != 1 {
			t.Errorf("nothing has the id %s", id)
		}
	}
	if doc.Find("label").AttrOr("for", "") != in.AttrOr("id", "-") {
		t.Error("label and input are not tied")
	}
	clean := render(t, ui.Field(ui.FieldProps{Name: "x", Label: "X"})).Find("input")
	for _, a := range []string{"aria-invalid", "aria-describedby", "required", "autofocus", "readonly"} {
		if _, ok := clean.Attr(a); ok {
			t.Errorf("a plain field has %s", a)
		}
	}
}

func TestButtonIsALinkWithAnAddress(t *testing.T) {
	if a := render(t, ui.Button(ui.ButtonProps{Label: "Go", Href: "/x?a=1&b=2"})).Find("a"); a.AttrOr("href", "") != "/x?a=1&b=2" {
		t.Error("no link")
	}
	off := render(t, ui.Button(ui.ButtonProps{Label: "Go", Href: "/x", Disabled: true})).Find("a")
	if _, ok := off.Attr("href"); ok || off.AttrOr("aria-disabled", "") != "true" {
		t.Error("a disabled link can be followed")
	}
	if b := render(t, ui.Button(ui.ButtonProps{Label: "Close", Icon: "x", IconOnly: true, Busy: true})).Find("button"); strings.TrimSpace(b.Text()) != "Close" || b.AttrOr("aria-busy", "") != "true" {
		t.Error("an icon button needs its name")
	}
	if href := render(t, ui.Button(ui.ButtonProps{Label: "Go", Href: "javascript:alert(1)"})).Find("a").AttrOr("href", ""); strings.HasPrefix(href, "javascript:") {
		t.Error("a script is an address")
	}
}

func TestStatusIsAWordAndAnIcon(t *testing.T) {
	for _, c := range []templ.Component{ui.BusinessStatus("trial"), ui.AppointmentStatus("no_show"), ui.TicketStatus("in_progress")} {
		doc := render(t, c)
		if strings.TrimSpace(doc.Text()) == "" || doc.Find("svg").Length() != 1 {
			t.Errorf("%s", doc.Text())
		}
	}
	if got := strings.TrimSpace(render(t, ui.BusinessStatus("weird")).Text()); got != "weird" {
		t.Errorf("an unknown status is shown as %q", got)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Acme Auto": "AA", "o’brien": "O", "": "?", "…": "?", "東京 サロン": "東", "مركز النور": "م", "Anna de la Cruz": "AC", "7": "7",
	} {
		if got := ui.Initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestC1_CountsHaveWholeSteps: nobody signs up by a quarter.
func TestC1_CountsHaveWholeSteps(t *testing.T) {
	for _, counts := range []bool{true, false} {
		text := render(t, ui.Chart(ui.ChartProps{ID: "c", Points: []ui.Point{{Value: 1}}, Counts: counts})).Text()
		if strings.Contains(text, "0.25") == counts {
			t.Errorf("counts %v: %s", counts, text)
		}
	}
}

func TestMasqueradeBannerNamesBothAndStopsPlainly(t *testing.T) {
	doc := render(t, ui.Masquerade(ui.MasqueradeBanner{Actor: "Sue", Subject: "Olga", Mode: "View only", Left: "5 min left", EndsAt: ui.Time{ISO: "2026-11-22T10:00:00Z"}}))
	text := doc.Text()
	for _, want := range []string{"Sue", "Olga", "View only", "5 min left", "Stop"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %q", want, text)
		}
	}
	form := doc.Find("form")
	if form.AttrOr("method", "") != "post" || form.AttrOr("action", "") != "/masquerade/stop" || form.AttrOr("hx-boost", "") != "false" {
		t.Error("the form is not plain")
	}
}

func TestC1_ChartHasTitleAndTheSameFiguresAsATable(t *testing.T) {
	points := []ui.Point{{Label: "Oct", Value: 100, Text: "$1"}, {Label: "Nov", Value: 250, Text: "$2.50"}}
	for _, bars := range []bool{false, true} {
		doc := render(t, ui.Chart(ui.ChartProps{ID: "c", Title: "Revenue", Bars: bars, Points: points, Scale: 100}))
		for _, id := range strings.Fields(doc.Find("svg[role=img]").AttrOr("aria-labelledby", "")) {
			if doc.Find("#"+id).Length() != 1 {
				t.Errorf("nothing has the id %s", id)
			}
		}
		if n := doc.Find("tbody tr").Length(); n != 2 {
			t.Errorf("%d rows", n)
		}
	}
	for _, odd := range [][]ui.Point{nil, {{Value: 0}}, {{Value: -4}}, {{Value: 1e18}}} {
		html, _ := render(t, ui.Chart(ui.ChartProps{ID: "c", Points: odd})).Html()
		if strings.Contains(html, "NaN") || strings.Contains(html, "Inf") {
			t.Errorf("%v is drawn as %s", odd, html)
		}
	}
}
