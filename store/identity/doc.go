// Package identity is who somebody is: passwords, second factors, passkeys,
// links, tokens of programs, and logging in with them.
package identity
