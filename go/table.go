package tabletheory

import (
	"context"
	"reflect"
	"slices"
	"unsafe"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// Table is one model's items. T is a struct with `theorydb` tags, or Item: a dynamic item bound to a model that was
// loaded at run time (Client.Dynamic), or a document without a model (Client.Documents). The rules are the same for all
// (docs/spec/operations.md).
//
//	orders, err := tabletheory.Open[Order](client)
//	stored, err := orders.Create(ctx, Order{PK: "C#1", SK: "O#1", Total: "12"})
//	stored.State = "paid"
//	stored, err = orders.Update(ctx, stored, tabletheory.Paths("state"))      // locked on stored.Version
//	if errors.Is(err, tabletheory.ErrVersionConflict) …                       // somebody was faster
//
// Immutable; safe for use by many goroutines.
type Table[T any] struct{ core *tableCore }

// tableCore is a table with the item's type erased.
type tableCore struct {
	client   *Client
	id       int64
	name     string
	model    *Model   // nil: a document table
	slots    []string // attribute names
	integers []bool   // by slot: dynamic items hold an int64

	record     *record // nil: Item
	fieldSlots []int32 // of the record's fields
	bySlot     []int32 // the field of an attribute, or -1
}

const tableInstants = 1

type openOptions struct {
	schema    *Schema
	tableName string
}

// OpenOption is an option of Open: Against, InTable.
type OpenOption func(*openOptions)

// Against checks the struct against the model of its name in a schema, and binds that: ErrInvalidModel listing the
// differences.
func Against(schema *Schema) OpenOption { return func(o *openOptions) { o.schema = schema } }

// InTable is the table's name, before those that the client maps.
func InTable(name string) OpenOption { return func(o *openOptions) { o.tableName = name } }

// Open binds a struct type to the client: ErrInvalidTag naming the field, ErrInvalidModel with every mistake.
func Open[T any](client *Client, options ...OpenOption) (*Table[T], error) {
	var given openOptions
	for _, option := range options {
		option(&given)
	}
	kind := reflect.TypeFor[T]()
	schema, err := schemaOf(kind)
	if err != nil {
		return nil, err
	}
	model := schema.models[0].Name
	if given.schema != nil {
		if err := schema.check(given.schema, model, given.tableName != ""); err != nil {
			return nil, err
		}
		schema = given.schema
	}
	core, err := client.open(schema, model, given.tableName, tableInstants)
	if err != nil {
		return nil, err
	}
	if core.record, err = recordOf(kind, ""); err != nil {
		return nil, err
	}
	core.bindRecord()
	return &Table[T]{core}, nil
}

// Dynamic binds a model of a schema; items are maps. `tableName` (may be empty) goes before the names that the client
// maps. Timestamps are text, as stored.
func (c *Client) Dynamic(schema *Schema, model, tableName string) (*Table[Item], error) {
	core, err := c.open(schema, model, tableName, 0)
	if err != nil {
		return nil, err
	}
	return &Table[Item]{core}, nil
}

// Documents is a table without a model: items are kept as they are. `key` names the key attributes, partition key first;
// Create, UpdateBuilder and keys by position need it.
func (c *Client) Documents(tableName string, key ...string) (*Table[Item], error) {
	names := ""
	for i, name := range key {
		if i > 0 {
			names += "\x00"
		}
		names += name
	}
	return c.bind(c.native.OpenDocuments(tableName, names), true)
}

func (c *Client) bind(result native.Result, document bool) (*Table[Item], error) {
	core, err := c.opened(result, document)
	if err != nil {
		return nil, err
	}
	return &Table[Item]{core}, nil
}

func (c *Client) open(schema *Schema, model, tableName string, flags uint32) (*tableCore, error) {
	if c.closed.Load() {
		return nil, newError(codeTransport, "the client is closed; connect again")
	}
	return c.opened(c.native.OpenTable(schema.native, model, tableName, flags), false)
}

func (c *Client) opened(result native.Result, document bool) (*tableCore, error) {
	defer result.Free()
	if result.IsError {
		return nil, readFailure(result, nil)
	}
	var opened openedTable
	r := newTapeReader(result.Tape)
	opened.read(&r)
	if err := r.finish(); err != nil {
		return nil, err
	}
	core := &tableCore{client: c, id: opened.id, name: opened.table}
	if !document {
		core.model = &opened.model
		for _, attribute := range opened.model.Attributes {
			core.slots = append(core.slots, attribute.Name)
			core.integers = append(core.integers, attribute.isInteger())
		}
	}
	return core, nil
}

func (a *Attribute) isInteger() bool {
	return a.Type == "N" && (a.Format == "int" || a.Format == "unix_seconds" || slices.Contains(a.Roles, "version") ||
		slices.Contains(a.Roles, "ttl"))
}

func (t *tableCore) bindRecord() {
	t.bySlot = make([]int32, len(t.slots))
	t.fieldSlots = make([]int32, len(t.record.fields))
	for slot, name := range t.slots {
		t.bySlot[slot] = -1
		if position, ok := t.record.byName[name]; ok {
			t.bySlot[slot] = int32(position)
			t.fieldSlots[position] = int32(slot)
		}
	}
}

// encodeItem writes the item at p.
func (t *tableCore) encodeItem(w *tapeWriter, p unsafe.Pointer) error {
	if t.record == nil {
		return encodeMap(w, *(*map[string]any)(p))
	}
	mark := w.openMap()
	err := t.record.encode(w, &mark, p, t.fieldSlots)
	w.closeMap(mark)
	return err
}

// decodeItem reads an item into p; false: there is none.
func (t *tableCore) decodeItem(r *tapeReader, p unsafe.Pointer) (bool, error) {
	tag, count := r.head()
	switch tag {
	case tagItem:
		r.openItem(t.slots)
	case tagMap:
	case tagAbsent:
		return false, r.err()
	default:
		r.fail("it holds something else than an item")
		return false, r.err()
	}
	var err error
	if t.record == nil {
		*(*map[string]any)(p), err = decodeEntries(r, count, t.integers)
	} else {
		err = t.record.decode(r, p, count, t.bySlot)
	}
	if err != nil {
		if failure, ok := asError(err); ok && failure.Table == "" {
			failure.Table = t.name
			if t.model != nil {
				failure.Model = t.model.Name
			}
		}
		return false, err
	}
	if tag == tagItem {
		r.closeItem()
	}
	return true, r.err()
}

// Name is the table's at run time.
func (t *Table[T]) Name() string { return t.core.name }

// Model is the table's, or nil for documents.
func (t *Table[T]) Model() *Model { return t.core.model }

func (t *Table[T]) start(op int) request {
	r := newRequest(op)
	r.integer("table", t.core.id)
	return r
}

func (r *request) item(table *tableCore, p unsafe.Pointer) {
	r.member("item")
	r.failed(table.encodeItem(r.w, p))
}

// one sends a request that gives one item, or none.
func (t *Table[T]) one(ctx context.Context, r *request) (item T, found bool, err error) {
	err = t.core.client.call(ctx, r, []*tableCore{t.core}, func(reader *tapeReader) (err error) {
		found, err = t.core.decodeItem(reader, unsafe.Pointer(&item))
		return err
	})
	return item, found, err
}

func (t *Table[T]) write(ctx context.Context, op int, item T, fields []Path, options []WriteOption) (T, error) {
	r := t.start(op)
	r.item(t.core, unsafe.Pointer(&item))
	r.paths("fields", fields)
	r.options(writeOptionsOf(options))
	written, found, err := t.one(ctx, &r)
	if err != nil {
		var none T
		return none, err
	}
	if !found {
		return item, nil // a document is stored as it was given
	}
	return written, nil
}

// Create puts an item that must not be there yet; a duplicate is ErrConditionFailed. It returns the item as stored:
// created_at and updated_at are now, an empty version is 0.
func (t *Table[T]) Create(ctx context.Context, item T, options ...WriteOption) (T, error) {
	return t.write(ctx, opCreate, item, nil, options)
}

// Put replaces the whole item, or makes it. With IfVersion(n) it locks, and writes n + 1.
func (t *Table[T]) Put(ctx context.Context, item T, options ...WriteOption) (T, error) {
	return t.write(ctx, opPut, item, nil, options)
}

// Upsert writes the given attributes whether or not the item is there. created_at is set for a new item only; the version
// starts at 0, then goes up by one. All required attributes must be given.
func (t *Table[T]) Upsert(ctx context.Context, item T, options ...WriteOption) (T, error) {
	return t.write(ctx, opUpsert, item, nil, options)
}

// Update writes the selected attributes; the item must exist and, in a versioned model, have the version of `item`: else
// ErrVersionConflict. Selected values that are empty are removed or written as docs/spec/dms.md ("Emptiness") says;
// without a selection updated_at and version are touched. It returns the item as it is now.
//
//	orders.Update(ctx, order, tabletheory.Paths("state", "total"))
func (t *Table[T]) Update(ctx context.Context, item T, fields []Path, options ...WriteOption) (T, error) {
	return t.write(ctx, opUpdate, item, fields, options)
}

// Patch is Update of every value of the item that is not empty.
func (t *Table[T]) Patch(ctx context.Context, item T, options ...WriteOption) (T, error) {
	return t.write(ctx, opPatch, item, nil, options)
}

// Delete removes an item. It is idempotent: removing an absent item succeeds, unless an option says otherwise.
func (t *Table[T]) Delete(ctx context.Context, key Key, options ...WriteOption) error {
	r := t.start(opDelete)
	r.key("key", key)
	r.options(writeOptionsOf(options))
	_, _, err := t.one(ctx, &r)
	return err
}

func (t *Table[T]) read(ctx context.Context, op int, key Key, options []GetOption) (T, bool, error) {
	given := getOptionsOf(options)
	r := t.start(op)
	r.key("key", key)
	r.flagIf("consistent", given.consistent)
	r.paths("projection", given.projection)
	r.flagIf("hide_expired", given.hideExpired)
	return t.one(ctx, &r)
}

// Get reads an item; an absent one is ErrItemNotFound.
func (t *Table[T]) Get(ctx context.Context, key Key, options ...GetOption) (T, error) {
	item, _, err := t.read(ctx, opGet, key, options)
	return item, err
}

// Find reads an item, if there is one.
func (t *Table[T]) Find(ctx context.Context, key Key, options ...GetOption) (item T, found bool, err error) {
	return t.read(ctx, opFind, key, options)
}

// UpdateExpression is an update in the service's own language, for what UpdateBuilder cannot say. The same rules hold:
// the item must exist, updated_at and the version are kept up, keys, lifecycle and protected attributes are not written.
// Values are stored as they are given. It returns the item as it is now.
//
//	orders.UpdateExpression(ctx, key, "SET #t = :t REMOVE note", map[string]string{"#t": "total"}, tabletheory.Item{":t": 5})
func (t *Table[T]) UpdateExpression(ctx context.Context, key Key, expression string, names map[string]string,
	values map[string]any, options ...WriteOption) (T, error) {
	r := t.start(opUpdateExpression)
	writeExpression(&r, key, expression, names, values)
	r.options(writeOptionsOf(options))
	item, _, err := t.one(ctx, &r)
	return item, err
}

func writeExpression(r *request, key Key, expression string, names map[string]string, values map[string]any) {
	r.key("key", key)
	r.text("expression", expression)
	if len(names) > 0 {
		writeNames(r.member("names"), names)
	}
	if len(values) > 0 {
		r.value("values", values)
	}
}

// FailedItem is the item as it stood when a condition failed and ReturnItemOnFailure was given, in the table's own type.
func (t *Table[T]) FailedItem(err error) (item T, found bool, _ error) {
	failure, ok := asError(err)
	if !ok || failure.Item == nil {
		return item, false, nil
	}
	var problem error
	r := newTapeReader(failure.tape)
	r.members(func(name string) {
		if name == "item" && problem == nil {
			found, problem = t.core.decodeItem(&r, unsafe.Pointer(&item))
		} else {
			r.skip()
		}
	})
	if problem == nil {
		problem = r.err()
	}
	return item, found, problem
}
