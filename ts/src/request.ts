// Requests: MAPs with the members of docs/c-abi.md. One is written at a time, into the environment's writer.
import { Condition, writeCondition, writePath, type PathLike } from './conditions.js';
import { writer } from './native.js';
import { writeValue, type ItemCodec } from './values.js';

/** Writes the members of a map. Members that are undefined are left out. */
export class Members {
  readonly writer = writer;
  private readonly at: number;
  private count = 0;

  constructor() {
    this.at = writer.openMap();
  }
  end(): void {
    writer.close(this.at, this.count);
  }

  /** Begins a member; its value is to be written next. */
  name(name: string): this {
    writer.name(name);
    ++this.count;
    return this;
  }
  text(name: string, value: string | undefined): this {
    if (value !== undefined) this.name(name).writer.string(value);
    return this;
  }
  secret(name: string, value: string | Uint8Array | undefined): this {
    if (value === undefined) return this;
    this.name(name);
    typeof value === 'string' ? writer.string(value) : writer.bytes(value);
    return this;
  }
  number(name: string, value: number | bigint | undefined): this {
    if (value === undefined) return this;
    this.name(name);
    typeof value === 'bigint' ? writer.bigint(value) : writer.number(value);
    return this;
  }
  flag(name: string, value: boolean | undefined): this {
    if (value !== undefined) this.name(name).writer.boolean(value);
    return this;
  }
  date(name: string, value: Date | undefined): this {
    if (value !== undefined) this.name(name).writer.date(value);
    return this;
  }
  /** Any value, by its own shape. */
  value(name: string, value: unknown): this {
    if (value === undefined) return this;
    this.name(name);
    writeValue(writer, value);
    return this;
  }
  item(name: string, item: object, codec: ItemCodec): this {
    this.name(name);
    codec.writeItem(writer, item);
    return this;
  }
  key(name: string, key: object, codec: ItemCodec): this {
    this.name(name);
    codec.writeKey(writer, key);
    return this;
  }
  condition(name: string, condition: Condition | undefined, codec: ItemCodec): this {
    if (condition === undefined) return this;
    this.name(name);
    writeCondition(writer, condition, codec);
    return this;
  }
  paths(name: string, paths: readonly PathLike[] | undefined): this {
    if (paths === undefined) return this;
    this.name(name).writer.list(paths.length);
    for (const path of paths) writePath(writer, path);
    return this;
  }
  list<T>(name: string, values: readonly T[] | undefined, write: (value: T) => void): this {
    if (values === undefined) return this;
    this.name(name).writer.list(values.length);
    for (const value of values) write(value);
    return this;
  }
  map(name: string, write: ((members: Members) => void) | undefined): this {
    if (write === undefined) return this;
    this.name(name);
    mapOf(write);
    return this;
  }
}

/** Writes a map whose members `write` names. */
export function mapOf(write: (members: Members) => void): void {
  const members = new Members();
  write(members);
  members.end();
}

/** Writes a whole tape that is one map; gives its size. */
export function tapeOf(write: (members: Members) => void): number {
  writer.reset();
  mapOf(write);
  return writer.finish();
}

/** What every write may say (docs/spec/operations.md, "Writes"). */
export interface WriteOptions extends CallOptions {
  /** Joined by AND with the one the operation brings. A failed one is ErrConditionFailed. */
  condition?: Condition;
  /** The version the stored item must have; else ErrVersionConflict. */
  ifVersion?: number;
  /** Attributes this call must not touch, besides the model's own. */
  protect?: readonly string[];
  /** `error.item` then holds the item as it stood. */
  returnItemOnFailure?: boolean;
}

/** Limits of a call. */
export interface CallOptions {
  /** For the whole operation, retries included: ErrTimeout. */
  timeoutMs?: number;
  /** The moment the call does not go on past: ErrTimeout. With a timeout too, what comes first. */
  deadline?: Date;
  /** ErrCancelled. */
  signal?: AbortSignal;
}

export function writeOptions(members: Members, options: WriteOptions, codec: ItemCodec): void {
  members
    .condition('condition', options.condition, codec)
    .number('if_version', options.ifVersion)
    .value('protect', options.protect)
    .flag('return_item_on_failure', options.returnItemOnFailure);
}
