// Query and Scan: what to read, and the ways to read it (docs/spec/operations.md, "Reads").
import { and, type Condition, type PathLike } from './conditions.js';
import { Op } from './constants.js';
import { pages, run } from './driver.js';
import type { CallOptions, Members } from './request.js';
import type { Selected } from './places.js';
import type { TableCore } from './table_core.js';

/** One page of a read. */
export interface Page<T> {
  /** Where to go on (`after`); empty: this was the last page. */
  readonly cursor: string;
  /** What was found. */
  readonly items: T[];
  /** How many that are, by the service's count. */
  readonly count: number;
  /** Items that were evaluated, and paid for. */
  readonly scannedCount: number;
  /** Items of none of the models that are read. */
  readonly skippedCount: number;
  /** Capacity units that the page took, where the service says it. */
  readonly consumedCapacity: number;
}

/** What an operation would send, and why; nothing is sent. */
export interface Explanation {
  /** "Query" */
  readonly operation: string;
  /** The exact body of the first request. */
  readonly request: string;
  /** The index used; empty: the table. */
  readonly index: string;
  /** Why that index. */
  readonly reason: string;
  /** An estimate … */
  readonly capacityUnits: number;
  /** … and what it rests on. */
  readonly capacityBasis: string;
  /** What could be better. */
  readonly hints: readonly string[];
}

export function explanationOf(value: unknown): Explanation {
  const members = value as Record<string, never>;
  return {
    operation: members['operation']!,
    request: members['request']!,
    index: members['index']!,
    reason: members['reason']!,
    capacityUnits: members['capacity_units']!,
    capacityBasis: members['capacity_basis']!,
    hints: members['hints']!,
  };
}

interface Plan {
  partition?: unknown;
  sort?: Condition;
  index?: string;
  filter?: Condition;
  projection?: readonly PathLike[];
  limit?: number;
  pageSize?: number;
  consistent?: boolean;
  hideExpired?: boolean;
  descending?: boolean;
  cursor?: string;
  cursorKey?: string | Uint8Array;
  segment?: number;
  totalSegments?: number;
  parallel?: number;
}

/** What Query and Scan share. Values: every method gives a new one, which may be run as often as you like. */
abstract class Read<T, Self> {
  /** For the library. */
  constructor(
    readonly table: TableCore<T>,
    readonly plan: Plan,
    readonly limits: CallOptions,
  ) {}

  protected abstract changed(plan: Plan, limits: CallOptions): Self;
  protected abstract readonly isScan: boolean;
  private but(change: Plan): Self {
    return this.changed({ ...this.plan, ...change }, this.limits);
  }

  /** A filter on what was read; several are joined by AND. Filtered items are paid for: prefer keys. */
  where(filter: Condition): Self {
    return this.but({ filter: this.plan.filter ? and(this.plan.filter, filter) : filter });
  }
  /** How many items are returned in all; pages are followed until there are so many. */
  limit(items: number): Self {
    return this.but({ limit: items });
  }
  /** DynamoDB's Limit: items evaluated per request, before the filter. */
  pageSize(items: number): Self {
    return this.but({ pageSize: items });
  }
  /** Read what was written last, at twice the capacity. */
  consistent(on = true): Self {
    return this.but({ consistent: on });
  }
  /** Leave out items whose ttl has passed. */
  hideExpired(on = true): Self {
    return this.but({ hideExpired: on });
  }
  /** Read an index instead of the table. */
  usingIndex(name: string): Self {
    return this.but({ index: name });
  }
  /** Go on where a page ended; empty: from the start. */
  after(cursor: string): Self {
    return this.but({ cursor });
  }
  /**
   * Sign the cursors of this read with HMAC-SHA256 and `secret` (not empty, best 32 random bytes), and take no cursor in
   * `after` that was not: ErrInvalidModel. For cursors that leave the program, through a public API say. Signed cursors are
   * the same in every language.
   */
  signCursors(secret: string | Uint8Array): Self {
    return this.but({ cursorKey: secret });
  }
  /** The same read with limits of its own. */
  with(limits: CallOptions): Self {
    return this.changed(this.plan, { ...this.limits, ...limits });
  }

  /** One page: with a limit, that many items or all there are; without, one answer of the service. */
  async page(): Promise<Page<T>> {
    for await (const page of this.read(this.plan.limit !== undefined)) return page;
    return { cursor: '', items: [], count: 0, scannedCount: 0, skippedCount: 0, consumedCapacity: 0 };
  }
  /** Pages, fetched as they are reached. */
  pages(): AsyncGenerator<Page<T>, void, undefined> {
    return this.read(false);
  }
  /** Items; their pages are fetched as they are reached. */
  async *items(): AsyncGenerator<T, void, undefined> {
    for await (const page of this.read(false)) yield* page.items;
  }
  /** As `items`, for `for await`. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.items();
  }
  /** Everything, in memory. */
  async all(): Promise<T[]> {
    const items: T[] = [];
    for await (const page of this.read(false)) for (const item of page.items) items.push(item);
    return items;
  }
  /** The first item, if any. */
  async first(): Promise<T | undefined> {
    for await (const item of this.but({ limit: 1 }) as AsyncIterable<T>) return item;
    return undefined;
  }
  /** How many there are; the items are not fetched. */
  async count(): Promise<number> {
    const { client, codecs } = this.table;
    const counted = await run(client, Op.COUNT, this.limits, (members) => {
      this.write(members);
      if (this.isScan) members.flag('scan', true);
    }, codecs);
    return (counted as { count: number }).count;
  }
  /** What would be sent first, by which index, and why; nothing is. */
  async explain(): Promise<Explanation> {
    const { client, codecs } = this.table;
    return explanationOf(await run(client, this.op(), this.limits, (members) => {
      this.write(members);
      members.flag('explain', true);
    }, codecs));
  }

  private op(): number {
    return this.isScan ? Op.SCAN : Op.QUERY;
  }

  private async *read(gather: boolean): AsyncGenerator<Page<T>, void, undefined> {
    const { client, codecs, itemOf } = this.table;
    const found = pages(client, this.op(), this.limits, (members) => {
      this.write(members);
      if (gather) members.flag('gather', true);
    }, codecs);
    for await (const page of found) {
      const members = page as Record<string, never> & { items: unknown[] };
      yield {
        cursor: members['cursor']!,
        items: itemOf === undefined ? members.items as T[] : members.items.map(itemOf),
        count: members['count']!,
        scannedCount: members['scanned_count']!,
        skippedCount: members['skipped_count']!,
        consumedCapacity: members['consumed_capacity']!,
      };
    }
  }

  /** For the library: the members of the request. */
  write(members: Members): void {
    const { plan, table } = this;
    const { codec } = table;
    table.writeTo(members);
    if (!this.isScan) {
      const { partition } = plan;
      if (isCondition(partition)) {
        members.condition('partition', partition, codec);
      } else {
        members.name('partition');
        table.writePartition(members.writer, partition);
      }
      members.condition('sort', plan.sort, codec).flag('descending', plan.descending);
    }
    members
      .text('index', plan.index)
      .condition('filter', plan.filter, codec)
      .paths('projection', plan.projection)
      .number('limit', plan.limit)
      .number('page_size', plan.pageSize)
      .flag('consistent', plan.consistent)
      .flag('hide_expired', plan.hideExpired)
      .text('cursor', plan.cursor)
      .secret('cursor_key', plan.cursorKey)
      .number('segment', plan.segment)
      .number('total_segments', plan.totalSegments)
      .number('parallel', plan.parallel);
  }

  /** For the library. */
  change(change: Plan): Self {
    return this.but(change);
  }
}

function isCondition(value: unknown): value is Condition {
  return typeof value === 'object' && value !== null && 'parts' in value;
}

/**
 * Items that share a partition key, in order of the sort key.
 *
 * @example
 * ```ts
 * import { attr, connect } from '@theory-cloud/tabletheory-ts';
 * const client = connect('memory:');
 * await client.rawCall('CreateTable', {
 *   TableName: 'orders', BillingMode: 'PAY_PER_REQUEST',
 *   AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
 *   KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
 * });
 * const orders = client.documents('orders', ['pk', 'sk']);
 * await orders.put({ pk: 'c', sk: 'o1', total: 3 });
 * for await (const order of orders.query('c').sort(attr('sk').beginsWith('o')).where(attr('total').gt(1))) {
 *   console.assert(order['total'] === 3);
 * }
 * ```
 */
export class Query<T> extends Read<T, Query<T>> {
  protected readonly isScan = false;
  protected changed(plan: Plan, limits: CallOptions): Query<T> {
    return new Query(this.table, plan, limits);
  }
  /** Fetch these attributes only: by name, or by path into one. */
  select<P extends PathLike>(...attributes: P[]): Query<Selected<T, P>> {
    return this.change({ projection: attributes }) as unknown as Query<Selected<T, P>>;
  }
  /** A condition on the sort key: = < <= > >= between begins_with. */
  sort(condition: Condition): Query<T> {
    return this.change({ sort: this.plan.sort ? and(this.plan.sort, condition) : condition });
  }
  /** From the largest sort key down. */
  descending(on = true): Query<T> {
    return this.change({ descending: on });
  }
}

/**
 * Every item of a table or an index.
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
 * for (const id of ['a', 'b', 'c']) await things.put({ id });
 * const seen: unknown[] = [];
 * for await (const page of things.scan().pageSize(2).pages()) seen.push(...page.items); // or .parallel(4).items()
 * console.assert(seen.length === 3 && await things.scan().count() === 3);
 * ```
 */
export class Scan<T> extends Read<T, Scan<T>> {
  protected readonly isScan = true;
  protected changed(plan: Plan, limits: CallOptions): Scan<T> {
    return new Scan(this.table, plan, limits);
  }
  /** Fetch these attributes only: by name, or by path into one. */
  select<P extends PathLike>(...attributes: P[]): Scan<Selected<T, P>> {
    return this.change({ projection: attributes }) as unknown as Scan<Selected<T, P>>;
  }
  /** This part of so many, for workers that share a scan. */
  segment(segment: number, totalSegments: number): Scan<T> {
    return this.change({ segment, totalSegments });
  }
  /** Scan in so many segments at once; items then come in no order. */
  parallel(segments: number): Scan<T> {
    return this.change({ parallel: segments });
  }
}
