package store_test

import (
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
)

// TestVisible: a name has something to see, in whatever writing; what only looks
// like nothing is nothing.
func TestVisible(t *testing.T) {
	for _, blank := range []rune{0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x180f, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x202e,
		0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x2066, 0x206f, 0x2800, 0x3000, 0x3164, 0xa0, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffc, 0x1d159, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0x301, ' ', '\t'} {
		text := strings.Repeat(string(blank), 12)
		if n := store.VisibleLen(text); n != 0 || !store.Unseen(text) || store.SaysWhy(text, 10) {
			t.Errorf("%U twelve times: %d characters to see", blank, n)
		}
	}
	for name, n := range map[string]int{"O'Neil": 6, "X": 1, "李": 1, "مريم عبد": 7, "👨\u200d👩\u200d👧 Meier": 8, "नि\u200dशा": 4, "می\u200cخواهم": 7, "7": 1, "?": 1, "e\u0301": 1, "": 0} {
		if got := store.VisibleLen(name); got != n || store.Unseen(name) {
			t.Errorf("%q: %d characters to see, want %d", name, got, n)
		}
	}
	for reason, good := range map[string]bool{"long enough": true, "too short": false, "..........": false, "1234567890 12": false, "客户报告预约错误请查看": true, "क्यों देखना ज़रूरी": true,
		"a" + strings.Repeat("\u200b", 12): false, "abc" + strings.Repeat("\u0301", 12): false, "ticket 16: hours": true} {
		if store.SaysWhy(reason, 10) != good {
			t.Errorf("%q says why: %v", reason, !good)
		}
	}
}
