package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"
)

// clients is the number of connections.
const clients = 16

// load is what the load generator does: one request over and over on each of its
// connections. It runs in a process of its own, whose CPU nobody counts.
type load struct {
	Addr, Host, Cookie, Path string
	For                      time.Duration
}

// loadResult is what it saw.
type loadResult struct {
	Requests int
	Bytes    int64 // of bodies, compressed
	P50, P99 time.Duration
}

func (l load) run() (loadResult, error) {
	self, err := os.Executable()
	if err != nil {
		return loadResult{}, err
	}
	order, err := json.Marshal(l)
	if err != nil {
		return loadResult{}, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleVariable+"=load")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(order), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return loadResult{}, fmt.Errorf("load: %w", err)
	}
	var result loadResult
	return result, json.Unmarshal(out, &result)
}

// generateLoad is the child.
func generateLoad() error {
	var l load
	if err := json.NewDecoder(os.Stdin).Decode(&l); err != nil {
		return err
	}
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept-Encoding: gzip\r\nUser-Agent: bench\r\nAccept: text/html\r\n\r\n",
		l.Path, l.Host, l.Cookie)
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		took   []time.Duration
		bytes  int64
		failed error
	)
	until := time.Now().Add(l.For)
	for range clients {
		wg.Go(func() {
			mine, n, err := connection(l.Addr, request, until)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
			bytes += n
			if err != nil {
				failed = err
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	slices.Sort(took)
	return json.NewEncoder(os.Stdout).Encode(loadResult{Requests: len(took), Bytes: bytes, P50: took[len(took)/2], P99: took[len(took)*99/100]})
}

func connection(addr string, request []byte, until time.Time) (took []time.Duration, bytes int64, err error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, 0, err
	}
	defer c.Close()
	in := bufio.NewReader(c)
	for began := time.Now(); began.Before(until); {
		if _, err := c.Write(request); err != nil {
			return took, bytes, err
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return took, bytes, err
		}
		n, err := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil {
			return took, bytes, err
		}
		if resp.StatusCode != http.StatusOK {
			return took, bytes, fmt.Errorf("the answer is %s", resp.Status)
		}
		now := time.Now()
		took = append(took, now.Sub(began))
		bytes += n
		began = now
	}
	return took, bytes, nil
}
