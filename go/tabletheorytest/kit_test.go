package tabletheorytest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/theory-cloud/tabletheory/go"
)

type note struct {
	_       struct{}  `theorydb:"model:Note,table:notes"`
	ID      string    `theorydb:"pk,attr:id"`
	Text    string    `theorydb:"encrypted"`
	Created time.Time `theorydb:"created_at"`
	Version int64     `theorydb:"version"`
}

var ctx = context.Background()

// recorder is a test that keeps what it is told, and runs its cleanups when asked.
type recorder struct {
	testing.TB
	failures []string
	cleanups []func()
}

func (r *recorder) Helper()                           {}
func (r *recorder) Cleanup(f func())                  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) { r.failures = append(r.failures, format) }

func (r *recorder) end() {
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
}

func TestCheckLeaksSeesAClientThatWasNotClosed(t *testing.T) {
	leaky := &recorder{TB: t}
	CheckLeaks(leaky)
	client, err := tabletheory.Connect(ctx, "memory:")
	if err != nil {
		t.Fatal(err)
	}
	leaky.end()
	if len(leaky.failures) != 1 {
		t.Errorf("%v", leaky.failures)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	tidy := &recorder{TB: t}
	CheckLeaks(tidy)
	Open[note](tidy, New(tidy))
	tidy.end()
	if len(tidy.failures) != 0 {
		t.Errorf("%v", tidy.failures)
	}
}

func TestEachFaultEndsInItsError(t *testing.T) {
	CheckLeaks(t)
	for _, c := range []struct {
		fault   Fault
		want    tabletheory.ErrorCode
		applied bool
	}{
		{Throttle, tabletheory.ErrThrottled, false},
		{Unavailable, tabletheory.ErrServiceUnavailable, false},
		{InternalError, tabletheory.ErrOutcomeUnknown, false},
		{InternalErrorAfter, tabletheory.ErrOutcomeUnknown, true},
		{NotSent, tabletheory.ErrTransport, false},
		{LostRequest, tabletheory.ErrOutcomeUnknown, false},
		{LostAnswer, tabletheory.ErrOutcomeUnknown, true},
	} {
		faults := &Faults{Rules: []Rule{{Fault: c.fault, Operation: "UpdateItem", Probability: 1}}}
		client := New(t, faults.Option())
		notes := Open[note](t, client)
		if _, err := notes.Create(ctx, note{ID: "n", Text: "a"}); err != nil {
			t.Fatal(err)
		}
		_, err := notes.Update(ctx, note{ID: "n", Text: "b"}, tabletheory.Paths("text"))
		if !errors.Is(err, c.want) || faults.Struck(0) < 1 {
			t.Errorf("fault %d, struck %d times: %v", c.fault, faults.Struck(0), err)
		}
		now, err := notes.Get(ctx, tabletheory.K("n"))
		if err != nil || (now.Text == "b") != c.applied {
			t.Errorf("fault %d: %+v %v", c.fault, now, err)
		}
	}
}

func TestAPlanFailsTheSameWayEveryTime(t *testing.T) {
	CheckLeaks(t)
	run := func() (struck int, operations []string) {
		spy := new(Spy)
		faults := &Faults{Seed: 7, Rules: []Rule{{Fault: Throttle, Probability: 0.3}}}
		client := New(t, spy.Option(), faults.Option())
		notes := Open[note](t, client)
		for _, id := range []string{"a", "b", "c", "d", "e", "f"} {
			if _, err := notes.Put(ctx, note{ID: id}); err != nil {
				t.Fatal(err)
			}
		}
		return faults.Struck(0), spy.Operations()
	}
	first, calls := run()
	second, again := run()
	if first == 0 || first != second || strings.Join(calls, " ") != strings.Join(again, " ") {
		t.Errorf("%d and %d faults; %v and %v", first, second, calls, again)
	}
}

func TestTheSpySeesNoPlaintextOfEncryptedAttributes(t *testing.T) {
	CheckLeaks(t)
	spy := new(Spy)
	notes := Open[note](t, New(t, spy.Option()))
	made, err := notes.Create(ctx, note{ID: "n", Text: "between us"})
	if err != nil || made.Text != "between us" || !made.Created.Equal(Start) {
		t.Fatalf("%+v %v", made, err)
	}
	for _, call := range spy.Calls() {
		if strings.Contains(call.Request+call.Answer, "between us") {
			t.Errorf("%s holds the plaintext", call.Operation)
		}
	}
	spy.Reset()
	if len(spy.Calls()) != 0 {
		t.Error("forgotten calls are still there")
	}
}
