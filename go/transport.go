package tabletheory

import (
	"context"
	"errors"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// Service is the API that a call belongs to.
type Service uint32

// The services.
const (
	DynamoDB Service = 0
	Streams  Service = 1
	KMSAPI   Service = 2
)

// name is what requests to the core call the service.
func (s Service) name() string {
	return [...]string{DynamoDB: "dynamodb", Streams: "streams", KMSAPI: "kms"}[s]
}

// Answer is what the other side said. An error status is an answer.
type Answer struct {
	Status    int    // HTTP status
	Body      []byte // JSON
	RequestID string // empty when the target gives none
}

// Transport is the one seam below the client: everything under it speaks the services' own JSON protocols, so that the
// embedded engine, an endpoint, another SDK's client, a spy and a test double are interchangeable.
//
// Call is used from many goroutines. `operation` is the bare name ("PutItem"), `body` JSON, which must not be kept. It
// returns an error when there is no usable answer: one that wraps ErrNotSent when nothing can have been written,
// ErrCredentials when there is nobody to send as; any other means that the outcome is not known.
type Transport interface {
	Call(ctx context.Context, service Service, operation string, body []byte) (Answer, error)
}

// TransportFunc is a function as a Transport.
type TransportFunc func(ctx context.Context, service Service, operation string, body []byte) (Answer, error)

// Call calls the function.
func (f TransportFunc) Call(ctx context.Context, service Service, operation string, body []byte) (Answer, error) {
	return f(ctx, service, operation, body)
}

// ErrNotSent is wrapped by a transport's error when nothing was written: the call is safe to repeat.
var ErrNotSent = errors.New("tabletheory: the request was not sent")

// kindOf is what a transport's error tells the core.
func kindOf(ctx context.Context, err error) uint32 {
	notSent := errors.Is(err, ErrNotSent)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		if notSent {
			return answerTimeout
		}
		return answerTimeoutSent
	case ctx.Err() != nil:
		if notSent {
			return answerCancelled
		}
		return answerCancelledSent
	case errors.Is(err, ErrCredentials):
		return answerCredentials
	case notSent:
		return answerNotSent
	case errors.Is(err, context.DeadlineExceeded):
		return answerAttemptTimeout
	}
	return answerLost
}

// ownTransport sends by the core's transport for the client's address.
type ownTransport struct{ client *Client }

func (t ownTransport) Call(ctx context.Context, service Service, operation string, body []byte) (Answer, error) {
	release, err := t.client.enter(ctx)
	if err != nil {
		return Answer{}, errors.Join(ErrNotSent, err)
	}
	defer release()
	// An operation of its own, whose limits and cancellation the transport minds.
	r := newRequest(opRawCall)
	defer r.free()
	r.text("operation", operation)
	r.text("body", "{}")
	t.client.limits(ctx, &r)
	op, failed := t.client.native.Begin(r.tape())
	if op == nil {
		defer failed.Free()
		return Answer{}, errors.Join(ErrNotSent, readFailure(failed, nil))
	}
	defer op.Free()
	stop := context.AfterFunc(ctx, op.Cancel)
	defer stop()
	answer := op.Transport(uint32(service), operation, body)
	switch answer.Kind {
	case answerOk:
		return Answer{Status: answer.Status, Body: answer.Body, RequestID: answer.RequestID}, nil
	case answerNotSent, answerTimeout, answerCancelled:
		return Answer{}, errors.Join(ErrNotSent, transportError(answer))
	case answerCredentials:
		return Answer{}, errors.Join(ErrCredentials, transportError(answer))
	case answerAttemptTimeout:
		return Answer{}, errors.Join(context.DeadlineExceeded, transportError(answer))
	}
	return Answer{}, transportError(answer)
}

func transportError(answer native.Transported) error { return errors.New(answer.Message) }
