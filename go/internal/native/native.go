//go:build cgo

// Package native is the C ABI (tabletheory/c_api.h) as Go calls it: a request crosses as one buffer, a result comes back
// as one. Nothing here knows what a tape says.
//
// Handles are freed exactly once, by their own method. Views of results are C memory, valid until Free.
package native

/*
#cgo CFLAGS: -I${SRCDIR}/../lib/include -I${SRCDIR}/../../../include
#cgo noescape tt_go_call
#cgo nocallback tt_go_call
#cgo nocallback tt_go_free
#cgo nocallback tt_go_advance
#include <stdlib.h>
#include <string.h>
#include "tabletheory/c_api.h"

// Every answer in one crossing: the result, its tape, and what kind it is.
typedef struct {
  tt_result* result;
  const uint8_t* data;
  size_t size;
  int32_t is_error;
  int32_t step;
  void* handle;
} tt_go_answer;

static tt_view tt_go_view(const void* data, size_t size) {
  tt_view view = {(const uint8_t*)data, size};
  return view;
}

static tt_go_answer tt_go_opened(tt_result* result, int32_t step, void* handle) {
  tt_go_answer answer = {result, NULL, 0, 0, step, handle};
  if (result != NULL) {
    const tt_view tape = tt_result_tape(result);
    answer.data = tape.data;
    answer.size = tape.size;
    answer.is_error = tt_result_is_error(result);
  }
  return answer;
}

static void tt_go_free(tt_result* result) { tt_result_free(result); }
static void tt_go_advance(tt_client* client, int64_t ns) { tt_clock_advance(client, ns); }

static tt_go_answer tt_go_call(tt_client* client, const void* request, size_t size) {
  return tt_go_opened(tt_call(client, tt_go_view(request, size)), 0, NULL);
}

static tt_go_answer tt_go_connect(const void* address, size_t address_size, const void* options, size_t size) {
  tt_client* client = NULL;
  tt_result* failed = tt_connect(tt_go_view(address, address_size), tt_go_view(options, size), &client);
  return tt_go_opened(failed, 0, client);
}

static tt_go_answer tt_go_close(tt_client* client) { return tt_go_opened(tt_client_close(client), 0, NULL); }

static tt_go_answer tt_go_schema_load(const void* text, size_t size, const void* name, size_t name_size) {
  tt_schema* schema = NULL;
  tt_result* result = tt_schema_load(tt_go_view(text, size), tt_go_view(name, name_size), &schema);
  return tt_go_opened(result, 0, schema);
}

static tt_go_answer tt_go_schema_check(tt_schema* code, tt_schema* schema, const void* model, size_t size,
                                       uint32_t flags) {
  return tt_go_opened(tt_schema_check(code, schema, tt_go_view(model, size), flags), 0, NULL);
}

static tt_go_answer tt_go_keys_load(const void* text, size_t size, const void* name, size_t name_size) {
  tt_keys* keys = NULL;
  tt_result* result = tt_keys_load(tt_go_view(text, size), tt_go_view(name, name_size), &keys);
  return tt_go_opened(result, 0, keys);
}

static tt_go_answer tt_go_keys_evaluate(tt_keys* keys, const void* model, size_t model_size, const void* name,
                                        size_t name_size, const void* arguments, size_t size) {
  return tt_go_opened(tt_keys_evaluate(keys, tt_go_view(model, model_size), tt_go_view(name, name_size),
                                       tt_go_view(arguments, size)), 0, NULL);
}

static tt_go_answer tt_go_sign(const void* arguments, size_t size, const void* body, size_t body_size) {
  return tt_go_opened(tt_sign(tt_go_view(arguments, size), tt_go_view(body, body_size)), 0, NULL);
}

static tt_go_answer tt_go_table_open(tt_client* client, tt_schema* schema, const void* model, size_t model_size,
                                     const void* name, size_t name_size, uint32_t flags) {
  return tt_go_opened(tt_table_open(client, schema, tt_go_view(model, model_size), tt_go_view(name, name_size), flags),
                      0, NULL);
}

static tt_go_answer tt_go_documents_open(tt_client* client, const void* name, size_t name_size, const void* key,
                                         size_t key_size) {
  return tt_go_opened(tt_documents_open(client, tt_go_view(name, name_size), tt_go_view(key, key_size)), 0, NULL);
}

static tt_go_answer tt_go_begin(tt_client* client, const void* request, size_t size) {
  tt_op* op = NULL;
  tt_result* failed = tt_op_begin(client, tt_go_view(request, size), &op);
  return tt_go_opened(failed, 0, op);
}

static tt_go_answer tt_go_run(tt_op* op) {
  tt_result* result = NULL;
  const int32_t step = tt_op_run(op, &result);
  return tt_go_opened(result, step, NULL);
}

typedef struct {
  tt_go_answer answer;
  const tt_request* requests;
  uint32_t request_count;
  int64_t sleep_ms;
} tt_go_event;

static tt_go_event tt_go_next(tt_op* op) {
  tt_event event;
  memset(&event, 0, sizeof event);
  event.size = sizeof event;
  const int32_t step = tt_op_next(op, &event);
  tt_go_event next = {tt_go_opened(event.result, step, NULL), event.requests, event.request_count, event.sleep_ms};
  return next;
}

static const tt_request* tt_go_request(const tt_request* requests, size_t index) { return &requests[index]; }

static void tt_go_respond(tt_op* op, uint32_t id, uint32_t kind, uint32_t status, const void* body, size_t size,
                          const void* request_id, size_t request_id_size, const void* message, size_t message_size) {
  tt_response response;
  memset(&response, 0, sizeof response);
  response.size = sizeof response;
  response.id = id;
  response.kind = kind;
  response.http_status = status;
  response.body = tt_go_view(body, size);
  response.request_id = tt_go_view(request_id, request_id_size);
  response.message = tt_go_view(message, message_size);
  tt_op_respond(op, &response);
}

typedef struct {
  tt_result* hold;
  uint32_t kind, status;
  tt_view body, request_id, message;
} tt_go_transported;

static tt_go_transported tt_go_transport(tt_op* op, uint32_t service, const void* operation, size_t operation_size,
                                         const void* body, size_t size) {
  tt_request request;
  memset(&request, 0, sizeof request);
  request.service = service;
  request.operation = tt_go_view(operation, operation_size);
  request.body = tt_go_view(body, size);
  tt_response response;
  memset(&response, 0, sizeof response);
  response.size = sizeof response;
  tt_go_transported done;
  memset(&done, 0, sizeof done);
  tt_transport_call(op, &request, &response, &done.hold);
  done.kind = response.kind;
  done.status = response.http_status;
  done.body = response.body;
  done.request_id = response.request_id;
  done.message = response.message;
  return done;
}
*/
import "C"

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// Result is what a call gave: a tape in C memory, until Free. A Result without a tape is "nothing to say": success where
// only errors are reported.
type Result struct {
	result  *C.tt_result
	Tape    []byte
	IsError bool
	Step    int
}

// Free ends the Result; its Tape must not be used afterwards.
func (r *Result) Free() {
	if r.result != nil {
		C.tt_go_free(r.result)
		r.result, r.Tape = nil, nil
	}
}

func opened(answer C.tt_go_answer) Result {
	result := Result{result: answer.result, IsError: answer.is_error != 0, Step: int(answer.step)}
	if answer.data != nil {
		result.Tape = unsafe.Slice((*byte)(unsafe.Pointer(answer.data)), int(answer.size))
	}
	return result
}

func text(s string) (unsafe.Pointer, C.size_t) {
	return unsafe.Pointer(unsafe.StringData(s)), C.size_t(len(s))
}

func bytes(b []byte) (unsafe.Pointer, C.size_t) {
	return unsafe.Pointer(unsafe.SliceData(b)), C.size_t(len(b))
}

// kept counts the handles that live as long as the process.
var kept atomic.Int64

// Keep says that a schema lives as long as the process: LiveHandles does not count it.
func (s *Schema) Keep() { kept.Add(1) }

// LiveHandles is how many handles and results exist in the process, but for those kept.
func LiveHandles() int { return int(C.tt_live_handles()) - int(kept.Load()) }

// ABIVersion is that of the library.
func ABIVersion() uint32 { return uint32(C.tt_abi_version()) }

// Version is the library's, such as "0.1.0".
func Version() string { return C.GoString(C.tt_version()) }

// Client is a connection.
type Client struct {
	client    *C.tt_client
	immediate bool
}

// Connect gives a client, or the error as a Result.
func Connect(address string, options []byte) (*Client, Result) {
	a, an := text(address)
	o, on := bytes(options)
	answer := C.tt_go_connect(a, an, o, on)
	if answer.handle == nil {
		return nil, opened(answer)
	}
	client := (*C.tt_client)(answer.handle)
	return &Client{client: client, immediate: C.tt_client_is_immediate(client) != 0}, Result{}
}

// Immediate says whether calls of this client never wait for anything outside.
func (c *Client) Immediate() bool { return c.immediate }

// Close frees the client.
func (c *Client) Close() Result { return opened(C.tt_go_close(c.client)) }

// AdvanceClock moves the time of a client that has a clock of its own.
func (c *Client) AdvanceClock(nanoseconds int64) { C.tt_go_advance(c.client, C.int64_t(nanoseconds)) }

// Call runs a request to its first page or end. It blocks the thread unless the client is immediate.
func (c *Client) Call(request []byte) Result {
	r, n := bytes(request)
	return opened(C.tt_go_call(c.client, r, n))
}

// OpenTable binds a model of the schema.
func (c *Client) OpenTable(schema *Schema, model, name string, flags uint32) Result {
	m, mn := text(model)
	t, tn := text(name)
	result := opened(C.tt_go_table_open(c.client, schema.schema, m, mn, t, tn, C.uint32_t(flags)))
	runtime.KeepAlive(schema)
	return result
}

// OpenDocuments opens a table without a model.
func (c *Client) OpenDocuments(name, key string) Result {
	t, tn := text(name)
	k, kn := text(key)
	return opened(C.tt_go_documents_open(c.client, t, tn, k, kn))
}

// Schema is a DMS document. It is freed when it is unreachable.
type Schema struct{ schema *C.tt_schema }

// LoadSchema reads a document. The Result describes it, or is the error.
func LoadSchema(document, fileName string) (*Schema, Result) {
	t, tn := text(document)
	f, fn := text(fileName)
	answer := C.tt_go_schema_load(t, tn, f, fn)
	if answer.handle == nil {
		return nil, opened(answer)
	}
	schema := &Schema{schema: (*C.tt_schema)(answer.handle)}
	runtime.AddCleanup(schema, func(handle *C.tt_schema) { C.tt_schema_free(handle) }, schema.schema)
	return schema, opened(answer)
}

// Check is the equivalence gate.
func (s *Schema) Check(against *Schema, model string, flags uint32) Result {
	m, mn := text(model)
	result := opened(C.tt_go_schema_check(s.schema, against.schema, m, mn, C.uint32_t(flags)))
	runtime.KeepAlive(s)
	runtime.KeepAlive(against)
	return result
}

// Keys is a document of derived keys. It is freed when it is unreachable.
type Keys struct{ keys *C.tt_keys }

// LoadKeys reads a document. The Result describes it, or is the error.
func LoadKeys(document, fileName string) (*Keys, Result) {
	t, tn := text(document)
	f, fn := text(fileName)
	answer := C.tt_go_keys_load(t, tn, f, fn)
	if answer.handle == nil {
		return nil, opened(answer)
	}
	keys := &Keys{keys: (*C.tt_keys)(answer.handle)}
	runtime.AddCleanup(keys, func(handle *C.tt_keys) { C.tt_keys_free(handle) }, keys.keys)
	return keys, opened(answer)
}

// Evaluate gives the key as a tape.
func (k *Keys) Evaluate(model, name string, arguments []byte) Result {
	m, mn := text(model)
	n, nn := text(name)
	a, an := bytes(arguments)
	result := opened(C.tt_go_keys_evaluate(k.keys, m, mn, n, nn, a, an))
	runtime.KeepAlive(k)
	return result
}

// Sign gives the headers of a request that the host sends by itself.
func Sign(arguments, body []byte) Result {
	a, an := bytes(arguments)
	b, bn := bytes(body)
	return opened(C.tt_go_sign(a, an, b, bn))
}

// Op is an operation under way.
type Op struct{ op *C.tt_op }

// Begin makes the local checks; nothing is sent. The Result is the error when there is no Op.
func (c *Client) Begin(request []byte) (*Op, Result) {
	r, n := bytes(request)
	answer := C.tt_go_begin(c.client, r, n)
	if answer.handle == nil {
		return nil, opened(answer)
	}
	return &Op{op: (*C.tt_op)(answer.handle)}, Result{}
}

// Cancel stops what the operation waits for, from any goroutine.
func (o *Op) Cancel() { C.tt_op_cancel(o.op) }

// Free ends the operation.
func (o *Op) Free() { C.tt_op_free(o.op) }

// Run drives the operation to its next page or end, blocking the thread.
func (o *Op) Run() Result { return opened(C.tt_go_run(o.op)) }

// Request is what the host is to send.
type Request struct {
	ID        uint32
	Service   uint32
	Operation string
	Body      []byte
}

// Event is what an operation wants next.
type Event struct {
	Result   Result // of pages and ends; its Step is the event's
	Requests []Request
	SleepMS  int64
}

// Next says what is to be done. The requests are Go's own.
func (o *Op) Next() Event {
	next := C.tt_go_next(o.op)
	event := Event{Result: opened(next.answer), SleepMS: int64(next.sleep_ms)}
	for i := range int(next.request_count) {
		request := C.tt_go_request(next.requests, C.size_t(i))
		event.Requests = append(event.Requests, Request{
			ID:        uint32(request.id),
			Service:   uint32(request.service),
			Operation: string(view(request.operation)),
			Body:      append([]byte(nil), view(request.body)...),
		})
	}
	return event
}

func view(v C.tt_view) []byte {
	if v.data == nil {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(v.data)), int(v.size))
}

// Respond reports the answer to a request; `kind` is one of the TT_ANSWER numbers.
func (o *Op) Respond(id, kind uint32, status int, body []byte, requestID, message string) {
	b, bn := bytes(body)
	r, rn := text(requestID)
	m, mn := text(message)
	C.tt_go_respond(o.op, C.uint32_t(id), C.uint32_t(kind), C.uint32_t(status), b, bn, r, rn, m, mn)
}

// Transported is the answer of the client's own transport.
type Transported struct {
	Kind      uint32
	Status    int
	Body      []byte
	RequestID string
	Message   string
}

// Transport sends one request by the client's own transport, blocking the thread unless the client is immediate.
func (o *Op) Transport(service uint32, operation string, body []byte) Transported {
	op, opn := text(operation)
	b, bn := bytes(body)
	done := C.tt_go_transport(o.op, C.uint32_t(service), op, opn, b, bn)
	answer := Transported{
		Kind:      uint32(done.kind),
		Status:    int(done.status),
		Body:      append([]byte(nil), view(done.body)...),
		RequestID: string(view(done.request_id)),
		Message:   string(view(done.message)),
	}
	C.tt_go_free(done.hold)
	return answer
}
