//go:build cgo && !tabletheory_shared

package native

// The library is one static object with C++'s own library in it (closed_archive.py), so that libc is all a program needs.

/*
#cgo linux,amd64 LDFLAGS: -L${SRCDIR}/../lib/linux_amd64
#cgo linux,arm64 LDFLAGS: -L${SRCDIR}/../lib/linux_arm64
#cgo LDFLAGS: -ltabletheory_static -lm -lpthread
*/
import "C"
