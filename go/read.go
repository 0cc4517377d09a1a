package tabletheory

import (
	"context"
	"iter"
	"unsafe"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// Page is one answer of a query or scan.
type Page[T any] struct {
	Items            []T
	Cursor           string // leads on to the next page, in any process and language; empty: this was the last
	Count            int    // items returned
	ScannedCount     int    // items the service evaluated
	SkippedCount     int    // of another model, or hidden as expired
	ConsumedCapacity float64
}

// readPlan is what to read.
type readPlan struct {
	scan                        bool
	partition                   any
	sort, filter                Condition
	projection                  []Path
	index, cursor               string
	cursorKey                   []byte
	limit, pageSize             int
	consistent, hideExpired     bool
	descending                  bool
	segment, segments, parallel int
	hasSegment                  bool
}

func (p *readPlan) write(r *request) {
	if p.scan {
		if p.hasSegment {
			r.integer("segment", int64(p.segment))
			r.integer("total_segments", int64(p.segments))
		}
		r.countIf("parallel", p.parallel)
	} else {
		if condition, ok := p.partition.(Condition); ok {
			r.member("partition")
			r.failed(condition.encode(r.w))
		} else {
			r.value("partition", p.partition)
		}
		r.condition("sort", p.sort)
		r.flagIf("descending", p.descending)
	}
	r.textIf("index", p.index)
	r.condition("filter", p.filter)
	r.paths("projection", p.projection)
	r.countIf("limit", p.limit)
	r.countIf("page_size", p.pageSize)
	r.flagIf("consistent", p.consistent)
	r.textIf("cursor", p.cursor)
	if p.cursorKey != nil {
		r.member("cursor_key").bytes(p.cursorKey)
	}
	r.flagIf("hide_expired", p.hideExpired)
}

// Read is a query or scan: what to read, and the ways to read it. A value: every method returns another one, so a Read
// may be kept, varied and run as often as you like. Nothing is sent before Page, Items, All, ….
//
//	open := orders.Query("CUSTOMER#1").
//		Sort(tabletheory.Attr("SK").BeginsWith("ORDER#")).
//		Where(tabletheory.Attr("total").Gt(100)).
//		Descending().
//		Limit(20)
//	for order, err := range open.Items(ctx) { … }
//
// Errors: ErrInvalidOperator (no or several fitting indexes, an operator a key cannot take, the cursor of another query,
// consistent on a global index), ErrInvalidModel (unknown attribute, wrong type, undecodable cursor), ErrTableNotFound.
type Read[T any] struct {
	tables []*tableCore
	decode func(r *tapeReader, table int, p *T) error
	plan   readPlan
}

// Query reads items that share a partition key, in order of the sort key. `partition` is the key's value, or a Condition
// of Eq on the key attributes of the table or of an index, which is then chosen by them.
func (t *Table[T]) Query(partition any) Read[T] {
	read := t.Scan()
	read.plan.scan, read.plan.partition = false, partition
	return read
}

// Scan reads every item of the table or an index.
func (t *Table[T]) Scan() Read[T] {
	core := t.core
	return Read[T]{
		tables: []*tableCore{core},
		decode: func(r *tapeReader, _ int, p *T) error {
			_, err := core.decodeItem(r, unsafe.Pointer(p))
			return err
		},
		plan: readPlan{scan: true},
	}
}

// Sort is the condition on a query's sort key: Eq, Lt, Le, Gt, Ge, Between or BeginsWith; for keys of several attributes
// several, joined by And.
func (r Read[T]) Sort(condition Condition) Read[T] { r.plan.sort = condition; return r }

// Where filters what was read; several are joined by And. Filtered items are paid for: prefer keys.
func (r Read[T]) Where(filter Condition) Read[T] {
	r.plan.filter = And(r.plan.filter, filter)
	return r
}

// Select fetches these attributes only; other fields keep their zero values.
func (r Read[T]) Select(attributes ...Path) Read[T] { r.plan.projection = attributes; return r }

// Limit is the number of items returned in all; pages are followed until it is reached.
func (r Read[T]) Limit(items int) Read[T] { r.plan.limit = items; return r }

// PageSize is DynamoDB's Limit: items evaluated per request, before the filter.
func (r Read[T]) PageSize(items int) Read[T] { r.plan.pageSize = items; return r }

// Consistent reads what all earlier writes left.
func (r Read[T]) Consistent() Read[T] { r.plan.consistent = true; return r }

// HideExpired leaves out items whose ttl has passed.
func (r Read[T]) HideExpired() Read[T] { r.plan.hideExpired = true; return r }

// Index reads an index instead of the table.
func (r Read[T]) Index(name string) Read[T] { r.plan.index = name; return r }

// After goes on where a page ended; "": from the start.
func (r Read[T]) After(cursor string) Read[T] { r.plan.cursor = cursor; return r }

// SignCursors signs the cursors of this read with HMAC-SHA256 and secret (not empty, best 32 random bytes), and takes no
// cursor in After that was not: [ErrInvalidModel]. For cursors that leave the program, through a public API say. Signed
// cursors are the same in every language.
func (r Read[T]) SignCursors(secret []byte) Read[T] {
	r.plan.cursorKey = append([]byte{}, secret...)
	return r
}

// Descending reads a query backwards.
func (r Read[T]) Descending() Read[T] { r.plan.descending = true; return r }

// Parallel reads so many segments of a scan side by side: items come in no particular order, and pages have no cursor.
func (r Read[T]) Parallel(segments int) Read[T] { r.plan.parallel = segments; return r }

// Segment is one worker's share of a scan that you spread yourself.
func (r Read[T]) Segment(index, total int) Read[T] {
	r.plan.segment, r.plan.segments, r.plan.hasSegment = index, total, true
	return r
}

func (r Read[T]) client() *Client { return r.tables[0].client }

// request begins a request about what is read.
func (r Read[T]) request(op int) request {
	made := newRequest(op)
	if len(r.tables) == 1 {
		made.integer("table", r.tables[0].id)
	} else {
		made.member("tables").list(len(r.tables))
		for _, table := range r.tables {
			made.w.integer(table.id)
		}
	}
	r.plan.write(&made)
	return made
}

func (r Read[T]) op() int {
	if r.plan.scan {
		return opScan
	}
	return opQuery
}

// readPage reads the tape of a page.
func (r Read[T]) readPage(reader *tapeReader, page *Page[T]) error {
	var problem error
	reader.members(func(name string) {
		if problem != nil {
			reader.skip()
			return
		}
		switch name {
		case "cursor":
			page.Cursor = reader.plainText()
		case "count":
			page.Count = int(reader.plainInteger())
		case "scanned_count":
			page.ScannedCount = int(reader.plainInteger())
		case "skipped_count":
			page.SkippedCount = int(reader.plainInteger())
		case "consumed_capacity":
			page.ConsumedCapacity = reader.plainFloat()
		case "items":
			tag, count := reader.head()
			if tag != tagList || !reader.fits(count, 3) {
				reader.fail("it holds something else than a list of items")
				return
			}
			page.Items = make([]T, count)
			for i := range page.Items {
				if problem = r.decode(reader, reader.itemTable(), &page.Items[i]); problem != nil {
					return
				}
			}
		default:
			reader.skip()
		}
	})
	return problem
}

// itemTable is the second word of the ITEM that comes next: its table's position.
func (r *tapeReader) itemTable() int {
	if len(r.words)-r.w < 12 || r.peek() != tagItem {
		return 0
	}
	at := r.w + 8
	if r.peekWord()>>8 == countEscape {
		at += 4
	}
	if len(r.words)-at < 4 {
		return 0
	}
	return int(r.words[at]) | int(r.words[at+1])<<8 | int(r.words[at+2])<<16 | int(r.words[at+3])<<24
}

// Page reads one page: with a limit that many items (or all there are), without one answer of the service.
func (r Read[T]) Page(ctx context.Context) (Page[T], error) {
	made := r.request(r.op())
	made.flagIf("gather", true)
	var page Page[T]
	err := r.client().call(ctx, &made, r.tables, func(reader *tapeReader) error { return r.readPage(reader, &page) })
	if err != nil {
		return Page[T]{}, err
	}
	return page, nil
}

// Pages reads page after page, each when it is asked for. An error is the last element.
func (r Read[T]) Pages(ctx context.Context) iter.Seq2[Page[T], error] {
	return func(yield func(Page[T], error) bool) {
		run, err := r.begin(ctx)
		if err != nil {
			yield(Page[T]{}, err)
			return
		}
		defer run.free()
		for {
			if err := ctx.Err(); err != nil {
				yield(Page[T]{}, contextError(err))
				return
			}
			result := run.next(ctx)
			step := result.Step
			if step == stepDone {
				result.Free()
				return
			}
			page, err := r.read(ctx, result)
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

func (r Read[T]) begin(ctx context.Context) (*running, error) {
	made := r.request(r.op())
	defer made.free()
	if err := r.client().ready(ctx, &made); err != nil {
		return nil, err
	}
	return r.client().begin(&made, r.tables)
}

func (r Read[T]) read(ctx context.Context, result native.Result) (Page[T], error) {
	var page Page[T]
	err := readResult(ctx, result, r.tables, func(reader *tapeReader) error { return r.readPage(reader, &page) })
	if err != nil {
		return Page[T]{}, err
	}
	return page, nil
}

// Items reads item after item; pages are fetched as they are reached. An error is the last element.
func (r Read[T]) Items(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range r.Pages(ctx) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// All reads everything into memory.
func (r Read[T]) All(ctx context.Context) ([]T, error) {
	var all []T
	for page, err := range r.Pages(ctx) {
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = page.Items
		} else {
			all = append(all, page.Items...)
		}
	}
	return all, nil
}

// First reads the first item, if there is one.
func (r Read[T]) First(ctx context.Context) (item T, found bool, err error) {
	for item, err := range r.Limit(1).Items(ctx) {
		return item, err == nil, err
	}
	return item, false, nil
}

// Count is how many items match, over all pages, without fetching them.
func (r Read[T]) Count(ctx context.Context) (int, error) {
	made := r.request(opCount)
	made.flagIf("scan", r.plan.scan)
	count := 0
	err := r.client().call(ctx, &made, r.tables, func(reader *tapeReader) error {
		reader.members(func(name string) {
			if name == "count" {
				count = int(reader.plainInteger())
			} else {
				reader.skip()
			}
		})
		return nil
	})
	return count, err
}

// Explanation is what a call would send, and why.
type Explanation struct {
	Operation     string   // "Query"
	Request       string   // the exact body of the first request, JSON
	Index         string   // the index used; empty: the table
	Reason        string   // why that one
	CapacityUnits float64  // an estimate for the first request
	CapacityBasis string   // what the estimate assumes
	Hints         []string // what could be better
}

func readExplanation(reader *tapeReader, e *Explanation) {
	reader.members(func(name string) {
		switch name {
		case "operation":
			e.Operation = reader.plainText()
		case "request":
			e.Request = reader.plainText()
		case "index":
			e.Index = reader.plainText()
		case "reason":
			e.Reason = reader.plainText()
		case "capacity_units":
			e.CapacityUnits = reader.plainFloat()
		case "capacity_basis":
			e.CapacityBasis = reader.plainText()
		case "hints":
			e.Hints = reader.plainTexts()
		default:
			reader.skip()
		}
	})
}

// explain asks what a request would send.
func (c *Client) explain(ctx context.Context, r *request, tables []*tableCore) (Explanation, error) {
	r.flagIf("explain", true)
	var explanation Explanation
	err := c.call(ctx, r, tables, func(reader *tapeReader) error {
		readExplanation(reader, &explanation)
		return nil
	})
	return explanation, err
}

// Explain tells what would be sent, by which index and why. Nothing is sent.
func (r Read[T]) Explain(ctx context.Context) (Explanation, error) {
	made := r.request(r.op())
	return r.client().explain(ctx, &made, r.tables)
}
