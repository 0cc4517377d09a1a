package tabletheory

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// tagKey is the key of struct tags.
const tagKey = "theorydb"

// indexRole is one `index:` or `lsi:` of a tag.
type indexRole struct {
	name   string
	sort   bool
	global bool
}

// attributeTag is what a field's tag says.
type attributeTag struct {
	name                                           string // as stored; empty: derived from the field's name
	roles                                          []string
	indexes                                        []indexRole
	omitEmpty, required, optional                  bool
	set, json, binary, protected, ignored, present bool
	encryption                                     int
	format                                         string
	kind                                           string // the stored type when the field's own is not meant
}

var plainTags = map[string]func(*attributeTag){
	"pk":         func(t *attributeTag) { t.roles = append(t.roles, "pk") },
	"sk":         func(t *attributeTag) { t.roles = append(t.roles, "sk") },
	"created_at": func(t *attributeTag) { t.roles = append(t.roles, "created_at") },
	"updated_at": func(t *attributeTag) { t.roles = append(t.roles, "updated_at") },
	"version":    func(t *attributeTag) { t.roles = append(t.roles, "version") },
	"ttl":        func(t *attributeTag) { t.roles = append(t.roles, "ttl") },
	"omitempty":  func(t *attributeTag) { t.omitEmpty = true },
	"required":   func(t *attributeTag) { t.required = true },
	"optional":   func(t *attributeTag) { t.optional = true },
	"set":        func(t *attributeTag) { t.set = true },
	"json":       func(t *attributeTag) { t.json = true },
	"binary":     func(t *attributeTag) { t.binary = true },
	"protected":  func(t *attributeTag) { t.protected = true },
	"encrypted":  func(t *attributeTag) { t.encryption = 1 },
	"-":          func(t *attributeTag) { t.ignored = true },
}

func invalidTag(owner reflect.Type, field, problem string) error {
	return newError(codeInvalidTag, owner.String()+"."+field+": "+problem)
}

// parseTag reads the tag of a field: words separated by commas. A `pk` or `sk` right behind an index is the index's.
func parseTag(owner reflect.Type, field reflect.StructField) (attributeTag, error) {
	var tag attributeTag
	text, present := field.Tag.Lookup(tagKey)
	tag.present = present
	if text == "" {
		return tag, nil
	}
	words := strings.Split(text, ",")
	for i := 0; i < len(words); i++ {
		word := strings.TrimSpace(words[i])
		if apply, known := plainTags[word]; known {
			apply(&tag)
			continue
		}
		key, value, _ := strings.Cut(word, ":")
		if value == "" {
			return tag, invalidTag(owner, field.Name, "unknown tag "+strconv.Quote(word)+"; known are "+knownTags())
		}
		switch key {
		case "attr":
			tag.name = value
		case "format":
			tag.format = value
		case "type":
			tag.kind = value
		case "encrypted":
			version, err := strconv.Atoi(value)
			if err != nil || version < 1 {
				return tag, invalidTag(owner, field.Name, "the version of an envelope is 1 or 2, as in encrypted:2")
			}
			tag.encryption = version
		case "index", "lsi":
			role := indexRole{name: value, global: key == "index", sort: key == "lsi"}
			if i+1 < len(words) {
				if next := strings.TrimSpace(words[i+1]); next == "pk" || next == "sk" {
					role.sort = next == "sk"
					i++
				}
			}
			if !role.global && !role.sort {
				return tag, invalidTag(owner, field.Name, "a local index has the table's partition key; write lsi:"+value+",sk")
			}
			tag.indexes = append(tag.indexes, role)
		default:
			return tag, invalidTag(owner, field.Name, "unknown tag "+strconv.Quote(word)+"; known are "+knownTags())
		}
	}
	return tag, nil
}

func knownTags() string {
	names := []string{"attr:NAME", "encrypted:V", "format:F", "index:NAME[,pk|sk]", "lsi:NAME,sk", "type:T"}
	for name := range plainTags {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// modelTag is what the tag of a field `_ struct{}` says about the whole model.
type modelTag struct {
	name, table, naming, version, discriminator string
	writeOnce                                   bool
	projections                                 map[string]string // index → "KEYS_ONLY", or "INCLUDE a b"
}

func parseModelTag(owner reflect.Type, text string, tag *modelTag) error {
	for _, word := range strings.Split(text, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(word), ":")
		switch {
		case key == "write_once" && value == "":
			tag.writeOnce = true
		case key == "model" && value != "":
			tag.name = value
		case key == "table" && value != "":
			tag.table = value
		case key == "naming" && value != "":
			tag.naming = value
		case key == "dms" && value != "":
			tag.version = value
		case key == "discriminator" && strings.Contains(value, "="):
			tag.discriminator = value
		case key == "projection" && strings.Contains(value, "="):
			index, projection, _ := strings.Cut(value, "=")
			tag.projections[index] = projection
		default:
			return invalidTag(owner, "_", "unknown tag "+strconv.Quote(word)+
				"; known are model:NAME, table:NAME, naming:CONVENTION, dms:VERSION, write_once, "+
				"discriminator:ATTRIBUTE=VALUE, projection:INDEX=KEYS_ONLY")
		}
	}
	return nil
}

// field is one attribute of a record: a struct's field that is not ignored, those of embedded structs included.
type field struct {
	tag    attributeTag
	goName string
	name   string // as stored
	offset uintptr
	codec  *codec
}

// record is what a struct type says about its items.
type record struct {
	kind   reflect.Type
	model  modelTag
	fields []field
	byName map[string]int
}

type recordKey struct {
	kind   reflect.Type
	nested bool
}

type recordEntry struct {
	once   sync.Once
	record *record
	err    error
}

var records sync.Map // recordKey → *recordEntry

// recordOf is the record of a struct type, made once. `naming` is set for structs that lie within items: their fields need
// no tags, and take the names of camelCase unless `attr` says otherwise.
func recordOf(kind reflect.Type, naming string) (*record, error) {
	entry, _ := records.LoadOrStore(recordKey{kind, naming != ""}, new(recordEntry))
	made := entry.(*recordEntry)
	made.once.Do(func() { made.record, made.err = makeRecord(kind, naming) })
	return made.record, made.err
}

func makeRecord(kind reflect.Type, naming string) (*record, error) {
	made := &record{kind: kind, byName: map[string]int{}}
	made.model.projections = map[string]string{}
	made.model.naming = naming
	if err := made.readModelTag(kind); err != nil {
		return nil, err
	}
	if err := made.add(kind, 0); err != nil {
		return nil, err
	}
	if len(made.fields) == 0 {
		return nil, newError(codeInvalidTag, kind.String()+" has no exported field that could be an attribute")
	}
	return made, nil
}

func (r *record) readModelTag(kind reflect.Type) error {
	for i := range kind.NumField() {
		if declared := kind.Field(i); declared.Name == "_" {
			if text := declared.Tag.Get(tagKey); text != "" {
				if err := parseModelTag(kind, text, &r.model); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (r *record) add(kind reflect.Type, offset uintptr) error {
	for i := range kind.NumField() {
		declared := kind.Field(i)
		if declared.Anonymous && declared.Type.Kind() == reflect.Struct && declared.Tag.Get(tagKey) == "" {
			if err := r.add(declared.Type, offset+declared.Offset); err != nil {
				return err
			}
			continue
		}
		if !declared.IsExported() {
			if declared.Name != "_" && declared.Tag.Get(tagKey) != "" {
				return invalidTag(kind, declared.Name, "an attribute's field has to be exported")
			}
			continue
		}
		tag, err := parseTag(kind, declared)
		if err != nil {
			return err
		}
		if tag.ignored {
			continue
		}
		made, err := codecOf(declared.Type, tag)
		if err != nil {
			return invalidTag(kind, declared.Name, err.Error())
		}
		name := tag.name
		if name == "" {
			name = storedName(declared.Name, r.model.naming, tag.roles)
		}
		if _, twice := r.byName[name]; twice {
			return invalidTag(kind, declared.Name, "the attribute "+strconv.Quote(name)+" is another field's already")
		}
		r.byName[name] = len(r.fields)
		r.fields = append(r.fields, field{tag: tag, goName: declared.Name, name: name, offset: offset + declared.Offset, codec: made})
	}
	return nil
}

// storedName is the name of a field without one (docs/spec/dms.md, "Names").
func storedName(name, naming string, roles []string) string {
	switch naming {
	case "verbatim":
		return name
	case "snake_case":
		return snakeCase(name)
	case "dynamorm":
		if slices.Contains(roles, "pk") {
			return "PK"
		}
		if slices.Contains(roles, "sk") {
			return "SK"
		}
	}
	return camelCase(name)
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

func camelCase(name string) string {
	if name == "PK" || name == "SK" {
		return name
	}
	run := 0
	for run < len(name) && isUpper(name[run]) {
		run++
	}
	if run > 1 && run < len(name) && isLower(name[run]) {
		run--
	}
	return strings.ToLower(name[:run]) + name[run:]
}

func snakeCase(name string) string {
	var out strings.Builder
	for i := range len(name) {
		if c := name[i]; isUpper(c) {
			afterSmall := i > 0 && isLower(name[i-1])
			beforeSmall := i > 0 && isUpper(name[i-1]) && i+1 < len(name) && isLower(name[i+1])
			if afterSmall || beforeSmall {
				out.WriteByte('_')
			}
			out.WriteByte(c + 'a' - 'A')
		} else {
			out.WriteByte(c)
		}
	}
	return out.String()
}
