// Package calendar reads what is booked, blocked and free: appointments, the
// schedule, free times, feeds. It changes nothing.
package calendar
