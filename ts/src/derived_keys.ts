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
  /** Whose key it is. */
  readonly model: string;
  /** Its name within the model. */
  readonly name: string;
  /** The name of a function made for it. */
  readonly helper: string;
  /** In words. */
  readonly description: string;
  /** What it is put together from. */
  readonly inputs: readonly { readonly name: string; readonly type: string; readonly optional: boolean }[];
}

/**
 * A document of derived keys. Its fixtures are checked as it is read.
 *
 * @example
 * ```ts
 * import { DerivedKeys } from '@theory-cloud/tabletheory-ts';
 * const keys = DerivedKeys.parse(`
 * tabletheory_model_contract_version: "0.1"
 * models:
 *   - name: Order
 *     dms_model: Order
 *     table: orders
 *     derived_keys:
 *       - name: customer
 *         helper: customerKey
 *         join: "#"
 *         inputs: [{ name: tenant, type: string }]
 *         segments: [{ literal: TENANT }, { value: { input: tenant }, transforms: [trim] }]
 *         fixtures: [{ inputs: { tenant: a }, expected: "TENANT#a" }]
 * `, 'orders.keys.yml'); // or await DerivedKeys.load('orders.keys.yml')
 * console.assert(keys.evaluate('Order', 'customer', { tenant: ' a/b ' }) === 'TENANT#a%2Fb');
 * ```
 */
export class DerivedKeys {
  private constructor(
    private readonly handle: Handle,
    /** Every key of the document. */
    readonly keys: readonly DerivedKeyInfo[],
  ) {}

  /** Reads a file, YAML or JSON by its name. ErrInvalidModel with every problem in `diagnostics`. */
  static async load(path: string): Promise<DerivedKeys> {
    return DerivedKeys.parse(await readFile(path, 'utf8'), path);
  }
  /** Reads a text; the file's name decides between JSON (`.json`) and YAML. */
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
