// UpdateBuilder: one update said action by action, for what whole items cannot say (docs/conditions-and-updates.md).
import { and, attributeOf, writeOperand, writePath, type Condition, type PathLike } from './conditions.js';
import { Op } from './constants.js';
import { run } from './driver.js';
import { explanationOf, type Explanation } from './reads.js';
import { writeOptions, type Members, type WriteOptions } from './request.js';
import type { Place, PlaceOf, ValueAt } from './places.js';
import type { TableCore } from './table_core.js';
import type { AnyNumber } from './numbers.js';

interface Action {
  readonly name: string;
  readonly path: PathLike;
  readonly index?: number;
  readonly value?: { readonly of: unknown };
}

/**
 * An update, action by action. The item must exist (an `upsertBuilder` makes it otherwise); updated_at is refreshed and the
 * version goes up by one. One builder is one update: its methods change it and give it back. Values are typed by the model
 * where an attribute is named; paths into lists and maps take any.
 *
 * @example
 * ```ts
 * import { connect, defineSchema } from '@theory-cloud/tabletheory-ts';
 * const schema = defineSchema({
 *   dms_version: '0.2',
 *   models: [{
 *     name: 'Counter', table: { name: 'counters' }, keys: { partition: { attribute: 'id', type: 'S' } },
 *     attributes: [
 *       { attribute: 'id', type: 'S', roles: ['pk'], required: true },
 *       { attribute: 'hits', type: 'N', format: 'int' },
 *     ],
 *   }],
 * });
 * const counters = connect('memory:').table(schema, 'Counter');
 * await counters.ensureTable();
 * await counters.create({ id: 'a', hits: 1 });
 * const counter = await counters.updateBuilder(['a']).increment('hits', 2).runAllNew();
 * console.assert(counter.hits === 3);
 * ```
 */
export class UpdateBuilder<T, W = any> {
  private readonly actions: Action[] = [];
  private readonly options: WriteOptions;

  /** For the library. */
  constructor(
    /** For the library. */
    readonly table: TableCore<T>,
    /** Of the item that is updated. */
    readonly key: object,
    private readonly isUpsert: boolean,
    limits: WriteOptions,
  ) {
    this.options = { ...limits };
  }

  private push(name: string, path: PathLike, value?: { of: unknown }, index?: number): this {
    this.actions.push({ name, path, ...(value && { value }), ...(index !== undefined && { index }) });
    return this;
  }

  /** Writes a value, or what lies at another place. */
  set<P extends Place<W>>(path: P, value: ValueAt<W, P>): this { return this.push('set', path, { of: value }); }
  /** Writes it unless the attribute is there. */
  setIfNotExists<P extends Place<W>>(path: P, value: ValueAt<W, P>): this {
    return this.push('set_if_not_exists', path, { of: value });
  }
  /** Takes the attribute, or the element of a list, away. */
  remove(path: Place<W>): this { return this.push('remove', path); }
  /** A number to add, or a set whose elements are added; an absent attribute counts as 0 or empty. */
  add<P extends PlaceOf<W, bigint | ReadonlySet<any>>>(path: P, value: ValueAt<W, P>): this {
    return this.push('add', path, { of: value });
  }
  /** A number goes up; an absent one counts as 0. */
  increment(path: PlaceOf<W, bigint>, by: AnyNumber | string = 1): this { return this.push('increment', path, { of: by }); }
  /** A number goes down; an absent one counts as 0. */
  decrement(path: PlaceOf<W, bigint>, by: AnyNumber | string = 1): this { return this.push('decrement', path, { of: by }); }
  /** Takes elements out of a set. */
  deleteElements<P extends PlaceOf<W, ReadonlySet<any>>>(path: P, set: ValueAt<W, P> & ReadonlySet<unknown>): this {
    return this.push('delete', path, { of: set });
  }
  /** Elements behind those of a list; an absent list counts as empty. */
  append(path: PlaceOf<W, readonly any[]>, elements: readonly unknown[]): this {
    return this.push('append', path, { of: elements });
  }
  /** Elements before those of a list; an absent list counts as empty. */
  prepend(path: PlaceOf<W, readonly any[]>, elements: readonly unknown[]): this {
    return this.push('prepend', path, { of: elements });
  }
  /** Writes the element of a list, counted from 0; beyond its end: at its end. */
  setElement(path: PlaceOf<W, readonly any[]>, index: number, value: unknown): this {
    return this.push('set_element', path, { of: value }, index);
  }
  /** Takes the element of a list away; those behind it move up. */
  removeElement(path: PlaceOf<W, readonly any[]>, index: number): this {
    return this.push('remove_element', path, undefined, index);
  }

  /** Further conditions are joined by AND. */
  where(condition: Condition): this {
    this.options.condition = this.options.condition ? and(this.options.condition, condition) : condition;
    return this;
  }
  /** The version the stored item must have; else ErrVersionConflict. */
  ifVersion(version: number): this {
    this.options.ifVersion = version;
    return this;
  }
  /** Attributes this update must not touch, besides the model's own. */
  protect(...attributes: (keyof W & string)[]): this {
    this.options.protect = [...(this.options.protect ?? []), ...attributes];
    return this;
  }
  /** `error.item` then holds the item as it stood. */
  returnItemOnFailure(on = true): this {
    this.options.returnItemOnFailure = on;
    return this;
  }

  /** Gives nothing back. */
  async run(): Promise<void> {
    await this.send('none');
  }
  /** The item after the update. */
  async runAllNew(): Promise<T> {
    return await this.send('all_new') as T;
  }
  /** The item before it; undefined when an upsert made it. */
  async runAllOld(): Promise<T | undefined> {
    return await this.send('all_old') as T | undefined;
  }
  /** The touched attributes alone, as they are after the update. */
  async runUpdatedNew(): Promise<Partial<T>> {
    return (await this.send('updated_new') ?? {}) as Partial<T>;
  }
  /** The touched attributes alone, as they were before it. */
  async runUpdatedOld(): Promise<Partial<T>> {
    return (await this.send('updated_old') ?? {}) as Partial<T>;
  }
  /** What would be sent, and why; nothing is. */
  async explain(): Promise<Explanation> {
    return explanationOf(await this.send('none', true));
  }

  private send(returns: string, explain = false): Promise<unknown> {
    const { client, codecs } = this.table;
    return run(client, Op.BUILD, this.options, (members) => {
      members.number('table', this.table.id);
      this.write(members);
      members.text('returns', returns);
      if (explain) members.flag('explain', true);
    }, codecs);
  }

  /** For the library: the members that a transaction's action has too. */
  write(members: Members, isAction = false): void {
    const { codec } = this.table;
    members.key('key', this.key, codec).flag('upsert', this.isUpsert);
    members.list('actions', this.actions, ({ name, path, index, value }) => {
      const { writer } = members;
      writer.list(2 + (index === undefined ? 0 : 1) + (value === undefined ? 0 : 1));
      writer.string(name);
      writePath(writer, path);
      if (index !== undefined) writer.number(index);
      if (value !== undefined) writeOperand(writer, value.of, codec.hintOf(attributeOf(path)));
    });
    writeOptions(members, isAction ? { ...this.options } : this.options, codec);
  }
}
