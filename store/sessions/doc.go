// Package sessions are who is logged in on which host: sessions, known browsers,
// tries that failed, and the sessions of masquerades.
package sessions
