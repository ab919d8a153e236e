// Package app reads the configuration and wires the program: store, mail, jobs
// and handlers.
package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Config is the program's configuration, read once from the environment.
type Config struct {
	Dev            bool
	Addrs          []string // listen addresses
	Bases          []string // base domains without port, the first is canonical
	Port           string   // of links: ":8000" or ""
	Scheme         string   // "http" or "https"
	DatabaseURL    string
	ReadOnlyURL    string
	DirectURL      string
	Prepare        bool
	DataDir        string
	MetricsAddr    string // of /metrics alone; empty: nowhere
	SessionKeys    [][]byte
	SMTPURL        *url.URL // nil: mails are written into DataDir/mail
	MailFrom       string
	TrustedProxies []netip.Prefix
	CORSOrigins    []string // as browsers send them, in lower case
	Version        string   // of the program, set by its main package
}

// mailServer names the mail server without its password.
func (c Config) mailServer() string {
	if c.SMTPURL == nil {
		return ""
	}
	shown := url.URL{Scheme: c.SMTPURL.Scheme, Host: c.SMTPURL.Host, RawQuery: c.SMTPURL.RawQuery}
	if c.SMTPURL.User != nil {
		shown.User = url.User(c.SMTPURL.User.Username())
	}
	return shown.String()
}

// ReadConfig reads the configuration of `dev` or, without dev, of `serve`. Each
// error is one sentence that names the variable.
func ReadConfig(dev bool, getenv func(string) string) (Config, error) {
	c := Config{Dev: dev, MetricsAddr: getenv("METRICS_ADDR"), DataDir: or(getenv("DATA_DIR"), ".data"), MailFrom: or(getenv("MAIL_FROM"), "SmoothSchedule <no-reply@"+firstHost(getenv)+">"),
		DatabaseURL: getenv("DATABASE_URL"), ReadOnlyURL: getenv("DATABASE_READONLY_URL"), DirectURL: getenv("DATABASE_DIRECT_URL")}
	for _, read := range []func(*Config, func(string) string) error{readDatabase, readAddress, readBase, readScheme, readKeys, readMail, readProxies, readCORS} {
		if err := read(&c, getenv); err != nil {
			return Config{}, err
		}
	}
	return c, nil
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func firstHost(getenv func(string) string) string {
	first, _, _ := strings.Cut(or(getenv("BASE_DOMAIN"), "localhost"), ",")
	host, _, _ := strings.Cut(strings.TrimSpace(first), ":")
	return host
}

func readDatabase(c *Config, getenv func(string) string) error {
	switch prepare := getenv("DATABASE_PREPARE"); prepare {
	case "", "on":
		c.Prepare = true
	case "off":
	default:
		return fmt.Errorf("DATABASE_PREPARE must be on or off, and not %q", prepare)
	}
	set := 0
	for _, v := range []string{c.DatabaseURL, c.ReadOnlyURL, c.DirectURL} {
		if v != "" {
			set++
		}
	}
	if set == 3 || (c.Dev && set == 0) {
		return nil
	}
	if c.Dev {
		return errors.New("set all of DATABASE_URL, DATABASE_READONLY_URL and DATABASE_DIRECT_URL, or none for a private PostgreSQL")
	}
	return errors.New("set DATABASE_URL, DATABASE_READONLY_URL and DATABASE_DIRECT_URL; `smoothschedule init-db` makes the three logins")
}

func readAddress(c *Config, getenv func(string) string) error {
	addr := getenv("ADDR")
	switch {
	case addr != "":
		c.Addrs = []string{addr}
	case c.Dev:
		c.Addrs = []string{"127.0.0.1:8000", "[::1]:8000"}
	default:
		c.Addrs = []string{DefaultAddr}
	}
	_, port, err := net.SplitHostPort(c.Addrs[0])
	if err != nil {
		return fmt.Errorf("ADDR must be host:port, like 127.0.0.1:8000, and not %q", addr)
	}
	if c.Dev && port != "80" {
		c.Port = ":" + port
	}
	if c.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
			return fmt.Errorf("METRICS_ADDR must be host:port, like 127.0.0.1:9090, and not %q", c.MetricsAddr)
		}
	}
	return nil
}

func readBase(c *Config, getenv func(string) string) error {
	for i, base := range strings.Split(or(getenv("BASE_DOMAIN"), "localhost"), ",") {
		base = strings.ToLower(strings.TrimSpace(base))
		host, port, found := strings.Cut(base, ":")
		if host == "" || strings.ContainsAny(base, "/ ") {
			return fmt.Errorf("BASE_DOMAIN must be host names, like example.com, and not %q", base)
		}
		if i == 0 && found && !c.Dev {
			c.Port = ":" + port
		}
		c.Bases = append(c.Bases, host)
	}
	return nil
}

func readScheme(c *Config, getenv func(string) string) error {
	c.Scheme = getenv("PUBLIC_SCHEME")
	if c.Scheme == "" {
		c.Scheme = "https"
		if c.Dev {
			c.Scheme = "http"
		}
	}
	if c.Scheme != "http" && c.Scheme != "https" {
		return fmt.Errorf("PUBLIC_SCHEME must be http or https, and not %q", c.Scheme)
	}
	return nil
}

// DefaultAddr is where serve listens.
const DefaultAddr = ":8000"

// minKey is the shortest session key, in bytes.
const minKey = 32

func readKeys(c *Config, getenv func(string) string) error {
	value := getenv("SESSION_KEYS")
	if value == "" {
		if !c.Dev {
			return fmt.Errorf("set SESSION_KEYS to at least %d random characters, for example from `openssl rand -hex 32`", minKey)
		}
		key, err := devKey(c.DataDir)
		c.SessionKeys = [][]byte{key}
		return err
	}
	for i, key := range strings.Split(value, ",") {
		key = strings.TrimSpace(key)
		if len(key) < minKey {
			return fmt.Errorf("key %d of SESSION_KEYS has %d characters and needs at least %d, for example from `openssl rand -hex 32`", i+1, len(key), minKey)
		}
		c.SessionKeys = append(c.SessionKeys, []byte(key))
	}
	return nil
}

// devKey keeps a key beside the development data, so that restarts log nobody out.
func devKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, "session.key")
	if key, err := os.ReadFile(path); err == nil && len(key) >= minKey {
		return key, nil
	}
	var b [32]byte
	_, _ = rand.Read(b[:])
	key := []byte(hex.EncodeToString(b[:]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("DATA_DIR can't be made: %w", err)
	}
	if err := os.WriteFile(path, key, 0o600); err != nil {
		return nil, fmt.Errorf("DATA_DIR can't be written: %w", err)
	}
	return key, nil
}

func readMail(c *Config, getenv func(string) string) error {
	if _, err := mail.ParseAddress(c.MailFrom); err != nil {
		return fmt.Errorf("MAIL_FROM is not a mail address: %q", c.MailFrom)
	}
	value := getenv("SMTP_URL")
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		// Not repeated here: it holds a password.
		return errors.New("SMTP_URL must look like smtp://user:password@host:587 or smtps://…")
	}
	c.SMTPURL = u
	return nil
}

func readProxies(c *Config, getenv func(string) string) error {
	value := getenv("TRUSTED_PROXIES")
	if value == "" {
		return nil
	}
	for _, text := range strings.Split(value, ",") {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil {
			return fmt.Errorf("TRUSTED_PROXIES must be address ranges, like 10.0.0.0/8, and not %q", text)
		}
		c.TrustedProxies = append(c.TrustedProxies, prefix)
	}
	return nil
}

func readCORS(c *Config, getenv func(string) string) error {
	value := getenv("CORS_ORIGINS")
	if value == "" {
		return nil
	}
	for _, text := range strings.Split(value, ",") {
		origin := strings.ToLower(strings.TrimSpace(text))
		u, err := url.Parse(origin)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || origin != u.Scheme+"://"+u.Host {
			return fmt.Errorf("CORS_ORIGINS must be origins, like https://app.example.com, and not %q", text)
		}
		c.CORSOrigins = append(c.CORSOrigins, origin)
	}
	return nil
}
