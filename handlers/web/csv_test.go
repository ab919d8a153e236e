package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

// TestCSVIsForSpreadsheets: it begins with the mark of UTF-8, and no cell is run,
// also not behind what can't be seen or in full width. Numbers stay numbers.
func TestCSVIsForSpreadsheets(t *testing.T) {
	cells := map[string]string{
		"=1+1": "'=1+1", "+SUM(A1)": "'+SUM(A1)", "-2+3": "'-2+3", "@x": "'@x", "\t=1": "'\t=1", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x",
		"\u200b=1": "'\u200b=1", "\ufeff=1": "'\ufeff=1", "\u00a0=1": "'\u00a0=1", "\u2800=1": "'\u2800=1", "\u3164=1": "'\u3164=1", "\u00ad@x": "'\u00ad@x", " =1": "' =1",
		"+41 79 123 45 67": "+41 79 123 45 67", "+41791234567": "+41791234567", "-12.50": "-12.50", "-5": "-5", "+41-79": "'+41-79",
		"Émile": "Émile", "": "", "a=b": "a=b",
	}
	for cell, want := range cells {
		rec := httptest.NewRecorder()
		c := echo.New().NewContext(httptest.NewRequest(http.MethodGet, "/", nil), rec)
		if err := CSV(c, "x.csv", []string{"cell", "end"}, func() ([][]string, bool, error) { return [][]string{{cell, "."}}, false, nil }); err != nil {
			t.Fatal(err)
		}
		body, marked := bytes.CutPrefix(rec.Body.Bytes(), []byte("\xef\xbb\xbf"))
		if !marked {
			t.Fatalf("the file begins with %q", rec.Body.Bytes()[:8])
		}
		rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][0] != want {
			t.Errorf("%q becomes %q, want %q (%v)", cell, rows, want, err)
		}
	}
}
