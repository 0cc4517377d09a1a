// Numbers that a double cannot hold.
import { TableTheoryError } from './errors.js';

/**
 * An exact decimal that is no exact JavaScript number: in lists, maps and json values, fractions of more digits than a
 * `number` keeps. Whole numbers come as `number`, or as `bigint` beyond 2^53.
 *
 * @example
 * ```ts
 * import { ExactNumber } from '@theory-cloud/tabletheory-ts';
 * const price = new ExactNumber('12345678901234567890.000000001');
 * console.assert(String(price) === '12345678901234567890.000000001');
 * ```
 */
export class ExactNumber {
  /** Whether it is a number is checked where it is used: ErrInvalidModel. */
  constructor(
    /** The decimal's text. */
    readonly text: string,
  ) {}
  /** The text. */
  toString(): string {
    return this.text;
  }
  /** JSON has no exact numbers in JavaScript: the text. */
  toJSON(): string {
    return this.text;
  }
  /** How the console shows it. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `ExactNumber(${this.text})`;
  }
}

/** A number of a list, a map or a document. */
export type AnyNumber = number | bigint | ExactNumber;

// Digits without leading and trailing zeros, and the exponent of the first: "0.0120" and "1.2e-2" are the same.
function shapeOf(text: string): string {
  const match = /^(-?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign, whole, fraction, exponent] = match;
  const digits = whole! + fraction!;
  const first = digits.search(/[1-9]/);
  if (first < 0) return '0';
  return `${sign}${digits.slice(first).replace(/0+$/, '')}e${whole!.length - first + Number(exponent ?? 0)}`;
}

/** The native number of a decimal text that is no 64-bit integer. */
export function numberOf(text: string): AnyNumber {
  const native = Number(text);
  if (Number.isInteger(native) && !Number.isSafeInteger(native)) {
    return /^-?\d+$/.test(text) ? BigInt(text) : new ExactNumber(text);
  }
  return shapeOf(String(native)) === shapeOf(text) ? native : new ExactNumber(text);
}

/** A decimal text as a `number` that an `int` attribute promises. */
export function safeIntegerOf(text: string, attribute: string): number {
  const native = Number(text);
  if (Number.isSafeInteger(native) && shapeOf(String(native)) === shapeOf(text)) return native;
  throw precisionLoss(text, attribute);
}

/** Before a write: what the same table could not read again is not written. Text that is no number is the core's to refuse. */
export function checkInteger(value: unknown, attribute: string): void {
  if (typeof value === 'number') return;
  const text = String(value);
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) throw precisionLoss(text, attribute);
}

function precisionLoss(text: string, attribute: string): TableTheoryError {
  return new TableTheoryError(
    'ErrNumberPrecisionLoss',
    `attribute ${attribute} holds ${text}, which a JavaScript number cannot hold exactly; use ` +
      'dynamicTable() or documents(), which take and give a bigint, or declare the attribute without the format "int" to have text',
  );
}
