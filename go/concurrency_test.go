package tabletheory_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tt "github.com/theory-cloud/tabletheory/go"
	"github.com/theory-cloud/tabletheory/go/tabletheorytest"
)

// gate serves an engine over HTTP, but holds every request back until it is opened.
type gate struct {
	open    chan struct{}
	waiting atomic.Int64
}

func (g *gate) serve(t *testing.T, engine *tt.Client) string {
	t.Helper()
	g.open = make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g.waiting.Add(1)
		select {
		case <-g.open:
		case <-r.Context().Done():
			return
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		answer, err := engine.Transport().Call(context.Background(), tt.DynamoDB, operation, body)
		if err != nil {
			t.Errorf("%s: %v", operation, err)
		}
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func threads(t *testing.T) int {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(tasks)
}

func overHTTP(t *testing.T, address string, engine *tt.Client) *tt.Table[Order] {
	t.Helper()
	client, err := tt.Connect(ctx, address, tt.WithCredentials("AKID", "SECRET", ""), tt.WithRegion("eu-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return ordersOf(t, client, engine)
}

func TestGoroutinesThatWaitHoldNoThread(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	const goroutines, connections = 400, 64
	held := new(gate)
	engine := tabletheorytest.New(t)
	orders := overHTTP(t, held.serve(t, engine), engine)
	before := threads(t)
	var group sync.WaitGroup
	for i := range goroutines {
		group.Add(1)
		go func() {
			defer group.Done()
			order := sample()
			order.SK = fmt.Sprintf("O#%03d", i)
			if _, err := orders.Create(ctx, order); err != nil {
				t.Error(err)
			}
		}()
	}
	for held.waiting.Load() < connections { // as many as there are connections to the host
		time.Sleep(time.Millisecond)
	}
	if now := threads(t); now > before+16 {
		t.Errorf("%d threads while %d calls wait, %d before", now, goroutines, before)
	}
	close(held.open)
	group.Wait()
	if count, err := orders.Query("C#1").Count(ctx); err != nil || count != goroutines {
		t.Errorf("%d %v", count, err)
	}
}

func TestCallsOverHTTPEndWithTheirContexts(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	held := new(gate)
	engine := tabletheorytest.New(t)
	orders := overHTTP(t, held.serve(t, engine), engine)
	defer close(held.open)
	limited, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if _, err := orders.Get(limited, tt.K("C#1", "O#1")); !errors.Is(err, tt.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a deadline: %v", err)
	}
	stopped, stop := context.WithCancel(ctx)
	go func() {
		for held.waiting.Load() < 2 {
			time.Sleep(time.Millisecond)
		}
		stop()
	}()
	_, err := orders.Create(stopped, sample())
	if !errors.Is(err, tt.ErrCancelled) || !errors.Is(err, tt.ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled write that was sent: %v", err)
	}
}

func TestIteratorsThatAreLeftEarlyLeaveNothing(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	client := tabletheorytest.New(t)
	orders := ordersOf(t, client, client)
	for i := range 10 {
		order := sample()
		order.SK = fmt.Sprint(i)
		if _, err := orders.Put(ctx, order); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		for _, err := range orders.Query("C#1").PageSize(2).Items(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	stopped, stop := context.WithCancel(ctx)
	defer stop()
	seen := 0
	var last error
	for _, err := range orders.Scan().PageSize(2).Items(stopped) {
		if last = err; err == nil {
			seen++
		}
		stop()
	}
	if seen != 2 || !errors.Is(last, tt.ErrCancelled) {
		t.Errorf("%d items, then %v", seen, last)
	}
}

func TestOneClientServesManyGoroutinesInProcess(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	client := tabletheorytest.New(t)
	orders := ordersOf(t, client, client)
	if _, err := orders.Create(ctx, sample()); err != nil {
		t.Fatal(err)
	}
	const goroutines, each = 16, 25
	var group sync.WaitGroup
	for range goroutines {
		group.Add(1)
		go func() {
			defer group.Done()
			for range each {
				if err := orders.UpdateBuilder(tt.K("C#1", "O#1")).Increment("count", 1).Exec(ctx); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	now, err := orders.Get(ctx, tt.K("C#1", "O#1"))
	if want := sample().Count + goroutines*each; err != nil || now.Count != want || now.Version != goroutines*each {
		t.Errorf("count %d of %d, version %d: %v", now.Count, want, now.Version, err)
	}
}

func TestAClosedClientSaysSo(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	client, err := tt.Connect(ctx, "memory:")
	if err != nil {
		t.Fatal(err)
	}
	orders := ordersOf(t, client, client)
	if err := errors.Join(client.Close(), client.Close()); err != nil {
		t.Error(err)
	}
	if _, err := orders.Get(ctx, tt.K("C#1", "O#1")); !errors.Is(err, tt.ErrTransport) {
		t.Errorf("a call: %v", err)
	}
	if _, err := tt.Open[Order](client); !errors.Is(err, tt.ErrTransport) {
		t.Errorf("opening a table: %v", err)
	}
}

func TestBatchesTellWhatIsLeftOver(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	faults := &tabletheorytest.Faults{Rules: []tabletheorytest.Rule{
		{Fault: tabletheorytest.Throttle, Operation: "BatchWriteItem", NthCall: 2},
		{Fault: tabletheorytest.Throttle, Operation: "BatchWriteItem", NthCall: 3}}} // of those the first lets pass: the second round's
	client := tabletheorytest.New(t, faults.Option(), tt.WithRetry(tt.Retry{MaxAttempts: 1, BatchRounds: 1}))
	orders := ordersOf(t, client, client)
	many := make([]Order, 60)
	for i := range many {
		many[i] = sample()
		many[i].SK = fmt.Sprint(i)
	}
	err := orders.BatchWrite(ctx, many, nil)
	var incomplete *tt.BatchError
	if !errors.As(err, &incomplete) || !errors.Is(err, tt.ErrBatchIncomplete) {
		t.Fatalf("%v", err)
	}
	if len(incomplete.Leftovers)+len(incomplete.Done) != len(many) || len(incomplete.Leftovers) == 0 || len(incomplete.Done) == 0 {
		t.Errorf("%d left over, %d done", len(incomplete.Leftovers), len(incomplete.Done))
	}
	for _, position := range incomplete.Done {
		if _, found, err := orders.Find(ctx, tt.K("C#1", many[position].SK)); err != nil || !found {
			t.Errorf("%d is said to be done: %v", position, err)
		}
	}
	for _, position := range incomplete.Leftovers {
		if _, found, err := orders.Find(ctx, tt.K("C#1", many[position].SK)); err != nil || found {
			t.Errorf("%d is said to be left over: %v", position, err)
		}
	}
}
