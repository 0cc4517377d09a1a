//go:build cgo && !tabletheory_shared

package native

// The library is one static archive, put into lib/ by the build (docs/c-abi.md). The C++ runtime goes into the program.

/*
#cgo linux,amd64 LDFLAGS: -L${SRCDIR}/../../lib/linux_amd64
#cgo linux,arm64 LDFLAGS: -L${SRCDIR}/../../lib/linux_arm64
#cgo LDFLAGS: -ltabletheory_static -l:libstdc++.a -lm -lpthread
*/
import "C"
