// Package catalog is what a business offers and with whom: services, resources,
// opening hours, days off, rules of booking, colour and logo.
package catalog
