package seed

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// lineEvery is how often a writer that is no terminal gets a line.
const lineEvery = 5 * time.Second

// progress shows how far a load is: a bar on a terminal, lines elsewhere.
type progress struct {
	mu        sync.Mutex
	out       io.Writer
	bar       *progressbar.ProgressBar
	all, done int
	began     int
	start     time.Time
	last      time.Time
}

func newProgress(out io.Writer, all, done int) *progress {
	if out == nil {
		out = io.Discard
	}
	now := time.Now()
	p := &progress{out: out, all: all, done: done, began: done, start: now, last: now}
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) && done < all {
		p.bar = progressbar.NewOptions(all, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription("businesses"),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(200*time.Millisecond))
		_ = p.bar.Add(done)
	}
	return p
}

func (p *progress) say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if p.bar != nil {
		_ = p.bar.Add(n)
		return
	}
	if time.Since(p.last) >= lineEvery {
		p.last = time.Now()
		p.say("%d of %d businesses", p.done, p.all)
	}
}

func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.say("")
	}
	p.say("%d businesses were added in %s; %d of %d are there.", p.done-p.began, time.Since(p.start).Round(time.Second/10), p.done, p.all)
}
