// Package plans are what a business pays for and how much it may have.
package plans
