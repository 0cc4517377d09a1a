package tabletheory

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
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
	key atomic.Pointer[signingKey]
}

const (
	defaultAttempt     = time.Minute
	mostAnswerBytes    = 64 << 20 // DynamoDB's largest answers are 16 MB
	defaultConnections = 64
	idleTimeout        = 20 * time.Second
)

var protocols = map[Service]struct{ target, contentType, signingName string }{
	DynamoDB: {"DynamoDB_20120810.", "application/x-amz-json-1.0", "dynamodb"},
	Streams:  {"DynamoDBStreams_20120810.", "application/x-amz-json-1.0", "dynamodb"},
	KMSAPI:   {"TrentService.", "application/x-amz-json-1.1", "kms"},
}

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
	protocol := protocols[service]
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	if request.URL.Path == "" {
		request.URL.Path = "/"
	}
	request.Header.Set("Content-Type", protocol.contentType)
	request.Header.Set("X-Amz-Target", protocol.target+operation)
	if t.Retrieve == nil {
		return request, nil
	}
	credentials, err := t.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCredentials, err)
	}
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	t.sign(request, body, credentials, protocol.signingName, now().UTC())
	return request, nil
}

// signingKey is a day's key, kept.
type signingKey struct {
	secret, date, region, service string
	key                           []byte
}

func mac(key []byte, text string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(text))
	return hash.Sum(nil)
}

func (t *HTTPTransport) keyOf(credentials Credentials, date, service string) []byte {
	kept := t.key.Load()
	if kept != nil && kept.secret == credentials.SecretAccessKey && kept.date == date && kept.region == t.Region && kept.service == service {
		return kept.key
	}
	key := mac(mac(mac(mac([]byte("AWS4"+credentials.SecretAccessKey), date), t.Region), service), "aws4_request")
	t.key.Store(&signingKey{credentials.SecretAccessKey, date, t.Region, service, key})
	return key
}

// sign adds Signature Version 4 (docs of AWS: "Create a signed AWS API request") to a POST without a query.
func (t *HTTPTransport) sign(request *http.Request, body []byte, credentials Credentials, service string, now time.Time) {
	stamp := now.Format("20060102T150405Z")
	date := stamp[:8]
	request.Header.Set("X-Amz-Date", stamp)
	names := []string{"content-type", "host", "x-amz-date", "x-amz-target"}
	if credentials.SessionToken != "" {
		request.Header.Set("X-Amz-Security-Token", credentials.SessionToken)
		names = []string{"content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target"}
	}
	var canonical strings.Builder
	canonical.WriteString("POST\n" + (&url.URL{Path: request.URL.Path}).EscapedPath() + "\n\n")
	for _, name := range names {
		value := request.Header.Get(name)
		if name == "host" {
			value = request.URL.Host
		}
		canonical.WriteString(name + ":" + strings.Join(strings.Fields(value), " ") + "\n")
	}
	signed := strings.Join(names, ";")
	bodyHash := sha256.Sum256(body)
	canonical.WriteString("\n" + signed + "\n" + hex.EncodeToString(bodyHash[:]))
	canonicalHash := sha256.Sum256([]byte(canonical.String()))
	scope := date + "/" + t.Region + "/" + service + "/aws4_request"
	toSign := "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + hex.EncodeToString(canonicalHash[:])
	signature := hex.EncodeToString(mac(t.keyOf(credentials, date, service), toSign))
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+credentials.AccessKeyID+"/"+scope+
		", SignedHeaders="+signed+", Signature="+signature)
}
