package app

import (
	"strings"
	"testing"
)

func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

// production is a right environment of serve, changed by pairs.
func production(pairs ...string) func(string) string {
	return env(append([]string{
		"DATABASE_URL", "postgres://a", "DATABASE_READONLY_URL", "postgres://b", "DATABASE_DIRECT_URL", "postgres://c",
		"SESSION_KEYS", strings.Repeat("k", 32), "BASE_DOMAIN", "example.com",
	}, pairs...)...)
}

func TestReadConfig(t *testing.T) {
	c, err := ReadConfig(false, production("SESSION_KEYS", strings.Repeat("a", 32)+", "+strings.Repeat("b", 40), "BASE_DOMAIN", "Example.com:8443,lvh.me",
		"TRUSTED_PROXIES", "10.0.0.0/8, ::1/128", "CORS_ORIGINS", "https://App.example.com, http://localhost:3000", "SMTP_URL", "smtp://u:p@mail:587"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Scheme != "https" || c.Port != ":8443" || c.Bases[0] != "example.com" || c.Bases[1] != "lvh.me" || len(c.SessionKeys) != 2 ||
		string(c.SessionKeys[1]) != strings.Repeat("b", 40) || len(c.TrustedProxies) != 2 || len(c.CORSOrigins) != 2 || c.CORSOrigins[0] != "https://app.example.com" || c.SMTPURL.Hostname() != "mail" {
		t.Errorf("got %+v", c)
	}
	dev, err := ReadConfig(true, env("DATA_DIR", t.TempDir(), "ADDR", "127.0.0.1:9000"))
	if err != nil || dev.Port != ":9000" || dev.Scheme != "http" || len(dev.SessionKeys) != 1 {
		t.Errorf("dev: %+v, %v", dev, err)
	}
}

func TestReadConfigNamesTheVariable(t *testing.T) {
	for _, c := range []struct{ name, value, secret string }{
		{"DATABASE_URL", "", ""},
		{"SESSION_KEYS", "", ""},
		{"SESSION_KEYS", "short-secret", "short-secret"},
		{"SESSION_KEYS", strings.Repeat("a", 32) + ",short-secret", "short-secret"},
		{"ADDR", "8000", ""},
		{"BASE_DOMAIN", "http://example.com", ""},
		{"BASE_DOMAIN", "example.com,,x", ""},
		{"PUBLIC_SCHEME", "ftp", ""},
		{"DATABASE_PREPARE", "maybe", ""}, {"METRICS_ADDR", "9090", ""}, {"METRICS_ADDR", "nonsense", ""},
		{"TRUSTED_PROXIES", "10.0.0.1", ""},
		{"CORS_ORIGINS", "*", ""},
		{"CORS_ORIGINS", "https://app.example.com/", ""},
		{"CORS_ORIGINS", "app.example.com", ""},
		{"SMTP_URL", "mail.example.com", ""},
		{"SMTP_URL", "smtp://user:sesame@:587\x00", "sesame"},
	} {
		_, err := ReadConfig(false, production(c.name, c.value))
		if err == nil || !strings.Contains(err.Error(), c.name) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s=%q: %v", c.name, c.value, err)
		}
		if c.secret != "" && err != nil && strings.Contains(err.Error(), c.secret) {
			t.Errorf("%s: the error tells the secret: %v", c.name, err)
		}
	}
}

func TestDevKeyStays(t *testing.T) {
	dir := t.TempDir()
	first, err := ReadConfig(true, env("DATA_DIR", dir))
	if err != nil {
		t.Fatal(err)
	}
	second, err := ReadConfig(true, env("DATA_DIR", dir))
	if err != nil || string(first.SessionKeys[0]) != string(second.SessionKeys[0]) {
		t.Errorf("a restart makes another key: %v", err)
	}
}
