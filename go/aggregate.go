package tabletheory

import "context"

// Aggregate computes over what a query or scan reads: exact, in one pass, without holding the items
// (docs/aggregates.md). A value.
//
//	rows, err := orders.Scan().Where(tabletheory.Attr("total").Gt(0)).Aggregate().
//		GroupBy(tabletheory.Attr("state")).
//		Count("orders").
//		Sum("revenue", tabletheory.Attr("total")).
//		Having(tabletheory.Attr("revenue").Gt(1000)).
//		Run(ctx)
//
// Every item that the read evaluates is read, paid for and sent here (of it, the attributes named).
type Aggregate struct {
	begin   func() request
	tables  []*tableCore
	groupBy []Path
	steps   []aggregateStep
	having  Condition
	limit   int
}

type aggregateStep struct {
	function, name string
	path           *Path
}

// Aggregate begins one over what is read. The read's filter, index, limit and cursor count; its selection does not.
func (r Read[T]) Aggregate() Aggregate {
	r.plan.projection = nil
	return Aggregate{tables: r.tables, begin: func() request {
		made := r.request(opAggregate)
		made.flagIf("scan", r.plan.scan)
		return made
	}}
}

func (a Aggregate) push(function, name string, path *Path) Aggregate {
	a.steps = append(a.steps[:len(a.steps):len(a.steps)], aggregateStep{function, name, path})
	return a
}

// Count counts items.
func (a Aggregate) Count(name string) Aggregate { return a.push("count", name, nil) }

// CountOf counts items with a value.
func (a Aggregate) CountOf(name string, path Path) Aggregate { return a.push("count", name, &path) }

// CountDistinct counts distinct values, which it holds in memory.
func (a Aggregate) CountDistinct(name string, path Path) Aggregate {
	return a.push("count_distinct", name, &path)
}

// Sum is exact: one that needs more than 38 digits is ErrNumberPrecisionLoss, never rounded.
func (a Aggregate) Sum(name string, path Path) Aggregate { return a.push("sum", name, &path) }

// Average is exact where 38 digits suffice, else rounded half to even.
func (a Aggregate) Average(name string, path Path) Aggregate { return a.push("average", name, &path) }

// Min is the smallest of numbers, texts or binaries, all of one type.
func (a Aggregate) Min(name string, path Path) Aggregate { return a.push("min", name, &path) }

// Max is the greatest of numbers, texts or binaries, all of one type.
func (a Aggregate) Max(name string, path Path) Aggregate { return a.push("max", name, &path) }

// GroupBy makes one row per combination of these values, which the row holds under the paths as written.
func (a Aggregate) GroupBy(paths ...Path) Aggregate { a.groupBy = paths; return a }

// Having keeps the rows for which a condition on results and groups holds; several are joined by And.
func (a Aggregate) Having(condition Condition) Aggregate {
	a.having = And(a.having, condition)
	return a
}

// MemoryLimit is what groups and distinct values may take, in bytes; beyond it ErrInvalidOperator.
func (a Aggregate) MemoryLimit(bytes int) Aggregate { a.limit = bytes; return a }

// Run reads everything, and gives the rows in order of the groups' values.
func (a Aggregate) Run(ctx context.Context) ([]Item, error) {
	r := a.begin()
	r.paths("group_by", a.groupBy)
	r.member("steps").list(len(a.steps))
	for _, step := range a.steps {
		if step.path == nil {
			r.w.list(2)
		} else {
			r.w.list(3)
		}
		r.w.text(step.function)
		r.w.text(step.name)
		if step.path != nil {
			step.path.encode(r.w)
		}
	}
	r.condition("having", a.having)
	r.countIf("memory_limit_bytes", a.limit)
	rows := []Item{}
	err := a.tables[0].client.call(ctx, &r, a.tables, func(reader *tapeReader) error {
		reader.elements(func(int) { rows = append(rows, readItem(reader, nil)) })
		return nil
	})
	return rows, err
}
