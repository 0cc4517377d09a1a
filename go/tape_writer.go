package tabletheory

import (
	"encoding/binary"
	"math"
	"sync"
	"time"
)

const (
	tapeMagic    = 0x31505454
	tapeHeader   = 16
	countEscape  = 0xFFFFFF
	slotBit      = 0x8000_0000
	maxNesting   = 64
	keptCapacity = 1 << 20 // of pooled buffers, in bytes
)

// tapeWriter writes one tape (docs/tape.md). Words and pool grow side by side and are joined by finish.
type tapeWriter struct {
	words []byte // begins with room for the header
	pool  []byte
	depth int
}

var writers = sync.Pool{New: func() any { return new(tapeWriter) }}

func newTapeWriter() *tapeWriter {
	w := writers.Get().(*tapeWriter)
	w.words = append(w.words[:0], make([]byte, tapeHeader)...)
	w.pool = w.pool[:0]
	w.depth = 0
	return w
}

// free gives the buffers back; what finish gave is gone.
func (w *tapeWriter) free() {
	if cap(w.words)+cap(w.pool) <= keptCapacity {
		writers.Put(w)
	}
}

// finish gives the whole tape, in the writer's own memory.
func (w *tapeWriter) finish() []byte {
	words := len(w.words) - tapeHeader
	binary.LittleEndian.PutUint32(w.words, tapeMagic)
	binary.LittleEndian.PutUint32(w.words[4:], uint32(words/4))
	binary.LittleEndian.PutUint32(w.words[8:], uint32(len(w.pool)))
	binary.LittleEndian.PutUint32(w.words[12:], 0)
	w.words = append(w.words, w.pool...)
	return w.words
}

func (w *tapeWriter) word(word uint32) { w.words = binary.LittleEndian.AppendUint32(w.words, word) }

func (w *tapeWriter) long(value uint64) { w.words = binary.LittleEndian.AppendUint64(w.words, value) }

func (w *tapeWriter) head(tag uint32, count int) {
	if count < countEscape {
		w.word(tag | uint32(count)<<8)
		return
	}
	w.word(tag | countEscape<<8)
	w.word(uint32(count))
}

func (w *tapeWriter) absent() { w.word(tagAbsent) }
func (w *tapeWriter) null()   { w.word(tagNull) }

func (w *tapeWriter) boolean(value bool) {
	if value {
		w.word(tagTrue)
	} else {
		w.word(tagFalse)
	}
}

func (w *tapeWriter) integer(value int64) {
	if value >= math.MinInt32 && value <= math.MaxInt32 {
		w.word(tagInt32)
		w.word(uint32(int32(value)))
		return
	}
	w.word(tagInt64)
	w.long(uint64(value))
}

func (w *tapeWriter) double(value float64) {
	w.word(tagDouble)
	w.long(math.Float64bits(value))
}

func (w *tapeWriter) pooled(tag uint32, text string) {
	w.head(tag, len(text))
	w.pool = append(w.pool, text...)
}

func (w *tapeWriter) text(value string)     { w.pooled(tagString, value) }
func (w *tapeWriter) number(value string)   { w.pooled(tagNumber, value) }
func (w *tapeWriter) pathText(value string) { w.pooled(tagPathText, value) }

func (w *tapeWriter) bytes(value []byte) {
	w.head(tagBytes, len(value))
	w.pool = append(w.pool, value...)
}

func (w *tapeWriter) time(value time.Time) {
	w.word(tagTime)
	w.long(uint64(value.Unix()))
	w.word(uint32(value.Nanosecond()))
}

func (w *tapeWriter) list(count int)                  { w.head(tagList, count) }
func (w *tapeWriter) container(tag uint32, count int) { w.head(tag, count) }

func (w *tapeWriter) name(name string) {
	w.word(uint32(len(name)))
	w.pool = append(w.pool, name...)
}

func (w *tapeWriter) slot(slot int) { w.word(slotBit | uint32(slot)) }

// mapMark is a map whose entries are being counted.
type mapMark struct {
	at    int
	count int
}

// openMap begins a map that closeMap gives its count. It holds fewer than countEscape entries: a struct's or request's.
func (w *tapeWriter) openMap() mapMark {
	w.word(tagMap)
	return mapMark{at: len(w.words) - 4}
}

func (w *tapeWriter) closeMap(mark mapMark) {
	binary.LittleEndian.PutUint32(w.words[mark.at:], tagMap|uint32(mark.count)<<8)
}

// member begins an entry of an open map.
func (m *mapMark) member(w *tapeWriter, name string) {
	m.count++
	w.name(name)
}
