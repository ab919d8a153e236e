package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/desk"
)

// MaxUpload is what a form with attachments may bring: the files, the text, and
// some more, so that a file that is too large gets a clear word and not a wall.
const MaxUpload = 2*desk.MaxFiles*desk.MaxFileSize + MaxBody

// uploadInMemory is how much of an upload is held in memory; the rest waits in a
// temporary file, which goes with the request.
const uploadInMemory = 1 << 20

func isUpload(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm)
}

// readUpload reads a form with files, for the guard of the routes that take one.
func readUpload(c echo.Context) error {
	r := c.Request()
	err := r.ParseMultipartForm(uploadInMemory)
	if errors.As(err, new(*http.MaxBytesError)) {
		return echo.NewHTTPError(http.StatusRequestEntityTooLarge, "The files are too large together: attach at most 5 of 5 MB each.")
	}
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, "This form could not be read.")
	}
	return nil
}

// dropUpload removes the temporary files of an upload. The server looks for them in
// the request that it made itself, and this is another by now.
func dropUpload(c echo.Context) {
	if form := c.Request().MultipartForm; form != nil {
		_ = form.RemoveAll()
	}
}

// Attachments reads the files of a form, at most few forms at a time; what is
// wrong with them stands under the field. An error says that too many wait. done
// is called when the files are written.
func (a *App) Attachments(c echo.Context, errs map[string]string, field string) (files []desk.Attachment, done func(), err error) {
	form := c.Request().MultipartForm
	if form == nil || len(form.File[field]) == 0 {
		return nil, func() {}, nil
	}
	done, err = a.DB.HoldFiles(c.Request().Context())
	if err != nil {
		SetRetryAfter(c, err)
		errs[field] = err.Error()
		return nil, func() {}, err
	}
	return attachments(c, errs, field), done, nil
}

func attachments(c echo.Context, errs map[string]string, field string) []desk.Attachment {
	form := c.Request().MultipartForm
	var files []desk.Attachment
	for _, head := range form.File[field] {
		if head.Filename == "" && head.Size == 0 {
			continue // nothing was chosen
		}
		if len(files) == desk.MaxFiles {
			errs[field] = "Attach at most 5 files."
			return nil
		}
		if head.Size > desk.MaxFileSize {
			errs[field] = "Each file may have at most 5 MB."
			return nil
		}
		file, err := head.Open()
		if err != nil {
			errs[field] = "The file could not be read."
			return nil
		}
		data, err := io.ReadAll(file)
		_ = file.Close()
		if err != nil {
			errs[field] = "The file could not be read."
			return nil
		}
		attachment, err := desk.NewAttachment(head.Filename, data)
		if err != nil {
			errs[field] = store.FieldErrors(err)["files"]
			return nil
		}
		files = append(files, attachment)
	}
	return files
}

// Download answers with a file that somebody attached. The browser shall neither
// show it nor take it for something else.
func Download(c echo.Context, a desk.Attachment) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	contentType := a.MediaType
	if strings.HasPrefix(contentType, "text/") {
		contentType += "; charset=utf-8"
	}
	return c.Blob(http.StatusOK, contentType, a.Data)
}
