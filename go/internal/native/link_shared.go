//go:build cgo && tabletheory_shared

package native

// For development: -tags tabletheory_shared links internal/lib/…/libtabletheory.so, which is quicker to link and to replace.

/*
#cgo linux,amd64 LDFLAGS: -L${SRCDIR}/../lib/linux_amd64 -Wl,-rpath,${SRCDIR}/../lib/linux_amd64
#cgo linux,arm64 LDFLAGS: -L${SRCDIR}/../lib/linux_arm64 -Wl,-rpath,${SRCDIR}/../lib/linux_arm64
#cgo LDFLAGS: -ltabletheory
*/
import "C"
