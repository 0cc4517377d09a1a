// Package awssdk lets TableTheory send by a client of aws-sdk-go-v2: its endpoints, credentials, HTTP client and
// middleware (tracing, proxies, request signing of your own) then serve both. A module of its own, so that programs without
// the AWS SDK do not carry it.
//
//	cfg, err := config.LoadDefaultConfig(ctx)
//	client, err := tabletheory.Over(&awssdk.Transport{Client: dynamodb.NewFromConfig(cfg)})
package awssdk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/theory-cloud/tabletheory/go"
)

const (
	targetPrefix    = "DynamoDB_20120810."
	mostAnswerBytes = 64 << 20 // DynamoDB's largest answers are 16 MB
)

// Transport is a tabletheory.Transport over a client of the AWS SDK. Requests and answers pass through it as they are,
// without being taken apart; retries are TableTheory's, the SDK makes one attempt each. Safe for use by many goroutines.
//
// Its errors wrap tabletheory.ErrCredentials when the client's provider has no credentials to give, and
// tabletheory.ErrNotSent when no connection was had.
type Transport struct {
	Client *dynamodb.Client
	Next   tabletheory.Transport // of other services (KMS, streams); nil: calls to them are not sent
}

// Call sends one request. To the SDK it is a ListTables, its smallest operation, whose body and target are replaced before
// it is signed, and whose answer is taken before it is read.
func (t *Transport) Call(ctx context.Context, service tabletheory.Service, operation string, body []byte) (tabletheory.Answer, error) {
	if service != tabletheory.DynamoDB {
		if t.Next != nil {
			return t.Next.Call(ctx, service, operation, body)
		}
		return tabletheory.Answer{}, fmt.Errorf("%w: this transport sends to DynamoDB only; set Next for other services",
			tabletheory.ErrNotSent)
	}
	if err := hasCredentials(ctx, t.Client.Options().Credentials); err != nil {
		return tabletheory.Answer{}, err
	}
	var connected atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	taken := &takenAnswer{}
	_, err := t.Client.ListTables(traced, &dynamodb.ListTablesInput{}, func(o *dynamodb.Options) {
		o.Retryer = aws.NopRetryer{}
		o.EnableAcceptEncodingGzip = false
		taken.next = o.HTTPClient
		o.HTTPClient = taken
		o.APIOptions = append(o.APIOptions[:len(o.APIOptions):len(o.APIOptions)], func(stack *middleware.Stack) error {
			return stack.Serialize.Add(replaceRequest(operation, body), middleware.After)
		})
	})
	switch {
	case taken.whole:
		return taken.answer, nil
	case err == nil:
		return tabletheory.Answer{}, errors.New("the AWS SDK answered without having sent the request")
	case !connected.Load():
		return tabletheory.Answer{}, fmt.Errorf("%w: %w", tabletheory.ErrNotSent, err)
	}
	return tabletheory.Answer{}, err
}

// hasCredentials asks the provider, which keeps what it gave, so that it is known to be the cause when it fails.
func hasCredentials(ctx context.Context, provider aws.CredentialsProvider) error {
	if provider == nil || aws.IsCredentialsProvider(provider, aws.AnonymousCredentials{}) {
		return nil
	}
	if _, err := provider.Retrieve(ctx); err != nil {
		return fmt.Errorf("%w: %w: %w", tabletheory.ErrCredentials, tabletheory.ErrNotSent, err)
	}
	return nil
}

func replaceRequest(operation string, body []byte) middleware.SerializeMiddleware {
	return middleware.SerializeMiddlewareFunc("TableTheoryRequest", func(ctx context.Context, in middleware.SerializeInput,
		next middleware.SerializeHandler) (middleware.SerializeOutput, middleware.Metadata, error) {
		request, ok := in.Request.(*smithyhttp.Request)
		if !ok {
			return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("the AWS SDK sends by %T, not by HTTP", in.Request)
		}
		replaced, err := request.SetStream(bytes.NewReader(body))
		if err != nil {
			return middleware.SerializeOutput{}, middleware.Metadata{}, err
		}
		replaced.Header.Set("X-Amz-Target", targetPrefix+operation)
		in.Request = replaced
		return next.HandleSerialize(ctx, in)
	})
}

// takenAnswer is the HTTP client of one call: it keeps the answer, and shows the SDK what it can read as a ListTables'.
type takenAnswer struct {
	next   dynamodb.HTTPClient
	answer tabletheory.Answer
	whole  bool
}

// Do sends the request.
func (t *takenAnswer) Do(request *http.Request) (*http.Response, error) {
	next := t.next
	if next == nil {
		next = http.DefaultClient
	}
	response, err := next.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostAnswerBytes))
	if err != nil {
		return nil, err
	}
	sum := response.Header.Get("X-Amz-Crc32")
	if sum != "" && sum != strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10) {
		return nil, errors.New("the answer's checksum is wrong: it was damaged on the way")
	}
	t.answer = tabletheory.Answer{Status: response.StatusCode, Body: body, RequestID: response.Header.Get("X-Amzn-Requestid")}
	t.whole = true
	shown := *response
	shown.Header = response.Header.Clone()
	shown.Header.Del("X-Amz-Crc32")
	if response.StatusCode == http.StatusOK {
		body = []byte("{}")
	}
	shown.Header.Set("Content-Length", strconv.Itoa(len(body)))
	shown.ContentLength = int64(len(body))
	shown.Body = io.NopCloser(bytes.NewReader(body))
	return &shown, nil
}

// Credentials are a provider of the AWS SDK as a tabletheory.HTTPTransport takes it:
//
//	transport := &tabletheory.HTTPTransport{Endpoint: endpoint, Region: cfg.Region, Retrieve: awssdk.Credentials(cfg.Credentials)}
func Credentials(provider aws.CredentialsProvider) func(context.Context) (tabletheory.Credentials, error) {
	return func(ctx context.Context) (tabletheory.Credentials, error) {
		given, err := provider.Retrieve(ctx)
		return tabletheory.Credentials{AccessKeyID: given.AccessKeyID, SecretAccessKey: given.SecretAccessKey,
			SessionToken: given.SessionToken}, err
	}
}
