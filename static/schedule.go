package static

import (
	"bytes"
	"fmt"
)

// The longest day has 25 hours, in rows of five minutes.
const scheduleRows = 25 * 12

// scheduleSteps are the classes by which the schedule places what it draws, since
// the policy forbids style attributes: t<n> begins at row n, h<n> is n rows long,
// n<n> is a lane of n rows, c<i>of<n> is the i-th of n that overlap.
func scheduleSteps() []byte {
	var b bytes.Buffer
	for i := range scheduleRows + 1 {
		fmt.Fprintf(&b, ".t%d{grid-row-start:%d}", i, i+1)
	}
	for i := 1; i <= scheduleRows; i++ {
		fmt.Fprintf(&b, ".h%d{grid-row-end:span %d}", i, i)
	}
	for i := 12; i <= scheduleRows; i += 6 {
		fmt.Fprintf(&b, ".n%d{min-height:calc(var(--step)*%d)}", i, i)
	}
	for n := 2; n <= 6; n++ {
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&b, ".c%dof%d{width:calc(100%%/%d);margin-inline-start:calc(100%%*%d/%d)}", i, n, n, i-1, n)
		}
	}
	return b.Bytes()
}
