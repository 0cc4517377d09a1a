package tabletheory

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"
)

// tapeReader reads one tape front to back (docs/tape.md). It never reads beyond its end: the first rule that is broken
// sets problem, and from then on everything reads as nothing.
//
// Texts of an item share one string, made when the item is opened; all others are copied one by one. Nothing that is
// returned points into the tape, but for raw and name, which are read at once.
type tapeReader struct {
	words   []byte
	pool    []byte
	w, p    int
	problem string

	shared      string // the texts of the open item
	sharedFrom  int    // position in the pool of its first byte
	sharedUntil int
	sharedASCII bool

	slots []string // the open item's attribute names, by slot
	depth int
}

func newTapeReader(tape []byte) tapeReader {
	var r tapeReader
	if len(tape) < tapeHeader || binary.LittleEndian.Uint32(tape) != tapeMagic ||
		binary.LittleEndian.Uint32(tape[12:]) != 0 {
		r.fail("it does not begin as a tape does")
		return r
	}
	words := uint64(binary.LittleEndian.Uint32(tape[4:])) * 4
	pool := uint64(binary.LittleEndian.Uint32(tape[8:]))
	if tapeHeader+words+pool != uint64(len(tape)) {
		r.fail("its length is not what it says")
		return r
	}
	r.words = tape[tapeHeader : tapeHeader+words]
	r.pool = tape[tapeHeader+words:]
	return r
}

func (r *tapeReader) fail(problem string) {
	if r.problem == "" {
		r.problem = problem
	}
	r.w, r.p = len(r.words), len(r.pool)
}

// err is what was wrong so far.
func (r *tapeReader) err() error {
	if r.problem == "" {
		return nil
	}
	return newError(codeInvalidModel, "a tape cannot be read: "+r.problem)
}

// finish is err, for a tape that should be used up.
func (r *tapeReader) finish() error {
	if r.problem == "" && (r.w != len(r.words) || r.p != len(r.pool)) {
		r.fail("something is left over")
	}
	return r.err()
}

func (r *tapeReader) word() uint32 {
	if len(r.words)-r.w < 4 {
		r.fail("it ends too early")
		return 0
	}
	word := binary.LittleEndian.Uint32(r.words[r.w:])
	r.w += 4
	return word
}

func (r *tapeReader) long() uint64 {
	if len(r.words)-r.w < 8 {
		r.fail("it ends too early")
		return 0
	}
	long := binary.LittleEndian.Uint64(r.words[r.w:])
	r.w += 8
	return long
}

// head reads a value's first word (and the second, of a big count).
func (r *tapeReader) head() (tag uint32, count int) {
	word := r.word()
	tag, count = word&0xFF, int(word>>8)
	if count == countEscape {
		count = int(r.word())
	}
	if tag < tagNumber && count != 0 || tag == tagDouble || tag == tagTime && count != 0 || tag > tagItem {
		r.fail("it holds a value that results do not have")
		return tagAbsent, 0
	}
	return tag, count
}

// peek is the tag of the next value.
func (r *tapeReader) peek() uint32 {
	if len(r.words)-r.w < 4 {
		return tagAbsent
	}
	return uint32(r.words[r.w])
}

// peekWord is the next word.
func (r *tapeReader) peekWord() uint32 {
	if len(r.words)-r.w < 4 {
		return 0
	}
	return binary.LittleEndian.Uint32(r.words[r.w:])
}

// fits checks that count values of some words each can follow.
func (r *tapeReader) fits(count, wordsEach int) bool {
	if uint64(count)*uint64(wordsEach)*4 > uint64(len(r.words)-r.w) {
		r.fail("it holds fewer values than it says")
		return false
	}
	return true
}

// raw gives bytes of the pool, borrowed.
func (r *tapeReader) raw(count int) []byte {
	if count > len(r.pool)-r.p {
		r.fail("its pool ends too early")
		return nil
	}
	bytes := r.pool[r.p : r.p+count]
	r.p += count
	return bytes
}

func (r *tapeReader) bytes(count int) []byte { return append(make([]byte, 0, count), r.raw(count)...) }

// text gives a string of the pool: a part of the item's, or one of its own.
func (r *tapeReader) text(count int) string {
	var text string
	if r.p >= r.sharedFrom && r.p+count <= r.sharedUntil {
		at := r.p - r.sharedFrom
		r.p += count
		text = r.shared[at : at+count]
		if r.sharedASCII {
			return text
		}
	} else {
		text = string(r.raw(count))
	}
	if !utf8.ValidString(text) {
		r.fail("it holds a text that is no UTF-8")
		return ""
	}
	return text
}

func (r *tapeReader) int32() int64 { return int64(int32(r.word())) }
func (r *tapeReader) int64() int64 { return int64(r.long()) }

func (r *tapeReader) time() time.Time {
	seconds := int64(r.long())
	nanoseconds := r.word()
	if nanoseconds >= 1_000_000_000 {
		r.fail("it holds an instant with too many nanoseconds")
		return time.Time{}
	}
	return time.Unix(seconds, int64(nanoseconds)).UTC()
}

// name reads a name word: borrowed bytes, or the name of a slot.
func (r *tapeReader) name() (slot int, name []byte) {
	word := r.word()
	if word&slotBit != 0 {
		slot = int(word &^ slotBit)
		if slot >= len(r.slots) {
			r.fail("it names an attribute that the model does not have")
			return -1, nil
		}
		return slot, nil
	}
	return -1, r.raw(int(word))
}

// nameText is name as a string that may be kept.
func (r *tapeReader) nameText() string {
	word := r.word()
	if word&slotBit == 0 {
		return r.text(int(word))
	}
	slot := int(word &^ slotBit)
	if slot >= len(r.slots) {
		r.fail("it names an attribute that the model does not have")
		return ""
	}
	return r.slots[slot]
}

// openItem reads the two words of an ITEM and makes its shared string. `slots` are the names of its table's attributes.
func (r *tapeReader) openItem(slots []string) (table int) {
	word := r.word()
	size := int(word &^ slotBit)
	table = int(r.word())
	if size > len(r.pool)-r.p {
		r.fail("its pool ends too early")
		return 0
	}
	r.sharedFrom, r.sharedUntil, r.sharedASCII = r.p, r.p+size, word&slotBit != 0
	r.shared = string(r.pool[r.p : r.p+size])
	r.slots = slots
	return table
}

// closeItem checks that the item took what it said.
func (r *tapeReader) closeItem() {
	if r.problem == "" && r.p != r.sharedUntil {
		r.fail("an item takes other bytes than it says")
	}
	r.shared, r.sharedFrom, r.sharedUntil, r.slots = "", 0, 0, nil
}

// enter counts a level of nesting; leave is called after it.
func (r *tapeReader) enter() bool {
	r.depth++
	if r.depth > maxNesting {
		r.fail("its values are nested too deep")
		return false
	}
	return true
}

func (r *tapeReader) leave() { r.depth-- }

// skip passes over a value without making anything of it.
func (r *tapeReader) skip() {
	tag, count := r.head()
	switch tag {
	case tagInt32:
		r.word()
	case tagInt64:
		r.long()
	case tagNumber, tagString, tagBytes:
		r.raw(count)
	case tagTime:
		r.long()
		r.word()
	case tagList, tagStringSet, tagNumberSet, tagBytesSet:
		if !r.enter() || !r.fits(count, 1) {
			return
		}
		for range count {
			r.skip()
		}
		r.leave()
	case tagItem, tagMap:
		if tag == tagItem {
			r.long()
		}
		if !r.enter() || !r.fits(count, 2) {
			return
		}
		for range count {
			if word := r.word(); word&slotBit == 0 {
				r.raw(int(word))
			}
			r.skip()
		}
		r.leave()
	}
}

// isElement says whether the next value may be an element of a set.
func (r *tapeReader) isElement(set uint32) bool {
	tag := r.peek()
	ok := true
	switch set {
	case tagStringSet:
		ok = tag == tagString
	case tagNumberSet:
		ok = tag == tagInt32 || tag == tagInt64 || tag == tagNumber
	case tagBytesSet:
		ok = tag == tagBytes
	}
	if !ok {
		r.fail("it holds a set with an element of another type")
	}
	return ok
}

// members reads a MAP's (or ITEM's) entries by name: `each` reads the value of every entry, or skips it. The name is
// borrowed.
func (r *tapeReader) members(each func(name string)) {
	tag, count := r.head()
	if tag == tagItem {
		r.long()
	} else if tag != tagMap {
		r.fail("it holds something else than a map")
		return
	}
	if !r.enter() || !r.fits(count, 2) {
		return
	}
	for range count {
		if r.problem != "" {
			return
		}
		_, name := r.name()
		each(unsafe.String(unsafe.SliceData(name), len(name)))
	}
	r.leave()
}

// elements reads a LIST; `each` reads every element.
func (r *tapeReader) elements(each func(index int)) {
	tag, count := r.head()
	if tag == tagAbsent || tag == tagNull {
		return
	}
	if tag != tagList {
		r.fail("it holds something else than a list")
		return
	}
	if !r.enter() || !r.fits(count, 1) {
		return
	}
	for index := range count {
		if r.problem != "" {
			return
		}
		each(index)
	}
	r.leave()
}

// plainText reads a value that is a text; "" for anything without one.
func (r *tapeReader) plainText() string {
	tag, count := r.head()
	switch tag {
	case tagString, tagNumber, tagBytes:
		return r.text(count)
	case tagInt32:
		return strconv.FormatInt(r.int32(), 10)
	case tagInt64:
		return strconv.FormatInt(r.int64(), 10)
	case tagAbsent, tagNull:
	default:
		r.fail("it holds something else than a text")
	}
	return ""
}

// plainInteger reads a value that is a whole number; 0 for none.
func (r *tapeReader) plainInteger() int64 {
	tag, _ := r.head()
	switch tag {
	case tagInt32:
		return r.int32()
	case tagInt64:
		return r.int64()
	case tagTrue:
		return 1
	case tagAbsent, tagNull, tagFalse:
	default:
		r.fail("it holds something else than a whole number")
	}
	return 0
}

func (r *tapeReader) plainBool() bool { return r.plainInteger() != 0 }

func (r *tapeReader) plainFloat() float64 {
	value, err := strconv.ParseFloat(r.plainText(), 64)
	if err != nil {
		return math.NaN()
	}
	return value
}

func (r *tapeReader) plainTexts() []string {
	var texts []string
	r.elements(func(int) { texts = append(texts, r.plainText()) })
	return texts
}
