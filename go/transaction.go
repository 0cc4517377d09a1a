package tabletheory

import (
	"context"
	"unsafe"
)

// TransactGet reads up to 100 items as they stood at one moment. Used as BatchGet is, with GetFrom. For one goroutine.
type TransactGet struct {
	client *Client
	reads  []slotRead
}

// TransactGet begins one.
func (c *Client) TransactGet() *TransactGet { return &TransactGet{client: c} }

func (t *TransactGet) addRead(read slotRead) { t.reads = append(t.reads, read) }

// Run reads, and fills the slots.
func (t *TransactGet) Run(ctx context.Context) error {
	r := newRequest(opTransactGet)
	tables := writeGets(&r, t.reads)
	return t.client.call(ctx, &r, tables, func(reader *tapeReader) error { return readGets(reader, t.reads) })
}

// TransactWrite is up to 100 writes, all or nothing, over any tables and models. Its actions are made by the tables:
//
//	err := client.TransactWrite().
//		Add(accounts.UpdateBuilder(from).Decrement("balance", 10).Where(tabletheory.Attr("balance").Ge(10)).Action()).
//		Add(accounts.UpdateBuilder(to).Increment("balance", 10).Action()).
//		Add(ledger.CreateAction(entry)).
//		Add(users.CheckAction(tabletheory.K("USER#1"), tabletheory.If(tabletheory.Attr("blocked").Eq(false)))).
//		Run(ctx)
//
// A cancelled transaction is ErrTransactionCanceled, with Error.Reasons; it answers to ErrConditionFailed and
// ErrVersionConflict too when a reason is one. Two actions on one item, none at all, or more than 100 are
// ErrInvalidOperator before anything is sent. A client token is always sent, the same one on retries. For one goroutine.
type TransactWrite struct {
	client  *Client
	actions []Action
	token   string
}

// Action is one write of a transaction.
type Action struct {
	table *tableCore
	kind  string
	write func(r *request)
}

// TransactWrite begins one.
func (c *Client) TransactWrite() *TransactWrite { return &TransactWrite{client: c} }

// Add adds actions.
func (t *TransactWrite) Add(actions ...Action) *TransactWrite {
	t.actions = append(t.actions, actions...)
	return t
}

// ClientToken is a token of your own (1–36 characters), to repeat a transaction across processes within ten minutes.
func (t *TransactWrite) ClientToken(token string) *TransactWrite {
	t.token = token
	return t
}

// Len is the number of actions.
func (t *TransactWrite) Len() int { return len(t.actions) }

func (t *TransactWrite) request() (request, []*tableCore) {
	r := newRequest(opTransactWrite)
	tables := make([]*tableCore, len(t.actions))
	r.member("actions").list(len(t.actions))
	for i, action := range t.actions {
		entry := request{w: r.w, mark: r.w.openMap()}
		entry.text("kind", action.kind)
		entry.integer("table", action.table.id)
		action.write(&entry)
		r.w.closeMap(entry.mark)
		r.failed(entry.err)
		tables[i] = action.table
	}
	r.textIf("client_token", t.token)
	return r, tables
}

// Run writes all of it, or nothing.
func (t *TransactWrite) Run(ctx context.Context) error {
	r, tables := t.request()
	return t.client.call(ctx, &r, tables, nil)
}

// Explain tells what would be sent. Nothing is sent.
func (t *TransactWrite) Explain(ctx context.Context) (Explanation, error) {
	r, tables := t.request()
	return t.client.explain(ctx, &r, tables)
}

func (t *Table[T]) itemAction(kind string, item T, fields []Path, options []WriteOption) Action {
	given := writeOptionsOf(options)
	return Action{t.core, kind, func(r *request) {
		r.item(t.core, unsafe.Pointer(&item))
		if kind == "update" {
			r.paths("fields", fields)
		}
		r.options(given)
	}}
}

func (t *Table[T]) keyAction(kind string, key Key, options []WriteOption) Action {
	given := writeOptionsOf(options)
	return Action{t.core, kind, func(r *request) {
		r.key("key", key)
		r.options(given)
	}}
}

// CreateAction is Create in a transaction.
func (t *Table[T]) CreateAction(item T, options ...WriteOption) Action {
	return t.itemAction("create", item, nil, options)
}

// PutAction is Put in a transaction.
func (t *Table[T]) PutAction(item T, options ...WriteOption) Action {
	return t.itemAction("put", item, nil, options)
}

// UpsertAction is Upsert in a transaction.
func (t *Table[T]) UpsertAction(item T, options ...WriteOption) Action {
	return t.itemAction("upsert", item, nil, options)
}

// UpdateAction is Update in a transaction, where IfVersion alone is the lock: without it the item must exist.
func (t *Table[T]) UpdateAction(item T, fields []Path, options ...WriteOption) Action {
	return t.itemAction("update", item, fields, options)
}

// DeleteAction is Delete in a transaction.
func (t *Table[T]) DeleteAction(key Key, options ...WriteOption) Action {
	return t.keyAction("delete", key, options)
}

// CheckAction checks an item without writing it: If or IfVersion.
func (t *Table[T]) CheckAction(key Key, options ...WriteOption) Action {
	return t.keyAction("condition", key, options)
}

// Action is the update in a transaction.
func (u UpdateBuilder[T]) Action() Action { return Action{u.table.core, "build", u.write} }
