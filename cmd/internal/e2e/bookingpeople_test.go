package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
)

// actor is somebody with a browser; the owner's password opens what only the
// business may do.
type actor struct {
	number int
	dice   *rand.Rand
	http   *http.Client
}

func (s *storm) visit(number int) *actor {
	address := "127.0.0.1:" + s.p.port
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	s.t.Cleanup(transport.CloseIdleConnections)
	a := &actor{number, rand.New(rand.NewPCG(s.seed, uint64(number))), &http.Client{Jar: s.owner, Transport: transport, Timeout: time.Minute, //nolint:gosec // dice
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	return a
}

// send is each time from another address, so that no throttle counts.
func (s *storm) send(a *actor, method, path string, pairs ...string) (int, string, error) {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, s.url(s.host, path), body)
	if err != nil {
		return 0, "", err
	}
	n := s.visitor.Add(1)
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "http://"+req.URL.Host)
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// act is one deed of somebody, noted with its answer.
func (s *storm) act(a *actor) {
	d := deed{lane: a.dice.IntN(contested), slot: a.dice.IntN(slotsOfDay)}
	l := &s.lanes[d.lane]
	d.kind = []string{"book", "book", "book", "move", "move", "cancel", "cancel", "confirm", "free", "look"}[a.dice.IntN(10)]
	l.mu.Lock()
	if d.kind == "book" && a.dice.IntN(5) > 0 || len(l.booked) == 0 {
		d.kind, d.id = "book", len(l.forms)
		l.forms = append(l.forms, calendar.Handle{ID: uuid.Must(uuid.NewV7()), Secret: uuid.New()})
	} else {
		d.id = l.booked[max(0, len(l.booked)-1-a.dice.IntN(4))]
	}
	form := l.forms[d.id]
	l.mu.Unlock()

	from := s.now()
	o, err := s.ask(a, d, form)
	to := s.now()
	if d.kind == "book" && o.status != http.StatusConflict {
		l.mu.Lock()
		l.booked = append(l.booked, d.id)
		l.mu.Unlock()
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		s.calm(a)
		return // nobody heard it
	}
	looks := d.kind == "free" || d.kind == "look"
	if err != nil || o.status == http.StatusServiceUnavailable {
		if !looks {
			s.note(a.number, d, outcome{}, from, to)
		}
		s.calm(a)
		return
	}
	if !slices.Contains([]int{http.StatusOK, http.StatusSeeOther, http.StatusConflict, http.StatusNotFound}, o.status) {
		s.t.Errorf("%+v answers %d", d, o.status)
	}
	s.note(a.number, d, o, from, to)
}

// pour books one free time after the other, so that at each moment something was
// acknowledged just now.
func (s *storm) pour(a *actor) {
	for n := 0; !s.over.Load() && n < 50*slotsOfDay; n++ {
		form := calendar.Handle{ID: uuid.Must(uuid.NewV7()), Secret: uuid.New()}
		begin := s.day.AddDate(0, 0, n/slotsOfDay).Add(time.Duration(9+n%slotsOfDay) * time.Hour)
		status, _, _ := s.send(guest(a), http.MethodPost, "/book", "service_id", s.lanes[contested].service.String(), "start", begin.Format(time.RFC3339),
			"form", calendar.BookingToken(form.ID, form.Secret), "name", "Visitor", "email", "pour@x.test")
		if status == http.StatusSeeOther {
			s.plain = append(s.plain, form)
		} else {
			s.calm(a)
		}
	}
}

// calm waits until the program answers again.
func (s *storm) calm(a *actor) {
	for began := time.Now(); time.Since(began) < time.Minute && !s.over.Load(); time.Sleep(10 * time.Millisecond) {
		if status, _, _ := s.send(a, http.MethodGet, "/readyz"); status == http.StatusOK {
			return
		}
	}
}

// ask sends a deed the way its page does.
func (s *storm) ask(a *actor, d deed, form calendar.Handle) (outcome, error) {
	token := calendar.BookingToken(form.ID, form.Secret)
	service := s.lanes[d.lane].service.String()
	begin := s.day.Add(time.Duration(9+d.slot) * time.Hour).Format(time.RFC3339)
	var o outcome
	var err error
	var body string
	switch d.kind {
	case "book":
		o.status, _, err = s.send(guest(a), http.MethodPost, "/book", "service_id", service, "start", begin, "form", token, "name", "Visitor "+form.ID.String(), "email", fmt.Sprintf("v%d@x.test", a.number))
	case "move":
		o.status, _, err = s.send(guest(a), http.MethodPost, "/b/"+token+"/move", "start", begin)
	case "cancel":
		o.status, _, err = s.send(guest(a), http.MethodPost, "/b/"+token+"/cancel")
	case "confirm":
		o.status, _, err = s.send(a, http.MethodPost, "/appointments/"+form.ID.String()+"/status", "status", "confirmed")
	case "free":
		var slots []struct{ Local string }
		o.status, body, err = s.send(guest(a), http.MethodGet, "/api/availability/?service_id="+service+"&date="+s.day.Format(time.DateOnly))
		if err == nil && o.status == http.StatusOK {
			err = json.Unmarshal([]byte(body), &slots)
		}
		list := make([]string, len(slots))
		for i, slot := range slots {
			list[i] = slot.Local
		}
		o.seen = strings.Join(list, " ")
	case "look":
		o.status, body, err = s.send(guest(a), http.MethodGet, "/b/"+token+"/appointment.ics")
		if o.status == http.StatusOK {
			o.seen = cmp.Or(seenInFile(body), "unreadable: "+body)
		}
	}
	return o, err
}

// guest is the same browser without its cookies.
func guest(a *actor) *actor {
	other := *a
	client := *a.http
	client.Jar = nil
	other.http = &client
	return &other
}

// seenInFile is an appointment's hour and status in its calendar file.
func seenInFile(file string) string {
	var hour, status string
	for line := range strings.SplitSeq(file, "\r\n") {
		if at, ok := strings.CutPrefix(line, "DTSTART:"); ok && len(at) > 11 {
			hour = at[9:11] + ":00"
		}
		if word, ok := strings.CutPrefix(line, "STATUS:"); ok {
			status = word
		}
	}
	if hour == "" || status == "" {
		return ""
	}
	return hour + " " + status
}
