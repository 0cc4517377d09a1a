package tabletheory

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// vectors are the golden tapes (docs/tape.md, "Golden tapes").
type vectors struct {
	Tapes []struct {
		Name, Direction string
		Written         bool
		Value           map[string]any
		Tape            any
	}
	Malformed []struct {
		Name, Reason string
		Tape         any
	}
}

func loadVectors(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("../vectors/tape.json")
	if err != nil {
		t.Fatal(err)
	}
	var all vectors
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	if len(all.Tapes) == 0 || len(all.Malformed) == 0 {
		t.Fatal("no golden tapes")
	}
	return all
}

func unhex(t testing.TB, tape any) []byte {
	t.Helper()
	decode := func(text string) []byte {
		out, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if text, ok := tape.(string); ok {
		return decode(text)
	}
	var out []byte
	for _, piece := range tape.([]any) {
		piece := piece.(map[string]any)
		times, _ := strconv.Atoi(piece["times"].(json.Number).String())
		out = append(out, bytes.Repeat(decode(piece["hex"].(string)), times)...)
	}
	return out
}

var containerTags = map[string]uint32{"LIST": tagList, "STRING_SET": tagStringSet, "NUMBER_SET": tagNumberSet,
	"BYTES_SET": tagBytesSet, "PATH": tagPath}

// expand undoes {"repeat": …, "times": …}.
func expand(value any) any {
	repeated, ok := value.(map[string]any)
	if !ok || repeated["times"] == nil {
		return value
	}
	times, _ := strconv.Atoi(repeated["times"].(json.Number).String())
	if text, ok := repeated["repeat"].(string); ok {
		return strings.Repeat(text, times)
	}
	list := make([]any, times)
	for i := range list {
		list[i] = repeated["repeat"]
	}
	return list
}

// manyElements is from where on a repeated list is not put together in memory.
const manyElements = 10_000

// manyOf is a list that repeats one element many times.
func manyOf(content any) (element map[string]any, times int) {
	repeated, ok := content.(map[string]any)
	if !ok || repeated["times"] == nil {
		return nil, 0
	}
	element, _ = repeated["repeat"].(map[string]any)
	times, _ = strconv.Atoi(repeated["times"].(json.Number).String())
	if times < manyElements {
		element = nil
	}
	return element, times
}

func writeNotation(w *tapeWriter, notation map[string]any) {
	for tag, content := range notation {
		if element, times := manyOf(content); element != nil {
			w.container(containerTags[tag], times)
			for range times {
				writeNotation(w, element)
			}
			continue
		}
		content = expand(content)
		text, _ := content.(string)
		switch tag {
		case "ABSENT":
			w.absent()
		case "NULL":
			w.null()
		case "FALSE", "TRUE":
			w.boolean(tag == "TRUE")
		case "INT32", "INT64":
			value, _ := strconv.ParseInt(text, 10, 64)
			w.integer(value)
		case "NUMBER":
			w.number(text)
		case "STRING":
			w.text(text)
		case "PATH_TEXT":
			w.pathText(text)
		case "BYTES":
			raw, _ := hex.DecodeString(text)
			w.bytes(raw)
		case "DOUBLE":
			bits, _ := strconv.ParseUint(text, 16, 64)
			w.double(math.Float64frombits(bits))
		case "TIME":
			parts := content.([]any)
			seconds, _ := strconv.ParseInt(parts[0].(string), 10, 64)
			nanoseconds, _ := parts[1].(json.Number).Int64()
			w.time(time.Unix(seconds, nanoseconds))
		case "SIZE":
			w.word(tagSize)
			writeNotation(w, content.(map[string]any))
		case "MAP":
			writeEntries(w, content.([]any))
		default:
			list := content.([]any)
			w.container(containerTags[tag], len(list))
			for _, element := range list {
				writeNotation(w, element.(map[string]any))
			}
		}
	}
}

func writeEntries(w *tapeWriter, entries []any) {
	w.container(tagMap, len(entries))
	for _, entry := range entries {
		pair := entry.([]any)
		if slot, ok := pair[0].(json.Number); ok {
			number, _ := slot.Int64()
			w.slot(int(number))
		} else {
			w.name(expand(pair[0]).(string))
		}
		writeNotation(w, pair[1].(map[string]any))
	}
}

var notationNames = map[uint32]string{tagAbsent: "ABSENT", tagNull: "NULL", tagFalse: "FALSE", tagTrue: "TRUE",
	tagInt32: "INT32", tagInt64: "INT64", tagNumber: "NUMBER", tagString: "STRING", tagBytes: "BYTES", tagList: "LIST",
	tagMap: "MAP", tagStringSet: "STRING_SET", tagNumberSet: "NUMBER_SET", tagBytesSet: "BYTES_SET", tagTime: "TIME", tagItem: "ITEM"}

// readNotation reads a value by the reader's parts.
func readNotation(r *tapeReader) map[string]any {
	tag, count := r.head()
	name := notationNames[tag]
	switch tag {
	case tagInt32:
		return map[string]any{name: strconv.FormatInt(r.int32(), 10)}
	case tagInt64:
		return map[string]any{name: strconv.FormatInt(r.int64(), 10)}
	case tagNumber, tagString:
		return map[string]any{name: r.text(count)}
	case tagBytes:
		return map[string]any{name: hex.EncodeToString(r.bytes(count))}
	case tagTime:
		at := r.time()
		return map[string]any{name: []any{strconv.FormatInt(at.Unix(), 10), json.Number(strconv.Itoa(at.Nanosecond()))}}
	case tagList, tagStringSet, tagNumberSet, tagBytesSet:
		list := []any{}
		if r.enter() && r.fits(count, 1) {
			for range count {
				if r.problem == "" && r.isElement(tag) {
					list = append(list, readNotation(r))
				}
			}
			r.leave()
		}
		return map[string]any{name: list}
	case tagMap, tagItem:
		table := 0
		if tag == tagItem {
			table = r.openItem(r.slots)
		}
		entries := []any{}
		if r.enter() && r.fits(count, 2) {
			for range count {
				if r.problem != "" {
					break
				}
				var key any
				if word := r.peekWord(); word&slotBit != 0 {
					r.word()
					key = json.Number(strconv.Itoa(int(word &^ slotBit)))
				} else {
					key = r.nameText()
				}
				entries = append(entries, []any{key, readNotation(r)})
			}
			r.leave()
		}
		if tag == tagMap {
			return map[string]any{name: entries}
		}
		r.closeItem()
		return map[string]any{name: map[string]any{"table": json.Number(strconv.Itoa(table)), "entries": entries}}
	}
	return map[string]any{name: nil}
}

func normalize(notation map[string]any) map[string]any {
	out := map[string]any{}
	for tag, content := range notation {
		content = expand(content)
		switch content := content.(type) {
		case []any:
			list := []any{}
			for _, element := range content {
				switch element := element.(type) {
				case map[string]any:
					list = append(list, normalize(element))
				case []any: // an entry
					list = append(list, []any{expand(element[0]), normalize(element[1].(map[string]any))})
				default:
					list = append(list, element)
				}
			}
			out[tag] = list
		case map[string]any:
			if entries, ok := content["entries"]; ok {
				inner := normalize(map[string]any{"MAP": entries})
				out[tag] = map[string]any{"table": content["table"], "entries": inner["MAP"]}
			} else {
				out[tag] = normalize(content)
			}
		default:
			out[tag] = content
		}
	}
	return out
}

func TestGoldenTapesAreWritten(t *testing.T) {
	written := 0
	for _, vector := range loadVectors(t).Tapes {
		if vector.Direction == "result" || !vector.Written {
			continue
		}
		if _, item := vector.Value["ITEM"]; item {
			continue // a request's item is written as a MAP
		}
		w := newTapeWriter()
		writeNotation(w, vector.Value)
		if got := w.finish(); !bytes.Equal(got, unhex(t, vector.Tape)) {
			t.Errorf("%s: wrote %s", vector.Name, cut(hex.EncodeToString(got)))
		}
		w.free()
		written++
	}
	if written == 0 {
		t.Error("nothing was written")
	}
}

func cut(text string) string { return text[:min(len(text), 200)] }

func TestGoldenTapesAreRead(t *testing.T) {
	read := 0
	for _, vector := range loadVectors(t).Tapes {
		if vector.Direction == "request" {
			continue
		}
		r := newTapeReader(unhex(t, vector.Tape))
		read++
		if readMany(t, vector.Name, &r, vector.Value) {
			continue
		}
		got := readNotation(&r)
		if err := r.finish(); err != nil {
			t.Errorf("%s: %v", vector.Name, err)
		} else if want := normalize(vector.Value); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: read %s, want %s", vector.Name, cut(fmt.Sprint(got)), cut(fmt.Sprint(want)))
		}
	}
	if read == 0 {
		t.Error("nothing was read")
	}
}

// readMany reads a list of very many equal elements one by one; false: the value is none.
func readMany(t *testing.T, name string, r *tapeReader, value map[string]any) bool {
	for tag, content := range value {
		element, times := manyOf(content)
		if element == nil {
			return false
		}
		if got, count := r.head(); got != containerTags[tag] || count != times {
			t.Errorf("%s: read %d elements of tag %d", name, count, got)
		}
		if first := readNotation(r); !reflect.DeepEqual(first, normalize(element)) {
			t.Errorf("%s: its first element is %v", name, first)
		}
		for range times - 1 {
			r.skip()
		}
		if err := r.finish(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	return true
}

func TestMalformedTapesAreRefused(t *testing.T) {
	for _, vector := range loadVectors(t).Malformed {
		r := newTapeReader(unhex(t, vector.Tape))
		readNotation(&r)
		if r.finish() == nil {
			t.Errorf("%s was taken (%s)", vector.Name, vector.Reason)
		}
		s := newTapeReader(unhex(t, vector.Tape))
		s.skip()
		_ = s.finish() // skips over what it does not look at, but never beyond the end
	}
}

// FuzzTape: whatever the bytes, readers neither panic nor read beyond the end, and what one reads the other skips.
func FuzzTape(f *testing.F) {
	for _, vector := range loadVectors(f).Tapes {
		if tape := unhex(f, vector.Tape); len(tape) < 4096 {
			f.Add(tape)
		}
	}
	for _, vector := range loadVectors(f).Malformed {
		f.Add(unhex(f, vector.Tape))
	}
	type part struct {
		A string
		B []Number
		C map[string]any
		D *part
		E time.Time
		F float64
		G StringSet
	}
	nested, err := codecOf(reflect.TypeFor[part](), attributeTag{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, tape []byte) {
		r := newTapeReader(tape)
		r.slots = []string{"a", "b"}
		if _, err := decodeAny(&r, false); err == nil && r.finish() == nil {
			s := newTapeReader(tape)
			s.slots = []string{"a", "b"}
			s.skip()
			if err := s.finish(); err != nil {
				t.Errorf("read, but not skipped: %v", err)
			}
		}
		var home part
		p := newTapeReader(tape)
		_ = nested.decode(&p, reflect.ValueOf(&home).UnsafePointer())
		item := newTapeReader(tape)
		readItem(&item, &tableCore{slots: []string{"a"}, integers: []bool{true}})
	})
}
