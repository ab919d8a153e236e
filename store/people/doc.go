// Package people are those with a login: the team of a business, its owners, the
// users of the platform, and what each is told.
package people
