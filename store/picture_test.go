package store_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestS4_PicturesAreBoundedBeforeTheyAreUnpacked: the head of a file decides. The
// pixels of those that are refused are never unpacked: they are not even there.
func TestS4_PicturesAreBoundedBeforeTheyAreUnpacked(t *testing.T) {
	db := storetest.DB(t)
	head := func(m image.Image) []byte { return pngOf(t, m)[:100] }
	for what, c := range map[string]struct {
		data []byte
		says string
	}{
		"too many pixels":   {head(image.NewPaletted(image.Rect(0, 0, 2001, 2000), color.Palette{color.Black})), "4 million"},
		"a wide bomb":       {head(image.NewPaletted(image.Rect(0, 0, 50_000, 16), color.Palette{color.Black})), "4,096"},
		"16 bits":           {head(image.NewNRGBA64(image.Rect(0, 0, 500, 500))), "16 bits"},
		"16 bits of grey":   {head(image.NewGray16(image.Rect(0, 0, 500, 500))), "16 bits"},
		"a broken good one": {head(image.NewNRGBA(image.Rect(0, 0, 500, 500))), "broken"},
	} {
		if _, err := catalog.NewLogo(context.Background(), db, c.data); store.FieldErrors(err)["logo"] == "" || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want one about %s", what, err, c.says)
		}
	}
	if _, err := catalog.NewLogo(context.Background(), db, pngOf(t, image.NewNRGBA(image.Rect(0, 0, 300, 200)))); err != nil {
		t.Errorf("a logo: %v", err)
	}
}

// TestS4_TwelvePicturesAtOnce: the worst that is taken, a dozen times at once. One
// is unpacked at a time, few wait, and the rest hears when to come again.
func TestS4_TwelvePicturesAtOnce(t *testing.T) {
	db := storetest.DB(t)
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewNRGBA(image.Rect(0, 0, 2000, 2000)), nil); err != nil {
		t.Fatal(err)
	}
	worst := [][]byte{pngOf(t, image.NewNRGBA(image.Rect(0, 0, 2000, 2000))), photo.Bytes()}
	var done, busy atomic.Int32
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range 12 {
		wg.Go(func() {
			<-begin
			_, err := catalog.NewLogo(context.Background(), db, worst[i%2])
			switch {
			case err == nil:
				done.Add(1)
			case store.KindOf(err) == store.Throttled && store.RetryAfter(err) > 0:
				busy.Add(1)
			default:
				t.Errorf("%v", err)
			}
		})
	}
	peak := watchHeap()
	close(begin)
	wg.Wait()
	if done.Load() < 5 || done.Load()+busy.Load() != 12 || busy.Load() == 0 {
		t.Errorf("%d done, %d told to wait", done.Load(), busy.Load())
	}
	if most := peak(); most > 256 {
		t.Errorf("%d MB of heap at the peak, want 256 at most", most)
	}
}

// watchHeap samples how much the heap grows, in MB, until the function that it
// returns is called. The process's own size would count the race detector, too.
func watchHeap() (peak func() uint64) {
	read := func() uint64 {
		heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(heap)
		return heap[0].Value.Uint64()
	}
	runtime.GC()
	before, most := read(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			if now := read(); now > before {
				most = max(most, now-before)
			}
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); <-done; return most >> 20 }
}
