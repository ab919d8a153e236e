package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/smoothschedule/smoothschedule/cmd/internal/jobs"
	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// App is the wired program.
type App struct {
	Config  Config
	DB      *store.DB
	Handler http.Handler
	Sites   web.Sites
	log     *slog.Logger
	mailer  jobs.Mailer
	metrics *metrics
}

// OpenStore opens the database that a configuration names.
func OpenStore(cfg Config) (*store.DB, error) {
	return store.Open(store.Config{URL: cfg.DatabaseURL, ReadOnlyURL: cfg.ReadOnlyURL, DirectURL: cfg.DirectURL, Prepare: cfg.Prepare, Keys: cfg.SessionKeys})
}

// Open wires the program on a database that is there, safe to use and of the
// right version.
func Open(ctx context.Context, cfg Config, log *slog.Logger) (*App, error) {
	tuneMemory()
	db, err := OpenStore(cfg)
	if err != nil {
		return nil, err
	}
	a := &App{Config: cfg, DB: db, log: log, Sites: web.Sites{Scheme: cfg.Scheme, Bases: cfg.Bases, Port: cfg.Port}}
	if err := errors.Join(schema.CheckLogins(ctx, db)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := schema.CheckVersion(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	mailDir := filepath.Join(cfg.DataDir, "mail")
	if a.mailer, err = jobs.NewMailer(cfg.SMTPURL, cfg.MailFrom, mailDir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	a.mailer = jobs.FromSettings(a.mailer, db)
	a.metrics = newMetrics(db)
	a.Handler = handlers.New(&web.App{
		Observe: a.metrics.observe,
		DB:      db, Sites: a.Sites, Log: log, Dev: cfg.Dev, TrustedProxies: cfg.TrustedProxies, CORSOrigins: cfg.CORSOrigins,
		Cookies: web.NewCookies(cfg.SessionKeys, cfg.Scheme == "https"),
		Version: cfg.Version, SendNow: jobs.SendNow(a.mailer), MailServer: cfg.mailServer(), MailFrom: cfg.MailFrom,
	}, mailDir)
	return a, nil
}

// Close lets go of the database.
func (a *App) Close() error { return a.DB.Close() }

// Listen takes the addresses, before anything else is begun.
func Listen(ctx context.Context, addrs []string) ([]net.Listener, error) {
	var listeners []net.Listener
	for i, addr := range addrs {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
		if err != nil {
			if i > 0 && !errors.Is(err, errAddrInUse) {
				continue // a machine without IPv6
			}
			for _, l := range listeners {
				_ = l.Close()
			}
			return nil, fmt.Errorf("can't listen on %s: %w (set ADDR to another port)", addr, bare(err))
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

// poolFailed tells those who can do something about it. While it goes on they are
// told once an hour.
func (a *App) poolFailed(ctx context.Context, err error) {
	a.log.Error("schema pool", slog.String("error", err.Error()))
	notice := people.Notice{Kind: people.NoticeProvisioning, Title: "No room could be made for new businesses",
		Detail: "Sign-ups may fail until this is repaired; the program's log says why.", Href: urls.Businesses()}
	if err := people.NotifyStaff(ctx, a.DB, notice, access.Holders(access.BusinessesSuspend)...); err != nil {
		a.log.Error("notify of the schema pool", slog.String("error", err.Error()))
	}
}

// bare takes the address out of a network error that names it already.
func bare(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// Limits of a request on the wire; a slow or endless one must not hold a place.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	idleTimeout       = 120 * time.Second
	shutdownTimeout   = 10 * time.Second
	// poolSize is the number of tenant schemas that stand ready.
	poolSize = 5
)

// Run serves and works until ctx ends.
func (a *App) Run(ctx context.Context, listeners []net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := a.serveMetrics(ctx); err != nil {
		return fmt.Errorf("can't listen on %s: %w (set METRICS_ADDR to another port)", a.Config.MetricsAddr, bare(err))
	}
	runner, err := jobs.Start(ctx, a.DB, a.mailer, a.Sites, a.log)
	if err != nil {
		return err
	}
	go console.KeepPool(ctx, a.DB, poolSize, func(err error) { a.poolFailed(ctx, err) })
	server := &http.Server{Handler: a.Handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	served := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { served <- server.Serve(l) }()
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-served:
	}
	// The jobs end first, while pages are still answered: so nothing listens only from
	// the last answer to the start of the next program.
	cancel()
	ending, stopJobs := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer stopJobs()
	failed = errors.Join(failed, runner.Stop(ending))
	answering, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer stop()
	return errors.Join(failed, server.Shutdown(answering))
}
