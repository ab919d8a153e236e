package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// metrics are the figures of this process. None is per tenant or per path: their
// number stays the same whatever the platform holds.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(db *store.DB) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "smoothschedule_request_duration_seconds",
			Help: "Time that requests take.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}},
			[]string{"surface", "class"}),
	}
	m.registry.MustRegister(m.requests, jobsCollector{db},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(schema.Web(db), "web"), collectors.NewDBStatsCollector(schema.ReadOnly(db), "read"))
	return m
}

// observe counts a request by its surface and by the class of its status.
func (m *metrics) observe(surface string, status int, took time.Duration) {
	m.requests.WithLabelValues(surface, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// jobsCollector counts the background jobs when it is asked.
type jobsCollector struct{ db *store.DB }

var jobsDesc = prometheus.NewDesc("smoothschedule_jobs", "Background jobs by state.", []string{"state"}, nil)

func (jobsCollector) Describe(out chan<- *prometheus.Desc) { out <- jobsDesc }

func (c jobsCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	states, err := ops.JobStates(ctx, c.db)
	if err != nil {
		out <- prometheus.NewInvalidMetric(jobsDesc, err)
		return
	}
	for state, n := range states {
		out <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(n), state)
	}
}

// serveMetrics answers /metrics on an address of its own until ctx ends: no host
// of the platform shows them.
func (a *App) serveMetrics(ctx context.Context) error {
	if a.Config.MetricsAddr == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.MetricsAddr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: readHeaderTimeout}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("metrics", slog.String("error", err.Error()))
		}
	}()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return nil
}
