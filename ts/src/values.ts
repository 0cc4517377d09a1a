// Native values on tapes: the table of docs/spec/dms.md, "Native types". Which types an attribute takes and what they mean is for the
// core to say; here is only which JavaScript value stands for which tagged value.
import { Tag } from './constants.js';
import { TableTheoryError } from './errors.js';
import { checkInteger, ExactNumber, numberOf, safeIntegerOf, type AnyNumber } from './numbers.js';
import { MAX_DEPTH, type TapeReader, type TapeWriter } from './tape.js';

/** An attribute as the core describes it. */
export interface AttributeInfo {
  /** As it is stored. */
  readonly name: string;
  /** `S`, `N`, `B`, `BOOL`, `NULL`, `M`, `L`, `SS`, `NS`, `BS` */
  readonly type: string;
  /** `int`, `rfc3339nano`, …; empty: none. */
  readonly format: string;
  /** `pk`, `sk`, `version`, `ttl`, `created_at`, … */
  readonly roles: readonly string[];
  /** An item without it is refused. */
  readonly required: boolean;
  /** It may be missing although the library would keep it. */
  readonly optional: boolean;
  /** Empty values are not stored. */
  readonly omitEmpty: boolean;
  /** Holds any value, as JSON. */
  readonly json: boolean;
  /** Its text is bytes in base64. */
  readonly binary: boolean;
  /** The version of its envelope; 0: not encrypted. */
  readonly encryption: number;
}

/** An index as the core describes it. */
export interface IndexInfo {
  /** Its name. */
  readonly name: string;
  /** A GSI, not an LSI. */
  readonly global: boolean;
  /** Attributes of its partition key. */
  readonly partition: readonly string[];
  /** Attributes of its sort key. */
  readonly sort: readonly string[];
}

/** What the core says about a model. */
export interface ModelInfo {
  /** Its name. */
  readonly model: string;
  /** Of the document it is from. */
  readonly dmsVersion: string;
  /** The attribute of its partition key. */
  readonly partitionKey: string;
  /** The attribute of its sort key, if it has one. */
  readonly sortKey?: string | undefined;
  /** In the order written. */
  readonly attributes: readonly AttributeInfo[];
  /** In the order written. */
  readonly indexes: readonly IndexInfo[];
}

/** A model of a decoded tape. */
export function modelInfoOf(members: Record<string, unknown>): ModelInfo {
  const attributes = members['attributes'] as (AttributeInfo & { omit_empty: boolean })[];
  return {
    model: members['model'] as string,
    dmsVersion: members['dms_version'] as string,
    partitionKey: members['partition_key'] as string,
    sortKey: members['sort_key'] as string | undefined,
    attributes: attributes.map(({ omit_empty: omitEmpty, ...attribute }) => ({ ...attribute, omitEmpty })),
    indexes: members['indexes'] as IndexInfo[],
  };
}

// --- Writing --------------------------------------------------------------------------------------------------------

/** How the text and the sets of an attribute are meant. */
type Hint = 'N' | 'SS' | 'NS' | 'BS' | '';

function refuse(what: string): TableTheoryError {
  return new TableTheoryError('ErrInvalidModel', what);
}

function writeNumber(writer: TapeWriter, value: unknown): void {
  if (typeof value === 'number') return writer.number(value);
  if (typeof value === 'bigint') return writer.bigint(value);
  writer.decimal(value instanceof ExactNumber ? value.text : String(value));
}

function elementTag(value: unknown): number {
  if (typeof value === 'string') return Tag.STRING_SET;
  if (value instanceof Uint8Array) return Tag.BYTES_SET;
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof ExactNumber) return Tag.NUMBER_SET;
  throw refuse('a Set holds text, numbers or Uint8Arrays, all of one kind');
}

function writeSet(writer: TapeWriter, set: ReadonlySet<unknown>, hint: Hint): void {
  let tag: number;
  if (hint === 'SS') tag = Tag.STRING_SET;
  else if (hint === 'NS') tag = Tag.NUMBER_SET;
  else if (hint === 'BS') tag = Tag.BYTES_SET;
  else if (set.size > 0) tag = elementTag(set.values().next().value);
  else throw refuse('an empty Set says not what it is a set of; leave the attribute out, or declare it in a model');
  writer.set(tag, set.size);
  for (const element of set) {
    if (tag === Tag.NUMBER_SET) {
      if (hint !== 'NS' || typeof element !== 'string') {
        if (elementTag(element) !== tag) throw refuse('the elements of a Set are of several kinds');
      }
      writeNumber(writer, element);
    } else if (elementTag(element) !== tag) {
      throw refuse('the elements of a Set are of several kinds, or not of the kind its attribute declares');
    } else if (tag === Tag.STRING_SET) {
      writer.string(element as string);
    } else {
      writer.bytes(element as Uint8Array);
    }
  }
}

function writeEntries(writer: TapeWriter, entries: Iterable<[unknown, unknown]>, depth: number): void {
  const at = writer.openMap();
  let count = 0;
  for (const [name, value] of entries) {
    if (value === undefined) continue;
    if (typeof name !== 'string') throw refuse('the names of a Map are texts');
    writer.name(name);
    writeValue(writer, value, '', depth + 1);
    ++count;
  }
  writer.close(at, count);
}

/** Writes a value by its own shape, helped by what its attribute declares. */
export function writeValue(writer: TapeWriter, value: unknown, hint: Hint = '', depth = 1): void {
  switch (typeof value) {
    case 'string':
      return hint === 'N' ? writer.decimal(value) : writer.string(value);
    case 'number':
      return writer.number(value);
    case 'boolean':
      return writer.boolean(value);
    case 'bigint':
      return writer.bigint(value);
    case 'object':
      break;
    case 'undefined':
      throw refuse('undefined stands where a value is needed; use null for DynamoDB\'s NULL');
    default:
      throw refuse(`a ${typeof value} is no value that can be stored`);
  }
  if (value === null) return writer.null();
  if (depth > MAX_DEPTH) throw refuse(`a value is nested more than ${MAX_DEPTH} deep, or contains itself`);
  if (Array.isArray(value)) {
    writer.list(value.length);
    for (let i = 0; i < value.length; ++i) writeValue(writer, value[i], '', depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    if (value instanceof Uint8Array) return writer.bytes(value);
    if (value instanceof Date) return writer.date(value);
    if (value instanceof Set) return writeSet(writer, value, hint);
    if (value instanceof ExactNumber) return writer.decimal(value.text);
    if (value instanceof ArrayBuffer) return writer.bytes(new Uint8Array(value));
    if (value instanceof Map) return writeEntries(writer, value, depth);
  }
  writeEntries(writer, Object.entries(value), depth);
}

// --- Reading --------------------------------------------------------------------------------------------------------

function unexpected(head: number): TableTheoryError {
  return refuse(`a tape cannot be read: it holds a value of tag ${head & 0xff} where none can be (docs/tape.md)`);
}

function readNumberText(reader: TapeReader, head: number): string {
  switch (head & 0xff) {
    case Tag.INT32:
      return String(reader.int32());
    case Tag.INT64:
      return String(reader.int64());
    case Tag.NUMBER:
      return reader.text(reader.count(head));
    default:
      throw unexpected(head);
  }
}

function readSet<T>(reader: TapeReader, head: number, read: (head: number) => T): Set<T> {
  const count = reader.count(head);
  reader.fits(count);
  const set = new Set<T>();
  for (let i = 0; i < count; ++i) set.add(read(reader.head()));
  return set;
}

function readDate(reader: TapeReader, attribute: string): Date {
  const seconds = reader.timeSeconds();
  const nanoseconds = reader.timeNanoseconds;
  if (nanoseconds % 1e6 !== 0) {
    throw new TableTheoryError(
      'ErrNumberPrecisionLoss',
      `attribute ${attribute} holds an instant with parts of a millisecond, which a Date cannot hold exactly; read the ` +
        'item through dynamicTable(), which gives timestamps as text',
    );
  }
  return new Date(seconds * 1000 + nanoseconds / 1e6);
}

function readNumber(reader: TapeReader, head: number): AnyNumber {
  const tag = head & 0xff;
  if (tag === Tag.INT32) return reader.int32();
  if (tag === Tag.INT64) return reader.int64();
  if (tag === Tag.DOUBLE) return reader.double();
  if (tag === Tag.NUMBER) return numberOf(reader.text(reader.count(head)));
  throw unexpected(head);
}

/** Reads a value whose head was read, by its own shape. */
export function readAny(reader: TapeReader, head: number, depth = 1): unknown {
  switch (head & 0xff) {
    case Tag.ABSENT:
      return undefined;
    case Tag.NULL:
      return null;
    case Tag.FALSE:
      return false;
    case Tag.TRUE:
      return true;
    case Tag.INT32:
      return reader.int32();
    case Tag.INT64:
    case Tag.NUMBER:
    case Tag.DOUBLE:
      return readNumber(reader, head);
    case Tag.STRING:
      return reader.text(reader.count(head));
    case Tag.BYTES:
      return reader.blob(reader.count(head));
    case Tag.TIME:
      return readDate(reader, '(a value)');
    case Tag.STRING_SET:
      return readSet(reader, head, (element) => reader.text(reader.count(element)));
    case Tag.BYTES_SET:
      return readSet(reader, head, (element) => reader.blob(reader.count(element)));
    case Tag.NUMBER_SET:
      return readSet(reader, head, (element) => readNumber(reader, element));
  }
  if (depth > MAX_DEPTH + 4) throw refuse('a tape cannot be read: its values are nested too deep (docs/tape.md)');
  switch (head & 0xff) {
    case Tag.LIST: {
      const count = reader.count(head);
      reader.fits(count);
      const list: unknown[] = [];
      for (let i = 0; i < count; ++i) list.push(readAny(reader, reader.head(), depth + 1));
      return list;
    }
    case Tag.MAP: {
      const count = reader.count(head);
      reader.fits(count);
      const map: Record<string, unknown> = {};
      for (let i = 0; i < count; ++i) {
        const name = reader.name();
        put(map, name, readAny(reader, reader.head(), depth + 1));
      }
      return map;
    }
    default:
      throw unexpected(head);
  }
}

// An attribute named __proto__ is one as any other.
function put(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}

type SlotReader = (reader: TapeReader, head: number) => unknown;

function isInteger(attribute: AttributeInfo): boolean {
  return attribute.format === 'int' || attribute.format === 'unix_seconds' ||
    attribute.roles.includes('version') || attribute.roles.includes('ttl');
}

// The reader of an attribute; what it does not expect (a NULL, text where a time was meant) is read by its own shape.
function slotReader(attribute: AttributeInfo, isTyped: boolean): SlotReader {
  const { name } = attribute;
  const text: SlotReader = (reader, head) =>
    (head & 0xff) === Tag.STRING ? reader.text(head >>> 8 === 0xffffff ? reader.count(head) : head >>> 8) : other(reader, head);
  const other: SlotReader = (reader, head) =>
    (head & 0xff) === Tag.TIME ? readDate(reader, name) : readAny(reader, head);
  if (attribute.json) return readAny;
  switch (attribute.type) {
    case 'S':
      return text;
    case 'N':
      if (isInteger(attribute)) {
        if (!isTyped) return readAny; // a bigint past 2^53
        return (reader, head) => {
          if ((head & 0xff) === Tag.INT32) return reader.int32();
          const tag = head & 0xff;
          return tag === Tag.INT64 || tag === Tag.NUMBER ? safeIntegerOf(readNumberText(reader, head), name)
            : readAny(reader, head);
        };
      }
      return (reader, head) => {
        const tag = head & 0xff;
        return tag === Tag.INT32 || tag === Tag.INT64 || tag === Tag.NUMBER ? readNumberText(reader, head)
          : readAny(reader, head);
      };
    case 'NS':
      return (reader, head) =>
        (head & 0xff) === Tag.NUMBER_SET ? readSet(reader, head, (element) => readNumberText(reader, element))
          : readAny(reader, head);
    default:
      return readAny;
  }
}

/** Reads and writes the items of one table: compiled once per model. */
export class ItemCodec {
  private readonly names: string[] = [];
  private readonly readers: SlotReader[] = [];
  private readonly hints: Hint[] = [];
  private readonly integers: boolean[] = [];
  private readonly slots = new Map<string, number>();

  /** `isTyped`: whole numbers are `number` or an error; else a bigint where needed. */
  constructor(readonly info: ModelInfo | undefined, readonly isTyped = false) {
    for (const attribute of info?.attributes ?? []) {
      this.slots.set(attribute.name, this.names.length);
      this.names.push(attribute.name);
      this.readers.push(slotReader(attribute, isTyped));
      this.integers.push(isTyped && attribute.type === 'N' && isInteger(attribute));
      const { type } = attribute;
      const hinted = !attribute.json && (type === 'N' || type === 'SS' || type === 'NS' || type === 'BS');
      this.hints.push(hinted ? type as Hint : '');
    }
  }

  /** How values beside an attribute are meant; `isElement`: what `contains` looks for. */
  hintOf(attribute: string, isElement = false): Hint {
    const slot = this.slots.get(attribute);
    const hint = slot === undefined ? '' : this.hints[slot]!;
    return isElement ? (hint === 'NS' ? 'N' : '') : hint;
  }

  writeItem(writer: TapeWriter, item: object): void {
    const at = writer.openMap();
    let count = 0;
    for (const name of Object.keys(item)) {
      const value = (item as Record<string, unknown>)[name];
      if (value === undefined) continue;
      const slot = this.slots.get(name);
      if (slot === undefined) {
        writer.name(name);
        writeValue(writer, value);
      } else {
        if (this.integers[slot]) checkInteger(value, name);
        writer.slot(slot);
        writeValue(writer, value, this.hints[slot]);
      }
      ++count;
    }
    writer.close(at, count);
  }

  /** The key attributes of a map, or values by position. */
  writeKey(writer: TapeWriter, key: object): void {
    if (!Array.isArray(key)) return this.writeItem(writer, key);
    writer.list(key.length);
    const { partitionKey: partition, sortKey: sort } = this.info ?? {};
    for (let i = 0; i < key.length; ++i) {
      const name = i === 0 ? partition : sort;
      writeValue(writer, key[i], name === undefined ? '' : this.hintOf(name));
    }
  }

  /** Reads an ITEM whose head was read. */
  readItem(reader: TapeReader, head: number): Record<string, unknown> {
    const count = reader.count(head);
    reader.fits(count + 2);
    reader.openItem();
    const item: Record<string, unknown> = {};
    const { names, readers } = this;
    for (let i = 0; i < count; ++i) {
      const word = reader.nameWord();
      if (word < 0) {
        const slot = word & 0x7fffffff;
        const read = readers[slot];
        if (read === undefined) throw refuse(`a tape cannot be read: no attribute has the slot ${slot} (docs/tape.md)`);
        put(item, names[slot]!, read(reader, reader.head()));
      } else {
        const name = reader.text(word);
        put(item, name, readAny(reader, reader.head()));
      }
    }
    return item;
  }
}

/** Of items without a model. */
export const documentCodec = new ItemCodec(undefined);

/** Which codec an item has: by its table among those of the request, or by its place in the list that holds it. */
export type CodecOf = (table: number, position: number) => ItemCodec;

/** Reads a whole result: MAPs, LISTs and the ITEMs within them. */
export function readResult(
  reader: TapeReader,
  codecs: CodecOf,
  head = reader.head(),
  depth = 1,
  position = 0,
): unknown {
  switch (head & 0xff) {
    case Tag.ITEM: {
      // The table is the second word of the item, which readItem reads: look ahead.
      return codecs(peekTable(reader, head), position).readItem(reader, head);
    }
    case Tag.LIST: {
      if (depth > MAX_DEPTH) throw refuse('a tape cannot be read: its values are nested too deep (docs/tape.md)');
      const count = reader.count(head);
      reader.fits(count);
      const list: unknown[] = [];
      for (let i = 0; i < count; ++i) list.push(readResult(reader, codecs, reader.head(), depth + 1, i));
      return list;
    }
    case Tag.MAP: {
      if (depth > MAX_DEPTH) throw refuse('a tape cannot be read: its values are nested too deep (docs/tape.md)');
      const count = reader.count(head);
      reader.fits(count);
      const map: Record<string, unknown> = {};
      for (let i = 0; i < count; ++i) {
        const name = reader.name();
        put(map, name, readResult(reader, codecs, reader.head(), depth + 1, position));
      }
      return map;
    }
    default:
      return readAny(reader, head, depth);
  }
}

function peekTable(reader: TapeReader, head: number): number {
  return reader.peek((head >>> 8) === 0xffffff ? 2 : 1);
}
