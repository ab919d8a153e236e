// Package settings are the platform's own: names, bounds of sessions and
// masquerades, maintenance, reserved subdomains.
package settings
