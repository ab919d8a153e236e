// Package notices are the mails about appointments: planned, held back, sent
// once, and on record.
package notices
