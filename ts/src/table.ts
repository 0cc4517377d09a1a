// Table: one model's items; DocumentTable: items without a model. One set of rules (docs/spec/operations.md).
import { Attribute, type PathLike } from './conditions.js';
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import { Query, Scan, explanationOf, type Explanation } from './reads.js';
import { writeOptions, type CallOptions, type Members, type WriteOptions } from './request.js';
import type { Condition } from './conditions.js';
import type { KeyValue } from './schema.js';
import type { Selected } from './places.js';
import { TableCore } from './table_core.js';
import { UpdateBuilder } from './update.js';
import { documentCodec, type ItemCodec, type ModelInfo } from './values.js';
import { ManagedTable } from './tables.js';
import { batchGet, batchWrite, type BatchOptions } from './batches.js';

/** An item of a table without types: a map of attribute names. */
export type DynamicItem = Record<string, unknown>;
/** A key: the key attributes, or their values, partition key first. */
export type Key = readonly [KeyValue, KeyValue?] | Readonly<Record<string, unknown>>;

/** Options of get and find. */
export interface GetOptions extends CallOptions {
  /** Read what was written last, at twice the capacity. */
  consistent?: boolean;
  /** What to fetch; all of it when left out. */
  projection?: readonly PathLike[];
  /** An item whose ttl has passed counts as absent. */
  hideExpired?: boolean;
}

/** Names what to fetch; the type of the item follows. */
export interface Projection<P extends PathLike> {
  /** Attributes and paths. */
  readonly projection: readonly P[];
}

/** What all tables have. `T`: its items as they are read; `W`: as they are written; `K`: their keys. */
export class ItemTable<T, W extends object, K extends object> extends ManagedTable {
  /** For the library. */
  readonly core: TableCore<T>;

  /** For the library. */
  constructor(
    client: ClientCore,
    id: number,
    /** The table's name. */
    readonly name: string,
    codec: ItemCodec,
    /** What `with` has set. */
    readonly limits: CallOptions,
  ) {
    super(client, [id], limits);
    this.core = new TableCore<T>(client, [id], [codec]);
  }

  protected send(op: number, options: CallOptions, write: (members: Members) => void): Promise<unknown> {
    const { client, id, codecs } = this.core;
    return run(client, op, { ...this.limits, ...options }, (members) => {
      members.number('table', id);
      write(members);
    }, codecs);
  }

  protected sendItem(op: number, item: object, options: WriteOptions): Promise<unknown> {
    const { codec } = this.core;
    return this.send(op, options, (members) => {
      members.item('item', item, codec);
      writeOptions(members, options, codec);
    });
  }

  /** Puts an item that must not be there yet; a duplicate is ErrConditionFailed. Gives the item as stored. */
  async create(item: W, options: WriteOptions = {}): Promise<T> {
    return (await this.sendItem(Op.CREATE, item, options) ?? item) as T;
  }
  /** Replaces the whole item, or makes it. With `ifVersion` n it locks, and writes n + 1. */
  async put(item: W, options: WriteOptions = {}): Promise<T> {
    return (await this.sendItem(Op.PUT, item, options) ?? item) as T;
  }
  /** Idempotent: deleting an absent item succeeds, unless a condition or version says otherwise. */
  async delete(key: K, options: WriteOptions = {}): Promise<void> {
    const { codec } = this.core;
    await this.send(Op.DELETE, options, (members) => {
      members.key('key', key, codec);
      writeOptions(members, options, codec);
    });
  }
  /** The item; an absent one is ErrItemNotFound. */
  async get<P extends PathLike = never>(key: K, options: GetOptions & Projection<P>): Promise<Selected<T, P>>;
  async get(key: K, options?: GetOptions): Promise<T>;
  async get(key: K, options: GetOptions = {}): Promise<unknown> {
    return await this.read(Op.GET, key, options);
  }
  /** The item, or undefined. */
  async find<P extends PathLike = never>(key: K, options: GetOptions & Projection<P>): Promise<Selected<T, P> | undefined>;
  async find(key: K, options?: GetOptions): Promise<T | undefined>;
  async find(key: K, options: GetOptions = {}): Promise<unknown> {
    return await this.read(Op.FIND, key, options);
  }
  /** What `get` would send. */
  async explainGet(key: K, options: GetOptions = {}): Promise<Explanation> {
    return explanationOf(await this.read(Op.GET, key, options, true));
  }
  private read(op: number, key: object, options: GetOptions, explain = false): Promise<unknown> {
    return this.send(op, options, (members) => {
      members
        .key('key', key, this.core.codec)
        .flag('consistent', options.consistent)
        .paths('projection', options.projection)
        .flag('hide_expired', options.hideExpired);
      if (explain) members.flag('explain', true);
    });
  }

  /** Items that share a partition key: by its value, or by `eq` on the keys of the table or an index, which is then chosen. */
  query(partition: KeyValue | Condition): Query<T> {
    return new Query<T>(this.core, { partition }, this.limits);
  }
  /** Every item. */
  scan(): Scan<T> {
    return new Scan<T>(this.core, {}, this.limits);
  }

  /** An update of the item, which must exist, action by action. */
  updateBuilder(key: K): UpdateBuilder<T, W> {
    return new UpdateBuilder<T, W>(this.core, key, false, this.limits);
  }
  /** The same, which makes the item when it is not there. */
  upsertBuilder(key: K): UpdateBuilder<T, W> {
    return new UpdateBuilder<T, W>(this.core, key, true, this.limits);
  }
  /** What the builder cannot say, in the service's language; the same rules hold. Gives the item as it is now. */
  async updateExpression(
    key: K,
    update: { expression: string; names?: Readonly<Record<string, string>>; values?: Readonly<Record<string, unknown>> },
    options: WriteOptions = {},
  ): Promise<T> {
    const { codec } = this.core;
    return await this.send(Op.UPDATE_EXPRESSION, options, (members) => {
      members.key('key', key, codec).text('expression', update.expression);
      members.value('names', update.names).value('values', update.values);
      writeOptions(members, options, codec);
    }) as T;
  }

  /** In the order of the keys; absent items are undefined. */
  batchGet(keys: readonly K[], options: BatchOptions & { consistent?: boolean } = {}): Promise<(T | undefined)[]> {
    const gets = keys.map((key) => ({ table: this.core as TableCore<unknown>, key }));
    return batchGet(this.core.client, gets, { ...this.limits, ...options }) as Promise<(T | undefined)[]>;
  }
  /** Puts and deletes, in any order. An item named twice is ErrInvalidOperator. Positions of leftovers count the puts first. */
  batchWrite(batch: { puts?: readonly W[]; deletes?: readonly K[] }, options: BatchOptions = {}): Promise<void> {
    const table = this.core as TableCore<unknown>;
    const writes = [
      ...(batch.puts ?? []).map((put) => ({ table, put })),
      ...(batch.deletes ?? []).map((key) => ({ table, key })),
    ];
    return batchWrite(this.core.client, writes, { ...this.limits, ...options });
  }
}

/**
 * A model's items: typed when the schema is a TypeScript object (`client.table`), maps when it was loaded
 * (`client.dynamicTable`, which also leaves timestamps as text). Immutable; share it freely.
 *
 * @example
 * ```ts
 * import { attr, connect, defineSchema, TableTheoryError } from '@theory-cloud/tabletheory-ts';
 * const schema = defineSchema({
 *   dms_version: '0.2',
 *   models: [{
 *     name: 'Order', table: { name: 'orders' },
 *     keys: { partition: { attribute: 'PK', type: 'S' }, sort: { attribute: 'SK', type: 'S' } },
 *     attributes: [
 *       { attribute: 'PK', type: 'S', roles: ['pk'], required: true },
 *       { attribute: 'SK', type: 'S', roles: ['sk'], required: true },
 *       { attribute: 'state', type: 'S' },
 *       { attribute: 'version', type: 'N', roles: ['version'] },
 *     ],
 *   }],
 * });
 * const orders = connect('memory:').table(schema, 'Order');
 * await orders.ensureTable();
 * const stored = await orders.create({ PK: 'C#1', SK: 'O#1', state: 'open' });
 * await orders.update({ ...stored, state: 'paid' }, ['state']);
 * try {
 *   await orders.update({ ...stored, state: 'lost' }, ['state']);
 * } catch (error) {
 *   console.assert(TableTheoryError.is(error, 'ErrVersionConflict'));
 * }
 * ```
 */
export class Table<T, W extends object = DynamicItem, K extends object = Key> extends ItemTable<T, W, K> {
  /** For the library. */
  constructor(client: ClientCore, id: number, name: string, codec: ItemCodec, limits: CallOptions) {
    super(client, id, name, codec, limits);
  }

  /** What the core says about the model. */
  get model(): ModelInfo {
    return this.core.codec.info!;
  }
  /** The same table with limits on every call. */
  with(limits: CallOptions): Table<T, W, K> {
    return new Table(this.core.client, this.core.id, this.name, this.core.codec, { ...this.limits, ...limits });
  }
  /** An attribute, its name checked and its operands typed by the model. */
  attr<N extends keyof W & string>(name: N): Attribute<NonNullable<W[N]>> {
    return new Attribute<NonNullable<W[N]>>([name]);
  }

  /** Writes the given attributes whether or not the item is there. All required ones must be given. */
  async upsert(item: W, options: WriteOptions = {}): Promise<T> {
    return await this.sendItem(Op.UPSERT, item, options) as T;
  }
  /** Writes every non-empty value of the item, which must exist. */
  async patch(item: Partial<W>, options: WriteOptions = {}): Promise<T> {
    return await this.sendItem(Op.PATCH, item, options) as T;
  }
  /**
   * Writes the selected attributes. The item must exist and, in a versioned model, have the version of `item`: else
   * ErrVersionConflict. No fields: updated_at and the version alone. Gives the item as it is now.
   */
  async update(
    item: Partial<W>,
    fields: readonly ((keyof W & string) | Attribute<never>)[],
    options: WriteOptions = {},
  ): Promise<T> {
    const { codec } = this.core;
    return await this.send(Op.UPDATE, options, (members) => {
      members.item('item', item, codec);
      members.paths('fields', fields.map((field) => (typeof field === 'string' ? new Attribute<never>([field]) : field)));
      writeOptions(members, options, codec);
    }) as T;
  }
}

/** Items without a model: nothing is added, nothing left out, numbers are exact. */
export class DocumentTable extends ItemTable<DynamicItem, DynamicItem, Key> {
  /** For the library. */
  constructor(client: ClientCore, id: number, name: string, limits: CallOptions) {
    super(client, id, name, documentCodec, limits);
  }
  /** The same table with limits on every call. */
  with(limits: CallOptions): DocumentTable {
    return new DocumentTable(this.core.client, this.core.id, this.name, { ...this.limits, ...limits });
  }
}
