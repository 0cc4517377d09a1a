package tabletheory

import (
	"encoding"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
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

// readNumber is a number's text.
func readNumber(r *tapeReader, tag uint32, count int) (string, bool) {
	switch tag {
	case tagInt32:
		return strconv.FormatInt(r.int32(), 10), true
	case tagInt64:
		return strconv.FormatInt(r.int64(), 10), true
	case tagNumber:
		return r.text(count), true
	}
	return "", false
}

// Number and json.Number; a decimal kept as text (format decimal_string) is read, too.
var numberCodec = codec{
	kind: "N",
	encode: func(w *tapeWriter, p unsafe.Pointer) error {
		if text := *(*string)(p); text != "" {
			w.number(text)
		} else {
			w.integer(0)
		}
		return nil
	},
	decode: func(r *tapeReader, p unsafe.Pointer) error {
		tag, count := r.head()
		text, ok := readNumber(r, tag, count)
		switch {
		case ok:
		case tag == tagString:
			text = r.text(count)
		case isNone(tag):
		default:
			return misfit(tag, "a number")
		}
		*(*string)(p) = text
		return nil
	},
}

// readInteger reads a whole number for a type with so many bits.
func readInteger(r *tapeReader, bits int, kind reflect.Type) (int64, error) {
	tag, count := r.head()
	var value int64
	switch {
	case tag == tagInt32:
		value = r.int32()
	case tag == tagInt64:
		value = r.int64()
	case tag == tagNumber:
		return 0, precisionLoss(r.text(count), kind.String())
	case tag == tagTime:
		value = r.time().Unix()
	case isNone(tag):
	default:
		return 0, misfit(tag, "a whole number")
	}
	if shift := 64 - bits; value<<shift>>shift != value {
		return 0, precisionLoss(strconv.FormatInt(value, 10), kind.String())
	}
	return value, nil
}

func integerCodec(kind reflect.Type) *codec {
	bits := kind.Bits()
	load := map[int]func(unsafe.Pointer) int64{
		8: func(p unsafe.Pointer) int64 { return int64(*(*int8)(p)) }, 16: func(p unsafe.Pointer) int64 { return int64(*(*int16)(p)) },
		32: func(p unsafe.Pointer) int64 { return int64(*(*int32)(p)) }, 64: func(p unsafe.Pointer) int64 { return *(*int64)(p) },
	}[bits]
	return &codec{
		kind:   "N",
		encode: func(w *tapeWriter, p unsafe.Pointer) error { w.integer(load(p)); return nil },
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			value, err := readInteger(r, bits, kind)
			if err != nil {
				return err
			}
			switch bits {
			case 8:
				*(*int8)(p) = int8(value)
			case 16:
				*(*int16)(p) = int16(value)
			case 32:
				*(*int32)(p) = int32(value)
			default:
				*(*int64)(p) = value
			}
			return nil
		},
	}
}

func unsignedCodec(kind reflect.Type) *codec {
	return &codec{
		kind: "N",
		encode: func(w *tapeWriter, p unsafe.Pointer) error {
			value := reflect.NewAt(kind, p).Elem().Uint()
			if value > math.MaxInt64 {
				w.number(strconv.FormatUint(value, 10))
			} else {
				w.integer(int64(value))
			}
			return nil
		},
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			tag, count := r.head()
			text, ok := readNumber(r, tag, count)
			if !ok && !isNone(tag) {
				return misfit(tag, "a whole number")
			}
			value, err := strconv.ParseUint(text, 10, kind.Bits())
			if ok && err != nil {
				return precisionLoss(text, kind.String())
			}
			reflect.NewAt(kind, p).Elem().SetUint(value)
			return nil
		},
	}
}

// Floats are written with their shortest digits, and read only from numbers that they hold exactly or whose shortest
// digits they are.
func floatCodec(kind reflect.Type) *codec {
	bits := kind.Bits()
	return &codec{
		kind: "N",
		encode: func(w *tapeWriter, p unsafe.Pointer) error {
			value := reflect.NewAt(kind, p).Elem().Float()
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return newError(codeInvalidModel, "a number that is not finite cannot be stored")
			}
			if bits == 32 {
				w.number(strconv.FormatFloat(value, 'g', -1, 32))
			} else {
				w.double(value)
			}
			return nil
		},
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			tag, count := r.head()
			text, ok := readNumber(r, tag, count)
			if !ok && !isNone(tag) {
				return misfit(tag, "a number")
			}
			value := 0.0
			if ok {
				var exact bool
				if value, exact = exactFloat(text, bits); !exact {
					return precisionLoss(text, kind.String())
				}
			}
			reflect.NewAt(kind, p).Elem().SetFloat(value)
			return nil
		},
	}
}

func exactFloat(text string, bits int) (float64, bool) {
	value, err := strconv.ParseFloat(text, bits)
	if err != nil {
		return 0, false
	}
	if digits := strconv.FormatFloat(value, 'f', -1, bits); digits == text {
		return value, true
	}
	exact := Number(text).Rat()
	shortest := Number(strconv.FormatFloat(value, 'f', -1, bits)).Rat()
	return value, exact != nil && shortest != nil && exact.Cmp(shortest) == 0
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

func pointerCodec(kind reflect.Type) (*codec, error) {
	element, err := codecOf(kind.Elem(), attributeTag{})
	if err != nil {
		return nil, err
	}
	return &codec{
		kind: element.kind,
		encode: func(w *tapeWriter, p unsafe.Pointer) error {
			if at := *(*unsafe.Pointer)(p); at != nil {
				return element.encode(w, at)
			}
			w.null()
			return nil
		},
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			if isNone(r.peek() & 0xFF) {
				r.word()
				*(*unsafe.Pointer)(p) = nil
				return nil
			}
			made := reflect.New(kind.Elem()).UnsafePointer()
			*(*unsafe.Pointer)(p) = made
			return element.decode(r, made)
		},
		absent: func(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil },
	}, nil
}

// sliceHeader is how a slice lies in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

func isNilSlice(p unsafe.Pointer) bool { return (*sliceHeader)(p).data == nil }

// encodeElements writes the elements of a slice under a container's tag.
func encodeElements(w *tapeWriter, p unsafe.Pointer, tag uint32, element *codec, size uintptr) error {
	slice := (*sliceHeader)(p)
	w.container(tag, slice.len)
	for i := range slice.len {
		if err := element.encode(w, unsafe.Add(slice.data, uintptr(i)*size)); err != nil {
			return err
		}
	}
	return nil
}

// decodeElements makes the slice and reads its elements.
func decodeElements(r *tapeReader, p unsafe.Pointer, kind reflect.Type, element *codec, tag uint32, count int) error {
	if !r.enter() || !r.fits(count, 1) {
		return r.err()
	}
	size := kind.Elem().Size()
	reflect.NewAt(kind, p).Elem().Set(reflect.MakeSlice(kind, count, count))
	data := (*sliceHeader)(p).data
	for i := range count {
		if !r.isElement(tag) {
			return r.err()
		}
		if err := element.decode(r, unsafe.Add(data, uintptr(i)*size)); err != nil {
			return err
		}
	}
	r.leave()
	return nil
}

func sliceCodec(kind reflect.Type) (*codec, error) {
	made := &codec{kind: "L", absent: isNilSlice}
	element, err := codecOf(kind.Elem(), attributeTag{})
	if err != nil {
		return nil, err
	}
	size := kind.Elem().Size()
	made.encode = func(w *tapeWriter, p unsafe.Pointer) error { return encodeElements(w, p, tagList, element, size) }
	made.decode = func(r *tapeReader, p unsafe.Pointer) error {
		tag, count := r.head()
		if isNone(tag) {
			*(*sliceHeader)(p) = sliceHeader{}
			return nil
		}
		if tag != tagList && tag != tagStringSet && tag != tagNumberSet && tag != tagBytesSet {
			return misfit(tag, "a list")
		}
		return decodeElements(r, p, kind, element, tag, count)
	}
	return made, nil
}

func setCodec(kind reflect.Type) (*codec, error) {
	if kind.Kind() == reflect.Pointer || kind.Kind() != reflect.Slice {
		return nil, errors.New("a set is a slice of texts, numbers or []byte")
	}
	element, err := codecOf(kind.Elem(), attributeTag{})
	if err != nil {
		return nil, err
	}
	tags := map[string]uint32{"S": tagStringSet, "N": tagNumberSet, "B": tagBytesSet}
	set, ok := tags[element.kind]
	if !ok {
		return nil, errors.New("a set is a slice of texts, numbers or []byte")
	}
	size := kind.Elem().Size()
	return &codec{
		kind:   element.kind + "S",
		absent: isNilSlice,
		encode: func(w *tapeWriter, p unsafe.Pointer) error { return encodeElements(w, p, set, element, size) },
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			tag, count := r.head()
			if isNone(tag) {
				*(*sliceHeader)(p) = sliceHeader{}
				return nil
			}
			if tag != set && tag != tagList {
				return misfit(tag, "a set")
			}
			return decodeElements(r, p, kind, element, tag, count)
		},
	}, nil
}

func mapCodec(kind reflect.Type) (*codec, error) {
	if kind.Key().Kind() != reflect.String {
		return nil, errors.New("a map that is stored has keys of type string")
	}
	isNil := func(p unsafe.Pointer) bool { return *(*unsafe.Pointer)(p) == nil }
	if kind == reflect.TypeFor[map[string]any]() {
		return &codec{kind: "M", encode: encodeItem, decode: decodeMap, absent: isNil}, nil
	}
	element, err := codecOf(kind.Elem(), attributeTag{})
	if err != nil {
		return nil, err
	}
	return &codec{
		kind:   "M",
		absent: isNil,
		encode: func(w *tapeWriter, p unsafe.Pointer) error {
			value := reflect.NewAt(kind, p).Elem()
			w.container(tagMap, value.Len())
			home := reflect.New(kind.Elem())
			for entries := value.MapRange(); entries.Next(); {
				w.name(entries.Key().String())
				home.Elem().Set(entries.Value())
				if err := element.encode(w, home.UnsafePointer()); err != nil {
					return err
				}
			}
			return nil
		},
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			tag, count := r.head()
			value := reflect.NewAt(kind, p).Elem()
			if isNone(tag) {
				value.SetZero()
				return nil
			}
			if tag != tagMap {
				return misfit(tag, "a map")
			}
			if !r.enter() || !r.fits(count, 2) {
				return r.err()
			}
			made := reflect.MakeMapWithSize(kind, count)
			for range count {
				key := reflect.ValueOf(r.nameText()).Convert(kind.Key())
				home := reflect.New(kind.Elem())
				if err := element.decode(r, home.UnsafePointer()); err != nil {
					return err
				}
				made.SetMapIndex(key, home.Elem())
			}
			r.leave()
			value.Set(made)
			return nil
		},
	}, nil
}

// structCodec is a nested struct: a map. Its record is made at first use, so that types may contain themselves.
func structCodec(kind reflect.Type) *codec {
	nested := func() (*record, error) { return recordOf(kind, "camelCase") }
	return &codec{
		kind: "M",
		encode: func(w *tapeWriter, p unsafe.Pointer) error {
			record, err := nested()
			if err != nil {
				return err
			}
			w.depth++
			if w.depth > maxNesting {
				return newError(codeInvalidModel, "the value is nested too deep, or contains itself")
			}
			mark := w.openMap()
			err = record.encode(w, &mark, p, nil)
			w.closeMap(mark)
			w.depth--
			return err
		},
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			record, err := nested()
			if err != nil {
				return err
			}
			tag, count := r.head()
			if isNone(tag) {
				reflect.NewAt(kind, p).Elem().SetZero()
				return nil
			}
			if tag != tagMap {
				return misfit(tag, "a map")
			}
			return record.decode(r, p, count, nil)
		},
	}
}

// encode writes the fields' values as entries of an open map; `slots` are the positions of the fields in the table's
// model, or nil.
func (r *record) encode(w *tapeWriter, mark *mapMark, p unsafe.Pointer, slots []int32) error {
	for i := range r.fields {
		field := &r.fields[i]
		at := unsafe.Add(p, field.offset)
		if field.codec.isAbsent(at) {
			continue
		}
		if slots != nil {
			mark.count++
			w.slot(int(slots[i]))
		} else {
			mark.member(w, field.name)
		}
		if err := field.codec.encode(w, at); err != nil {
			return inField(err, r, field)
		}
	}
	return nil
}

// decode reads `count` entries; `bySlot` are the fields of the table's attributes, -1 where there is none.
func (r *record) decode(reader *tapeReader, p unsafe.Pointer, count int, bySlot []int32) error {
	if !reader.enter() || !reader.fits(count, 2) {
		return reader.err()
	}
	for range count {
		slot, name := reader.name()
		position, known := -1, false
		if slot >= 0 && slot < len(bySlot) {
			position = int(bySlot[slot])
			known = position >= 0
		} else if slot < 0 {
			position, known = r.byName[string(name)]
		}
		if !known {
			reader.skip()
			continue
		}
		field := &r.fields[position]
		if err := field.codec.decode(reader, unsafe.Add(p, field.offset)); err != nil {
			return inField(err, r, field)
		}
	}
	reader.leave()
	return reader.err()
}

// inField says which field an error is about.
func inField(err error, r *record, field *field) error {
	if failure, ok := asError(err); ok && failure.text == "" {
		failure.Message = r.kind.String() + "." + field.goName + ": " + failure.Message
	}
	return err
}
