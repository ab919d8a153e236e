package main

import (
	"fmt"
	"slices"
	"time"
)

// target is a page of a server.
type target struct {
	label  string
	server *server
	path   string
}

// sample is what one request of a target cost in one round. Times in ms.
type sample struct {
	app, postgres, perSecond, p50, p99, kilobytes float64
}

func (s sample) sum() float64 { return s.app + s.postgres }

// measure puts load on a target and sees what it costs.
func (b *bench) measure(t target, length time.Duration) (sample, error) {
	before, err := b.cpu(t.server)
	if err != nil {
		return sample{}, err
	}
	l := load{Addr: t.server.addr, Host: t.server.host, Cookie: t.server.cookie, Path: t.path, For: length}
	result, err := l.run()
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w", t.label, err)
	}
	after, err := b.cpu(t.server)
	if err != nil {
		return sample{}, err
	}
	n := float64(result.Requests)
	return sample{
		app: ms(after.app-before.app) / n, postgres: ms(after.postgres-before.postgres) / n, perSecond: n / length.Seconds(),
		p50: ms(result.P50), p99: ms(result.P99), kilobytes: float64(result.Bytes) / n / 1000,
	}, nil
}

type cpuTimes struct{ app, postgres time.Duration }

func (b *bench) cpu(s *server) (t cpuTimes, err error) {
	if t.app, err = processCPU(s.pid); err == nil {
		t.postgres, err = postgresCPU(b.postmaster)
	}
	return t, err
}

// interleave measures all targets in turn, round after round, so that what else
// the machine does meets all of them. A first turn warms up and doesn't count.
func (b *bench) interleave(targets []target, rounds int, length time.Duration) ([][]sample, error) {
	samples := make([][]sample, len(targets))
	for round := range rounds + 1 {
		for i, t := range targets {
			s, err := b.measure(t, length)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				samples[i] = append(samples[i], s)
			}
		}
	}
	return samples, nil
}

// middle is the median of a figure over the rounds.
func middle(samples []sample, figure func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = figure(s)
	}
	return median(values)
}

// ratio is the median, over the rounds, of a figure against the base's in the
// same round.
func ratio(samples, base []sample, figure func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = figure(s) / figure(base[i])
	}
	return median(values)
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
