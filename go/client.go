package tabletheory

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// Client is a connection to DynamoDB, or to the engine embedded in this library. Safe for use by many goroutines; share
// one. No goroutine, thread, timer or connection is started by itself.
type Client struct {
	native    *native.Client
	transport Transport // of the host; nil: the core sends by itself
	slots     chan struct{}
	sleep     func(ctx context.Context, duration time.Duration) error
	closing   sync.Once
	closed    atomic.Bool
	idle      func() // closes the connections of a transport that the client made; may be nil
	cleanup   runtime.Cleanup
}

const defaultBlockingCalls = 64

// Connect gives a client of an address:
//
//   - `memory:` the embedded engine, new and empty; `memory:NAME` shared within the process under that name
//   - `file:PATH` the embedded engine on disk
//   - `http(s)://host[:port]` anything that speaks DynamoDB's protocol
//   - `aws:` or `aws:REGION` the service
//
// Of the last two, nothing is read and nobody asked before the first request. Close frees the client; one that is
// forgotten is freed when it is unreachable.
func Connect(ctx context.Context, address string, options ...ClientOption) (*Client, error) {
	if err := ctx.Err(); err != nil {
		return nil, contextError(err)
	}
	return connect(address, options)
}

// Over gives a client that sends everything by a transport of yours.
//
//	client, err := tabletheory.Over(transport, tabletheory.WithTarget("alternator"))
func Over(transport Transport, options ...ClientOption) (*Client, error) {
	all := append([]ClientOption{func(o *clientOptions) { o.over = transport }}, options...)
	return connect("aws:us-east-1", all)
}

func connect(address string, options []ClientOption) (*Client, error) {
	if version := native.ABIVersion(); version != abiVersion {
		return nil, newError(codeInternal, fmt.Sprintf("the linked library has ABI version %d, this package was written "+
			"for %d; build both from the same release", version, abiVersion))
	}
	given := clientOptions{blocking: defaultBlockingCalls}
	given.request.w = newTapeWriter()
	defer given.request.free()
	given.request.mark = given.request.w.openMap()
	for _, option := range options {
		option(&given)
	}
	if given.request.err != nil {
		return nil, given.request.err
	}
	if given.over != nil && !given.target {
		given.request.text("target", "dynamodb")
	}
	connection, failed := native.Connect(address, given.request.tape())
	if connection == nil {
		defer failed.Free()
		return nil, readFailure(failed, nil)
	}
	client := &Client{native: connection, slots: make(chan struct{}, max(given.blocking, 1))}
	client.cleanup = runtime.AddCleanup(client, func(forgotten *native.Client) {
		result := forgotten.Close()
		result.Free()
	}, connection)
	client.sleep = given.sleeper(connection)
	base := given.over
	if base == nil {
		if made := given.overHTTP(address, ownTransport{&Client{native: connection, slots: client.slots}}); made != nil {
			base, client.idle = made, made.CloseIdleConnections
		}
	}
	switch {
	case given.transport == nil:
		client.transport = base
	case base != nil:
		client.transport = given.transport(base)
	default:
		client.transport = given.transport(ownTransport{&Client{native: connection, slots: client.slots}})
	}
	return client, nil
}

// sleeper is how pauses are made when the host sends.
func (o *clientOptions) sleeper(connection *native.Client) func(context.Context, time.Duration) error {
	if o.sleep != nil {
		return o.sleep
	}
	if o.manual {
		return func(ctx context.Context, duration time.Duration) error {
			connection.AdvanceClock(duration.Nanoseconds())
			return ctx.Err()
		}
	}
	return sleepFor
}

// overHTTP is net/http for an endpoint whose credentials are known at once; nil: the core sends by itself, and finds
// credentials in its standard order.
func (o *clientOptions) overHTTP(address string, next Transport) *HTTPTransport {
	if o.chain || o.fixed == nil || !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return nil
	}
	region := o.region
	if region == "" {
		region = cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1")
	}
	fixed := *o.fixed
	return &HTTPTransport{Endpoint: address, Region: region, Next: next,
		Retrieve: func(context.Context) (Credentials, error) { return fixed, nil }}
}

// Close frees the client, once its calls have ended; later ones are ErrTransport. Of "recorded:" it is an error when exchanges are left over.
func (c *Client) Close() error {
	var err error
	c.closing.Do(func() {
		c.closed.Store(true)
		c.cleanup.Stop()
		if c.idle != nil {
			c.idle()
		}
		result := c.native.Close()
		defer result.Free()
		if result.IsError {
			err = readFailure(result, nil)
		}
	})
	return err
}

// AdvanceClock moves the time of a client that was made WithClock; of others nothing happens.
func (c *Client) AdvanceClock(by time.Duration) { c.native.AdvanceClock(by.Nanoseconds()) }

// Transport is the client's own, to be called or wrapped.
func (c *Client) Transport() Transport {
	if c.transport != nil {
		return c.transport
	}
	return ownTransport{c}
}

// RawCall is DynamoDB's API itself: one call, one answer, nothing added, nothing retried. It fails as other calls do.
//
//	answer, err := client.RawCall(ctx, tabletheory.DynamoDB, "ListTables", "{}")
func (c *Client) RawCall(ctx context.Context, service Service, operation, body string) (string, error) {
	r := newRequest(opRawCall)
	r.text("operation", operation)
	r.text("body", body)
	r.text("service", service.name())
	var answer string
	err := c.call(ctx, &r, nil, func(reader *tapeReader) error {
		reader.members(func(name string) {
			if name == "body" {
				answer = reader.plainText()
			} else {
				reader.skip()
			}
		})
		return nil
	})
	return answer, err
}

// Echo sends a value to the core and back.
func (c *Client) echo(ctx context.Context, value any) (any, error) {
	r := newRequest(opEcho)
	r.value("value", value)
	var back any
	err := c.call(ctx, &r, nil, func(reader *tapeReader) (err error) {
		back, err = decodeAny(reader, false)
		return err
	})
	return back, err
}

// contextError is the error of a context that ended before anything was sent.
func contextError(err error) error {
	failure := newError(codeCancelled, "the context was cancelled before anything was sent")
	if err == context.DeadlineExceeded {
		failure = newError(codeTimeout, "the context's deadline passed before anything was sent")
	}
	failure.cause = err
	return failure
}

// limits tells the core what the context allows.
func (c *Client) limits(ctx context.Context, r *request) {
	if deadline, ok := ctx.Deadline(); ok {
		r.milliseconds("timeout_ms", max(time.Until(deadline), time.Millisecond))
	}
	if at, ok := ctx.Value(nowKey{}).(time.Time); ok {
		r.member("now").time(at)
	}
}

type nowKey struct{}

// At fixes the instant of the calls made with the context, instead of the clock's.
func At(ctx context.Context, now time.Time) context.Context {
	return context.WithValue(ctx, nowKey{}, now)
}

// WithLambdaDeadline is for Lambda: the context ends `buffer` (a second when it is 0) before the invocation does, so
// that calls end with ErrTimeout while there is time to answer. A context without a deadline is returned as it is.
func WithLambdaDeadline(ctx context.Context, buffer time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	if buffer == 0 {
		buffer = time.Second
	}
	return context.WithDeadline(ctx, deadline.Add(-buffer))
}

// enter waits for the right to block a thread.
func (c *Client) enter(ctx context.Context) (release func(), err error) {
	if c.native.Immediate() {
		return func() {}, ctx.Err()
	}
	select {
	case c.slots <- struct{}{}:
		return func() { <-c.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ready is what stands in the way of sending a request, which is told the context's limits.
func (c *Client) ready(ctx context.Context, r *request) error {
	if r.err != nil {
		return r.err
	}
	if err := ctx.Err(); err != nil {
		return contextError(err)
	}
	if c.closed.Load() {
		return newError(codeTransport, "the client is closed; connect again")
	}
	c.limits(ctx, r)
	return nil
}

// call sends a request that has one result, and reads it. The request is freed.
func (c *Client) call(ctx context.Context, r *request, tables []*tableCore, read func(*tapeReader) error) error {
	defer r.free()
	if err := c.ready(ctx, r); err != nil {
		return err
	}
	if c.transport == nil && c.native.Immediate() {
		result := c.native.Call(r.tape())
		runtime.KeepAlive(c)
		return readResult(ctx, result, tables, read)
	}
	run, err := c.begin(r, tables)
	if err != nil {
		return err
	}
	defer run.free()
	return readResult(ctx, run.next(ctx), tables, read)
}

// readResult reads a result and frees it.
func readResult(ctx context.Context, result native.Result, tables []*tableCore, read func(*tapeReader) error) error {
	defer result.Free()
	if result.IsError {
		failure := readFailure(result, tables)
		if failure.cause == nil && (failure.Is(ErrTimeout) || failure.Is(ErrCancelled)) {
			failure.cause = ctx.Err()
		}
		return failure
	}
	if read == nil {
		return nil
	}
	reader := newTapeReader(result.Tape)
	if err := read(&reader); err != nil {
		return err
	}
	return reader.finish()
}

// running is an operation under way. For one goroutine.
type running struct {
	client *Client
	op     *native.Op
}

func (c *Client) begin(r *request, tables []*tableCore) (*running, error) {
	op, failed := c.native.Begin(r.tape())
	if op == nil {
		return nil, readResult(context.Background(), failed, tables, nil)
	}
	return &running{c, op}, nil
}

func (r *running) free() {
	r.op.Free()
	runtime.KeepAlive(r.client)
}

// next runs the operation to its next page or end.
func (r *running) next(ctx context.Context) native.Result {
	if r.client.transport != nil {
		return r.drive(ctx)
	}
	release, err := r.client.enter(ctx)
	if err != nil {
		// Nobody waits any more: let the core say so.
		r.op.Cancel()
		return r.op.Run()
	}
	defer release()
	stop := context.AfterFunc(ctx, r.op.Cancel)
	defer stop()
	return r.op.Run()
}

// drive sends what the operation asks for by the host's transport; a goroutine that waits holds no thread.
func (r *running) drive(ctx context.Context) native.Result {
	for {
		event := r.op.Next()
		switch event.Result.Step {
		case stepSend:
			r.send(ctx, event.Requests)
		case stepSleep:
			if r.client.sleep(ctx, time.Duration(event.SleepMS)*time.Millisecond) != nil && ctx.Err() != context.DeadlineExceeded {
				r.op.Cancel()
			}
		default:
			return event.Result
		}
	}
}

func sleepFor(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// outcome is what became of a request.
type outcome struct {
	id     uint32
	answer Answer
	err    error
}

func (r *running) send(ctx context.Context, requests []native.Request) {
	if len(requests) == 1 {
		r.respond(ctx, r.one(ctx, requests[0]))
		return
	}
	outcomes := make(chan outcome, len(requests))
	for _, request := range requests {
		go func() { outcomes <- r.one(ctx, request) }()
	}
	for range requests {
		r.respond(ctx, <-outcomes)
	}
}

func (r *running) one(ctx context.Context, request native.Request) outcome {
	if err := ctx.Err(); err != nil {
		return outcome{id: request.ID, err: fmt.Errorf("%w: %w", ErrNotSent, err)}
	}
	answer, err := r.client.transport.Call(ctx, Service(request.Service), request.Operation, request.Body)
	return outcome{request.ID, answer, err}
}

func (r *running) respond(ctx context.Context, done outcome) {
	if done.err == nil {
		r.op.Respond(done.id, answerOk, done.answer.Status, done.answer.Body, done.answer.RequestID, "")
		return
	}
	r.op.Respond(done.id, kindOf(ctx, done.err), 0, nil, "", done.err.Error())
}
