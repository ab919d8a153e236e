package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// open reads the form from its page.
func (f tabForm) open(t *testing.T) (url.Values, *goquery.Selection) {
	t.Helper()
	r := f.c.Get(f.page)
	form := f.in(r.Doc())
	if r.Code != http.StatusOK || form.Length() == 0 {
		t.Fatalf("GET %s: %d, without the form to %s", f.page, r.Code, f.action)
	}
	return filled(form), form
}

// in is the form on a page; of several to one address the one with most fields.
func (f tabForm) in(doc *goquery.Document) *goquery.Selection {
	best := doc.Find("form").FilterFunction(func(_ int, form *goquery.Selection) bool {
		action, _, _ := strings.Cut(form.AttrOr("action", ""), "?")
		return action == f.action && form.AttrOr("method", "") == "post"
	})
	most := best.First()
	best.Each(func(_ int, form *goquery.Selection) {
		if len(filled(form)) > len(filled(most)) {
			most = form
		}
	})
	return most
}

// filled are a form's values as a browser sends them.
func filled(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], select[name], textarea[name]").Each(func(_ int, in *goquery.Selection) {
		name, kind := in.AttrOr("name", ""), in.AttrOr("type", "")
		switch {
		case in.Is("select"):
			chosen := in.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = in.Find("option")
			}
			values.Add(name, chosen.First().AttrOr("value", ""))
		case in.Is("textarea"):
			values.Add(name, in.Text())
		case kind == "checkbox" || kind == "radio":
			if in.Is("[checked]") {
				values.Add(name, in.AttrOr("value", "on"))
			}
		case kind != "file":
			values.Add(name, in.AttrOr("value", ""))
		}
	})
	return values
}

var digits = regexp.MustCompile(`^\d+$`)

// changed are the values with another one in the place of a field's.
func (f tabForm) changed(values url.Values, form *goquery.Selection, name string) url.Values {
	values, _ = url.ParseQuery(values.Encode())
	fields := form.Find("[name]").FilterFunction(func(_ int, in *goquery.Selection) bool { return in.AttrOr("name", "") == name })
	first, old := fields.First(), values.Get(name)
	if fellow := f.fellows[name]; fellow != "" && values.Get(fellow) == "" {
		values[fellow][0] = f.other[fellow]
	}
	if other, ok := f.other[name]; ok {
		if other == old { // since its fellow was tried
			other = "16:15"
		}
		if _, had := values[name]; had {
			values[name][0] = other
		} else {
			values.Set(name, other)
		}
		return values
	}
	switch kind := first.AttrOr("type", ""); {
	case kind == "checkbox" && slices.Contains(values[name], first.AttrOr("value", "on")):
		values[name] = slices.DeleteFunc(values[name], func(v string) bool { return v == first.AttrOr("value", "on") })
	case kind == "checkbox":
		values.Add(name, first.AttrOr("value", "on"))
	case kind == "radio":
		values.Set(name, fields.FilterFunction(func(_ int, in *goquery.Selection) bool { return in.AttrOr("value", "") != old }).First().AttrOr("value", ""))
	case first.Is("select"):
		values.Set(name, first.Find("option").FilterFunction(func(_ int, in *goquery.Selection) bool { return in.AttrOr("value", "") != old }).First().AttrOr("value", ""))
	case digits.MatchString(old):
		n, _ := strconv.Atoi(old)
		values.Set(name, strconv.Itoa(n+1))
	default:
		values.Set(name, strings.TrimSpace(old+" more"))
	}
	return values
}

// try goes through the fields.
func (f tabForm) try(t *testing.T) {
	values, form := f.open(t)
	if values.Get(ui.VersionField) == "" {
		t.Fatal("the form has no version")
	}
	var names []string
	form.Find("[name]").Each(func(_ int, in *goquery.Selection) {
		if name := in.AttrOr("name", ""); !slices.Contains(names, name) && !slices.Contains(f.idle, name) && in.AttrOr("type", "") != "hidden" && !in.Is("button") {
			names = append(names, name)
		}
	})
	if len(names) == 0 {
		t.Fatal("the form has no fields")
	}
	last := ""
	for _, name := range names {
		older, form := f.open(t)
		older.Set("confirm_zone", "1")
		older.Set("confirm_maintenance", "1")
		newer := f.changed(older, form, name)
		if f.chooses {
			form.Find("option, input[type=radio]").Each(func(_ int, one *goquery.Selection) {
				if value := one.AttrOr("value", ""); value != "" && value != newer.Get(name) {
					older.Set(name, value)
				}
			})
		}
		if r := f.c.Post(f.action, newer); r.Code != http.StatusSeeOther {
			t.Errorf("%s: the newer form: %d: %.300s", name, r.Code, r.Doc().Find("main").Text())
			continue
		}
		stored, _ := f.open(t)
		if !f.adds && !f.chooses && slices.Equal(stored[name], older[name]) {
			t.Errorf("%s: %v was not stored: try another value", name, newer[name])
		}
		if r := f.c.Post(f.action, newer); !f.adds && !f.once && r.Code != http.StatusSeeOther {
			t.Errorf("%s: the newer form sent twice: %d", name, r.Code)
		}
		r := f.c.Post(f.action, older)
		doc := r.Doc()
		again := f.in(doc)
		if r.Code != http.StatusConflict {
			t.Errorf("%s: the older form: %d, want 409", name, r.Code)
			continue
		}
		row := again.Find("table tbody tr")
		if row.Length() == 0 || row.First().Find("td").Length() != 2 || row.First().Find("td").First().Text() == row.First().Find("td").Last().Text() {
			t.Errorf("%s: both values are not shown: %.400s", name, again.Text())
		}
		if after, _ := f.open(t); after.Encode() != stored.Encode() {
			t.Errorf("%s: the older form changed what is stored: %v to %v", name, stored, after)
		}
		kept := filled(again)
		if !slices.Equal(kept[name], older[name]) || kept.Get(ui.VersionField) == older.Get(ui.VersionField) {
			t.Errorf("%s: %v of the older form is %v on the page that refuses it, with the version %s", name, older[name], kept[name], kept.Get(ui.VersionField))
		}
		last = kept.Encode()
	}
	kept, _ := url.ParseQuery(last)
	kept.Set("confirm_zone", "1")
	kept.Set("confirm_maintenance", "1")
	if r := f.c.Post(f.action, kept); r.Code != http.StatusSeeOther {
		t.Errorf("saved on purpose after a refusal: %d: %.300s", r.Code, r.Doc().Find("main").Text())
	}
	kept.Del(ui.VersionField)
	if r := f.c.Post(f.action, kept); r.Code != http.StatusSeeOther && !f.once {
		t.Errorf("from a program that read no form: %d", r.Code)
	}
}
