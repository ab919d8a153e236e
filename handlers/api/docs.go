package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/views/apidocs"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// openapi describes the API; the tests hold it against the routes and answers.
//
//go:embed openapi.json
var openapi []byte

func (h *Handlers) description(c echo.Context) error { return bytesTagged(c, openapi) }

// document is the part of the description that the page shows.
type document struct {
	Info  struct{ Description string }
	Paths map[string]map[string]struct {
		Summary, Description string
		Parameters           []parameter
		RequestBody          *struct{}
		Responses            map[string]response
	}
	Components struct {
		Responses map[string]response
		Schemas   map[string]schema
	}
}

type parameter struct {
	Name, In, Description string
	Schema                schema
}

type response struct {
	Ref         string `json:"$ref"`
	Description string
	Content     map[string]struct {
		Schema struct {
			Ref string `json:"$ref"`
		}
	}
}

type schema struct {
	Ref         string `json:"$ref"`
	Type        any
	Format      string
	Description string
	Enum        []string
	Default     any
	Required    []string
	Properties  map[string]schema
	Items       *schema
	OneOf       []schema
}

// page is made once: it is the same for everybody.
var page = sync.OnceValues(func() (apidocs.Props, error) {
	var d document
	if err := json.Unmarshal(openapi, &d); err != nil {
		return apidocs.Props{}, fmt.Errorf("read openapi.json: %w", err)
	}
	p := apidocs.Props{Intro: strings.ReplaceAll(d.Info.Description, "`", ""), DescriptionHref: urls.APIDescription()}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, o := range d.Paths[path] {
			out := apidocs.Operation{Method: strings.ToUpper(method), Path: path, Summary: o.Summary, Description: strings.ReplaceAll(o.Description, "`", "")}
			for _, in := range o.Parameters {
				if in.In == "query" {
					out.Parameters = append(out.Parameters, in.Schema.field(in.Name, in.Description))
				}
			}
			if o.RequestBody != nil {
				out.Body = d.fields("TokenRequest")
			}
			for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
				r := o.Responses[status]
				if name, found := strings.CutPrefix(r.Ref, "#/components/responses/"); found {
					r = d.Components.Responses[name]
				}
				if status == "200" {
					out.Answer = lastPart(r.Content["application/json"].Schema.Ref)
				}
				out.Responses = append(out.Responses, apidocs.Response{Status: status, Description: r.Description})
			}
			p.Operations = append(p.Operations, out)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		if name != "TokenRequest" {
			p.Schemas = append(p.Schemas, apidocs.Schema{Name: name, Description: d.Components.Schemas[name].Description, Fields: d.fields(name)})
		}
	}
	return p, nil
})

// fields lists a schema's keys in the order that the schema requires them.
func (d document) fields(name string) []apidocs.Field {
	s := d.Components.Schemas[name]
	names := s.Required
	for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
		if !slices.Contains(names, key) {
			names = append(names, key)
		}
	}
	var fields []apidocs.Field
	for _, key := range names {
		fields = append(fields, s.Properties[key].field(key, s.Properties[key].Description))
	}
	return fields
}

func (s schema) field(name, description string) apidocs.Field {
	f := apidocs.Field{Name: name, Kind: s.kind(), Description: description}
	if len(s.Enum) > 0 && len(s.Enum) < 12 {
		f.Choices = s.Enum
	} else {
		for _, choice := range s.Enum {
			if !strings.HasPrefix(choice, "-") {
				f.Choices = append(f.Choices, choice)
			}
		}
	}
	if s.Default != nil {
		f.Default = fmt.Sprint(s.Default)
	}
	return f
}

func (s schema) kind() string {
	switch t := s.Type.(type) {
	case string:
		if s.Items != nil {
			return "list of " + s.Items.kind()
		}
		return strings.TrimSpace(t + " " + s.Format)
	case []any:
		return strings.TrimSpace(fmt.Sprint(t[0])+" "+s.Format) + " or null"
	}
	if len(s.OneOf) > 0 {
		return s.OneOf[0].kind() + " or null"
	}
	return lastPart(s.Ref)
}

func lastPart(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// docs is the description as a page. It is drawn without the session's parts:
// below /api/ no cookie is read or set.
func (h *Handlers) docs(c echo.Context) error {
	p, err := page()
	if err != nil {
		return err
	}
	shell := layout.Page{Title: "API", Path: "/", Wide: true, Description: "The JSON API of SmoothSchedule."}
	return web.Write(c, http.StatusOK, layout.Plain(shell, apidocs.Page(p)))
}
