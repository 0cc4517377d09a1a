//go:build !cgo

package native

// TableTheory's core is a C++ library, which Go reaches through cgo. Without cgo the next line does not compile, and its
// name is the remedy: set CGO_ENABLED=1 and install a C compiler (gcc or clang), then build again.
var _ = tabletheory_needs_cgo__set_CGO_ENABLED_1_and_install_a_C_compiler
