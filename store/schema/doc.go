// Package schema makes and migrates the tables, of the platform and of each
// business, and keeps a pool of ready ones. It alone works with the login that
// owns them.
package schema
