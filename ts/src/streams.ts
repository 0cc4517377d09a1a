// Streams: records of a table's changes, decoded — from a Lambda event, or from an answer of GetRecords (docs/streams.md).
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import type { CallOptions } from './request.js';
import type { ItemTable } from './table.js';
import { documentCodec } from './values.js';

/** One item before and after; either image may be missing by the event and the stream's view type. */
export interface Change<T> {
  /** What the record says besides its items: event, sequence number, table, … */
  readonly info: Readonly<Record<string, unknown>>;
  readonly key: Readonly<Record<string, unknown>>;
  readonly oldImage: T | undefined;
  readonly newImage: T | undefined;
  /** Which of the tables it is of; undefined: none, its images are as stored. */
  readonly table: number | undefined;
}

interface Entry {
  info: Record<string, unknown>;
  table?: number;
  key: Record<string, unknown>;
  old_image?: unknown;
  new_image?: unknown;
}

export async function readStream<T>(
  client: ClientCore,
  records: string | object,
  tables: readonly ItemTable<T, never, never>[],
  limits: CallOptions,
): Promise<Change<T>[]> {
  const text = typeof records === 'string' ? records : JSON.stringify(records);
  const read = await run(client, Op.READ_STREAM, limits, (members) => {
    members.text('records', text);
    if (tables.length > 0) members.value('tables', tables.map((table) => table.core.id));
  }, (table) => tables[table]?.core.codec ?? documentCodec) as Entry[];
  return read.map((entry) => ({
    info: entry.info,
    key: entry.key,
    oldImage: entry.old_image as T | undefined,
    newImage: entry.new_image as T | undefined,
    table: entry.table,
  }));
}

/**
 * Calls `handle` for each change in order and stops at the first failure: Lambda retries from there on. Gives what Lambda's
 * event source mapping wants to hear (ReportBatchItemFailures).
 */
export async function handleInOrder<T>(
  changes: readonly Change<T>[],
  handle: (change: Change<T>) => Promise<void> | void,
): Promise<{ batchItemFailures: { itemIdentifier: string }[]; error?: unknown }> {
  for (const change of changes) {
    try {
      await handle(change);
    } catch (error) {
      return { batchItemFailures: [{ itemIdentifier: String(change.info['sequence_number']) }], error };
    }
  }
  return { batchItemFailures: [] };
}
