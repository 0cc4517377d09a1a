package tabletheorytest

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

const settling = 5 * time.Second // how long what ends by itself is given to end

// census is what a test may leave behind.
type census struct{ handles, goroutines, descriptors int }

func count() census {
	descriptors, _ := os.ReadDir("/proc/self/fd")
	return census{native.LiveHandles(), runtime.NumGoroutine(), len(descriptors)}
}

func (c census) within(limit census) bool {
	return c.handles <= limit.handles && c.goroutines <= limit.goroutines && c.descriptors <= limit.descriptors
}

func (c census) String() string {
	return fmt.Sprintf("%d handles of the core, %d goroutines, %d file descriptors", c.handles, c.goroutines, c.descriptors)
}

// CheckLeaks fails the test when it leaves behind handles of the core, goroutines or file descriptors: clients that were
// not closed, operations under way. Call it first, so that it looks last; not in parallel tests, whose neighbours it would
// see.
//
//	func TestPaying(t *testing.T) {
//		tabletheorytest.CheckLeaks(t)
//		client := tabletheorytest.New(t)
//		…
//	}
func CheckLeaks(t testing.TB) {
	t.Helper()
	runtime.GC() // what earlier tests forgot is not this one's
	// The runtime's poller takes two descriptors at its first use, and keeps them: let that be before the count.
	if r, w, err := os.Pipe(); err == nil {
		_, _ = r.Close(), w.Close()
	}
	before := count()
	t.Cleanup(func() {
		now := before
		for end := time.Now().Add(settling); ; time.Sleep(5 * time.Millisecond) {
			runtime.GC() // schemas are freed when they are unreachable
			if now = count(); now.within(before) {
				return
			}
			if time.Now().After(end) {
				break
			}
		}
		t.Errorf("the test leaves behind more than it found: %s; before: %s", now, before)
	})
}
