package catalog

import (
	"bytes"
	"context"
	"image"
	"image/color"
	_ "image/gif"  // a form of picture that is taken
	_ "image/jpeg" // another
	"image/png"
	"io"
	"runtime/debug"
	"time"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // and one more

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// The bounds of a logo: of what is uploaded, and of what is kept. A small file
// can claim a huge picture, and a pixel can cost many bytes while it is unpacked.
const (
	MaxLogo      = 512 << 10 // bytes
	maxLogoSide  = 4096      // pixels of an upload
	maxPixels    = 4_000_000
	KeptLogoSide = 512
	minLogoSide  = 16

	maxPictures    = 4 // that wait while one is unpacked
	pictureTimeout = 10 * time.Second
	pictureRetry   = 5 * time.Second
)

// errBusy is told to who would wait too long for a turn.
var errBusy = &db.Error{Kind: db.Throttled, Field: "logo", Message: "Several pictures are being worked on at the moment. Try again in a few seconds.", RetryAfter: pictureRetry}

// pictureGate is the gate of logos that are unpacked.
type pictureGate struct{ *db.Gate }

// NewLogo decodes a picture and draws it anew, small enough, as PNG: what is kept
// is nothing that somebody else wrote.
func NewLogo(ctx context.Context, d *db.DB, data []byte) ([]byte, error) {
	if err := checkPicture(data); err != nil {
		return nil, err
	}
	g := db.Keep(d, func() *pictureGate { return &pictureGate{db.NewGate(1, maxPictures)} })
	if err := g.Enter(ctx, errBusy); err != nil {
		return nil, err
	}
	defer g.Leave()
	defer debug.FreeOSMemory() // such a heap is rarely needed: it goes back at once
	picture, err := decodePicture(ctx, data)
	if err != nil {
		return nil, err
	}
	for side := KeptLogoSide; ; side /= 2 {
		var out bytes.Buffer
		if err := png.Encode(&out, shrink(picture, side)); err != nil {
			return nil, err
		}
		if out.Len() <= MaxLogo {
			return out.Bytes(), nil
		}
	}
}

// checkPicture reads the head alone, before any pixel is unpacked.
func checkPicture(data []byte) error {
	if len(data) > MaxLogo {
		return db.InvalidField("logo", "The file may have at most 512 KB.")
	}
	head, _, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return db.InvalidField("logo", "Choose a picture: PNG, JPEG, GIF or WebP.")
	case head.Width > maxLogoSide || head.Height > maxLogoSide || head.Width < minLogoSide || head.Height < minLogoSide:
		return db.InvalidField("logo", "The picture must be between 16 and 4,096 pixels wide and high.")
	case head.Width*head.Height > maxPixels:
		return db.InvalidField("logo", "The picture may have at most 4 million pixels, like 2,000 by 2,000. Save it smaller and try once more.")
	case deep(head.ColorModel):
		return db.InvalidField("logo", "The picture has 16 bits for each colour. Save it with 8, as most programs do, and try once more.")
	}
	return nil
}

// deep says whether a model keeps more than a byte for each colour.
func deep(m color.Model) bool {
	return m == color.RGBA64Model || m == color.NRGBA64Model || m == color.Gray16Model || m == color.Alpha16Model
}

// decodePicture unpacks it, and gives up on one that takes too long: a file can
// also tell the same picture over and over.
func decodePicture(ctx context.Context, data []byte) (image.Image, error) {
	ctx, cancel := context.WithTimeout(ctx, pictureTimeout)
	defer cancel()
	picture, _, err := image.Decode(&readUntil{ctx, bytes.NewReader(data)})
	if err != nil {
		return nil, db.InvalidField("logo", "This picture is broken. Save it again and try once more.")
	}
	return picture, nil
}

// readUntil ends with its context.
type readUntil struct {
	ctx  context.Context //nolint:containedctx // for one call
	from io.Reader
}

func (r *readUntil) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

// shrink fits a picture into a square, keeping its proportions.
func shrink(picture image.Image, side int) image.Image {
	size := picture.Bounds().Size()
	if longest := max(size.X, size.Y); longest > side {
		size.X, size.Y = max(1, size.X*side/longest), max(1, size.Y*side/longest)
	}
	small := image.NewNRGBA(image.Rectangle{Max: size})
	draw.CatmullRom.Scale(small, small.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	return small
}
