// Codecs of what holds other values: pointers, slices, sets, maps, structs.

package tabletheory

import (
	"errors"
	"reflect"
	"unsafe"
)

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
