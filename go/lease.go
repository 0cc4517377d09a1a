package tabletheory

import (
	"context"
	"strings"
	"time"
)

// LeaseOptions name the attributes of leases, and how they are kept. The zero value means pk, sk = LOCK, lease_token,
// lease_expires_at and ttl, an hour after the lease's end.
type LeaseOptions struct {
	PartitionKey, SortKey, SortValue, Token, ExpiresAt, TTL string
	NoSortKey                                               bool // the table has none
	NoTTL                                                   bool
	TTLMargin                                               time.Duration
}

// Leases hands out the right to do something alone, for a while (docs/leases.md): one item of a table each.
//
//	leases := client.Leases("locks", tabletheory.LeaseOptions{})
//	lease, err := leases.Acquire(ctx, "nightly-report", 30*time.Second)   // ErrLeaseHeld: somebody else is at it
//	lease, err = leases.Refresh(ctx, lease, 30*time.Second)               // ErrLeaseNotOwned: it is lost, stop
//	err = leases.Release(ctx, lease)                                      // succeeds even when it is not ours any more
//
// A lease ends by itself; nothing refreshes it behind your back. Holder and challengers compare its end with their own
// clocks, so leave more room than the clocks may differ. Safe for use by many goroutines.
type Leases struct {
	client  *Client
	table   string
	options LeaseOptions
}

// Lease is one, as its holder knows it.
type Lease struct {
	Name      string
	Token     string // whoever has it is the holder
	ExpiresAt time.Time
}

// Leases are those of a table.
func (c *Client) Leases(table string, options LeaseOptions) *Leases {
	return &Leases{c, table, options}
}

// LeaseCheck is what a transaction with the work that a lease protects asks of the lease's item:
//
//	check, err := leases.Check(ctx, lease)
//	err = client.TransactWrite().Add(locks.CheckAction(check.Key, tabletheory.If(check.Condition)), …).Run(ctx)
type LeaseCheck struct {
	Key       Key
	Condition Condition // that the lease is held now
}

func (l *Leases) request(op int) request {
	r := newRequest(op)
	o := l.options
	r.inner("lease_table", func(r *request) {
		r.text("table", l.table)
		r.textIf("partition_key", o.PartitionKey)
		if o.NoSortKey {
			r.text("sort_key", "")
		} else {
			r.textIf("sort_key", o.SortKey)
		}
		r.textIf("sort_value", o.SortValue)
		r.textIf("token", o.Token)
		r.textIf("expires_at", o.ExpiresAt)
		if o.NoTTL {
			r.text("ttl", "")
		} else {
			r.textIf("ttl", o.TTL)
		}
		r.countIf("ttl_margin_s", int(o.TTLMargin/time.Second))
	})
	return r
}

func (r *request) lease(lease Lease) {
	r.text("name", lease.Name)
	r.text("token", lease.Token)
	r.member("expires_at").time(lease.ExpiresAt)
}

func (l *Leases) run(ctx context.Context, r *request, duration time.Duration) (Lease, error) {
	r.integer("duration_ms", duration.Milliseconds())
	var lease Lease
	err := l.client.call(ctx, r, nil, func(reader *tapeReader) error {
		reader.members(func(name string) {
			switch name {
			case "name":
				lease.Name = reader.plainText()
			case "token":
				lease.Token = reader.plainText()
			case "expires_at":
				if tag, _ := reader.head(); tag == tagTime {
					lease.ExpiresAt = reader.time()
				} else {
					reader.fail("the end of a lease is no time")
				}
			default:
				reader.skip()
			}
		})
		return nil
	})
	return lease, err
}

// Acquire takes the lease if nobody holds it or it has ended; else ErrLeaseHeld. Ends are rounded up to whole seconds.
func (l *Leases) Acquire(ctx context.Context, name string, duration time.Duration) (Lease, error) {
	r := l.request(opAcquireLease)
	r.text("name", name)
	return l.run(ctx, &r, duration)
}

// Refresh keeps it, from now on for `duration`. ErrLeaseNotOwned when it has ended or is somebody else's.
func (l *Leases) Refresh(ctx context.Context, lease Lease, duration time.Duration) (Lease, error) {
	r := l.request(opRefreshLease)
	r.lease(lease)
	return l.run(ctx, &r, duration)
}

// Release gives it back. Not an error when it has ended or is somebody else's: theirs is left alone.
func (l *Leases) Release(ctx context.Context, lease Lease) error {
	r := l.request(opReleaseLease)
	r.lease(lease)
	return l.client.call(ctx, &r, nil, nil)
}

// Check gives what a transaction asks, to be refused when the lease is lost.
func (l *Leases) Check(ctx context.Context, lease Lease) (LeaseCheck, error) {
	r := l.request(opLeaseCheck)
	r.lease(lease)
	key := map[string]any{}
	var condition string
	names, values := map[string]string{}, map[string]any{}
	err := l.client.call(ctx, &r, nil, func(reader *tapeReader) error {
		var failed error
		keep := func(to map[string]any) {
			reader.members(func(name string) {
				value, err := decodeAny(reader, false)
				if err != nil {
					failed = err
				}
				to[strings.Clone(name)] = value // names are the result's, which is freed
			})
		}
		reader.members(func(name string) {
			switch name {
			case "key":
				keep(key)
			case "condition":
				condition = reader.plainText()
			case "names":
				reader.members(func(name string) { names[strings.Clone(name)] = reader.plainText() })
			case "values":
				keep(values)
			default:
				reader.skip()
			}
		})
		return failed
	})
	return LeaseCheck{Key: NamedKey(key), Condition: Raw(condition, names, values)}, err
}
