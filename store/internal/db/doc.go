// Package db is the core of the store: connections, scopes, reading and writing,
// the audit log, jobs, and the errors that users can be told. A scope exports no
// SQL; what runs on it is called through the functions of this package, which
// nothing outside of the store can import.
package db
