// Transactions: all or nothing, over tables and models (docs/spec/operations.md, "Transactions").
import { Attribute } from './conditions.js';
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import { explanationOf, type Explanation } from './reads.js';
import { mapOf, writeOptions, type CallOptions, type Members, type WriteOptions } from './request.js';
import { ItemsBySlot, transactGet, type GetEntry, type Slot } from './batches.js';
import type { ItemTable, Table } from './table.js';
import type { TableCore } from './table_core.js';
import type { UpdateBuilder } from './update.js';

interface Action {
  readonly kind: string;
  readonly table: TableCore<unknown>;
  write(members: Members): void;
}

/**
 * Up to 100 writes, all or none. A cancelled one is ErrTransactionCanceled with a reason per action; it answers to
 * ErrConditionFailed and ErrVersionConflict where a reason is one. Options of actions are those of the table's methods,
 * without limits.
 *
 * @example
 * ```ts
 * import { attr, connect, TableTheoryError } from '@theory-cloud/tabletheory-ts';
 * const client = connect('memory:');
 * await client.rawCall('CreateTable', {
 *   TableName: 'seats', BillingMode: 'PAY_PER_REQUEST',
 *   AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
 *   KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
 * });
 * const seats = client.documents('seats', ['id']);
 * await client.transactWrite().create(seats, { id: '1A' }).create(seats, { id: '1B' }).run();
 * try {
 *   await client.transactWrite().put(seats, { id: '1C' }).create(seats, { id: '1A' }).run();
 * } catch (error) {
 *   console.assert(TableTheoryError.is(error, 'ErrConditionFailed') && error.reasons[1]?.index === 1);
 * }
 * console.assert(await seats.find(['1C']) === undefined);
 * ```
 */
export class TransactWrite {
  private readonly actions: Action[] = [];
  private token: string | undefined;

  /** For the library. */
  constructor(private readonly client: ClientCore, private readonly limits: CallOptions) {}

  private push(kind: string, table: TableCore<unknown>, write: (members: Members) => void): this {
    this.actions.push({ kind, table, write });
    return this;
  }
  private pushItem<T, W extends object, K extends object>(
    kind: string, table: ItemTable<T, W, K>, item: object, options: WriteOptions, write?: (members: Members) => void,
  ): this {
    const core = table.core as TableCore<unknown>;
    return this.push(kind, core, (members) => {
      members.item('item', item, core.codec);
      write?.(members);
      writeOptions(members, options, core.codec);
    });
  }
  private pushKey<T, W extends object, K extends object>(
    kind: string, table: ItemTable<T, W, K>, key: object, options: WriteOptions,
  ): this {
    const core = table.core as TableCore<unknown>;
    return this.push(kind, core, (members) => {
      members.key('key', key, core.codec);
      writeOptions(members, options, core.codec);
    });
  }

  /** Puts an item that must not be there yet. */
  create<T, W extends object, K extends object>(table: ItemTable<T, W, K>, item: W, options: WriteOptions = {}): this {
    return this.pushItem('create', table, item, options);
  }
  /** Replaces the whole item, or makes it. */
  put<T, W extends object, K extends object>(table: ItemTable<T, W, K>, item: W, options: WriteOptions = {}): this {
    return this.pushItem('put', table, item, options);
  }
  /** Writes the given attributes whether or not the item is there. */
  upsert<T, W extends object, K extends object>(table: Table<T, W, K>, item: W, options: WriteOptions = {}): this {
    return this.pushItem('upsert', table, item, options);
  }
  /** Writes the selected attributes. Without a version the item's existence is the condition. */
  update<T, W extends object, K extends object>(
    table: Table<T, W, K>, item: Partial<W>, fields: readonly ((keyof W & string) | Attribute<never>)[], options: WriteOptions = {},
  ): this {
    const paths = fields.map((field) => (typeof field === 'string' ? new Attribute<never>([field]) : field));
    return this.pushItem('update', table, item, options, (members) => members.paths('fields', paths));
  }
  /** What an update builder says. */
  build<T, W>(update: UpdateBuilder<T, W>): this {
    return this.push('build', update.table as TableCore<unknown>, (members) => update.write(members, true));
  }
  /** Takes the item away, if it is there. */
  delete<T, W extends object, K extends object>(table: ItemTable<T, W, K>, key: K, options: WriteOptions = {}): this {
    return this.pushKey('delete', table, key, options);
  }
  /** A condition on an item that is not written. */
  check<T, W extends object, K extends object>(table: ItemTable<T, W, K>, key: K, options: WriteOptions): this {
    return this.pushKey('condition', table, key, options);
  }
  /** One of your own, so that the same call made twice within ten minutes happens once; one is drawn otherwise. */
  clientToken(token: string): this {
    this.token = token;
    return this;
  }
  /** How many actions it has. */
  get size(): number {
    return this.actions.length;
  }

  /** Does it, or nothing. */
  async run(options: CallOptions = {}): Promise<void> {
    await this.send(options, false);
  }
  /** What would be sent, and why; nothing is. */
  async explain(): Promise<Explanation> {
    return explanationOf(await this.send({}, true));
  }

  private send(options: CallOptions, explain: boolean): Promise<unknown> {
    const codecs = (_: number, position: number) => this.actions[position]!.table.codec;
    return run(this.client, Op.TRANSACT_WRITE, { ...this.limits, ...options }, (members) => {
      members.list('actions', this.actions, (action) => mapOf((entry) => {
        entry.text('kind', action.kind).number('table', action.table.id);
        action.write(entry);
      }));
      members.text('client_token', this.token);
      if (explain) members.flag('explain', true);
    }, codecs);
  }
}

/**
 * Up to 100 items as they stood at one moment, over tables and models.
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
 * await things.put({ id: 'a' });
 * const read = client.transactGet();
 * const a = read.get(things, ['a']);
 * const none = read.get(things, ['z']);
 * const found = await read.run();
 * console.assert(found.get(a)?.['id'] === 'a' && found.get(none) === undefined);
 * ```
 */
export class TransactGet {
  private readonly gets: GetEntry[] = [];
  /** For the library. */
  constructor(private readonly client: ClientCore, private readonly limits: CallOptions) {}
  /** One more item; the slot finds it among what `run` gives. */
  get<T, W extends object, K extends object>(table: ItemTable<T, W, K>, key: K): Slot<T> {
    this.gets.push({ table: table.core as TableCore<unknown>, key });
    return { position: this.gets.length - 1 };
  }
  /** Reads them. */
  async run(options: CallOptions = {}): Promise<ItemsBySlot> {
    return new ItemsBySlot(await transactGet(this.client, this.gets, { ...this.limits, ...options }));
  }
}
