// The addon: found, checked, and given its buffers. Loaded with the first use, once per environment (a worker has its own).
import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as process from 'node:process';

import { ABI_VERSION, Step } from './constants.js';
import { errorFrom, TableTheoryError } from './errors.js';
import { here } from './here.js';
import { TapeReader, TapeWriter } from './tape.js';
import { documentCodec, readResult, type CodecOf } from './values.js';

/** A wrapped handle of the core. */
export type Handle = { readonly __handle: unique symbol };
/** The size of a tape in the scratch buffer, or a tape in a buffer of its own; undefined: none. */
export type Taken = number | Buffer | undefined;
export type NativeRequest = [id: number, service: number, operation: string, body: string];

export interface Native {
  setup(state: Int32Array, scratch: Uint8Array): number;
  version(): string;
  liveHandles(): number;
  connect(address: string, options: Uint8Array, size: number): Handle | Taken;
  clientClose(client: Handle): Taken;
  isImmediate(client: Handle): boolean;
  clockAdvance(client: Handle, nanoseconds: bigint): boolean;
  schemaLoad(text: string, file: string): [Handle | undefined, Taken];
  schemaCheck(code: Handle, schema: Handle, model: string, flags: number): Taken;
  keysLoad(text: string, file: string): [Handle | undefined, Taken];
  keysEvaluate(keys: Handle, model: string, name: string, inputs: Uint8Array, size: number): Taken;
  tableOpen(client: Handle, schema: Handle, model: string, tableName: string, flags: number): Taken;
  documentsOpen(client: Handle, tableName: string, key: string): Taken;
  call(client: Handle, request: Uint8Array, size: number): Taken;
  opBegin(client: Handle, request: Uint8Array, size: number, id: number): Handle | Taken;
  opRun(op: Handle): Taken;
  opCancel(op: Handle): void;
  opFree(op: Handle): void;
  opNext(op: Handle): Taken | NativeRequest[];
  opRespond(op: Handle, id: number, kind: number, status: number, body: string, requestId: string, message: string): void;
  opTransport(op: Handle, id: number, service: number, operation: string, body: string):
    [kind: number, status: number, body: string, requestId: string, message: string];
  queueStart(wake: () => void): void;
  submit(op: Handle): Taken;
  drainNext(): Taken;
}

const SCRATCH_BYTES = 65536;
/** state[0]: the step of the last result (-1: it waits); state[1]: the operation's number. */
export const state = new Int32Array(4);
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
const scratchWords = new Int32Array(scratch.buffer);
const reader = new TapeReader();
/** For requests; used within one call, never across an await. */
export const writer = new TapeWriter();

let loaded: Native | undefined;

// In this order: TABLETHEORY_NODE_ADDON, the package of this platform, a build in the package itself.
function load(): Native {
  const require = createRequire(path.join(here, 'native.js'));
  const platform = `${process.platform}-${process.arch}`;
  const places = [
    process.env['TABLETHEORY_NODE_ADDON'],
    path.join(here, '..', 'tabletheory.node'),
  ];
  for (const place of places) {
    if (place && existsSync(place)) return require(place) as Native;
  }
  try {
    return require(`@theory-cloud/tabletheory-ts-${platform}/tabletheory.node`) as Native;
  } catch (cause) {
    throw new TableTheoryError(
      'ErrTransport',
      `TableTheory has no addon for ${platform}: install @theory-cloud/tabletheory-ts-${platform} (an optional dependency ` +
        'that an install with --omit=optional leaves out), or name a built one in TABLETHEORY_NODE_ADDON',
      { cause },
    );
  }
}

export function native(): Native {
  if (loaded !== undefined) return loaded;
  const addon = load();
  const version = addon.setup(state, scratch);
  if (version !== ABI_VERSION) {
    throw new TableTheoryError('ErrInternal', `the addon speaks version ${version} of the C ABI, this package ` +
      `version ${ABI_VERSION}; install both packages in the same version`);
  }
  loaded = addon;
  return addon;
}

/** Decodes a tape that was just taken. */
export function decode(taken: Taken, codecs: CodecOf = () => documentCodec): unknown {
  if (taken === undefined) return undefined;
  if (typeof taken === 'number') reader.begin(scratch, taken, scratchWords);
  else reader.begin(taken, taken.length);
  const value = readResult(reader, codecs);
  reader.finish();
  return value;
}

/** Decodes a result, or throws the error it is. */
export function outcome(taken: Taken, codecs?: CodecOf): unknown {
  const step = state[0];
  const value = decode(taken, codecs);
  if (step === Step.FAILED) throw errorFrom(value as Record<string, unknown>);
  return value;
}

/** How many handles and results of the core exist in this process, for leak checks in tests. */
export function liveHandles(): number {
  return native().liveHandles();
}

/** The library's version. */
export function version(): string {
  return native().version();
}
