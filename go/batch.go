package tabletheory

import (
	"context"
	"errors"
	"unsafe"
)

// BatchOption is an option of batches: InParallel, and for reads ConsistentBatch.
type BatchOption func(*batchOptions)

type batchOptions struct {
	parallel   int
	consistent bool
}

// InParallel is how many chunks may be in flight at once; one unless said.
func InParallel(chunks int) BatchOption { return func(o *batchOptions) { o.parallel = chunks } }

// ConsistentBatch reads what all earlier writes left.
func ConsistentBatch() BatchOption { return func(o *batchOptions) { o.consistent = true } }

func batchOptionsOf(options []BatchOption) batchOptions {
	var all batchOptions
	for _, option := range options {
		option(&all)
	}
	return all
}

// BatchError is ErrBatchIncomplete: what was left over after the last round, by position. For reads, what was answered is
// in the results as usual.
//
//	var incomplete *tabletheory.BatchError
//	if errors.As(err, &incomplete) { again(incomplete.Leftovers) }
type BatchError struct {
	Failure   *Error
	Leftovers []int // positions of what is not known to be done
	Done      []int // positions of what is
}

// Error is all of the failure in one line.
func (e *BatchError) Error() string { return e.Failure.Error() }

// Unwrap is the failure.
func (e *BatchError) Unwrap() error { return e.Failure }

// batchError gives an ErrBatchIncomplete its halves.
func batchError(err error, total int) error {
	var failure *Error
	if !errors.As(err, &failure) || failure.Code != ErrBatchIncomplete {
		return err
	}
	left := make([]bool, total)
	incomplete := &BatchError{Failure: failure}
	for _, position := range failure.leftovers {
		if position >= 0 && position < total && !left[position] {
			left[position] = true
			incomplete.Leftovers = append(incomplete.Leftovers, position)
		}
	}
	for position := range total {
		if !left[position] {
			incomplete.Done = append(incomplete.Done, position)
		}
	}
	return incomplete
}

// slotRead is one key to be read, and where its item goes.
type slotRead struct {
	table *tableCore
	key   Key
	home  func(r *tapeReader) error
}

// Slot is the place of one item of type T among those of a BatchGet or TransactGet, filled by Run.
type Slot[T any] struct {
	item  T
	found bool
}

// Item is the item that was read; false: there is none (or the batch did not get to it).
func (s *Slot[T]) Item() (T, bool) { return s.item, s.found }

func slotOf[T any](table *Table[T], key Key) (*Slot[T], slotRead) {
	slot := new(Slot[T])
	return slot, slotRead{table.core, key, func(r *tapeReader) (err error) {
		var item T
		found, err := table.core.decodeItem(r, unsafe.Pointer(&item))
		slot.item, slot.found = item, found
		return err
	}}
}

func writeGets(r *request, reads []slotRead) []*tableCore {
	tables := make([]*tableCore, len(reads))
	r.member("gets").list(len(reads))
	for i, read := range reads {
		entry := request{w: r.w, mark: r.w.openMap()}
		entry.integer("table", read.table.id)
		entry.key("key", read.key)
		r.w.closeMap(entry.mark)
		r.failed(entry.err)
		tables[i] = read.table
	}
	return tables
}

// readGets fills the homes from the member `items`.
func readGets(reader *tapeReader, reads []slotRead) error {
	var problem error
	reader.members(func(name string) {
		if name != "items" || problem != nil {
			reader.skip()
			return
		}
		reader.elements(func(index int) {
			if index >= len(reads) || problem != nil {
				reader.skip()
				return
			}
			problem = reads[index].home(reader)
		})
	})
	if problem != nil {
		return problem
	}
	return reader.err()
}

// BatchGet reads many items in few requests, over any tables and models. Keys given twice are folded; what the service
// leaves unprocessed is asked for again. For one goroutine.
//
//	batch := client.BatchGet()
//	order := tabletheory.GetFrom(batch, orders, tabletheory.K("CUSTOMER#1", "ORDER#1"))
//	user := tabletheory.GetFrom(batch, users, tabletheory.K("USER#1"))
//	if err := batch.Run(ctx); err != nil { … }
//	if found, ok := order.Item(); ok { … }
type BatchGet struct {
	client *Client
	reads  []slotRead
}

// BatchGet begins one.
func (c *Client) BatchGet() *BatchGet { return &BatchGet{client: c} }

// ReadMany is what GetFrom adds to: a BatchGet or TransactGet.
type ReadMany interface{ addRead(read slotRead) }

func (b *BatchGet) addRead(read slotRead) { b.reads = append(b.reads, read) }

// GetFrom adds a key to a BatchGet or TransactGet.
func GetFrom[T any](many ReadMany, table *Table[T], key Key) *Slot[T] {
	slot, read := slotOf(table, key)
	many.addRead(read)
	return slot
}

// Run reads. On ErrBatchIncomplete (a BatchError) the slots of what was answered are filled.
func (b *BatchGet) Run(ctx context.Context, options ...BatchOption) error {
	given := batchOptionsOf(options)
	r := newRequest(opBatchGet)
	tables := writeGets(&r, b.reads)
	r.flagIf("consistent", given.consistent)
	r.countIf("parallel", given.parallel)
	err := b.client.call(ctx, &r, tables, func(reader *tapeReader) error { return readGets(reader, b.reads) })
	var failure *Error
	if errors.As(err, &failure) && failure.Code == ErrBatchIncomplete && failure.tape != nil {
		reader := newTapeReader(failure.tape)
		if problem := readGets(&reader, b.reads); problem != nil {
			return problem
		}
	}
	return batchError(err, len(b.reads))
}

// BatchGet reads the items of these keys, in their order: nil where there is none. ErrBatchIncomplete (a BatchError)
// comes with what was answered.
func (t *Table[T]) BatchGet(ctx context.Context, keys []Key, options ...BatchOption) ([]*T, error) {
	batch := t.core.client.BatchGet()
	slots := make([]*Slot[T], len(keys))
	for i, key := range keys {
		slots[i] = GetFrom(batch, t, key)
	}
	err := batch.Run(ctx, options...)
	if err != nil && !errors.Is(err, ErrBatchIncomplete) {
		return nil, err
	}
	items := make([]*T, len(keys))
	for i, slot := range slots {
		if slot.found {
			items[i] = &slot.item
		}
	}
	return items, err
}

// BatchWrite puts and deletes many items in few requests, over any tables and models. An item named twice is
// ErrInvalidOperator before anything is sent. For one goroutine.
type BatchWrite struct {
	client *Client
	writes []func(r *request)
	tables []*tableCore
}

// BatchWrite begins one.
func (c *Client) BatchWrite() *BatchWrite { return &BatchWrite{client: c} }

// PutIn adds an item, which Table.Put's rules hold for, and gives its position.
func PutIn[T any](batch *BatchWrite, table *Table[T], item T) int {
	return batch.add(table.core, func(r *request) {
		r.member("put")
		r.failed(table.core.encodeItem(r.w, unsafe.Pointer(&item)))
	})
}

// DeleteIn adds a key whose item is removed, and gives its position.
func DeleteIn[T any](batch *BatchWrite, table *Table[T], key Key) int {
	return batch.add(table.core, func(r *request) { r.key("delete", key) })
}

func (b *BatchWrite) add(table *tableCore, write func(r *request)) int {
	b.writes = append(b.writes, write)
	b.tables = append(b.tables, table)
	return len(b.writes) - 1
}

// Run writes. ErrBatchIncomplete (a BatchError) says what is left, by position.
func (b *BatchWrite) Run(ctx context.Context, options ...BatchOption) error {
	given := batchOptionsOf(options)
	r := newRequest(opBatchWrite)
	r.member("writes").list(len(b.writes))
	for i, write := range b.writes {
		entry := request{w: r.w, mark: r.w.openMap()}
		entry.integer("table", b.tables[i].id)
		write(&entry)
		r.w.closeMap(entry.mark)
		r.failed(entry.err)
	}
	r.countIf("parallel", given.parallel)
	return batchError(b.client.call(ctx, &r, b.tables, nil), len(b.writes))
}

// BatchWrite puts items and deletes keys of one table; positions in a BatchError count the puts first.
func (t *Table[T]) BatchWrite(ctx context.Context, puts []T, deletes []Key, options ...BatchOption) error {
	batch := t.core.client.BatchWrite()
	for _, item := range puts {
		PutIn(batch, t, item)
	}
	for _, key := range deletes {
		DeleteIn(batch, t, key)
	}
	return batch.Run(ctx, options...)
}
