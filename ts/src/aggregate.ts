// Aggregates over a query or scan: exact, in one pass, without holding the items (docs/aggregates.md).
import { and, writePath, type Condition, type PathLike } from './conditions.js';
import { Op } from './constants.js';
import { run } from './driver.js';
import { Scan, type Query } from './reads.js';
import { documentCodec } from './values.js';
import type { DynamicItem } from './table.js';

/**
 * Sums, counts and groups. The service has no aggregates: every item the read evaluates is read and paid for.
 *
 * @example
 * ```ts
 * import { aggregate, attr, connect } from '@theory-cloud/tabletheory-ts';
 * const orders = connect('memory:').documents('orders', ['pk', 'sk']);
 * const byState = aggregate(orders.scan()).groupBy('state').count('orders').sum('revenue', 'total').having(attr('revenue').gt(1000));
 * console.assert(typeof byState.run === 'function');
 * ```
 */
export class Aggregate {
  private readonly steps: [name: string, as: string, path?: PathLike][] = [];
  private groups: readonly PathLike[] | undefined;
  private kept: Condition | undefined;
  private memoryLimitBytes: number | undefined;

  /** For the library: use `aggregate`. */
  constructor(private readonly read: Query<unknown> | Scan<unknown>) {}

  private push(step: string, as: string, path?: PathLike): this {
    this.steps.push(path === undefined ? [step, as] : [step, as, path]);
    return this;
  }
  /** How many items there are, or how many have a value at the path. */
  count(as: string, path?: PathLike): this { return this.push('count', as, path); }
  /** How many different values there are at the path. */
  countDistinct(as: string, path: PathLike): this { return this.push('count_distinct', as, path); }
  /** Exact: a sum of more than 38 digits is ErrNumberPrecisionLoss. */
  sum(as: string, path: PathLike): this { return this.push('sum', as, path); }
  /** The sum by the count of the numbers at the path, to 38 digits. */
  average(as: string, path: PathLike): this { return this.push('average', as, path); }
  /** The smallest value at the path. */
  min(as: string, path: PathLike): this { return this.push('min', as, path); }
  /** The largest value at the path. */
  max(as: string, path: PathLike): this { return this.push('max', as, path); }
  /** One row per combination of these values. */
  groupBy(...paths: PathLike[]): this {
    this.groups = paths;
    return this;
  }
  /** Keeps the rows for which it holds; several are joined by AND. */
  having(condition: Condition): this {
    this.kept = this.kept ? and(this.kept, condition) : condition;
    return this;
  }
  /** What groups and distinct values may take; beyond it ErrInvalidOperator. */
  memoryLimit(bytes: number): this {
    this.memoryLimitBytes = bytes;
    return this;
  }
  /** Reads everything the query or scan reads. */
  async run(): Promise<DynamicItem[]> {
    const { read } = this;
    return await run(read.table.client, Op.AGGREGATE, read.limits, (members) => {
      read.write(members);
      if (read instanceof Scan) members.flag('scan', true);
      members.paths('group_by', this.groups);
      members.list('steps', this.steps, ([step, as, path]) => {
        members.writer.list(path === undefined ? 2 : 3);
        members.writer.string(step);
        members.writer.string(as);
        if (path !== undefined) writePath(members.writer, path);
      });
      members.condition('having', this.kept, documentCodec).number('memory_limit_bytes', this.memoryLimitBytes);
    }) as DynamicItem[];
  }
}

/** Over what a query or scan of any table reads. Its filter, index, limit and cursor count; its selection does not. */
export function aggregate<T>(read: Query<T> | Scan<T>): Aggregate {
  return new Aggregate(read as Query<unknown> | Scan<unknown>);
}
