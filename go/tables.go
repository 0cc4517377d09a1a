package tabletheory

import (
	"context"
	"encoding/json"
)

// Throughput is provisioned capacity.
type Throughput struct{ ReadUnits, WriteUnits int }

// Views of streams.
const (
	StreamNone             = "NONE"
	StreamKeysOnly         = "KEYS_ONLY"
	StreamNewImage         = "NEW_IMAGE"
	StreamOldImage         = "OLD_IMAGE"
	StreamNewAndOldImages  = "NEW_AND_OLD_IMAGES"
	encryptionAtRestMember = "encryption_at_rest"
)

// EncryptionAtRest is a KMS key of the account's own; an empty one is the service's managed key.
type EncryptionAtRest struct{ KMSKey string }

// TableOptions are those of a table that is made. The zero value makes an on-demand table, enables TTL where a model has
// a ttl role, and waits until it is ACTIVE.
type TableOptions struct {
	Provisioned         *Throughput // of the table and each of its GSIs; on demand without
	Tags                map[string]string
	DeletionProtection  bool
	NoWait              bool
	NoTTL               bool
	Stream              string // a Stream… view; empty: none
	EncryptionAtRest    *EncryptionAtRest
	PointInTimeRecovery bool
}

func (r *request) inner(name string, write func(r *request)) {
	inner := request{w: r.member(name)}
	inner.mark = inner.w.openMap()
	write(&inner)
	inner.w.closeMap(inner.mark)
	r.failed(inner.err)
}

func (r *request) throughput(given *Throughput) {
	if given != nil {
		r.inner("provisioned", func(r *request) {
			r.integer("read_units", int64(given.ReadUnits))
			r.integer("write_units", int64(given.WriteUnits))
		})
	}
}

func (r *request) atRest(given *EncryptionAtRest) {
	if given != nil {
		r.inner(encryptionAtRestMember, func(r *request) { r.textIf("kms_key", given.KMSKey) })
	}
}

func (r *request) tags(tags map[string]string) {
	if len(tags) > 0 {
		writeNames(r.member("tags"), tags)
	}
}

func (o TableOptions) write(r *request) {
	r.throughput(o.Provisioned)
	r.tags(o.Tags)
	r.flagIf("deletion_protection", o.DeletionProtection)
	if o.NoWait {
		r.member("wait").boolean(false)
	}
	if o.NoTTL {
		r.member("enable_ttl").boolean(false)
	}
	r.textIf("stream", o.Stream)
	r.atRest(o.EncryptionAtRest)
	r.flagIf("point_in_time_recovery", o.PointInTimeRecovery)
}

// TableDescription is what the service says of a table.
type TableDescription struct {
	Name, Status         string
	ItemCount, SizeBytes int64
	Indexes              []string
	JSON                 string // all of it, as the service says it
}

func describe(text string) (TableDescription, error) {
	type index struct{ IndexName string }
	var stated struct {
		TableName, TableStatus                        string
		ItemCount, TableSizeBytes                     int64
		GlobalSecondaryIndexes, LocalSecondaryIndexes []index
	}
	description := TableDescription{JSON: text}
	if text == "" {
		return description, nil
	}
	if err := json.Unmarshal([]byte(text), &stated); err != nil {
		return description, newError(codeTransport, "the description of the table cannot be read: "+err.Error())
	}
	description.Name, description.Status = stated.TableName, stated.TableStatus
	description.ItemCount, description.SizeBytes = stated.ItemCount, stated.TableSizeBytes
	for _, index := range append(stated.GlobalSecondaryIndexes, stated.LocalSecondaryIndexes...) {
		description.Indexes = append(description.Indexes, index.IndexName)
	}
	return description, nil
}

// described sends a request that gives a description.
func (c *Client) described(ctx context.Context, r *request) (TableDescription, error) {
	text := ""
	err := c.call(ctx, r, nil, func(reader *tapeReader) error {
		if isNone(reader.peek()) {
			reader.skip()
			return nil
		}
		reader.members(func(name string) {
			if name == "description" {
				text = reader.plainText()
			} else {
				reader.skip()
			}
		})
		return nil
	})
	if err != nil {
		return TableDescription{}, err
	}
	return describe(text)
}

// tablesRequest begins a request about the one table of some models.
func tablesRequest(op int, tables []*tableCore) request {
	r := newRequest(op)
	r.member("tables").list(len(tables))
	for _, table := range tables {
		r.w.integer(table.id)
	}
	return r
}

// CreateTable makes the table; one that is there is ErrTableInUse.
func (t *Table[T]) CreateTable(ctx context.Context, options TableOptions) (TableDescription, error) {
	r := tablesRequest(opCreateTable, []*tableCore{t.core})
	options.write(&r)
	return t.core.client.described(ctx, &r)
}

// EnsureTable makes the table unless it is there.
func (t *Table[T]) EnsureTable(ctx context.Context, options TableOptions) (TableDescription, error) {
	r := tablesRequest(opEnsureTable, []*tableCore{t.core})
	options.write(&r)
	return t.core.client.described(ctx, &r)
}

// DescribeTable is what the service says of the table.
func (t *Table[T]) DescribeTable(ctx context.Context) (TableDescription, error) {
	r := t.start(opDescribeTable)
	return t.core.client.described(ctx, &r)
}

// WaitTable waits until the table is ACTIVE.
func (t *Table[T]) WaitTable(ctx context.Context) (TableDescription, error) {
	r := t.start(opWaitTable)
	return t.core.client.described(ctx, &r)
}

// DeleteTable deletes the table with all its items, and waits until it is gone.
func (t *Table[T]) DeleteTable(ctx context.Context) error {
	r := t.start(opDeleteTable)
	_, err := t.core.client.described(ctx, &r)
	return err
}

// TableDifference is one difference between a live table and its models.
type TableDifference struct {
	Path  string // "keys.sort", "indexes.by-email.projection", "ttl"
	Model string // what the models say; "(none)" when they have no such thing
	Live  string // what the table is
}

func verifyTable(ctx context.Context, tables []*tableCore) ([]TableDifference, error) {
	r := tablesRequest(opVerifyTable, tables)
	var all []TableDifference
	err := tables[0].client.call(ctx, &r, tables, func(reader *tapeReader) error {
		reader.elements(func(int) {
			var difference TableDifference
			reader.members(func(name string) {
				switch name {
				case "path":
					difference.Path = reader.plainText()
				case "model":
					difference.Model = reader.plainText()
				case "live":
					difference.Live = reader.plainText()
				default:
					reader.skip()
				}
			})
			all = append(all, difference)
		})
		return nil
	})
	return all, err
}

// VerifyTable is every difference between the live table and what the code or schema declares.
func (t *Table[T]) VerifyTable(ctx context.Context) ([]TableDifference, error) {
	return verifyTable(ctx, []*tableCore{t.core})
}

// TableChanges are what to change about a table that is there; what is left out stays as it is. The zero value makes
// missing GSIs and expires items by the models' ttl attribute.
type TableChanges struct {
	Provisioned         *Throughput // of the table and each of its GSIs
	OnDemand            bool
	DeletionProtection  *bool
	Stream              string // a Stream… view; StreamNone ends it
	EncryptionAtRest    *EncryptionAtRest
	PointInTimeRecovery *bool
	Tags                map[string]string // added or replaced
	RemoveTags          []string
	KeepIndexes         bool // make no GSIs
	DropIndexes         bool // delete GSIs that no model declares, and make anew those declared otherwise
	KeepTTL             bool // leave expiry as it is
	DryRun              bool // tell what would be done, and do nothing
}

func (c TableChanges) write(r *request) {
	r.throughput(c.Provisioned)
	r.flagIf("on_demand", c.OnDemand)
	if c.DeletionProtection != nil {
		r.member("deletion_protection").boolean(*c.DeletionProtection)
	}
	r.textIf("stream", c.Stream)
	r.atRest(c.EncryptionAtRest)
	if c.PointInTimeRecovery != nil {
		r.member("point_in_time_recovery").boolean(*c.PointInTimeRecovery)
	}
	r.tags(c.Tags)
	r.texts("remove_tags", c.RemoveTags)
	if c.KeepIndexes {
		r.member("add_indexes").boolean(false)
	}
	r.flagIf("drop_indexes", c.DropIndexes)
	if c.KeepTTL {
		r.member("ttl").boolean(false)
	}
	r.flagIf("dry_run", c.DryRun)
}

func updateTable(ctx context.Context, tables []*tableCore, changes TableChanges) ([]string, error) {
	r := tablesRequest(opUpdateTable, tables)
	changes.write(&r)
	var steps []string
	err := tables[0].client.call(ctx, &r, tables, func(reader *tapeReader) error {
		reader.members(func(name string) {
			if name == "steps" {
				steps = reader.plainTexts()
			} else {
				reader.skip()
			}
		})
		return nil
	})
	return steps, err
}

// UpdateTable brings the live table to what is declared, and to what `changes` say: one change at a time, each waited
// for. It says what was done, in order. What no update can change (keys, local indexes) is ErrInvalidModel before
// anything is; what a failure left undone is done by the same call again.
func (t *Table[T]) UpdateTable(ctx context.Context, changes TableChanges) ([]string, error) {
	return updateTable(ctx, []*tableCore{t.core}, changes)
}

// Migration says how items go from one table to another (docs/tables-and-migration.md). The zero value copies all.
type Migration struct {
	Rename      map[string]string // source attribute → target attribute
	Drop        []string          // source attributes that are left behind
	ResumeFrom  string            // a token of an earlier run
	PageSize    int               // items per page; 100 unless said
	NoTable     bool              // do not make the target's table
	TableOption TableOptions      // of the table that is made
	OnProgress  func(MigrationProgress)
}

// MigrationProgress is how far a migration is.
type MigrationProgress struct {
	Copied, Skipped int
	Token           string // where to go on; empty: all is copied
}

func (p *MigrationProgress) read(reader *tapeReader) error {
	reader.members(func(name string) {
		switch name {
		case "copied":
			p.Copied = int(reader.plainInteger())
		case "skipped":
			p.Skipped = int(reader.plainInteger())
		case "token":
			p.Token = reader.plainText()
		default:
			reader.skip()
		}
	})
	return nil
}

// Migrate copies a table's items into another one under a new model. Both are of one client. Guards run before anything
// is made: encrypted attributes never become plaintext. An item of the target with the same key is replaced.
func Migrate[S, T any](ctx context.Context, source *Table[S], target *Table[T], how Migration) (MigrationProgress, error) {
	client := source.core.client
	tables := []*tableCore{source.core, target.core}
	r := newRequest(opMigrate)
	defer r.free()
	r.integer("source", source.core.id)
	r.integer("target", target.core.id)
	if len(how.Rename) > 0 {
		writeNames(r.member("rename"), how.Rename)
	}
	r.texts("drop", how.Drop)
	r.textIf("resume_from", how.ResumeFrom)
	r.countIf("page_size", how.PageSize)
	if how.NoTable {
		r.member("create_table").boolean(false)
	}
	r.inner("table_options", how.TableOption.write)
	r.flagIf("progress", true)
	var progress MigrationProgress
	if err := client.ready(ctx, &r); err != nil {
		return progress, err
	}
	run, err := client.begin(&r, tables)
	if err != nil {
		return progress, err
	}
	defer run.free()
	for {
		result := run.next(ctx)
		step := result.Step
		if err := readResult(ctx, result, tables, progress.read); err != nil {
			return progress, err
		}
		if step == stepDone {
			return progress, nil
		}
		if how.OnProgress != nil {
			how.OnProgress(progress)
		}
	}
}
