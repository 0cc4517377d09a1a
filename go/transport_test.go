package tabletheory_test

import (
	"context"
	"encoding/json"
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

const ordersTable = `{"TableName":"orders","AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},` +
	`{"AttributeName":"SK","AttributeType":"S"}],"KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},` +
	`{"AttributeName":"SK","KeyType":"RANGE"}],"BillingMode":"PAY_PER_REQUEST"}`

// ordersOf opens the orders of a client whose table is made by `maker`.
func ordersOf(t *testing.T, client, maker *tt.Client) *tt.Table[Order] {
	t.Helper()
	if _, err := maker.RawCall(ctx, tt.DynamoDB, "CreateTable", ordersTable); err != nil {
		t.Fatal(err)
	}
	orders, err := tt.Open[Order](client)
	if err != nil {
		t.Fatal(err)
	}
	return orders
}

func TestSpyShowsTheExactRequests(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	spy := new(tabletheorytest.Spy)
	client := tabletheorytest.New(t, spy.Option())
	orders := ordersOf(t, client, client)
	spy.Reset()
	made, err := orders.Create(ctx, sample())
	if err != nil || !made.CreatedAt.Equal(tabletheorytest.Start) {
		t.Fatalf("%+v %v", made, err)
	}
	calls := spy.Calls()
	if len(calls) != 1 || calls[0].Operation != "PutItem" || calls[0].Status != 200 ||
		!strings.Contains(calls[0].Request, `"attribute_not_exists`) {
		t.Errorf("%+v", calls)
	}
}

func TestThrottledCallsAreRepeatedWithoutTakingTime(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	faults := &tabletheorytest.Faults{Rules: []tabletheorytest.Rule{
		{Fault: tabletheorytest.Throttle, Operation: "GetItem", NthCall: 1},
		{Fault: tabletheorytest.NotSent, Operation: "PutItem", NthCall: 1},
	}}
	client := tabletheorytest.New(t, faults.Option())
	orders := ordersOf(t, client, client)
	if _, err := orders.Put(ctx, sample()); err != nil {
		t.Fatal(err)
	}
	if _, err := orders.Get(ctx, tt.K("C#1", "O#1")); err != nil {
		t.Fatal(err)
	}
	if faults.Struck(0) != 1 || faults.Struck(1) != 1 {
		t.Errorf("struck %d and %d times", faults.Struck(0), faults.Struck(1))
	}
}

func TestALostAnswerOfACreateIsFoundToBeOurs(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	faults := &tabletheorytest.Faults{Rules: []tabletheorytest.Rule{{Fault: tabletheorytest.LostAnswer, Operation: "PutItem", NthCall: 1}}}
	client := tabletheorytest.New(t, faults.Option())
	orders := ordersOf(t, client, client)
	if _, err := orders.Create(ctx, sample()); err != nil {
		t.Errorf("the repeat met its own item: %v", err)
	}
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	orders := open(t)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err := orders.Get(cancelled, tt.K("C#1", "O#1"))
	if !errors.Is(err, tt.ErrCancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	late, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Second))
	defer cancel()
	_, err = orders.Get(late, tt.K("C#1", "O#1"))
	if !errors.Is(err, tt.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// hanging answers a request only when its context ends.
func hanging(next tt.Transport) tt.Transport {
	return tt.TransportFunc(func(ctx context.Context, service tt.Service, operation string, body []byte) (tt.Answer, error) {
		if operation == "CreateTable" {
			return next.Call(ctx, service, operation, body)
		}
		<-ctx.Done()
		return tt.Answer{}, ctx.Err()
	})
}

func TestADeadlineCutsOffAWriteWhoseOutcomeIsUnknown(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	client := tabletheorytest.New(t, tt.WithTransport(hanging))
	orders := ordersOf(t, client, client)
	limited, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err := orders.Put(limited, sample())
	if !errors.Is(err, tt.ErrTimeout) || !errors.Is(err, tt.ErrOutcomeUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestCancellingCutsOffARead(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	client := tabletheorytest.New(t, tt.WithTransport(hanging))
	orders := ordersOf(t, client, client)
	limited, cancel := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := orders.Get(limited, tt.K("C#1", "O#1"))
	if !errors.Is(err, tt.ErrCancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// endpoint serves an embedded engine over HTTP, and counts requests.
func endpoint(t *testing.T) (address string, engine *tt.Client, served *atomic.Int64) {
	t.Helper()
	engine = tabletheorytest.New(t)
	served = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		body, _ := io.ReadAll(r.Body)
		if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKID/") {
			t.Errorf("unsigned: %v", r.Header)
		}
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		answer, err := engine.Transport().Call(r.Context(), tt.DynamoDB, operation, body)
		if err != nil {
			t.Errorf("%s: %v", operation, err)
		}
		w.Header().Set("X-Amzn-Requestid", "R1")
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body)
	}))
	t.Cleanup(server.Close)
	return server.URL, engine, served
}

func TestHTTPEndpointsAreReachedByManyGoroutines(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	address, engine, served := endpoint(t)
	client, err := tt.Connect(ctx, address, tt.WithCredentials("AKID", "SECRET", "TOKEN"), tt.WithRegion("eu-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	orders := ordersOf(t, client, engine)
	var group sync.WaitGroup
	for i := range 64 {
		group.Add(1)
		go func() {
			defer group.Done()
			order := sample()
			order.SK = fmt.Sprintf("O#%02d", i)
			if _, err := orders.Create(ctx, order); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	count, err := orders.Query("C#1").Count(ctx)
	if err != nil || count != 64 || served.Load() < 65 {
		t.Errorf("%d %v, %d requests", count, err, served.Load())
	}
	_, err = orders.Create(ctx, func() Order { o := sample(); o.SK = "O#00"; return o }())
	var failure *tt.Error
	if !errors.As(err, &failure) || failure.RequestID != "R1" || failure.HTTPStatus != 400 {
		t.Errorf("%#v", failure)
	}
}

func TestAnEndpointThatIsNotThereIsATransportError(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	server := httptest.NewServer(http.NotFoundHandler())
	address := server.URL
	server.Close()
	client, err := tt.Connect(ctx, address, tt.WithCredentials("AKID", "SECRET", ""), tt.WithRetry(tt.Retry{BaseDelay: time.Millisecond}))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	orders, err := tt.Open[Order](client)
	if err != nil {
		t.Fatal(err)
	}
	_, err = orders.Create(ctx, sample())
	if !errors.Is(err, tt.ErrTransport) || errors.Is(err, tt.ErrOutcomeUnknown) {
		t.Errorf("%v", err)
	}
}

func TestOverSendsEverythingByTheTransport(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	engine := tabletheorytest.New(t)
	client, err := tt.Over(engine.Transport())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	orders := ordersOf(t, client, engine)
	if _, err := orders.Create(ctx, sample()); err != nil {
		t.Fatal(err)
	}
	if found, err := orders.Scan().Parallel(4).All(ctx); err != nil || len(found) != 1 {
		t.Errorf("%d %v", len(found), err)
	}
}

func TestSignaturesAreThoseOfOthers(t *testing.T) {
	tabletheorytest.CheckLeaks(t)
	text, err := os.ReadFile("../vectors/sigv4.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Cases []struct {
			Method, Host, Path, Query, Body, Region, Service, Authorization string
			Headers                                                         map[string]string
			AccessKeyID                                                     string `json:"access_key_id"`
			SecretAccessKey                                                 string `json:"secret_access_key"`
			SessionToken                                                    string `json:"session_token"`
			UnixSeconds                                                     int64  `json:"unix_seconds"`
		}
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, c := range vectors.Cases {
		operation, ours := strings.CutPrefix(c.Headers["X-Amz-Target"], "DynamoDB_20120810.")
		for name := range c.Headers {
			ours = ours && (name == "X-Amz-Target" || name == "Content-Type" || name == "User-Agent")
		}
		if !ours || c.Method != "POST" || c.Path != "/" || c.Query != "" || c.Service != "dynamodb" {
			continue
		}
		got := ""
		transport := &tt.HTTPTransport{Endpoint: "http://" + c.Host, Region: c.Region,
			Now: func() time.Time { return time.Unix(c.UnixSeconds, 0) },
			Retrieve: func(context.Context) (tt.Credentials, error) {
				return tt.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}, nil
			},
			Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				got = r.Header.Get("Authorization")
				return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("{}"))}, nil
			})}}
		if _, err := transport.Call(ctx, tt.DynamoDB, operation, []byte(c.Body)); err != nil {
			t.Fatal(err)
		}
		if got != c.Authorization {
			t.Errorf("signed %s\nwant   %s", got, c.Authorization)
		}
		checked++
	}
	if checked == 0 {
		t.Error("no vector is of our form")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
