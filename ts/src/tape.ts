// The tape (docs/tape.md): how requests and results cross between this package and the core. Nothing here knows what a
// tape is about; ts/src/values.ts does.
import { Buffer } from 'node:buffer';

import { Tag } from './constants.js';
import { TableTheoryError } from './errors.js';

/** "TTP1" */
const MAGIC = 0x31505454;
const HEADER_BYTES = 16;
const LONG_COUNT = 0xffffff;
/** The top bit of a name word: a slot. */
export const SLOT_BIT = 0x80000000;
/** How deep values nest, here and in the core. */
export const MAX_DEPTH = 64;

const TWO_32 = 4294967296;

// Node's own cutting of text out of buffers, which its types leave out.
type Sliceable = Buffer & { latin1Slice(start: number, end: number): string; utf8Slice(start: number, end: number): string };

function malformed(why: string): TableTheoryError {
  return new TableTheoryError('ErrInvalidModel', `a tape cannot be read: ${why} (docs/tape.md)`);
}

/**
 * Writes one tape into buffers that are kept and grow. One value is written: containers first say how many values or
 * entries follow.
 */
export class TapeWriter {
  private words = new Int32Array(256);
  private wordCount = 0;
  private pool = Buffer.allocUnsafeSlow(4096);
  private poolSize = 0;
  private out = Buffer.allocUnsafeSlow(8192);
  private outWords = new Int32Array(this.out.buffer);
  private doubles = new DataView(new ArrayBuffer(8));

  /** Begins a new tape. */
  reset(): this {
    this.wordCount = 0;
    this.poolSize = 0;
    return this;
  }

  /** A place to which `rewind` goes back. */
  mark(): { words: number; pool: number } {
    return { words: this.wordCount, pool: this.poolSize };
  }
  rewind(mark: { words: number; pool: number }): void {
    this.wordCount = mark.words;
    this.poolSize = mark.pool;
  }

  private word(value: number): void {
    if (this.wordCount === this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.wordCount++] = value | 0;
  }

  private head(tag: number, count: number): void {
    if (count < LONG_COUNT) {
      this.word(tag | (count << 8));
    } else {
      this.word(tag | (LONG_COUNT << 8));
      this.word(count);
    }
  }

  private room(bytes: number): void {
    if (this.poolSize + bytes <= this.pool.length) return;
    let size = this.pool.length * 2;
    while (size < this.poolSize + bytes) size *= 2;
    const grown = Buffer.allocUnsafeSlow(size);
    this.pool.copy(grown, 0, 0, this.poolSize);
    this.pool = grown;
  }

  // Writes text into the pool and gives its bytes.
  private text(text: string): number {
    const length = text.length;
    this.room(length * 3);
    if (length < 24) {
      const pool = this.pool;
      let at = this.poolSize;
      let i = 0;
      for (; i < length; ++i) {
        const c = text.charCodeAt(i);
        if (c > 127) break;
        pool[at++] = c;
      }
      if (i === length) {
        this.poolSize = at;
        return length;
      }
    }
    // A lone surrogate would become U+FFFD, silently: text is exact or refused.
    if (!isWellFormed(text)) {
      throw new TableTheoryError('ErrInvalidModel', 'a text is not well-formed: it holds half of a surrogate pair');
    }
    const written = this.pool.write(text, this.poolSize, 'utf8');
    this.poolSize += written;
    return written;
  }

  private tagged(tag: number, text: string): void {
    const at = this.wordCount;
    this.word(0);
    const bytes = this.text(text);
    this.wordCount = at;
    this.head(tag, bytes);
  }

  absent(): void {
    this.word(Tag.ABSENT);
  }
  null(): void {
    this.word(Tag.NULL);
  }
  boolean(value: boolean): void {
    this.word(value ? Tag.TRUE : Tag.FALSE);
  }
  /** A JavaScript number: whole as an integer, else as a double. */
  number(value: number): void {
    if ((value | 0) === value) {
      this.word(Tag.INT32);
      this.word(value);
    } else if (Number.isSafeInteger(value)) {
      this.word(Tag.INT64);
      this.word(value % TWO_32);
      this.word(Math.floor(value / TWO_32));
    } else {
      this.doubles.setFloat64(0, value, true);
      this.word(Tag.DOUBLE);
      this.word(this.doubles.getInt32(0, true));
      this.word(this.doubles.getInt32(4, true));
    }
  }
  bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) return this.decimal(value.toString());
    if (BigInt.asIntN(32, value) === value) return this.number(Number(value));
    this.word(Tag.INT64);
    this.word(Number(BigInt.asIntN(32, value)));
    this.word(Number(value >> 32n));
  }
  /** A number by its text; whether it is one is for the core to say. */
  decimal(text: string): void {
    this.tagged(Tag.NUMBER, text);
  }
  string(text: string): void {
    this.tagged(Tag.STRING, text);
  }
  pathText(text: string): void {
    this.tagged(Tag.PATH_TEXT, text);
  }
  bytes(bytes: Uint8Array): void {
    this.head(Tag.BYTES, bytes.length);
    this.room(bytes.length);
    this.pool.set(bytes, this.poolSize);
    this.poolSize += bytes.length;
  }
  time(seconds: number | bigint, nanoseconds: number): void {
    const whole = BigInt(seconds);
    this.word(Tag.TIME);
    this.word(Number(BigInt.asIntN(32, whole)));
    this.word(Number(BigInt.asIntN(32, whole >> 32n)));
    this.word(nanoseconds);
  }
  date(date: Date): void {
    const ms = date.getTime();
    if (Number.isNaN(ms)) throw new TableTheoryError('ErrInvalidModel', 'an invalid Date is no timestamp');
    const seconds = Math.floor(ms / 1000);
    this.time(seconds, (ms - seconds * 1000) * 1e6);
  }
  list(count: number): void {
    this.head(Tag.LIST, count);
  }
  map(count: number): void {
    this.head(Tag.MAP, count);
  }
  set(tag: number, count: number): void {
    this.head(tag, count);
  }
  path(count: number): void {
    this.head(Tag.PATH, count);
  }
  /** Its path follows. */
  size(): void {
    this.word(Tag.SIZE);
  }
  name(name: string): void {
    const at = this.wordCount;
    this.word(0);
    this.words[at] = this.text(name);
  }
  slot(slot: number): void {
    this.word(SLOT_BIT | slot);
  }
  /** A MAP whose entries are counted as they are written: `const at = w.openMap(); …; w.close(at, n)`. */
  openMap(): number {
    this.word(Tag.MAP);
    return this.wordCount - 1;
  }
  close(at: number, count: number): void {
    if (count >= LONG_COUNT) throw malformed('a map has too many entries');
    this.words[at] = Tag.MAP | (count << 8);
  }

  /** How many bytes the finished tape takes; it lies at the front of `buffer`, until the next `finish`. */
  finish(): number {
    const poolAt = HEADER_BYTES + this.wordCount * 4;
    const total = poolAt + this.poolSize;
    if (total > this.out.length) {
      let size = this.out.length * 2;
      while (size < total) size *= 2;
      this.out = Buffer.allocUnsafeSlow(size);
      this.outWords = new Int32Array(this.out.buffer);
    }
    const out = this.outWords;
    out[0] = MAGIC;
    out[1] = this.wordCount;
    out[2] = this.poolSize;
    out[3] = 0;
    if (this.wordCount < 64) {
      for (let i = 0; i < this.wordCount; ++i) out[4 + i] = this.words[i]!;
    } else {
      out.set(this.words.subarray(0, this.wordCount), 4);
    }
    this.pool.copy(this.out, poolAt, 0, this.poolSize);
    return total;
  }
  get buffer(): Uint8Array {
    return this.out;
  }
  /** The finished tape in a buffer of its own. */
  toBytes(): Uint8Array {
    const size = this.finish();
    const bytes = new Uint8Array(size);
    bytes.set(this.out.subarray(0, size));
    return bytes;
  }
}

function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; ++i) {
    const c = text.charCodeAt(i);
    if (c < 0xd800 || c > 0xdfff) continue;
    const next = text.charCodeAt(i + 1);
    if (c > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false;
    ++i;
  }
  return true;
}

/**
 * Reads one tape, front to back. `begin` checks the frame; each read is checked against its ends, so that a broken tape
 * is an ErrInvalidModel and never anything else.
 */
export class TapeReader {
  private words!: Int32Array;
  private at = 0;
  private end = 0;
  private bytes!: Sliceable;
  private poolAt = 0;
  private poolEnd = 0;
  // An item whose text is ASCII is turned into one string, of which the values are cut.
  private ascii = '';
  private asciiBase = 0;
  private asciiEnd = -1;
  private doubles = new DataView(new ArrayBuffer(8));
  /** Of the ITEM that was opened last: which of the request's tables it is of. */
  itemTable = 0;
  /** Of the last INT64 or TIME: its high word, and the nanoseconds. */
  private high = 0;
  private nanoseconds = 0;

  /** Takes the tape of `size` bytes at the front of `bytes`, whose memory is aligned to 4 bytes. */
  begin(bytes: Buffer, size: number, words?: Int32Array): this {
    if (bytes.byteOffset % 4 !== 0) {
      const aligned = Buffer.allocUnsafeSlow(size);
      bytes.copy(aligned, 0, 0, size);
      bytes = aligned;
      words = undefined;
    }
    if (size < HEADER_BYTES) throw malformed('it is shorter than its head');
    words ??= new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    const wordCount = words[1]! >>> 0;
    const poolSize = words[2]! >>> 0;
    if (words[0] !== MAGIC || words[3] !== 0) throw malformed('it does not begin as one');
    if (HEADER_BYTES + wordCount * 4 + poolSize !== size) throw malformed('its parts do not add up to its size');
    this.words = words;
    this.at = 4;
    this.end = 4 + wordCount;
    this.bytes = bytes as Sliceable;
    this.poolAt = HEADER_BYTES + wordCount * 4;
    this.poolEnd = size;
    this.asciiEnd = -1;
    return this;
  }

  /** After the value: everything must have been used up. */
  finish(): void {
    if (this.at !== this.end || this.poolAt !== this.poolEnd) throw malformed('something follows its value');
  }

  private word(): number {
    if (this.at >= this.end) throw malformed('it ends within a value');
    return this.words[this.at++]!;
  }

  /** The next value's head; its tag is in the low 8 bits. */
  head(): number {
    return this.word();
  }
  /** A word ahead, without reading it. */
  peek(ahead: number): number {
    if (this.at + ahead >= this.end) throw malformed('it ends within a value');
    return this.words[this.at + ahead]!;
  }
  /** The count of a head. */
  count(head: number): number {
    const count = head >>> 8;
    return count === LONG_COUNT ? this.word() >>> 0 : count;
  }
  int32(): number {
    return this.word();
  }
  /** An INT64 as a number when that is exact, else as a bigint. */
  int64(): number | bigint {
    const low = this.word() >>> 0;
    const high = this.word();
    const value = high * TWO_32 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }
  double(): number {
    this.doubles.setInt32(0, this.word(), true);
    this.doubles.setInt32(4, this.word(), true);
    return this.doubles.getFloat64(0, true);
  }
  /** The seconds of a TIME; `timeNanoseconds` are its rest. */
  timeSeconds(): number {
    const low = this.word() >>> 0;
    this.high = this.word();
    this.nanoseconds = this.word();
    return this.high * TWO_32 + low;
  }
  get timeNanoseconds(): number {
    return this.nanoseconds;
  }
  text(size: number): string {
    const from = this.poolAt;
    const to = from + size;
    if (to > this.poolEnd) throw malformed('its pool ends within a text');
    this.poolAt = to;
    if (to <= this.asciiEnd) return this.ascii.substring(from - this.asciiBase, to - this.asciiBase);
    return size === 0 ? '' : this.bytes.utf8Slice(from, to);
  }
  blob(size: number): Uint8Array {
    const from = this.poolAt;
    const to = from + size;
    if (to > this.poolEnd) throw malformed('its pool ends within bytes');
    this.poolAt = to;
    const blob = new Uint8Array(size);
    blob.set(this.bytes.subarray(from, to));
    return blob;
  }
  /** A name word: negative for a slot (`word & 0x7fffffff`), else the bytes of a name (`text`). */
  nameWord(): number {
    return this.word();
  }
  name(): string {
    const word = this.word();
    if (word < 0) throw malformed('a map has a slot where a name belongs');
    return this.text(word);
  }
  /** The two words of an ITEM, after its count. */
  openItem(): void {
    const pool = this.word();
    this.itemTable = this.word();
    const size = pool & 0x7fffffff;
    if (this.poolAt + size > this.poolEnd) throw malformed('its pool ends within an item');
    if (pool < 0 && size > 0) {
      this.ascii = this.bytes.latin1Slice(this.poolAt, this.poolAt + size);
      this.asciiBase = this.poolAt;
      this.asciiEnd = this.poolAt + size;
    } else {
      this.asciiEnd = -1;
    }
  }
  /** Whether a container of `count` values can be in what is left: each takes a word at least. */
  fits(count: number): void {
    if (count > this.end - this.at) throw malformed('it ends within a container');
  }
}
