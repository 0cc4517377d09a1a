// Package lib holds the core's library for linux/arm64. It is a package so that `go mod vendor` takes the folder along.
package lib
