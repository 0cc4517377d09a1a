package tabletheory

import (
	"context"
	"time"
)

// clientOptions are what Connect is given, as the core takes it and as the Go side keeps it.
type clientOptions struct {
	request   request // of the options' map
	transport func(next Transport) Transport
	over      Transport
	blocking  int
	target    bool
	manual    bool // WithClock
	sleep     func(ctx context.Context, duration time.Duration) error
	fixed     *Credentials // WithCredentials
	region    string
	chain     bool // WithProfile or WithRole: credentials are the core's business
}

// ClientOption is an option of Connect and Over.
type ClientOption func(*clientOptions)

func textOption(name, value string) ClientOption {
	return func(o *clientOptions) { o.request.text(name, value) }
}

func mapOption(name string, write func(r *request)) ClientOption {
	return func(o *clientOptions) {
		inner := request{w: o.request.member(name)}
		inner.mark = inner.w.openMap()
		write(&inner)
		inner.w.closeMap(inner.mark)
		o.request.failed(inner.err)
	}
}

// WithRegion is the region of aws: addresses; the environment's without it.
func WithRegion(region string) ClientOption {
	return func(o *clientOptions) {
		o.region = region
		o.request.text("region", region)
	}
}

// WithProfile is the profile of the shared AWS files; the environment's without it.
func WithProfile(profile string) ClientOption {
	return func(o *clientOptions) {
		o.chain = true
		o.request.text("profile", profile)
	}
}

// WithCredentials gives credentials, instead of those of the standard sources. The token may be empty.
func WithCredentials(accessKeyID, secretAccessKey, sessionToken string) ClientOption {
	write := mapOption("credentials", func(r *request) {
		r.text("access_key_id", accessKeyID)
		r.text("secret_access_key", secretAccessKey)
		r.textIf("session_token", sessionToken)
	})
	return func(o *clientOptions) {
		o.fixed = &Credentials{accessKeyID, secretAccessKey, sessionToken}
		write(o)
	}
}

// Role is a role to assume with the client's credentials.
type Role struct {
	ARN, ExternalID, SessionName string
	Duration                     time.Duration // zero: an hour
}

// WithRole assumes a role.
func WithRole(role Role) ClientOption {
	write := mapOption("role", func(r *request) {
		r.text("arn", role.ARN)
		r.textIf("external_id", role.ExternalID)
		r.textIf("session_name", role.SessionName)
		r.countIf("duration_s", int(role.Duration/time.Second))
	})
	return func(o *clientOptions) {
		o.chain = true
		write(o)
	}
}

// WithAdaptiveRate paces requests when the service throttles.
func WithAdaptiveRate() ClientOption {
	return func(o *clientOptions) { o.request.member("adaptive_rate").boolean(true) }
}

// Network is how the core's own transport connects. Zero values keep the defaults.
type Network struct {
	ConnectTimeout, TLSTimeout, ReadTimeout, AttemptTimeout time.Duration
	IdleTimeout, MaxLifetime                                time.Duration
	MaxConnections                                          int
	AcceptGzip                                              bool
	CAFile                                                  string
}

// WithNetwork sets how the core's own transport connects.
func WithNetwork(network Network) ClientOption {
	return mapOption("network", func(r *request) {
		r.milliseconds("connect_timeout_ms", network.ConnectTimeout)
		r.milliseconds("tls_timeout_ms", network.TLSTimeout)
		r.milliseconds("read_timeout_ms", network.ReadTimeout)
		r.milliseconds("attempt_timeout_ms", network.AttemptTimeout)
		r.countIf("max_connections", network.MaxConnections)
		r.milliseconds("idle_timeout_ms", network.IdleTimeout)
		r.milliseconds("max_lifetime_ms", network.MaxLifetime)
		r.flagIf("accept_gzip", network.AcceptGzip)
		r.textIf("ca_file", network.CAFile)
	})
}

// Retry is how often and after which pauses a call is repeated. Zero values keep the defaults.
type Retry struct {
	MaxAttempts, BatchRounds               int
	BaseDelay, ThrottleBaseDelay, MaxDelay time.Duration
}

// WithRetry sets the retry policy (docs/retries-and-deadlines.md).
func WithRetry(retry Retry) ClientOption {
	return mapOption("retry", func(r *request) {
		r.countIf("max_attempts", retry.MaxAttempts)
		r.milliseconds("base_delay_ms", retry.BaseDelay)
		r.milliseconds("throttle_base_delay_ms", retry.ThrottleBaseDelay)
		r.milliseconds("max_delay_ms", retry.MaxDelay)
		r.countIf("batch_rounds", retry.BatchRounds)
	})
}

// WithTarget says what the other side is — "dynamodb", "local", "alternator" or "embedded" — and which capabilities it
// lacks; what it cannot do is refused before anything is sent.
func WithTarget(name string, lacks ...string) ClientOption {
	return func(o *clientOptions) {
		o.target = true
		if len(lacks) == 0 {
			o.request.text("target", name)
			return
		}
		o.request.texts("target", append([]string{name}, lacks...))
	}
}

// WithTableNames maps the names of tables in documents to those of tables.
func WithTableNames(names map[string]string) ClientOption {
	return func(o *clientOptions) { writeNames(o.request.member("table_names"), names) }
}

// WithTablePrefix puts a prefix before every name of a table in a document.
func WithTablePrefix(prefix string) ClientOption { return textOption("table_prefix", prefix) }

// Encryption is where the keys of encrypted attributes come from (docs/encryption.md). One of KMS, StaticDevelopmentKey
// and Deterministic.
type Encryption struct{ write func(r *request) }

// DataKeyCache is how long data keys may be kept between operations. Zero values keep the defaults.
type DataKeyCache struct {
	MaxAge                     time.Duration
	MaxUses, MaxBytes, MaxKeys int
}

// KMS takes keys from AWS KMS, under the key with this ARN. The cache may be nil.
func KMS(arn string, cache *DataKeyCache) Encryption {
	return Encryption{func(r *request) {
		r.text("kms", arn)
		if cache == nil {
			return
		}
		w := r.member("cache")
		inner := request{w: w, mark: w.openMap()}
		inner.countIf("max_age_s", int(cache.MaxAge/time.Second))
		inner.countIf("max_uses", cache.MaxUses)
		inner.countIf("max_bytes", cache.MaxBytes)
		inner.countIf("max_keys", cache.MaxKeys)
		w.closeMap(inner.mark)
	}}
}

// StaticDevelopmentKey wraps data keys under one key of 32 bytes that the program holds. FOR DEVELOPMENT ONLY: no
// rotation, no audit, and no protection beyond that of the key itself.
func StaticDevelopmentKey(key []byte) Encryption {
	return Encryption{func(r *request) { r.member("static_development_key").bytes(key) }}
}

// DeterministicForTests draws keys from a seed, so that the same operations store the same bytes in every language. FOR
// TESTS ONLY: anyone who knows the seed reads everything.
func DeterministicForTests(seed string) Encryption {
	return Encryption{func(r *request) { r.text("deterministic_for_tests", seed) }}
}

// WithEncryption sets the provider of keys for encrypted attributes. Without one, operations on models that have such
// attributes are ErrEncryptionNotConfigured.
func WithEncryption(encryption Encryption) ClientOption {
	return mapOption("encryption", func(r *request) {
		if encryption.write != nil {
			encryption.write(r)
		}
	})
}

// WithClock makes time stand still at an instant, but for `tick` after each reading; sleeps take no real time and move
// it, as Client.AdvanceClock does. For tests.
func WithClock(at time.Time, tick time.Duration) ClientOption {
	write := mapOption("clock", func(r *request) {
		r.member("at").time(at)
		r.integer("tick_ns", tick.Nanoseconds())
	})
	return func(o *clientOptions) {
		o.manual = true
		write(o)
	}
}

// WithSeed draws randomness (client tokens, jitter, nonces) from a seed. For tests.
func WithSeed(seed int64) ClientOption {
	return func(o *clientOptions) { o.request.integer("seed", seed) }
}

// WithSleep is how pauses are made between the attempts of a transport of yours; a timer unless said. It returns early,
// with the context's error, when the context ends.
func WithSleep(sleep func(ctx context.Context, duration time.Duration) error) ClientOption {
	return func(o *clientOptions) { o.sleep = sleep }
}

// WithTransport puts a transport of your own between the client and its address: `wrap` is given the client's own and
// returns what is to be called, which may or may not call on. For spies, faults and other routes.
func WithTransport(wrap func(next Transport) Transport) ClientOption {
	return func(o *clientOptions) {
		if before := o.transport; before != nil {
			o.transport = func(next Transport) Transport { return wrap(before(next)) }
		} else {
			o.transport = wrap
		}
	}
}

// WithMaxBlockingCalls bounds the calls that are in flight at once in the core's own transport, each of which holds a
// thread: 64 unless said. Further ones wait, without a thread. It does not concern memory: and transports of your own.
func WithMaxBlockingCalls(calls int) ClientOption {
	return func(o *clientOptions) { o.blocking = calls }
}

// Exchange is one recorded call, for the address "recorded:": the next call must be this one, and gets this answer.
type Exchange struct {
	Operation string // "PutItem"
	Request   string // JSON; compared as JSON
	Status    int
	Body      string // JSON
}

// WithExchanges are the calls that the address "recorded:" expects. Close says what was left over.
func WithExchanges(exchanges ...Exchange) ClientOption {
	return func(o *clientOptions) {
		w := o.request.member("exchanges")
		w.list(len(exchanges))
		for _, exchange := range exchanges {
			inner := request{w: w, mark: w.openMap()}
			inner.text("operation", exchange.Operation)
			inner.text("request", exchange.Request)
			inner.integer("status", int64(exchange.Status))
			inner.text("body", exchange.Body)
			w.closeMap(inner.mark)
		}
	}
}
