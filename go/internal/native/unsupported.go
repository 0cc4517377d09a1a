//go:build cgo && !(linux && (amd64 || arm64))

package native

// TableTheory's core is built for Linux (glibc 2.34 or later) on amd64 and arm64. For anything else the next line does not
// compile, and its name says so.
var _ = tabletheory_is_built_for_linux_amd64_and_linux_arm64
