package tabletheory

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
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// Credentials are whom requests are signed as. The token is empty for long-lived ones.
type Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// HTTPTransport sends over net/http: a goroutine that waits for an answer holds no thread. Requests are signed
// (Signature Version 4) with what Retrieve gives, which is asked before each one and should cache; an aws-sdk-go-v2
// configuration serves as
//
//	Retrieve: func(ctx context.Context) (tabletheory.Credentials, error) {
//		c, err := cfg.Credentials.Retrieve(ctx)
//		return tabletheory.Credentials{c.AccessKeyID, c.SecretAccessKey, c.SessionToken}, err
//	}
//
// Safe for use by many goroutines; its fields are set before the first call.
type HTTPTransport struct {
	Endpoint string // of DynamoDB and its streams: "https://dynamodb.eu-west-1.amazonaws.com"
	KMS      string // endpoint of KMS; empty: calls to KMS go to Next
	Region   string
	Retrieve func(ctx context.Context) (Credentials, error)
	Client   *http.Client     // nil: one with up to 64 connections to a host
	Attempt  time.Duration    // of one request, start to end; zero: 60 s
	Next     Transport        // of services without an endpoint here; nil: they are ErrTransport
	Now      func() time.Time // of signatures; nil: time.Now

	own sync.Once
}

const (
	defaultAttempt     = time.Minute
	mostAnswerBytes    = 64 << 20 // DynamoDB's largest answers are 16 MB
	defaultConnections = 64
	idleTimeout        = 20 * time.Second
)

func (t *HTTPTransport) client() *http.Client {
	t.own.Do(func() {
		if t.Client == nil {
			t.Client = &http.Client{Transport: &http.Transport{
				MaxConnsPerHost: defaultConnections, MaxIdleConnsPerHost: defaultConnections, IdleConnTimeout: idleTimeout,
				DisableCompression: true, Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: false,
			}}
		}
	})
	return t.Client
}

// CloseIdleConnections closes the connections that no request is using.
func (t *HTTPTransport) CloseIdleConnections() { t.client().CloseIdleConnections() }

// Call sends one request.
func (t *HTTPTransport) Call(ctx context.Context, service Service, operation string, body []byte) (Answer, error) {
	endpoint := t.Endpoint
	if service == KMSAPI {
		endpoint = t.KMS
	}
	if endpoint == "" {
		if t.Next != nil {
			return t.Next.Call(ctx, service, operation, body)
		}
		return Answer{}, fmt.Errorf("%w: this transport has no endpoint for the service", ErrNotSent)
	}
	attempt := t.Attempt
	if attempt == 0 {
		attempt = defaultAttempt
	}
	limited, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	var connected atomic.Bool
	limited = httptrace.WithClientTrace(limited, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	request, err := t.request(limited, service, endpoint, operation, body)
	if err != nil {
		return Answer{}, err
	}
	response, err := t.client().Do(request)
	if err != nil {
		if !connected.Load() {
			return Answer{}, fmt.Errorf("%w: %w", ErrNotSent, err)
		}
		return Answer{}, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, mostAnswerBytes))
	if err != nil {
		return Answer{}, err
	}
	if sum := response.Header.Get("X-Amz-Crc32"); sum != "" && sum != strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer)), 10) {
		return Answer{}, errors.New("the answer's checksum is wrong: it was damaged on the way")
	}
	return Answer{Status: response.StatusCode, Body: answer, RequestID: response.Header.Get("X-Amzn-Requestid")}, nil
}

func (t *HTTPTransport) request(ctx context.Context, service Service, endpoint, operation string, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	if request.URL.Path == "" {
		request.URL.Path = "/"
	}
	var credentials *Credentials
	if t.Retrieve != nil {
		given, err := t.Retrieve(ctx)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCredentials, err)
		}
		credentials = &given
	}
	if err := t.sign(request, service, operation, body, credentials); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	return request, nil
}

// sign adds what the core says the request's headers are: the protocol's, and with credentials a signature.
func (t *HTTPTransport) sign(request *http.Request, service Service, operation string, body []byte, credentials *Credentials) error {
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	w := newTapeWriter()
	defer w.free()
	given := w.openMap()
	text := func(mark *mapMark, name, value string) {
		mark.member(w, name)
		w.text(value)
	}
	text(&given, "service", service.name())
	text(&given, "operation", operation)
	text(&given, "endpoint", request.URL.String())
	if credentials != nil {
		text(&given, "region", t.Region)
		given.member(w, "at")
		w.time(now())
		given.member(w, "credentials")
		who := w.openMap()
		text(&who, "access_key_id", credentials.AccessKeyID)
		text(&who, "secret_access_key", credentials.SecretAccessKey)
		text(&who, "session_token", credentials.SessionToken)
		w.closeMap(who)
	}
	w.closeMap(given)
	result := native.Sign(w.finish(), body)
	defer result.Free()
	if result.IsError {
		return readFailure(result, nil)
	}
	r := newTapeReader(result.Tape)
	r.members(func(name string) { request.Header.Set(strings.Clone(name), r.plainText()) })
	return r.finish()
}
