package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of /proc/<pid>/stat.
const tick = time.Second / 100

// stat are the fields of /proc/<pid>/stat that matter here.
type stat struct {
	parent int
	own    time.Duration // user and system
	reaped time.Duration // of children that have ended
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	// The name in brackets may hold anything.
	f := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	number := func(field int) int {
		n, _ := strconv.Atoi(f[field-3])
		return n
	}
	return stat{
		parent: number(4),
		own:    tick * time.Duration(number(14)+number(15)),
		reaped: tick * time.Duration(number(16)+number(17)),
	}, nil
}

// processCPU is what a process has used so far.
func processCPU(pid int) (time.Duration, error) {
	s, err := readStat(pid)
	return s.own, err
}

// postgresCPU is what a server has used so far: the postmaster, its processes
// and, because the postmaster waits for each, those that have ended. It looks
// again when one ended meanwhile, which would be missed or counted twice.
func postgresCPU(postmaster int) (time.Duration, error) {
	for {
		before, err := readStat(postmaster)
		if err != nil {
			return 0, err
		}
		sum := before.own + before.reaped
		pids, err := children(postmaster)
		if err != nil {
			return 0, err
		}
		for _, pid := range pids {
			if s, err := readStat(pid); err == nil {
				sum += s.own
			}
		}
		if after, err := readStat(postmaster); err != nil || after.reaped == before.reaped {
			return sum, err
		}
	}
}

func children(parent int) ([]int, error) {
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err == nil && len(dirs) == 0 {
		err = errors.New("the benchmark reads CPU times from /proc: run it on Linux")
	}
	var pids []int
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if s, err := readStat(pid); err == nil && s.parent == parent {
			pids = append(pids, pid)
		}
	}
	return pids, err
}

// memory reads a line of /proc/<pid>/status, like VmRSS or RssAnon, in bytes.
func memory(pid int, line string) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(text), "\n"+line+":")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.ParseInt(fields[0], 10, 64)
	return kb << 10
}

// postmaster is the process of the private server.
func (d *databases) postmaster() (int, error) {
	text, err := os.ReadFile(filepath.Join(d.cluster.Dir, "data", "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}
