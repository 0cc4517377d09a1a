package tabletheory

import (
	"context"
	"unsafe"
)

// AnyTable is a table of whatever type.
type AnyTable interface{ coreOf() (*tableCore, reader) }

type reader func(r *tapeReader) (any, error)

func (t *Table[T]) coreOf() (*tableCore, reader) {
	return t.core, func(r *tapeReader) (any, error) {
		var item T
		_, err := t.core.decodeItem(r, unsafe.Pointer(&item))
		return item, err
	}
}

// ModelItem is an item of one of several models: its model's name, and the item in its table's type.
type ModelItem struct {
	Model string
	Item  any
}

// SharedTable is several models that live in one table, read together (docs/several-models-in-one-table.md). Each has a
// discriminator; items of none of them are left out and counted in Page.SkippedCount.
//
//	shop := tabletheory.Shared(customers, orders)
//	for entry, err := range shop.Query("CUSTOMER#1").Items(ctx) {
//		switch item := entry.Item.(type) { case Customer: … case Order: … }
//	}
type SharedTable struct {
	tables  []*tableCore
	readers []reader
}

// Shared is the shared table of these. What does not fit together is ErrInvalidOperator when it is read.
func Shared(first AnyTable, others ...AnyTable) *SharedTable {
	shared := &SharedTable{}
	for _, table := range append([]AnyTable{first}, others...) {
		core, read := table.coreOf()
		shared.tables = append(shared.tables, core)
		shared.readers = append(shared.readers, read)
	}
	return shared
}

func (s *SharedTable) read(plan readPlan) Read[ModelItem] {
	return Read[ModelItem]{tables: s.tables, plan: plan, decode: func(r *tapeReader, table int, p *ModelItem) (err error) {
		if table < 0 || table >= len(s.tables) {
			r.fail("it holds an item of no table of the request")
			return r.err()
		}
		if model := s.tables[table].model; model != nil {
			p.Model = model.Name
		}
		p.Item, err = s.readers[table](r)
		return err
	}}
}

// Query is as Table.Query, over the models' attributes and indexes.
func (s *SharedTable) Query(partition any) Read[ModelItem] {
	return s.read(readPlan{partition: partition})
}

// Scan is as Table.Scan.
func (s *SharedTable) Scan() Read[ModelItem] { return s.read(readPlan{scan: true}) }

// CreateTable makes the table of all the models.
func (s *SharedTable) CreateTable(ctx context.Context, options TableOptions) (TableDescription, error) {
	r := tablesRequest(opCreateTable, s.tables)
	options.write(&r)
	return s.tables[0].client.described(ctx, &r)
}

// EnsureTable makes the table of all the models unless it is there.
func (s *SharedTable) EnsureTable(ctx context.Context, options TableOptions) (TableDescription, error) {
	r := tablesRequest(opEnsureTable, s.tables)
	options.write(&r)
	return s.tables[0].client.described(ctx, &r)
}

// VerifyTable is every difference between the live table and the models.
func (s *SharedTable) VerifyTable(ctx context.Context) ([]TableDifference, error) {
	return verifyTable(ctx, s.tables)
}

// UpdateTable is as Table.UpdateTable.
func (s *SharedTable) UpdateTable(ctx context.Context, changes TableChanges) ([]string, error) {
	return updateTable(ctx, s.tables, changes)
}
