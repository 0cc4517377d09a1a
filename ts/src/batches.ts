// Batches: many items in few requests, over any tables and models (docs/spec/operations.md, "Batches").
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import { mapOf, type CallOptions } from './request.js';
import type { ItemTable } from './table.js';
import type { TableCore } from './table_core.js';

/** Options of batches. */
export interface BatchOptions extends CallOptions {
  /** Requests in flight at once; 1 when left out. */
  parallel?: number;
}

/** The place of one item among those of a batch or transaction. */
export interface Slot<T> {
  /** Counted from 0. */
  readonly position: number;
  /** Nothing: holds the type of the item. */
  readonly of?: T;
}

/** Items found, by their slots; undefined where absent. */
export class ItemsBySlot {
  /** For the library. */
  constructor(
    /** In the order they were asked for. */
    readonly items: readonly unknown[],
  ) {}
  /** The item of a slot, with its type. */
  get<T>(slot: Slot<T>): T | undefined {
    return this.items[slot.position] as T | undefined;
  }
}

export interface GetEntry {
  readonly table: TableCore<unknown>;
  readonly key: object;
}
export interface WriteEntry {
  readonly table: TableCore<unknown>;
  readonly put?: object;
  readonly key?: object;
}

async function getMany(
  client: ClientCore,
  op: number,
  gets: readonly GetEntry[],
  options: BatchOptions & { consistent?: boolean },
): Promise<unknown[]> {
  const codecs = (_: number, position: number) => gets[position]!.table.codec;
  const found = await run(client, op, options, (members) => {
    members.list('gets', gets, ({ table, key }) => mapOf((entry) => entry.number('table', table.id).key('key', key, table.codec)));
    members.flag('consistent', options.consistent).number('parallel', options.parallel);
  }, codecs);
  return (found as { items: unknown[] }).items;
}

export function batchGet(
  client: ClientCore,
  gets: readonly GetEntry[],
  options: BatchOptions & { consistent?: boolean },
): Promise<unknown[]> {
  return getMany(client, Op.BATCH_GET, gets, options);
}
export function transactGet(client: ClientCore, gets: readonly GetEntry[], options: CallOptions): Promise<unknown[]> {
  return getMany(client, Op.TRANSACT_GET, gets, options);
}

export async function batchWrite(client: ClientCore, writes: readonly WriteEntry[], options: BatchOptions): Promise<void> {
  await run(client, Op.BATCH_WRITE, options, (members) => {
    members.list('writes', writes, ({ table, put, key }) => mapOf((entry) => {
      entry.number('table', table.id);
      if (put !== undefined) entry.item('put', put, table.codec);
      else entry.key('delete', key!, table.codec);
    }));
    members.number('parallel', options.parallel);
  });
}

/**
 * Reads of many items over tables and models. ErrBatchIncomplete holds both halves: `items` and `leftovers`.
 *
 * @example
 * ```ts
 * import { connect } from '@theory-cloud/tabletheory-ts';
 * const client = connect('memory:');
 * await client.rawCall('CreateTable', {
 *   TableName: 'things', BillingMode: 'PAY_PER_REQUEST',
 *   AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
 *   KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
 * });
 * const things = client.documents('things', ['id']);
 * await client.batchWrite().put(things, { id: 'a' }).put(things, { id: 'b' }).run();
 * const batch = client.batchGet();
 * const a = batch.get(things, ['a']);
 * const none = batch.get(things, ['z']);
 * const found = await batch.run();
 * console.assert(found.get(a)?.['id'] === 'a' && found.get(none) === undefined);
 * ```
 */
export class BatchGet {
  private readonly gets: GetEntry[] = [];
  /** For the library. */
  constructor(private readonly client: ClientCore, private readonly limits: CallOptions) {}
  /** One more item; the slot finds it among what `run` gives. */
  get<T, W extends object, K extends object>(table: ItemTable<T, W, K>, key: K): Slot<T> {
    this.gets.push({ table: table.core as TableCore<unknown>, key });
    return { position: this.gets.length - 1 };
  }
  /** Reads them. */
  async run(options: BatchOptions & { consistent?: boolean } = {}): Promise<ItemsBySlot> {
    return new ItemsBySlot(await batchGet(this.client, this.gets, { ...this.limits, ...options }));
  }
}

/** Writes of many items over tables and models; their order is not kept. ErrBatchIncomplete says in `leftovers` what is left. */
export class BatchWrite {
  private readonly writes: WriteEntry[] = [];
  /** For the library. */
  constructor(private readonly client: ClientCore, private readonly limits: CallOptions) {}
  /** One more item to put. */
  put<T, W extends object, K extends object>(table: ItemTable<T, W, K>, item: W): this {
    this.writes.push({ table: table.core as TableCore<unknown>, put: item });
    return this;
  }
  /** One more item to delete. */
  delete<T, W extends object, K extends object>(table: ItemTable<T, W, K>, key: K): this {
    this.writes.push({ table: table.core as TableCore<unknown>, key });
    return this;
  }
  /** Writes them. */
  run(options: BatchOptions = {}): Promise<void> {
    return batchWrite(this.client, this.writes, { ...this.limits, ...options });
  }
}
