package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// The floor's middlewares do what Echo's own do in their default settings, in
// less code: those would bring golang.org/x/time along, and they cost rather
// more than these.

// plainLog writes a line of JSON for each request.
func plainLog(next echo.HandlerFunc) echo.HandlerFunc {
	var mu sync.Mutex
	out := json.NewEncoder(os.Stdout)
	return func(c echo.Context) error {
		began := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		r, w := c.Request(), c.Response()
		mu.Lock()
		defer mu.Unlock()
		return out.Encode(map[string]any{
			"time": time.Now().Format(time.RFC3339Nano), "remote_ip": c.RealIP(), "host": r.Host, "method": r.Method, "uri": r.RequestURI,
			"user_agent": r.UserAgent(), "status": w.Status, "latency": time.Since(began), "bytes_out": w.Size,
		})
	}
}

// plainRecover turns a panic into an error.
func plainRecover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("panic: %v", cause)
			}
		}()
		return next(c)
	}
}

var plainZippers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

// plainGzip compresses at the default level.
func plainGzip(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
		if !strings.Contains(c.Request().Header.Get(echo.HeaderAcceptEncoding), "gzip") {
			return next(c)
		}
		z := plainZippers.Get().(*gzip.Writer)
		plain := c.Response().Writer
		z.Reset(plain)
		c.Response().Header().Set(echo.HeaderContentEncoding, "gzip")
		c.Response().Writer = zippedResponse{plain, z}
		defer func() {
			_ = z.Close()
			plainZippers.Put(z)
			c.Response().Writer = plain
		}()
		return next(c)
	}
}

type zippedResponse struct {
	http.ResponseWriter
	zip io.Writer
}

func (w zippedResponse) Write(b []byte) (int, error) { return w.zip.Write(b) }
