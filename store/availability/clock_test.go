package availability

import "testing"

func TestReadClock(t *testing.T) {
	for typed, want := range map[string]string{
		"09:30": "09:30", "9:30": "09:30", "9.30": "09:30", "0930": "09:30", "930": "09:30", "9": "09:00", " 16:00 ": "16:00", "9h30": "09:30",
		"4pm": "16:00", "4:30 PM": "16:30", "4:30 p.m.": "16:30", "0100PM": "13:00", "12am": "00:00", "12 pm": "12:00", "12:15 a": "00:15", "0": "00:00", "24:00": "24:00", "23:59": "23:59",
		// None are these, and they come back as they were typed.
		"": "", "24:01": "24:01", "25:00": "25:00", "9:60": "9:60", "13pm": "13pm", "0am": "0am", "9:5": "9:5", "noon": "noon", "12345": "12345", "9:30:00": "9:30:00", "-9": "-9", "९": "९",
	} {
		if got := ReadClock(typed); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}
