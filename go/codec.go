package tabletheory

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// codec reads and writes values of one Go type, through a pointer to the value. Codecs are made once per type; they hold
// no state.
type codec struct {
	kind   string // the DMS type it is stored as
	encode func(w *tapeWriter, p unsafe.Pointer) error
	decode func(r *tapeReader, p unsafe.Pointer) error
	absent func(p unsafe.Pointer) bool // no value at all (nil, a zero time.Time); nil: there always is one
}

func (c *codec) isAbsent(p unsafe.Pointer) bool { return c.absent != nil && c.absent(p) }

type codecKey struct {
	kind reflect.Type
	set  bool
}

var codecs sync.Map // codecKey → *codec

var (
	timeType        = reflect.TypeFor[time.Time]()
	numberType      = reflect.TypeFor[Number]()
	jsonNumberType  = reflect.TypeFor[json.Number]()
	stringSetType   = reflect.TypeFor[StringSet]()
	numberSetType   = reflect.TypeFor[NumberSet]()
	bytesSetType    = reflect.TypeFor[BytesSet]()
	marshalerType   = reflect.TypeFor[encoding.TextMarshaler]()
	unmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// codecOf is the codec of a field's type under its tag; the error says why there is none.
func codecOf(kind reflect.Type, tag attributeTag) (*codec, error) {
	key := codecKey{kind, tag.set}
	if known, ok := codecs.Load(key); ok {
		return known.(*codec), nil
	}
	made, err := makeCodec(kind, tag.set)
	if err != nil {
		return nil, err
	}
	known, _ := codecs.LoadOrStore(key, made)
	return known.(*codec), nil
}

func makeCodec(kind reflect.Type, set bool) (*codec, error) {
	if set {
		return setCodec(kind)
	}
	switch kind {
	case timeType:
		return &timeCodec, nil
	case numberType, jsonNumberType:
		return &numberCodec, nil
	case stringSetType, numberSetType, bytesSetType:
		return setCodec(kind)
	}
	if kind.Kind() != reflect.Pointer && kind.Implements(marshalerType) && reflect.PointerTo(kind).Implements(unmarshalerType) {
		return textMarshalerCodec(kind), nil
	}
	switch kind.Kind() {
	case reflect.String:
		return &stringCodec, nil
	case reflect.Bool:
		return &boolCodec, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return integerCodec(kind), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return unsignedCodec(kind), nil
	case reflect.Float32, reflect.Float64:
		return floatCodec(kind), nil
	case reflect.Interface:
		if kind.NumMethod() == 0 {
			return anyCodec(), nil
		}
	case reflect.Pointer:
		return pointerCodec(kind)
	case reflect.Slice:
		if kind.Elem().Kind() == reflect.Uint8 {
			return &bytesCodec, nil
		}
		return sliceCodec(kind)
	case reflect.Map:
		return mapCodec(kind)
	case reflect.Struct:
		return structCodec(kind), nil
	}
	return nil, errors.New("a field of type " + kind.String() + " cannot be stored; use a string, number, bool, []byte, " +
		"time.Time, slice, map with string keys, struct, or a type that marshals to text")
}

// misfit is a stored value that the Go type does not take.
func misfit(tag uint32, wanted string) error {
	return newError(codeInvalidModel, "the stored value is "+tagNames[min(int(tag), len(tagNames)-1)]+", the field takes "+wanted)
}

var tagNames = [...]string{"nothing", "null", "a boolean", "a boolean", "a number", "a number", "a number", "a number",
	"a text", "binary", "a list", "a map", "a set of texts", "a set of numbers", "a set of binaries", "a time", "an item"}

// isNone says that a tag is no value.
func isNone(tag uint32) bool { return tag == tagAbsent || tag == tagNull }

var stringCodec = codec{
	kind:   "S",
	encode: func(w *tapeWriter, p unsafe.Pointer) error { w.text(*(*string)(p)); return nil },
	decode: func(r *tapeReader, p unsafe.Pointer) error {
		tag, count := r.head()
		switch {
		case tag == tagString:
			*(*string)(p) = r.text(count)
		case tag == tagTime:
			*(*string)(p) = r.time().Format("2006-01-02T15:04:05.000000000Z")
		case isNone(tag):
			*(*string)(p) = ""
		default:
			return misfit(tag, "text")
		}
		return nil
	},
}

var boolCodec = codec{
	kind:   "BOOL",
	encode: func(w *tapeWriter, p unsafe.Pointer) error { w.boolean(*(*bool)(p)); return nil },
	decode: func(r *tapeReader, p unsafe.Pointer) error {
		tag, _ := r.head()
		if tag != tagTrue && tag != tagFalse && !isNone(tag) {
			return misfit(tag, "a boolean")
		}
		*(*bool)(p) = tag == tagTrue
		return nil
	},
}

var bytesCodec = codec{
	kind:   "B",
	encode: func(w *tapeWriter, p unsafe.Pointer) error { w.bytes(*(*[]byte)(p)); return nil },
	decode: func(r *tapeReader, p unsafe.Pointer) error {
		tag, count := r.head()
		switch {
		case tag == tagBytes:
			*(*[]byte)(p) = r.bytes(count)
		case isNone(tag):
			*(*[]byte)(p) = nil
		default:
			return misfit(tag, "binary")
		}
		return nil
	},
	absent: func(p unsafe.Pointer) bool { return *(*[]byte)(p) == nil },
}

// A time.Time is a timestamp (S), or Unix seconds where the attribute is a number. The zero time is no value.
var timeCodec = codec{
	kind: "S",
	encode: func(w *tapeWriter, p unsafe.Pointer) error {
		if value := *(*time.Time)(p); value.IsZero() {
			w.null()
		} else {
			w.time(value)
		}
		return nil
	},
	decode: func(r *tapeReader, p unsafe.Pointer) error {
		tag, count := r.head()
		value := time.Time{}
		switch {
		case tag == tagTime:
			value = r.time()
		case tag == tagInt32:
			value = time.Unix(r.int32(), 0).UTC()
		case tag == tagInt64:
			value = time.Unix(r.int64(), 0).UTC()
		case tag == tagString:
			parsed, err := time.Parse(time.RFC3339Nano, r.text(count))
			if err != nil {
				return newError(codeInvalidModel, "the stored text is no RFC 3339 timestamp")
			}
			value = parsed.UTC()
		case isNone(tag):
		default:
			return misfit(tag, "a timestamp")
		}
		*(*time.Time)(p) = value
		return nil
	},
	absent: func(p unsafe.Pointer) bool { return (*(*time.Time)(p)).IsZero() },
}

func textMarshalerCodec(kind reflect.Type) *codec {
	return &codec{
		kind: "S",
		encode: func(w *tapeWriter, p unsafe.Pointer) error {
			text, err := reflect.NewAt(kind, p).Elem().Interface().(encoding.TextMarshaler).MarshalText()
			if err != nil {
				return newError(codeInvalidModel, err.Error())
			}
			w.text(string(text))
			return nil
		},
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			tag, count := r.head()
			if isNone(tag) {
				reflect.NewAt(kind, p).Elem().SetZero()
				return nil
			}
			if tag != tagString {
				return misfit(tag, "text")
			}
			err := reflect.NewAt(kind, p).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(r.text(count)))
			if err != nil {
				return newError(codeInvalidModel, err.Error())
			}
			return nil
		},
	}
}
