package platform

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
)

// detailWords are an event's details as people read them, first what changed:
// "Price $29 → $35 · Reason An unpaid bill".
func detailWords(e store.AuditEntry) string {
	var d map[string]any
	if json.Unmarshal([]byte(e.Details), &d) != nil {
		return ""
	}
	parts := changeWords(e, d)
	delete(d, "before")
	delete(d, "after")
	if bulk := platform.BulkDone[e.ObjectName]; e.ObjectType == "bulk" && bulk != "" {
		d[e.ObjectName] = platform.BulkValue(e.ObjectName, text(d["value"]))
		delete(d, "value")
	}
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if words := labelled(name, d[name]); words != "" {
			parts = append(parts, words)
		}
	}
	return strings.Join(parts, " · ")
}

// changeWords say from what to what an event changed something.
func changeWords(e store.AuditEntry, d map[string]any) []string {
	before, was := d["before"]
	after, is := d["after"]
	if !was && !is {
		return nil
	}
	old, oldMany := before.(map[string]any)
	now, nowMany := after.(map[string]any)
	if !oldMany && !nowMany {
		f, known := wholes[e.Action]
		if e.ObjectType == "settings" {
			f, known = current[e.ObjectID], true
			f.label = ""
		}
		if known && f.value == nil {
			return nil
		}
		if f.value == nil {
			f.value = plainWord
		}
		return some(fromTo(f, before, after, was, is))
	}
	names := map[string]bool{}
	for name := range old {
		names[name] = true
	}
	for name := range now {
		names[name] = true
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		a, b := old[name], now[name]
		if was && is && reflect.DeepEqual(a, b) {
			continue
		}
		f := known(name)
		if f.label == "" {
			continue
		}
		if words := fromTo(f, a, b, was, is); words != "" {
			parts = append(parts, words)
		}
	}
	return parts
}

func some(words string) []string {
	if words == "" {
		return nil
	}
	return []string{words}
}

// fromTo is one change. What was made or deleted has one side only, of which
// what is empty needs no words.
func fromTo(f field, before, after any, was, is bool) string {
	words := ""
	switch {
	case was && is && f.isID():
		words = "changed"
	case was && is:
		words = filled(f, before) + " → " + filled(f, after)
	case was && !empty(before):
		words = f.value(before)
	case is && !empty(after):
		words = f.value(after)
	}
	if words == "" || f.label == "" {
		return words
	}
	return f.label + " " + words
}

func (f field) isID() bool { return f.label == fields["user_id"].label }

// filled is a value of a change, which may have been none.
func filled(f field, v any) string {
	if v == "" || v == nil && !strings.HasPrefix(f.label, "Limit ") {
		return "none"
	}
	if words := f.value(v); words != "" {
		return words
	}
	return "none"
}

func empty(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == "" || v == false || isList && len(list) == 0
}

// labelled is a detail that stands by itself.
func labelled(name string, v any) string {
	f := known(name)
	if empty(v) && v != false || f.label == "" {
		return ""
	}
	if n, ok := number(v); ok && n == 0 && name == "files" {
		return ""
	}
	words := f.value(v)
	if words == "" {
		return ""
	}
	return f.label + " " + words
}

func valueOf(name, value string) string {
	if f := known(name); f.value != nil {
		return f.value(value)
	}
	return value
}

// known is a field by its name; one that is not known is put into words, too,
// but for ids.
func known(name string) field {
	if name == "filter" || name == "query" {
		return field{"Filter", queryWord}
	}
	if f, ok := fields[name]; ok {
		return f
	}
	return field{codeWord(name), func(v any) string {
		if _, err := uuid.Parse(text(v)); err == nil {
			return ""
		}
		if m, ok := v.(map[string]any); ok {
			var parts []string
			for _, name := range slices.Sorted(maps.Keys(m)) {
				if words := labelled(name, m[name]); words != "" {
					parts = append(parts, words)
				}
			}
			return strings.Join(parts, ", ")
		}
		return listed(v, plainWord)
	}}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// clipped keeps a long text from filling the page; the log holds all of it.
func clipped(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > 160 {
		return string(runes[:159]) + "…"
	}
	return s
}
