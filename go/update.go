package tabletheory

import "context"

// UpdateBuilder is one update said action by action, for what whole items cannot say. A value.
//
//	order, err := orders.UpdateBuilder(key).
//		Set("state", "paid").
//		Increment("attempts", 1).
//		Append("events", []string{"paid"}).
//		Set("address.lines[0].city", "Berlin").
//		Remove("note").
//		Where(tabletheory.Attr("total").Lt(1000)).
//		IfVersion(3).
//		Run(ctx)
//
// Paths are texts such as `a.b[3].c`, or a Path. The item must exist (UpsertBuilder makes it otherwise); updated_at is
// refreshed and the version goes up by one. Errors: ErrInvalidOperator without any action, ErrInvalidModel for keys,
// lifecycle attributes and values that do not fit, ErrProtectedFieldMutation, ErrConditionFailed, ErrVersionConflict.
type UpdateBuilder[T any] struct {
	table   *Table[T]
	key     Key
	upsert  bool
	actions []action
	options writeOptions
}

// action is one step of an update: operands are paths, values and, of set_element, an index.
type action struct {
	op       string
	operands []any
}

// UpdateBuilder begins an update of an item that is there.
func (t *Table[T]) UpdateBuilder(key Key) UpdateBuilder[T] {
	return UpdateBuilder[T]{table: t, key: key}
}

// UpsertBuilder begins an update that makes the item when it is not there.
func (t *Table[T]) UpsertBuilder(key Key) UpdateBuilder[T] {
	return UpdateBuilder[T]{table: t, key: key, upsert: true}
}

func anyPath(path any) any {
	switch path := path.(type) {
	case string:
		return Attr(path)
	case Path:
		return path
	}
	return badPath{}
}

// badPath is what is given for a path and is none.
type badPath struct{}

func (u UpdateBuilder[T]) push(op string, path any, operands ...any) UpdateBuilder[T] {
	made := action{op: op, operands: append([]any{anyPath(path)}, operands...)}
	u.actions = append(u.actions[:len(u.actions):len(u.actions)], made)
	return u
}

// Set writes a value.
func (u UpdateBuilder[T]) Set(path, value any) UpdateBuilder[T] { return u.push("set", path, value) }

// SetIfNotExists writes a value where there is none.
func (u UpdateBuilder[T]) SetIfNotExists(path, value any) UpdateBuilder[T] {
	return u.push("set_if_not_exists", path, value)
}

// Remove removes an attribute, or what is at a path.
func (u UpdateBuilder[T]) Remove(path any) UpdateBuilder[T] { return u.push("remove", path) }

// Add adds a number, or the elements of a set; an absent attribute counts as 0 or empty.
func (u UpdateBuilder[T]) Add(path, numberOrSet any) UpdateBuilder[T] {
	return u.push("add", path, numberOrSet)
}

// Increment adds to a number.
func (u UpdateBuilder[T]) Increment(path, by any) UpdateBuilder[T] {
	return u.push("increment", path, by)
}

// Decrement takes from a number.
func (u UpdateBuilder[T]) Decrement(path, by any) UpdateBuilder[T] {
	return u.push("decrement", path, by)
}

// DeleteElements takes elements out of a set.
func (u UpdateBuilder[T]) DeleteElements(path, set any) UpdateBuilder[T] {
	return u.push("delete", path, set)
}

// Append puts elements behind those of a list; an absent list counts as empty.
func (u UpdateBuilder[T]) Append(path, elements any) UpdateBuilder[T] {
	return u.push("append", path, elements)
}

// Prepend puts elements before those of a list; an absent list counts as empty.
func (u UpdateBuilder[T]) Prepend(path, elements any) UpdateBuilder[T] {
	return u.push("prepend", path, elements)
}

// SetElement replaces an element of a list, from 0.
func (u UpdateBuilder[T]) SetElement(path any, index int, value any) UpdateBuilder[T] {
	return u.push("set_element", path, index, value)
}

// RemoveElement removes an element of a list, from 0.
func (u UpdateBuilder[T]) RemoveElement(path any, index int) UpdateBuilder[T] {
	return u.push("remove_element", path, index)
}

// Where makes the update conditional; several are joined by And.
func (u UpdateBuilder[T]) Where(condition Condition) UpdateBuilder[T] {
	u.options.condition = And(u.options.condition, condition)
	return u
}

// IfVersion is the version that the stored item must have.
func (u UpdateBuilder[T]) IfVersion(version int64) UpdateBuilder[T] {
	u.options.ifVersion = &version
	return u
}

// Protect names attributes that this update must not touch, besides the model's own.
func (u UpdateBuilder[T]) Protect(attributes ...string) UpdateBuilder[T] {
	u.options.protect = append(u.options.protect[:len(u.options.protect):len(u.options.protect)], attributes...)
	return u
}

// ReturnItemOnFailure asks for the item as it stood when the condition failed.
func (u UpdateBuilder[T]) ReturnItemOnFailure() UpdateBuilder[T] {
	u.options.returnItem = true
	return u
}

// write writes what an update says into a request or an action of a transaction.
func (u UpdateBuilder[T]) write(r *request) {
	r.key("key", u.key)
	r.member("actions").list(len(u.actions))
	for _, action := range u.actions {
		r.w.list(1 + len(action.operands))
		r.w.text(action.op)
		for _, operand := range action.operands {
			if _, bad := operand.(badPath); bad {
				r.failed(newError(codeInvalidOperator, "a path is a text such as a.b[3].c, or a tabletheory.Path"))
				r.w.null()
				continue
			}
			r.failed(encodeAny(r.w, operand))
		}
	}
	r.flagIf("upsert", u.upsert)
	r.options(u.options)
}

func (u UpdateBuilder[T]) request(returns string) request {
	r := u.table.start(opBuild)
	u.write(&r)
	r.text("returns", returns)
	return r
}

// Run returns the item after the update.
func (u UpdateBuilder[T]) Run(ctx context.Context) (T, error) {
	r := u.request("all_new")
	item, _, err := u.table.one(ctx, &r)
	return item, err
}

// Exec returns nothing but the error.
func (u UpdateBuilder[T]) Exec(ctx context.Context) error {
	r := u.request("none")
	_, _, err := u.table.one(ctx, &r)
	return err
}

// RunOld returns the item before the update; none when an upsert made it.
func (u UpdateBuilder[T]) RunOld(ctx context.Context) (item T, found bool, err error) {
	r := u.request("all_old")
	return u.table.one(ctx, &r)
}

// RunUpdatedNew returns the touched attributes alone, after the update.
func (u UpdateBuilder[T]) RunUpdatedNew(ctx context.Context) (Item, error) {
	return u.part(ctx, "updated_new")
}

// RunUpdatedOld returns the touched attributes alone, before the update.
func (u UpdateBuilder[T]) RunUpdatedOld(ctx context.Context) (Item, error) {
	return u.part(ctx, "updated_old")
}

func (u UpdateBuilder[T]) part(ctx context.Context, returns string) (Item, error) {
	r := u.request(returns)
	core := u.table.core
	var part Item
	err := core.client.call(ctx, &r, []*tableCore{core}, func(reader *tapeReader) error {
		part = readItem(reader, core)
		return nil
	})
	return part, err
}

// Explain tells what would be sent. Nothing is sent.
func (u UpdateBuilder[T]) Explain(ctx context.Context) (Explanation, error) {
	r := u.request("all_new")
	return u.table.core.client.explain(ctx, &r, []*tableCore{u.table.core})
}
