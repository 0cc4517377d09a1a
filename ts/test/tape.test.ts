// The codec beside golden tapes that another implementation wrote (vectors/tape.json), and beside itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Tag } from '../dist/esm/constants.js';
import { TapeReader, TapeWriter, SLOT_BIT } from '../dist/esm/tape.js';
import { TableTheoryError } from '../dist/esm/errors.js';
import { numberOf, ExactNumber } from '../dist/esm/numbers.js';
import { documentCodec, ItemCodec, readResult, type ModelInfo } from '../dist/esm/values.js';

type Value = Record<string, unknown>;
type Hex = string | { hex: string; times: number }[];
interface Vectors {
  tapes: { name: string; direction: string; written: boolean; value: Value; tape: Hex }[];
  malformed: { name: string; tape: Hex; reason: string }[];
}
const vectors = JSON.parse(readFileSync(new URL('../../vectors/tape.json', import.meta.url), 'utf8')) as Vectors;

function bytesOf(hex: Hex): Buffer {
  if (typeof hex === 'string') return Buffer.from(hex, 'hex');
  return Buffer.concat(hex.map((piece) => Buffer.concat(Array(piece.times).fill(Buffer.from(piece.hex, 'hex')))));
}
function textOf(content: unknown): string {
  return typeof content === 'string' ? content : (content as { repeat: string; times: number }).repeat.repeat(
    (content as { times: number }).times);
}
function listOf(content: unknown): Value[] {
  if (Array.isArray(content)) return content as Value[];
  const { repeat, times } = content as { repeat: Value; times: number };
  return Array<Value>(times).fill(repeat);
}
function entriesOf(content: unknown): [string | number, Value][] {
  return content as [string | number, Value][];
}

// Writes the typed notation word by word.
function write(writer: TapeWriter, value: Value): void {
  const [tag, content] = Object.entries(value)[0]!;
  switch (tag) {
    case 'ABSENT': return writer.absent();
    case 'NULL': return writer.null();
    case 'FALSE': case 'TRUE': return writer.boolean(tag === 'TRUE');
    case 'INT32': case 'INT64': return writer.bigint(BigInt(content as string));
    case 'NUMBER': return writer.decimal(textOf(content));
    case 'STRING': return writer.string(textOf(content));
    case 'PATH_TEXT': return writer.pathText(textOf(content));
    case 'BYTES': return writer.bytes(Buffer.from(textOf(content), 'hex'));
    case 'DOUBLE': return writer.number(Buffer.from(content as string, 'hex').readDoubleBE());
    case 'TIME': return writer.time(BigInt((content as [string])[0]), (content as [string, number])[1]);
    case 'SIZE':
      writer.size();
      return write(writer, content as Value);
    case 'MAP': {
      writer.map(entriesOf(content).length);
      for (const [name, member] of entriesOf(content)) {
        typeof name === 'number' ? writer.slot(name) : writer.name(name);
        write(writer, member);
      }
      return;
    }
    case 'PATH': writer.path(listOf(content).length); break;
    case 'LIST': writer.list(listOf(content).length); break;
    default: writer.set(Tag[tag as 'STRING_SET'], listOf(content).length);
  }
  for (const element of listOf(content)) write(writer, element);
}

// What readResult gives for the typed notation.
function native(value: Value): unknown {
  const [tag, content] = Object.entries(value)[0]!;
  switch (tag) {
    case 'ABSENT': return undefined;
    case 'NULL': return null;
    case 'FALSE': case 'TRUE': return tag === 'TRUE';
    case 'INT32': case 'INT64': {
      const whole = BigInt(content as string);
      return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
    }
    case 'NUMBER': return numberOf(textOf(content));
    case 'STRING': return textOf(content);
    case 'BYTES': return new Uint8Array(Buffer.from(textOf(content), 'hex'));
    case 'TIME': {
      const [seconds, nanoseconds] = content as [string, number];
      return new Date(Number(seconds) * 1000 + nanoseconds / 1e6);
    }
    case 'LIST': return listOf(content).map(native);
    case 'STRING_SET': case 'NUMBER_SET': case 'BYTES_SET': return new Set(listOf(content).map(native));
    case 'MAP': return mapOf(entriesOf(content));
    default: return mapOf(entriesOf((content as { entries: unknown }).entries));
  }
}
function mapOf(entries: [string | number, Value][]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([name, member]) => [typeof name === 'number' ? `slot${name}` : name, native(member)]));
}

// Slots 0 to 9999 are attributes "slotN" without rules of their own.
const slots = new ItemCodec({
  model: 'M', dmsVersion: '0.2', partitionKey: 'slot0', indexes: [],
  attributes: Array.from({ length: 10000 }, (_, i) => ({
    name: `slot${i}`, type: 'M', format: '', roles: [], required: false, optional: false, omitEmpty: false, json: true,
    binary: false, encryption: 0,
  })),
} satisfies ModelInfo);

function isFiner(value: Value): boolean {
  return JSON.stringify(value).match(/"TIME":\["-?\d+",(\d+)\]/g)?.some((time) => Number(/(\d+)\]$/.exec(time)![1]) % 1e6 !== 0) ?? false;
}

test('golden tapes of requests are written byte for byte', () => {
  const writer = new TapeWriter();
  let count = 0;
  for (const { name, direction, written, value, tape } of vectors.tapes) {
    if (direction === 'result' || !written || JSON.stringify(value).includes('"ITEM"')) continue;
    write(writer.reset(), value);
    assert.deepEqual(Buffer.from(writer.toBytes()), bytesOf(tape), name);
    ++count;
  }
  assert.ok(count > 20, `${count} tapes`);
});

test('golden tapes of results are read', () => {
  let count = 0;
  for (const { name, direction, value, tape } of vectors.tapes) {
    if (direction === 'request') continue;
    const bytes = bytesOf(tape);
    const reader = new TapeReader().begin(bytes, bytes.length);
    if (JSON.stringify(value).match(/"MAP":\[\[\d/)) continue; // slots outside items are for requests
    if (isFiner(value)) {
      assert.throws(() => readResult(reader, () => slots), { code: 'ErrNumberPrecisionLoss' }, name);
    } else {
      assert.deepEqual(readResult(reader, () => slots), native(value), name);
      reader.finish();
    }
    ++count;
  }
  assert.ok(count > 20, `${count} tapes`);
});

test('malformed tapes are errors, and nothing else', () => {
  for (const { name, tape } of vectors.malformed) {
    const bytes = bytesOf(tape);
    try {
      const reader = new TapeReader().begin(bytes, bytes.length);
      readResult(reader, () => slots);
      reader.finish();
    } catch (error) {
      assert.ok(error instanceof TableTheoryError, `${name}: ${String(error)}`);
    }
  }
});

test('tapes cut or changed at any place are errors, or read as something', () => {
  const writer = new TapeWriter();
  documentCodec.writeItem(writer.reset(), {
    text: 'abc', number: 1.5, big: 2n ** 40n, list: [1, 'x', { y: null }], set: new Set(['a', 'b']), bytes: new Uint8Array([1, 2, 3]),
  });
  const whole = Buffer.from(writer.toBytes());
  const read = (bytes: Buffer) => {
    try {
      const reader = new TapeReader().begin(bytes, bytes.length);
      readResult(reader, () => documentCodec);
      reader.finish();
      return true;
    } catch (error) {
      assert.ok(error instanceof TableTheoryError, String(error));
      return false;
    }
  };
  assert.ok(read(whole));
  for (let size = 0; size < whole.length; ++size) assert.equal(read(Buffer.from(whole.subarray(0, size))), false);
  for (let at = 0; at < whole.length; ++at) {
    for (const bit of [1, 4, 0x80]) {
      const changed = Buffer.from(whole);
      changed[at]! ^= bit;
      read(changed);
    }
  }
});

test('numbers are native where that is exact', () => {
  const cases: [string, unknown][] = [
    ['0', 0], ['1.5', 1.5], ['-0.1', -0.1], ['0.0000001', 1e-7], ['9007199254740993', 9007199254740993n],
    ['100000000000000000000000', 100000000000000000000000n], ['0.12345678901234567890', new ExactNumber('0.12345678901234567890')],
    ['123456789.123456789123', new ExactNumber('123456789.123456789123')],
  ];
  for (const [text, expected] of cases) assert.deepEqual(numberOf(text), expected, text);
});

test('buffers grow, and a tape that failed half-way leaves nothing behind', () => {
  const writer = new TapeWriter();
  const long = 'ü'.repeat(100_000);
  writer.reset().list(2);
  writer.string(long);
  assert.throws(() => writer.string('\udc00'));
  writer.reset().list(2000);
  for (let i = 0; i < 2000; ++i) writer.string(i === 7 ? long : `${i}`);
  const bytes = Buffer.from(writer.toBytes());
  const read = readResult(new TapeReader().begin(bytes, bytes.length), () => documentCodec) as string[];
  assert.equal(read.length, 2000);
  assert.equal(read[7], long);
  assert.equal(read[1999], '1999');
  assert.equal(SLOT_BIT, 0x80000000);
});
