// Package tabletheorytest is for tests of programs that use TableTheory: a client of its own per test, with a clock that
// stands still, a spy that shows the exact requests, and faults on demand.
//
//	func TestPaying(t *testing.T) {
//		spy := new(tabletheorytest.Spy)
//		client := tabletheorytest.New(t, spy.Option())
//		orders := tabletheorytest.Open[Order](t, client)
//		…
//		if got := spy.Operations(); !slices.Equal(got, []string{"PutItem", "UpdateItem"}) { … }
//	}
package tabletheorytest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/theory-cloud/tabletheory/go"
)

// Start is the instant at which the clock of New stands.
var Start = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

// New is a client of an embedded engine of its own, closed when the test ends. Its clock stands at Start (move it with
// Client.AdvanceClock; pauses between attempts do, and take no real time), its randomness is the same in every run, and
// encrypted attributes are sealed under deterministic keys. Options of yours come after these.
func New(t testing.TB, options ...tabletheory.ClientOption) *tabletheory.Client {
	t.Helper()
	all := append([]tabletheory.ClientOption{
		tabletheory.WithClock(Start, 0),
		tabletheory.WithSeed(1),
		tabletheory.WithEncryption(tabletheory.DeterministicForTests(t.Name())),
	}, options...)
	client, err := tabletheory.Connect(context.Background(), "memory:", all...)
	if err != nil {
		t.Fatalf("tabletheorytest.New: %v", err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Errorf("tabletheorytest: closing the client: %v", err)
		}
	})
	return client
}

// Open opens a struct's table and makes it.
func Open[T any](t testing.TB, client *tabletheory.Client, options ...tabletheory.OpenOption) *tabletheory.Table[T] {
	t.Helper()
	table, err := tabletheory.Open[T](client, options...)
	if err == nil {
		_, err = table.EnsureTable(context.Background(), tabletheory.TableOptions{})
	}
	if err != nil {
		t.Fatalf("tabletheorytest.Open: %v", err)
	}
	return table
}

// Call is one request that a Spy saw, and its answer.
type Call struct {
	Service   tabletheory.Service
	Operation string
	Request   string // JSON, exactly as sent
	Status    int
	Answer    string // JSON
	Err       error
}

// Spy shows the exact requests. The zero value is ready. Safe for use by many goroutines.
type Spy struct {
	mutex sync.Mutex
	calls []Call
}

// Option puts the spy between the client and its engine.
func (s *Spy) Option() tabletheory.ClientOption {
	return tabletheory.WithTransport(func(next tabletheory.Transport) tabletheory.Transport {
		return tabletheory.TransportFunc(func(ctx context.Context, service tabletheory.Service, operation string, body []byte) (tabletheory.Answer, error) {
			call := Call{Service: service, Operation: operation, Request: string(body)}
			answer, err := next.Call(ctx, service, operation, body)
			call.Status, call.Answer, call.Err = answer.Status, string(answer.Body), err
			s.mutex.Lock()
			defer s.mutex.Unlock()
			s.calls = append(s.calls, call)
			return answer, err
		})
	})
}

// Calls are those seen since the last Reset, in the order of their answers.
func (s *Spy) Calls() []Call {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Call(nil), s.calls...)
}

// Operations are the names of the calls.
func (s *Spy) Operations() []string {
	var names []string
	for _, call := range s.Calls() {
		names = append(names, call.Operation)
	}
	return names
}

// Reset forgets what was seen.
func (s *Spy) Reset() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.calls = nil
}

// Fault is a way in which networks and services fail.
type Fault int

// The faults.
const (
	Throttle            Fault = iota // 400 ProvisionedThroughputExceededException; nothing is done
	Unavailable                      // 503; nothing is done
	InternalError                    // 500; nothing is done, which the caller cannot know
	InternalErrorAfter               // 500, and the work is done
	NotSent                          // no connection
	LostRequest                      // the connection breaks before the target sees the request; the caller cannot know
	LostAnswer                       // the connection breaks after the target did the work
	TransactionConflict              // TransactionConflictException; nothing is done
)

// Rule says when a fault happens. It counts the calls that it is meant for.
type Rule struct {
	Fault       Fault
	Operation   string  // "PutItem"; empty: every operation
	Probability float64 // of each such call, 0 to 1
	NthCall     int     // the nth such call, from 1; 0: none in particular
	Times       int     // at most so often; 0: no limit
	Delay       time.Duration
}

// Faults is a plan: the same plan over the same calls fails the same way. Safe for use by many goroutines.
type Faults struct {
	Seed  uint64
	Rules []Rule // the first that strikes decides

	mutex  sync.Mutex
	random *rand.Rand
	seen   []int
	struck []int
}

// Option puts the faults between the client and its engine.
func (f *Faults) Option() tabletheory.ClientOption {
	return tabletheory.WithTransport(func(next tabletheory.Transport) tabletheory.Transport {
		return tabletheory.TransportFunc(func(ctx context.Context, service tabletheory.Service, operation string, body []byte) (tabletheory.Answer, error) {
			rule := f.strike(operation)
			if rule == nil {
				return next.Call(ctx, service, operation, body)
			}
			if rule.Delay > 0 {
				select {
				case <-time.After(rule.Delay):
				case <-ctx.Done():
					return tabletheory.Answer{}, errors.Join(tabletheory.ErrNotSent, ctx.Err())
				}
			}
			if rule.Fault == InternalErrorAfter || rule.Fault == LostAnswer {
				if answer, err := next.Call(ctx, service, operation, body); err != nil {
					return answer, err
				}
			}
			return rule.Fault.answer()
		})
	})
}

// Struck is how often the rule at this position has struck.
func (f *Faults) Struck(rule int) int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if rule >= len(f.struck) {
		return 0
	}
	return f.struck[rule]
}

func (f *Faults) strike(operation string) *Rule {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.random == nil {
		f.random = rand.New(rand.NewPCG(f.Seed, f.Seed))
		f.seen, f.struck = make([]int, len(f.Rules)), make([]int, len(f.Rules))
	}
	for i := range f.Rules {
		rule := &f.Rules[i]
		if rule.Operation != "" && rule.Operation != operation {
			continue
		}
		f.seen[i]++
		strikes := rule.NthCall == f.seen[i]
		if rule.Probability > 0 && f.random.Float64() < rule.Probability {
			strikes = true
		}
		if strikes && (rule.Times == 0 || f.struck[i] < rule.Times) {
			f.struck[i]++
			return rule
		}
	}
	return nil
}

func (f Fault) answer() (tabletheory.Answer, error) {
	refusal := func(status int, kind string) (tabletheory.Answer, error) {
		body := `{"__type":"com.amazonaws.dynamodb.v20120810#` + kind + `","message":"a fault of the test's plan"}`
		return tabletheory.Answer{Status: status, Body: []byte(body), RequestID: "fault"}, nil
	}
	switch f {
	case Throttle:
		return refusal(400, "ProvisionedThroughputExceededException")
	case Unavailable:
		return refusal(503, "ServiceUnavailable")
	case InternalError, InternalErrorAfter:
		return refusal(500, "InternalServerError")
	case TransactionConflict:
		return refusal(400, "TransactionConflictException")
	case NotSent:
		return tabletheory.Answer{}, errors.Join(tabletheory.ErrNotSent, errors.New("a fault of the test's plan: no connection"))
	}
	return tabletheory.Answer{}, errors.New("a fault of the test's plan: the connection broke")
}
