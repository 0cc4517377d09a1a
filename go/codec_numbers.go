// Codecs of numbers.

package tabletheory

import (
	"math"
	"reflect"
	"strconv"
	"unsafe"
)

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
