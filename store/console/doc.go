// Package console is what the platform does to businesses: opening, changing,
// suspending and deleting them, many at once, their domains, sign-ups, and the
// figures of all. It is for the platform, the public site and jobs, never for a
// business.
package console
