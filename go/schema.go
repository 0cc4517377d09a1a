package tabletheory

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/theory-cloud/tabletheory/go/internal/native"
)

// Schema is a DMS document, read and checked (docs/spec/dms.md). Immutable; safe to share between goroutines.
type Schema struct {
	native    *native.Schema
	models    []Model
	version   string
	namespace string
}

// Attribute is what a model says about an attribute.
type Attribute struct {
	Name, Type, Format                          string
	Roles                                       []string
	Required, Optional, OmitEmpty, JSON, Binary bool
	Encryption                                  int // the envelope's version; 0: stored in the clear
}

// Index is what a model says about an index.
type Index struct {
	Name            string
	Global          bool
	Partition, Sort []string
}

// Model is one model of a schema.
type Model struct {
	Name, Table, DMSVersion string
	PartitionKey, SortKey   string // SortKey is empty when the table has none
	Attributes              []Attribute
	Indexes                 []Index
}

// Attribute is the attribute of this name, or nil.
func (m *Model) Attribute(name string) *Attribute {
	i := slices.IndexFunc(m.Attributes, func(a Attribute) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &m.Attributes[i]
}

// Role is the first attribute with a role such as "version", or nil.
func (m *Model) Role(role string) *Attribute {
	i := slices.IndexFunc(m.Attributes, func(a Attribute) bool { return slices.Contains(a.Roles, role) })
	if i < 0 {
		return nil
	}
	return &m.Attributes[i]
}

// LoadSchema reads and checks a document; the file's name decides between JSON (.json) and YAML. ErrInvalidModel, whose
// Diagnostics are all the problems there are.
func LoadSchema(document, fileName string) (*Schema, error) {
	handle, result := native.LoadSchema(document, fileName)
	defer result.Free()
	if handle == nil {
		return nil, readFailure(result, nil)
	}
	schema := &Schema{native: handle}
	r := newTapeReader(result.Tape)
	r.members(func(name string) {
		switch name {
		case "dms_version":
			schema.version = r.plainText()
		case "namespace":
			schema.namespace = r.plainText()
		case "models":
			r.elements(func(int) {
				var opened openedTable
				opened.read(&r)
				schema.models = append(schema.models, opened.model)
			})
		default:
			r.skip()
		}
	})
	return schema, r.finish()
}

// LoadSchemaFile reads a document from a file.
func LoadSchemaFile(path string) (*Schema, error) {
	document, err := os.ReadFile(path)
	if err != nil {
		return nil, newError(codeInvalidModel, err.Error())
	}
	return LoadSchema(string(document), path)
}

// Version is the document's "0.1", "0.2" or "0.3".
func (s *Schema) Version() string { return s.version }

// Namespace is the document's, or "".
func (s *Schema) Namespace() string { return s.namespace }

// Models are those of the document, in the order written.
func (s *Schema) Models() []Model { return s.models }

// Model is the model of this name, or nil.
func (s *Schema) Model(name string) *Model {
	i := slices.IndexFunc(s.models, func(m Model) bool { return m.Name == name })
	if i < 0 {
		return nil
	}
	return &s.models[i]
}

// openedTable is what the core says of a model, and of a table it is bound to.
type openedTable struct {
	id    int64
	table string
	model Model
}

func (o *openedTable) read(r *tapeReader) {
	r.members(func(name string) {
		switch name {
		case "id":
			o.id = r.plainInteger()
		case "table":
			o.table = r.plainText()
			o.model.Table = o.table
		case "model", "name":
			o.model.Name = r.plainText()
		case "partition_key":
			o.model.PartitionKey = r.plainText()
		case "sort_key":
			o.model.SortKey = r.plainText()
		case "dms_version":
			o.model.DMSVersion = r.plainText()
		case "attributes":
			r.elements(func(int) { o.model.Attributes = append(o.model.Attributes, readAttribute(r)) })
		case "indexes":
			r.elements(func(int) { o.model.Indexes = append(o.model.Indexes, readIndex(r)) })
		default:
			r.skip()
		}
	})
}

func readAttribute(r *tapeReader) Attribute {
	var a Attribute
	r.members(func(name string) {
		switch name {
		case "name":
			a.Name = r.plainText()
		case "type":
			a.Type = r.plainText()
		case "format":
			a.Format = r.plainText()
		case "roles":
			a.Roles = r.plainTexts()
		case "required":
			a.Required = r.plainBool()
		case "optional":
			a.Optional = r.plainBool()
		case "omit_empty":
			a.OmitEmpty = r.plainBool()
		case "json":
			a.JSON = r.plainBool()
		case "binary":
			a.Binary = r.plainBool()
		case "encryption":
			a.Encryption = int(r.plainInteger())
		default:
			r.skip()
		}
	})
	return a
}

func readIndex(r *tapeReader) Index {
	var index Index
	r.members(func(name string) {
		switch name {
		case "name":
			index.Name = r.plainText()
		case "global":
			index.Global = r.plainBool()
		case "partition":
			index.Partition = r.plainTexts()
		case "sort":
			index.Sort = r.plainTexts()
		default:
			r.skip()
		}
	})
	return index
}

// TableNamer is implemented by structs that name their table in code; the tag `table:` of the field `_` does the same.
type TableNamer interface{ TableName() string }

type codeSchema struct {
	once   sync.Once
	schema *Schema
	err    error
}

var codeSchemas sync.Map // reflect.Type → *codeSchema

// SchemaOf is the DMS document that a struct type declares (docs: README, "Struct tags"). ErrInvalidTag naming the
// field, ErrInvalidModel with every mistake of the declaration.
func SchemaOf[T any]() (*Schema, error) { return schemaOf(reflect.TypeFor[T]()) }

func schemaOf(kind reflect.Type) (*Schema, error) {
	entry, _ := codeSchemas.LoadOrStore(kind, new(codeSchema))
	made := entry.(*codeSchema)
	made.once.Do(func() {
		document, err := DocumentOf(kind)
		if err != nil {
			made.err = err
			return
		}
		if made.schema, made.err = LoadSchema(string(document), kind.String()+".json"); made.err == nil {
			made.schema.native.Keep()
		}
	})
	return made.schema, made.err
}

// CheckAgainst is the equivalence gate: whether the struct type says the same as the model of its name in the schema.
// ErrInvalidModel listing every difference. `ignoreTableName` lets the tables' names differ.
func CheckAgainst[T any](schema *Schema, ignoreTableName bool) error {
	code, err := SchemaOf[T]()
	if err != nil {
		return err
	}
	return code.check(schema, code.models[0].Name, ignoreTableName)
}

func (s *Schema) check(against *Schema, model string, ignoreTableName bool) error {
	flags := uint32(0)
	if ignoreTableName {
		flags = 1
	}
	result := s.native.Check(against.native, model, flags)
	defer result.Free()
	if result.IsError {
		return readFailure(result, nil)
	}
	return nil
}

// dms is a part of a document; members are written in the order of their names, which JSON leaves open.
type dms = map[string]any

// DocumentOf is the DMS document, as JSON, that a struct type declares.
func DocumentOf(kind reflect.Type) ([]byte, error) {
	if kind.Kind() != reflect.Struct {
		return nil, newError(codeInvalidModel, kind.String()+" is no struct; dynamic items need a schema: Client.Dynamic")
	}
	declared, err := recordOf(kind, "")
	if err != nil {
		return nil, err
	}
	model, err := declared.document()
	if err != nil {
		return nil, err
	}
	version := declared.model.version
	if version == "" {
		version = "0.2"
	}
	document, err := json.Marshal(dms{"dms_version": version, "models": []any{model}})
	if err != nil {
		return nil, newError(codeInternal, err.Error())
	}
	return document, nil
}

// storedType is the DMS type of a field.
func (f *field) storedType() string {
	switch {
	case f.tag.kind != "":
		return f.tag.kind
	case slices.Contains(f.tag.roles, "ttl"):
		return "N"
	}
	return f.codec.kind
}

func (r *record) document() (dms, error) {
	name := r.model.name
	if name == "" {
		name = r.kind.Name()
	}
	table := r.model.table
	if namer, ok := reflect.New(r.kind).Interface().(TableNamer); ok {
		table = namer.TableName()
	}
	model := dms{"name": name, "table": dms{"name": table}}
	if r.model.naming != "" {
		model["naming"] = dms{"convention": r.model.naming}
	}
	keys := dms{}
	attributes := []any{}
	protected := []string{}
	indexes := newIndexList(r)
	for i := range r.fields {
		f := &r.fields[i]
		attributes = append(attributes, f.document())
		key := dms{"attribute": f.name, "type": f.storedType()}
		if slices.Contains(f.tag.roles, "pk") {
			keys["partition"] = key
		}
		if slices.Contains(f.tag.roles, "sk") {
			keys["sort"] = key
		}
		if f.tag.protected {
			protected = append(protected, f.name)
		}
		indexes.add(f, key)
	}
	model["keys"], model["attributes"] = keys, attributes
	if list, err := indexes.documents(keys["partition"]); err != nil {
		return nil, err
	} else if len(list) > 0 {
		model["indexes"] = list
	}
	policy := dms{}
	if r.model.writeOnce {
		policy["mode"] = "write_once"
	}
	if len(protected) > 0 {
		policy["protected_attributes"] = protected
	}
	if len(policy) > 0 {
		model["write_policy"] = policy
	}
	if attribute, value, ok := strings.Cut(r.model.discriminator, "="); ok {
		model["discriminator"] = dms{"attribute": attribute, "value": value}
	}
	return model, nil
}

func (f *field) document() dms {
	attribute := dms{"attribute": f.name, "type": f.storedType()}
	if len(f.tag.roles) > 0 {
		attribute["roles"] = f.tag.roles
	}
	flags := []struct {
		name string
		set  bool
	}{
		{"required", f.tag.required}, {"optional", f.tag.optional}, {"omit_empty", f.tag.omitEmpty}, {"json", f.tag.json}, {"binary", f.tag.binary},
	}
	for _, flag := range flags {
		if flag.set {
			attribute[flag.name] = true
		}
	}
	if f.tag.format != "" {
		attribute["format"] = f.tag.format
	}
	if f.tag.encryption != 0 {
		attribute["encryption"] = dms{"v": f.tag.encryption}
	}
	return attribute
}

// indexList puts indexes together from the fields that key them, in the order of their first mention.
type indexList struct {
	record *record
	names  []string
	parts  map[string]*indexParts
}

type indexParts struct {
	global          bool
	partition, sort []any
}

func newIndexList(r *record) *indexList {
	return &indexList{record: r, parts: map[string]*indexParts{}}
}

func (l *indexList) add(f *field, key dms) {
	for _, role := range f.tag.indexes {
		parts := l.parts[role.name]
		if parts == nil {
			parts = &indexParts{global: role.global}
			l.parts[role.name] = parts
			l.names = append(l.names, role.name)
		}
		if role.sort {
			parts.sort = append(parts.sort, key)
		} else {
			parts.partition = append(parts.partition, key)
		}
	}
}

func oneOrMany(keys []any) any {
	if len(keys) == 1 {
		return keys[0]
	}
	return keys
}

func (l *indexList) documents(tablePartition any) ([]any, error) {
	var list []any
	for _, name := range l.names {
		parts := l.parts[name]
		index := dms{"name": name, "type": "GSI"}
		if !parts.global {
			index["type"] = "LSI"
			if tablePartition != nil {
				parts.partition = []any{tablePartition}
			}
		}
		if len(parts.partition) > 0 {
			index["partition"] = oneOrMany(parts.partition)
		}
		if len(parts.sort) > 0 {
			index["sort"] = oneOrMany(parts.sort)
		}
		if projection := l.record.model.projections[name]; projection != "" {
			words := strings.Fields(projection)
			made := dms{"type": words[0]}
			if len(words) > 1 {
				made["fields"] = words[1:]
			}
			index["projection"] = made
		}
		list = append(list, index)
	}
	for name := range l.record.model.projections {
		if l.parts[name] == nil {
			return nil, invalidTag(l.record.kind, "_", "projection of the index "+name+", which no field keys")
		}
	}
	return list, nil
}
