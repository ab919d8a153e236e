package urls_test

import (
	"net/url"
	"testing"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

func TestPathsEscapeWhatTheyAreGiven(t *testing.T) {
	for want, got := range map[string]string{
		"/businesses/a%2Fb%3Fc":    urls.Business("a/b?c"),
		"/invitation/x%20y":        urls.Invitation("x y"),
		"/branding/0f766e.css":     urls.Branding("0f766e"),
		"/appointments":            urls.Appointments(""),
		"/login?next=%2Fa%3Fb%3D1": urls.LoginNext("/a?b=1"),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestMasqueradeNewCarriesTheWayBackWhole(t *testing.T) {
	u, err := url.Parse(urls.MasqueradeNew("u1", "/businesses?q=a&b&page=2"))
	if err != nil || u.Query().Get("back") != "/businesses?q=a&b&page=2" || u.Query().Get("user_id") != "u1" {
		t.Errorf("%v %v", u, err)
	}
}
