// SharedTable: several models that live in one table, read together (DMS 0.3, docs/several-models-in-one-table.md).
import type { Condition } from './conditions.js';
import type { ClientCore } from './driver.js';
import { Query, Scan } from './reads.js';
import type { CallOptions } from './request.js';
import type { KeyValue } from './schema.js';
import type { Table } from './table.js';
import { TableCore } from './table_core.js';
import { ManagedTable } from './tables.js';
import { ItemCodec } from './values.js';

/** An item, and which model's it is. */
export type ModelItem<T> = T extends Table<infer I, infer _W, infer _K> ? { readonly model: string; readonly item: I } : never;

// Its items say whose they are.
class TellingCodec extends ItemCodec {
  constructor(private readonly model: string, codec: ItemCodec) {
    super(codec.info, codec.isTyped);
  }
  override readItem(...input: Parameters<ItemCodec['readItem']>): Record<string, unknown> {
    return { model: this.model, item: super.readItem(...input) };
  }
}

/** Query and scan over several models. Writing and reading by key go through the tables themselves. */
export class SharedTable<E> extends ManagedTable {
  private readonly core: TableCore<E>;

  /** For the library: use client.sharedTable. */
  constructor(client: ClientCore, tables: readonly Table<any, any, any>[], private readonly limits: CallOptions) {
    const ids = tables.map((table) => table.core.id);
    super(client, ids, limits);
    const codecs = tables.map((table) => new TellingCodec(table.model.model, table.core.codec));
    this.core = new TableCore<E>(client, ids, codecs);
  }
  /** Items that share a partition key, each with its model. */
  query(partition: KeyValue | Condition): Query<E> {
    return new Query<E>(this.core, { partition }, this.limits);
  }
  /** Every item of these models. */
  scan(): Scan<E> {
    return new Scan<E>(this.core, {}, this.limits);
  }
}
