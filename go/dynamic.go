package tabletheory

import (
	"encoding/json"
	"math"
	"reflect"
	"time"
	"unsafe"
)

// anyCodec is that of an interface: whatever value it holds.
func anyCodec() *codec {
	return &codec{
		kind:   "M",
		encode: func(w *tapeWriter, p unsafe.Pointer) error { return encodeAny(w, *(*any)(p)) },
		decode: func(r *tapeReader, p unsafe.Pointer) error {
			value, err := decodeAny(r, false)
			*(*any)(p) = value
			return err
		},
		absent: func(p unsafe.Pointer) bool { return *(*any)(p) == nil },
	}
}

// encodeItem writes a map[string]any; nil values are NULL.
func encodeItem(w *tapeWriter, p unsafe.Pointer) error { return encodeMap(w, *(*map[string]any)(p)) }

func encodeMap(w *tapeWriter, item map[string]any) error {
	w.depth++
	if w.depth > maxNesting {
		return newError(codeInvalidModel, "the value is nested too deep, or contains itself")
	}
	w.container(tagMap, len(item))
	for name, value := range item {
		w.name(name)
		if err := encodeAny(w, value); err != nil {
			if failure, ok := asError(err); ok && failure.text == "" {
				failure.Message = name + ": " + failure.Message
			}
			return err
		}
	}
	w.depth--
	return nil
}

// encodeAny writes a value of any type that a struct's field may have.
func encodeAny(w *tapeWriter, value any) error {
	switch value := value.(type) {
	case nil:
		w.null()
	case string:
		w.text(value)
	case bool:
		w.boolean(value)
	case int:
		w.integer(int64(value))
	case int64:
		w.integer(value)
	case float64:
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return newError(codeInvalidModel, "a number that is not finite cannot be stored")
		}
		w.double(value)
	case Number:
		return numberCodec.encode(w, unsafe.Pointer(&value))
	case json.Number:
		return numberCodec.encode(w, unsafe.Pointer(&value))
	case []byte:
		if value == nil {
			w.null()
		} else {
			w.bytes(value)
		}
	case time.Time:
		return timeCodec.encode(w, unsafe.Pointer(&value))
	case map[string]any:
		if value == nil {
			w.null()
			return nil
		}
		return encodeMap(w, value)
	case []any:
		w.depth++
		if w.depth > maxNesting {
			return newError(codeInvalidModel, "the value is nested too deep, or contains itself")
		}
		w.list(len(value))
		for _, element := range value {
			if err := encodeAny(w, element); err != nil {
				return err
			}
		}
		w.depth--
	case Path:
		value.encode(w)
	case SizeOf:
		value.encode(w)
	default:
		made, err := codecOf(reflect.TypeOf(value), attributeTag{})
		if err != nil {
			return newError(codeInvalidModel, err.Error())
		}
		home := reflect.New(reflect.TypeOf(value))
		home.Elem().Set(reflect.ValueOf(value))
		if made.isAbsent(home.UnsafePointer()) {
			w.null()
			return nil
		}
		return made.encode(w, home.UnsafePointer())
	}
	return nil
}

// decodeAny reads a value of any kind. `integer`: whole numbers as int64.
func decodeAny(r *tapeReader, integer bool) (any, error) {
	tag, count := r.head()
	switch tag {
	case tagTrue:
		return true, nil
	case tagFalse:
		return false, nil
	case tagInt32, tagInt64:
		if integer {
			if tag == tagInt32 {
				return r.int32(), nil
			}
			return r.int64(), nil
		}
		text, _ := readNumber(r, tag, count)
		return Number(text), nil
	case tagNumber:
		return Number(r.text(count)), nil
	case tagString:
		return r.text(count), nil
	case tagBytes:
		return r.bytes(count), nil
	case tagTime:
		return r.time(), nil
	case tagList:
		if !r.enter() || !r.fits(count, 1) {
			return nil, r.err()
		}
		list := make([]any, count)
		for i := range list {
			value, err := decodeAny(r, false)
			if err != nil {
				return nil, err
			}
			list[i] = value
		}
		r.leave()
		return list, nil
	case tagMap:
		return decodeEntries(r, count, nil)
	case tagStringSet:
		return decodeSet[StringSet](r, tagStringSet, count, &stringCodec)
	case tagNumberSet:
		return decodeSet[NumberSet](r, tagNumberSet, count, &numberCodec)
	case tagBytesSet:
		return decodeSet[BytesSet](r, tagBytesSet, count, &bytesCodec)
	case tagItem:
		return nil, newError(codeInternal, "an item lies within a value")
	}
	return nil, r.err()
}

func decodeSet[S ~[]E, E any](r *tapeReader, tag uint32, count int, element *codec) (any, error) {
	if !r.fits(count, 1) {
		return nil, r.err()
	}
	set := make(S, count)
	for i := range set {
		if !r.isElement(tag) {
			return nil, r.err()
		}
		if err := element.decode(r, unsafe.Pointer(&set[i])); err != nil {
			return nil, err
		}
	}
	return set, r.err()
}

func decodeMap(r *tapeReader, p unsafe.Pointer) error {
	tag, count := r.head()
	if isNone(tag) {
		*(*map[string]any)(p) = nil
		return nil
	}
	if tag != tagMap {
		return misfit(tag, "a map")
	}
	value, err := decodeEntries(r, count, nil)
	*(*map[string]any)(p) = value
	return err
}

// decodeEntries reads a map's entries; `integers` says by slot which attributes are int64.
func decodeEntries(r *tapeReader, count int, integers []bool) (map[string]any, error) {
	if !r.enter() || !r.fits(count, 2) {
		return nil, r.err()
	}
	made := make(map[string]any, count)
	for range count {
		if r.problem != "" {
			break
		}
		integer := false
		if len(integers) > 0 {
			if word := r.peekWord(); word&slotBit != 0 && int(word&^slotBit) < len(integers) {
				integer = integers[word&^slotBit]
			}
		}
		name := r.nameText()
		value, err := decodeAny(r, integer)
		if err != nil {
			return nil, err
		}
		made[name] = value
	}
	r.leave()
	return made, r.err()
}

// readItem reads an ITEM, MAP or ABSENT of a table as a dynamic item; nil for none.
func readItem(r *tapeReader, table *tableCore) Item {
	tag, count := r.head()
	var slots []string
	var integers []bool
	if table != nil {
		slots, integers = table.slots, table.integers
	}
	switch tag {
	case tagItem:
		r.openItem(slots)
	case tagMap:
	case tagAbsent, tagNull:
		return nil
	default:
		r.fail("it holds something else than an item")
		return nil
	}
	item, err := decodeEntries(r, count, integers)
	if err != nil {
		r.fail(err.Error())
	}
	if tag == tagItem {
		r.closeItem()
	}
	return item
}
