// Derived keys: key texts put together from inputs by rule (docs/derived-keys.md).
import { readFile } from 'node:fs/promises';

import { TableTheoryError } from './errors.js';
import { native, outcome, writer, type Handle } from './native.js';
import type { ExactNumber } from './numbers.js';
import { tapeOf } from './request.js';

/** An input of a derived key; null is always refused by name. */
export type DerivedKeyInput = string | number | bigint | boolean | ExactNumber | null | undefined;

/** What a document says about a key. */
export interface DerivedKeyInfo {
  readonly model: string;
  readonly name: string;
  readonly helper: string;
  readonly description: string;
  readonly inputs: readonly { readonly name: string; readonly type: string; readonly optional: boolean }[];
}

/**
 * A document of derived keys. Its fixtures are checked as it is read.
 *
 * @example
 * ```ts
 * import { DerivedKeys, TableTheoryError } from '@theory-cloud/tabletheory-ts';
 * try {
 *   DerivedKeys.parse('derived_keys_version: "9"', 'orders.keys.yml');
 * } catch (error) {
 *   console.assert(TableTheoryError.is(error, 'ErrInvalidModel') && error.diagnostics.length > 0);
 * }
 * ```
 */
export class DerivedKeys {
  private constructor(private readonly handle: Handle, readonly keys: readonly DerivedKeyInfo[]) {}

  static async load(path: string): Promise<DerivedKeys> {
    return DerivedKeys.parse(await readFile(path, 'utf8'), path);
  }
  static parse(text: string, fileName = 'keys.yml'): DerivedKeys {
    const [handle, taken] = native().keysLoad(text, fileName);
    const { keys } = outcome(taken) as { keys: DerivedKeyInfo[] };
    if (handle === undefined) throw new TableTheoryError('ErrInternal', 'a document of keys was read, but not kept');
    return new DerivedKeys(handle, keys);
  }
  /** The key. ErrInvalidModel naming the input that is missing, null, not declared or of another type. */
  evaluate(model: string, name: string, inputs: Readonly<Record<string, DerivedKeyInput>>): string {
    const size = tapeOf((members) => {
      for (const [input, value] of Object.entries(inputs)) members.value(input, value);
    });
    return outcome(native().keysEvaluate(this.handle, model, name, writer.buffer, size)) as string;
  }
}
