// Streams: records of a table's changes, decoded — from a Lambda event, or from an answer of GetRecords (docs/streams.md).
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import type { CallOptions } from './request.js';
import type { DynamicItem, ItemTable } from './table.js';
import { documentCodec } from './values.js';

/** What a record says besides its items. */
export interface StreamInfo {
  /** What happened to the item. */
  readonly event: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** The record's own name, the same each time it is delivered. */
  readonly eventId: string;
  /** Orders the changes of one item; what Lambda is told when a record fails. */
  readonly sequenceNumber: string;
  /** About when it happened; undefined where the record does not say. */
  readonly createdAt: Date | undefined;
  /** Which images the stream holds: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE`, `NEW_AND_OLD_IMAGES`. */
  readonly viewType: string;
  /** The table's name; empty where the record does not say. */
  readonly table: string;
  /** The stream's ARN; empty where the record does not say. */
  readonly sourceArn: string;
  /** The region; empty where the record does not say. */
  readonly region: string;
  /** Of the record, as the service counts. */
  readonly sizeBytes: number;
  /** Who made a change that no caller made. */
  readonly identity: { readonly type: string; readonly principalId: string } | undefined;
  /** The service removed the item because its ttl had passed. */
  readonly isTtlDelete: boolean;
}

/** One item before and after; either image may be missing by the event and the stream's view type. */
export interface Change<T, N extends number | undefined = number | undefined> {
  /** What the record says besides its items. */
  readonly info: StreamInfo;
  /** A key to read the item with. */
  readonly key: Readonly<Record<string, unknown>>;
  /** The item before the change. */
  readonly oldImage: T | undefined;
  /** The item after it. */
  readonly newImage: T | undefined;
  /** Which of the tables it is of, by its position; undefined: none, its images are as stored. */
  readonly table: N;
}

type ImageOf<T> = T extends ItemTable<infer I, any, any> ? I : never;
type PositionsOf<Ts extends readonly unknown[]> = Exclude<keyof Ts, keyof readonly unknown[]>;
type NumberOf<S> = S extends `${infer N extends number}` ? N : never;

/** A change of one of these tables, told apart by `table`; or of none of them, with its images as stored. */
export type ChangeOf<Ts extends readonly ItemTable<any, any, any>[]> =
  | (number extends Ts['length']
    ? Change<ImageOf<Ts[number]>, number>
    : { [I in PositionsOf<Ts>]: Change<ImageOf<Ts[I]>, NumberOf<I>> }[PositionsOf<Ts>])
  | Change<DynamicItem, undefined>;

interface Entry {
  info: Record<string, never>;
  table?: number;
  key: Record<string, unknown>;
  old_image?: unknown;
  new_image?: unknown;
}

function infoOf(members: Record<string, never>): StreamInfo {
  const identity = members['identity'] as { type: string; principal_id: string } | undefined;
  return {
    event: members['event']!,
    eventId: members['event_id']!,
    sequenceNumber: members['sequence_number']!,
    createdAt: members['created_at'],
    viewType: members['view_type']!,
    table: members['table']!,
    sourceArn: members['source_arn']!,
    region: members['region']!,
    sizeBytes: members['size_bytes']!,
    identity: identity && { type: identity.type, principalId: identity.principal_id },
    isTtlDelete: members['is_ttl_delete']!,
  };
}

export async function readStream(
  client: ClientCore,
  records: string | object,
  tables: readonly ItemTable<any, any, any>[],
  limits: CallOptions,
): Promise<Change<unknown>[]> {
  const text = typeof records === 'string' ? records : JSON.stringify(records);
  const read = await run(client, Op.READ_STREAM, limits, (members) => {
    members.text('records', text);
    if (tables.length > 0) members.value('tables', tables.map((table) => table.core.id));
  }, (table) => tables[table]?.core.codec ?? documentCodec) as Entry[];
  return read.map((entry) => ({
    info: infoOf(entry.info),
    key: entry.key,
    oldImage: entry.old_image,
    newImage: entry.new_image,
    table: entry.table,
  }));
}

/**
 * Calls `handle` for each change in order and stops at the first failure: Lambda retries from there on. Gives what Lambda's
 * event source mapping wants to hear (ReportBatchItemFailures), and what was thrown, in `error`.
 *
 * @example
 * ```ts
 * import { connect, handleInOrder } from '@theory-cloud/tabletheory-ts';
 * const client = connect('memory:'); // once per process
 * const seen: string[] = [];
 * export const handler = async (event: object) => {
 *   const { batchItemFailures } = await handleInOrder(await client.readStream(event), (change) => {
 *     seen.push(`${change.info.event} ${change.key['id']}`);
 *   });
 *   return { batchItemFailures };
 * };
 * const answer = await handler({
 *   Records: [{
 *     eventID: '1', eventName: 'INSERT', eventSource: 'aws:dynamodb',
 *     dynamodb: { Keys: { id: { S: 'a' } }, NewImage: { id: { S: 'a' } }, SequenceNumber: '7', StreamViewType: 'NEW_IMAGE' },
 *   }],
 * });
 * console.assert(seen[0] === 'INSERT a' && answer.batchItemFailures.length === 0);
 * ```
 */
export async function handleInOrder<C extends Change<unknown>>(
  changes: readonly C[],
  handle: (change: C) => Promise<void> | void,
): Promise<{ batchItemFailures: { itemIdentifier: string }[]; error?: unknown }> {
  for (const change of changes) {
    try {
      await handle(change);
    } catch (error) {
      return { batchItemFailures: [{ itemIdentifier: change.info.sequenceNumber }], error };
    }
  }
  return { batchItemFailures: [] };
}
