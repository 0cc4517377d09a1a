// Paths and conditions: built here, judged by the core (docs/conditions-and-updates.md).
import { TableTheoryError } from './errors.js';
import type { TapeWriter } from './tape.js';
import { writeValue, type ItemCodec } from './values.js';

type Step = string | number;

/** size(path), which compares with numbers: `attr('tags').size().gt(2)`. */
export class Size {
  /** For the library: use `attr(…).size()`. */
  constructor(
    /** What is measured. */
    readonly path: Attribute,
  ) {}
  /** Equal. */
  eq(value: number | Attribute | Size): Condition { return compare('=', this, value); }
  /** Not equal. */
  ne(value: number | Attribute | Size): Condition { return compare('<>', this, value); }
  /** Less. */
  lt(value: number | Attribute | Size): Condition { return compare('<', this, value); }
  /** Less or equal. */
  le(value: number | Attribute | Size): Condition { return compare('<=', this, value); }
  /** Greater. */
  gt(value: number | Attribute | Size): Condition { return compare('>', this, value); }
  /** Greater or equal. */
  ge(value: number | Attribute | Size): Condition { return compare('>=', this, value); }
  /** From `low` to `high`, both included. */
  between(low: number | Attribute | Size, high: number | Attribute | Size): Condition { return compare('between', this, low, high); }
}

/**
 * Where a condition, a projection or an update points. Made by `attr`, or typed by `table.attr`. Operands are values, or
 * paths to compare attributes with one another.
 *
 * @example
 * ```ts
 * import { and, attr, not } from '@theory-cloud/tabletheory-ts';
 * const open = and(attr('total').gt(10), not(attr('state').beginsWith('c')), attr('lines[0].sku').exists());
 * console.assert(open.parts[0] === 'and');
 * ```
 */
export class Attribute<V = unknown> {
  /** For the library: use `attr`. */
  constructor(
    /** Document path text, or literal steps. */
    readonly target: string | readonly Step[],
  ) {}

  /** A member of a map, its name taken literally. */
  member(name: string): Attribute {
    return new Attribute([...this.steps(), name]);
  }
  /** An element of a list, from 0. */
  at(index: number): Attribute {
    return new Attribute([...this.steps(), index]);
  }

  /** Equal; sets and documents too. */
  eq(value: V | Attribute | Size): Condition { return compare('=', this, value); }
  /** Not equal; true where the attribute is missing. */
  ne(value: V | Attribute | Size): Condition { return compare('<>', this, value); }
  /** Less: numbers by value, text and bytes by their bytes. */
  lt(value: V | Attribute | Size): Condition { return compare('<', this, value); }
  /** Less or equal. */
  le(value: V | Attribute | Size): Condition { return compare('<=', this, value); }
  /** Greater. */
  gt(value: V | Attribute | Size): Condition { return compare('>', this, value); }
  /** Greater or equal. */
  ge(value: V | Attribute | Size): Condition { return compare('>=', this, value); }
  /** From `low` to `high`, both included. */
  between(low: V | Attribute | Size, high: V | Attribute | Size): Condition { return compare('between', this, low, high); }
  /** One of 1 to 100 values. */
  in(values: readonly V[]): Condition { return compare('in', this, ...values); }
  /** Text or bytes that begin so. */
  beginsWith(prefix: V | Attribute): Condition { return compare('begins_with', this, prefix); }
  /** A part of a text, or an element of a set or list. */
  contains(part: unknown): Condition { return compare('contains', this, part); }
  /** The attribute is there. */
  exists(): Condition { return compare('exists', this); }
  /** The attribute is not there. */
  notExists(): Condition { return compare('not_exists', this); }
  /** `S`, `N`, … */
  hasType(type: string): Condition { return compare('type', this, type); }
  /** How long the text is, how many bytes or elements there are. */
  size(): Size { return new Size(this); }
  /** An operator by any of its names (docs/spec/operations.md, "Reads"). */
  compare(operator: string, values: readonly unknown[]): Condition { return compare(operator, this, ...values); }

  private steps(): readonly Step[] {
    if (typeof this.target !== 'string') return this.target;
    if (/[.[\]]/.test(this.target)) {
      throw new TableTheoryError('ErrInvalidOperator', `member and at go on from a name, and "${this.target}" is a path; ` +
        'write the whole path as text, or begin with attr.named');
    }
    return [this.target];
  }
}

/** Anything that names a place in an item. */
export type PathLike = string | Attribute<never>;

/**
 * A condition. Conditions are values: combine them with `and`, `or`, `not`.
 */
export class Condition {
  /** For the library. */
  constructor(
    /** For the library. */
    readonly parts: readonly unknown[],
  ) {}
  /** Both hold. */
  and(other: Condition): Condition { return and(this, other); }
  /** One of them holds, or both. */
  or(other: Condition): Condition { return or(this, other); }
  /** It does not hold. */
  not(): Condition { return not(this); }
}

function compare(operator: string, left: Attribute<never> | Attribute | Size, ...operands: unknown[]): Condition {
  return new Condition([operator, left, ...operands]);
}

/** An attribute or a document path by text: `attr('address.lines[0].city')`. */
export function attr<V = unknown>(path: string): Attribute<V> {
  return new Attribute<V>(path);
}
/** An attribute whose name is taken literally, dots and brackets included. */
attr.named = <V = unknown>(name: string): Attribute<V> => new Attribute<V>([name]);

/** All of them hold. */
export function and(...conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : new Condition(['and', ...conditions]);
}
/** At least one of them holds. */
export function or(...conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : new Condition(['or', ...conditions]);
}
/** It does not hold. */
export function not(condition: Condition): Condition {
  return new Condition(['not', condition]);
}
/**
 * An expression in the service's own language; values are stored as they are given. It is parsed and checked before
 * anything is sent, and placeholders that collide with generated ones are renamed.
 */
export function rawCondition(
  expression: string,
  names: Readonly<Record<string, string>> = {},
  values: Readonly<Record<string, unknown>> = {},
): Condition {
  return new Condition(['raw', expression, names, values]);
}

export function writePath(writer: TapeWriter, path: PathLike): void {
  const target = typeof path === 'string' ? path : path.target;
  if (typeof target === 'string') return writer.pathText(target);
  writer.path(target.length);
  for (const step of target) typeof step === 'string' ? writer.string(step) : writer.number(step);
}

/** The attribute a path is, when it is no more than that. */
export function attributeOf(path: PathLike): string {
  const target = typeof path === 'string' ? path : path.target;
  if (typeof target === 'string') return target;
  return target.length === 1 && typeof target[0] === 'string' ? target[0] : '';
}

export function writeOperand(writer: TapeWriter, operand: unknown, hint: ReturnType<ItemCodec['hintOf']>): void {
  if (operand instanceof Attribute) return writePath(writer, operand);
  if (operand instanceof Size) {
    writer.size();
    return writePath(writer, operand.path);
  }
  writeValue(writer, operand, hint);
}

export function writeCondition(writer: TapeWriter, condition: Condition, codec: ItemCodec): void {
  const { parts } = condition;
  writer.list(parts.length);
  const [operator, left] = parts;
  writer.string(String(operator));
  if (left instanceof Attribute || left instanceof Size) {
    writeOperand(writer, left, '');
    const hint = left instanceof Size ? '' : codec.hintOf(attributeOf(left), /^contains$/i.test(String(operator)));
    for (let i = 2; i < parts.length; ++i) writeOperand(writer, parts[i], hint);
    return;
  }
  for (let i = 1; i < parts.length; ++i) {
    const part = parts[i];
    if (part instanceof Condition) writeCondition(writer, part, codec);
    else writeValue(writer, part);
  }
}
