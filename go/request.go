package tabletheory

import "time"

// request is one request being written: a MAP that begins with `op` (docs/c-abi.md). The first error is kept and told
// by whoever sends it.
type request struct {
	w    *tapeWriter
	mark mapMark
	err  error
}

func newRequest(op int) request {
	r := request{w: newTapeWriter()}
	r.mark = r.w.openMap()
	r.integer("op", int64(op))
	return r
}

func (r *request) free() { r.w.free() }

// tape closes the request.
func (r *request) tape() []byte {
	r.w.closeMap(r.mark)
	return r.w.finish()
}

func (r *request) member(name string) *tapeWriter {
	r.mark.member(r.w, name)
	return r.w
}

func (r *request) failed(err error) {
	if err != nil && r.err == nil {
		r.err = err
	}
}

func (r *request) integer(name string, value int64) { r.member(name).integer(value) }
func (r *request) text(name, value string)          { r.member(name).text(value) }

// textIf, flagIf and countIf leave out what says nothing.
func (r *request) textIf(name, value string) {
	if value != "" {
		r.text(name, value)
	}
}

func (r *request) flagIf(name string, value bool) {
	if value {
		r.member(name).boolean(true)
	}
}

func (r *request) countIf(name string, value int) {
	if value != 0 {
		r.integer(name, int64(value))
	}
}

func (r *request) texts(name string, values []string) {
	if len(values) == 0 {
		return
	}
	r.member(name).list(len(values))
	for _, value := range values {
		r.w.text(value)
	}
}

func (r *request) condition(name string, condition Condition) {
	if !condition.IsZero() {
		r.member(name)
		r.failed(condition.encode(r.w))
	}
}

func (r *request) paths(name string, paths []Path) {
	if len(paths) == 0 {
		return
	}
	r.member(name).list(len(paths))
	for _, path := range paths {
		path.encode(r.w)
	}
}

func (r *request) value(name string, value any) {
	r.member(name)
	r.failed(encodeAny(r.w, value))
}

func (r *request) key(name string, key Key) {
	r.member(name)
	r.failed(key.encode(r.w))
}

func (r *request) milliseconds(name string, value time.Duration) {
	if value > 0 {
		// Rounded up: what is left of a context is never nothing.
		r.integer(name, int64((value+time.Millisecond-1)/time.Millisecond))
	}
}

// Key says which item: the values of the key attributes, partition key first, or the attributes by name.
//
//	orders.Get(ctx, tabletheory.K("CUSTOMER#1", "ORDER#7"))
//	users.Get(ctx, tabletheory.K("USER#1"))
//	orders.Get(ctx, tabletheory.NamedKey(tabletheory.Item{"PK": "CUSTOMER#1", "SK": "ORDER#7"}))
//
// Whether it fits the table is checked by the call: ErrMissingPrimaryKey, ErrInvalidModel.
type Key struct {
	values []any
	named  map[string]any
}

// K is a key by position.
func K(values ...any) Key { return Key{values: values} }

// NamedKey is a key by the names of its attributes, and nothing else.
func NamedKey(attributes map[string]any) Key {
	if attributes == nil {
		attributes = map[string]any{}
	}
	return Key{named: attributes}
}

func (k Key) encode(w *tapeWriter) error {
	if k.named != nil {
		return encodeMap(w, k.named)
	}
	w.list(len(k.values))
	for _, value := range k.values {
		if err := encodeAny(w, value); err != nil {
			return err
		}
	}
	return nil
}

// writeOptions are those of single writes.
type writeOptions struct {
	condition  Condition
	ifVersion  *int64
	protect    []string
	returnItem bool
}

// WriteOption is an option of a write: If, IfVersion, Protect, ReturnItemOnFailure.
type WriteOption func(*writeOptions)

// If makes a write conditional, besides what the operation itself asks for. A false condition is ErrConditionFailed.
func If(condition Condition) WriteOption {
	return func(o *writeOptions) { o.condition = And(o.condition, condition) }
}

// IfVersion is the version that the stored item must have; any other is ErrVersionConflict.
func IfVersion(version int64) WriteOption {
	return func(o *writeOptions) { o.ifVersion = &version }
}

// Protect names attributes that this call must not touch, besides the model's own.
func Protect(attributes ...string) WriteOption {
	return func(o *writeOptions) { o.protect = append(o.protect, attributes...) }
}

// ReturnItemOnFailure asks for the item as it stood when a condition failed: Error.Item, and Table.FailedItem.
func ReturnItemOnFailure() WriteOption {
	return func(o *writeOptions) { o.returnItem = true }
}

func writeOptionsOf(options []WriteOption) writeOptions {
	var all writeOptions
	for _, option := range options {
		option(&all)
	}
	return all
}

func (r *request) options(options writeOptions) {
	r.condition("condition", options.condition)
	if options.ifVersion != nil {
		r.integer("if_version", *options.ifVersion)
	}
	r.texts("protect", options.protect)
	r.flagIf("return_item_on_failure", options.returnItem)
}

type getOptions struct {
	consistent, hideExpired bool
	projection              []Path
	parallel                int
}

// GetOption is an option of reads by key: Consistent, Select, HideExpired.
type GetOption func(*getOptions)

// Consistent reads what all earlier writes left.
func Consistent() GetOption { return func(o *getOptions) { o.consistent = true } }

// Select fetches these attributes only; other fields keep their zero values.
func Select(attributes ...Path) GetOption {
	return func(o *getOptions) { o.projection = append(o.projection, attributes...) }
}

// HideExpired lets an item whose ttl has passed count as absent.
func HideExpired() GetOption { return func(o *getOptions) { o.hideExpired = true } }

func getOptionsOf(options []GetOption) getOptions {
	var all getOptions
	for _, option := range options {
		option(&all)
	}
	return all
}

// Paths are the paths of texts such as `a.b[3].c`.
func Paths(texts ...string) []Path {
	paths := make([]Path, len(texts))
	for i, text := range texts {
		paths[i] = Attr(text)
	}
	return paths
}
