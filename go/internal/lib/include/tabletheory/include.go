// Package include holds the header of the C ABI in a packed module. It is a package so that `go mod vendor` takes the
// folder along; in the repository the header is include/tabletheory/c_api.h.
package include
