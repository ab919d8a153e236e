package availability

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var typedClock = regexp.MustCompile(`^(\d{1,2})[:.h ]?(\d\d)?\s*(?:([ap])\.?\s?m?\.?)?$`)

// ReadClock reads a time of day as people type it ("9", "0930", "9.30", "4:30 pm")
// and returns it as "09:30"; 24:00 is the end of a day. What is none comes back as
// it was typed.
func ReadClock(typed string) string {
	m := typedClock.FindStringSubmatch(strings.ToLower(strings.TrimSpace(typed)))
	if m == nil {
		return typed
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	if m[3] != "" {
		if hour < 1 || hour > 12 {
			return typed
		}
		if hour %= 12; m[3] == "p" {
			hour += 12
		}
	}
	if minute > 59 || hour > 24 || hour == 24 && minute > 0 {
		return typed
	}
	return fmt.Sprintf("%02d:%02d", hour, minute)
}
