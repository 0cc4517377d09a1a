// Schemas: DMS documents, and the TypeScript types that follow from them (docs/spec/dms.md).
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';

import { TableTheoryError } from './errors.js';
import type { ExactNumber } from './numbers.js';
import { native, outcome, type Handle } from './native.js';
import { modelInfoOf, type ModelInfo } from './values.js';

// --- The document, as TypeScript writes it --------------------------------------------------------------------------

/** A DynamoDB type. */
export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'M' | 'L' | 'SS' | 'NS' | 'BS';

/** An attribute of a DMS model. */
export interface DmsAttribute {
  /** Its name, as it is stored. */
  readonly attribute: string;
  /** Its DynamoDB type. */
  readonly type: AttributeType;
  /** An item without it is refused. */
  readonly required?: boolean;
  /** It may be missing although the library would keep it. */
  readonly optional?: boolean;
  /** Empty values are not stored. */
  readonly omit_empty?: boolean;
  /** `pk`, `sk`, `version`, `ttl`, `created_at`, `updated_at`, … */
  readonly roles?: readonly string[];
  /** How its text or number is meant; the native type follows from it. */
  readonly format?: 'rfc3339nano' | 'unix_seconds' | 'int' | 'decimal_string';
  /** Holds any value, as JSON. */
  readonly json?: boolean;
  /** Its text is bytes in base64. */
  readonly binary?: boolean;
  /** It is stored encrypted, in an envelope of this version. */
  readonly encryption?: { readonly v: number };
  /** For languages that read tags. */
  readonly tags?: unknown;
}

/** A key attribute. */
export interface DmsKey {
  /** Its name. */
  readonly attribute: string;
  /** Its DynamoDB type. */
  readonly type: 'S' | 'N' | 'B';
}

/** A model of a DMS document. */
export interface DmsModel {
  /** Its name, by which tables are opened. */
  readonly name: string;
  /** Where its items are stored. */
  readonly table: { readonly name: string };
  /** How attributes are spelled. */
  readonly naming?: { readonly convention: string };
  /** Its primary key. */
  readonly keys: { readonly partition: DmsKey; readonly sort?: DmsKey };
  /** Which writes are refused. */
  readonly write_policy?: { readonly mode?: string; readonly protected_attributes?: readonly string[] };
  /** The attribute that tells its items from those of other models in the table (0.3). */
  readonly discriminator?: { readonly attribute: string; readonly value: string };
  /** Every attribute, keys included. */
  readonly attributes: readonly DmsAttribute[];
  /** Its GSIs and LSIs. */
  readonly indexes?: readonly {
    readonly name: string;
    readonly type: 'GSI' | 'LSI';
    readonly partition: DmsKey | readonly DmsKey[];
    readonly sort?: DmsKey | readonly DmsKey[];
    readonly projection?: { readonly type: string; readonly fields?: readonly string[] };
  }[];
}

/** A DMS document as a TypeScript object. */
export interface DmsDocument {
  /** '0.1', '0.2' or '0.3' */
  readonly dms_version: string;
  /** A name for the whole. */
  readonly namespace?: string;
  /** Its models. */
  readonly models: readonly DmsModel[];
}

// --- The types that follow ------------------------------------------------------------------------------------------

type Roles<A extends DmsAttribute> = A['roles'] extends readonly (infer R)[] ? R : never;
type HasRole<A extends DmsAttribute, R extends string> = [Extract<Roles<A>, R>] extends [never] ? false : true;

/** The native type of an attribute: the table "Native types" of docs/spec/dms.md. */
export type NativeType<A extends DmsAttribute> = A['json'] extends true
  ? unknown
  : A['type'] extends 'S'
    ? A['format'] extends 'rfc3339nano'
      ? Date
      : HasRole<A, 'created_at' | 'updated_at'> extends true
        ? Date
        : string
    : A['type'] extends 'N'
      ? A['format'] extends 'int' | 'unix_seconds'
        ? number
        : HasRole<A, 'version' | 'ttl'> extends true
          ? number
          : string
      : A['type'] extends 'B'
        ? Uint8Array
        : A['type'] extends 'BOOL'
          ? boolean
          : A['type'] extends 'NULL'
            ? null
            : A['type'] extends 'SS' | 'NS'
              ? Set<string>
              : A['type'] extends 'BS'
                ? Set<Uint8Array>
                : A['type'] extends 'L'
                  ? unknown[]
                  : A['type'] extends 'M'
                    ? Record<string, unknown>
                    : unknown;

/** What may be written to an attribute: more than is read from it, where that is exact. */
export type NativeInput<A extends DmsAttribute> = A['json'] extends true
  ? unknown
  : A['type'] extends 'N'
    ? string | number | bigint | ExactNumber
    : NativeType<A> extends Date
      ? Date | string
      : A['type'] extends 'NS'
        ? ReadonlySet<string | number | bigint | ExactNumber>
        : A['type'] extends 'SS'
          ? ReadonlySet<string>
          : A['type'] extends 'BS'
            ? ReadonlySet<Uint8Array>
            : A['type'] extends 'L'
              ? readonly unknown[]
              : A['type'] extends 'M'
                ? object
                : NativeType<A>;

// Of attributes that lie in an item that was read: keys, required ones, and those the library keeps itself.
type IsKey<A extends DmsAttribute> = HasRole<A, 'pk' | 'sk'>;
type IsKept<A extends DmsAttribute> = A['optional'] extends true ? false : HasRole<A, 'created_at' | 'updated_at' | 'version'>;
type IsThere<A extends DmsAttribute> = IsKey<A> extends true ? true : A['required'] extends true ? true : IsKept<A>;
type IsNeeded<A extends DmsAttribute> =
  IsKey<A> extends true ? true : HasRole<A, 'created_at' | 'updated_at' | 'version'> extends true ? false
    : A['required'] extends true ? true : false;

type Attributes<M extends DmsModel> = M['attributes'][number];
type Flat<T> = { [K in keyof T]: T[K] };

/** The names of a document's models. */
export type ModelName<D extends DmsDocument> = D['models'][number]['name'];
/** A document's model by its name. */
export type ModelOf<D extends DmsDocument, N extends string> = Extract<D['models'][number], { readonly name: N }>;

/** An item of a model, as it is read. Numbers are `number` where the schema says they are whole, else exact text. */
export type Item<D extends DmsDocument, N extends ModelName<D>> = ItemOf<ModelOf<D, N>>;
/** An item of a model, by the model's type. */
export type ItemOf<M extends DmsModel> = Flat<
  { [A in Attributes<M> as IsThere<A> extends true ? A['attribute'] : never]: NativeType<A> } & {
    [A in Attributes<M> as IsThere<A> extends true ? never : A['attribute']]?: NativeType<A>;
  }
>;

/** An item of a model, as it is written: what the library fills in may be left out. `null` and `undefined` are no value. */
export type NewItem<D extends DmsDocument, N extends ModelName<D>> = NewItemOf<ModelOf<D, N>>;
/** An item of a model as it is written, by the model's type. */
export type NewItemOf<M extends DmsModel> = Flat<
  { [A in Attributes<M> as IsNeeded<A> extends true ? A['attribute'] : never]: NativeInput<A> } & {
    [A in Attributes<M> as IsNeeded<A> extends true ? never : A['attribute']]?: NativeInput<A> | null | undefined;
  }
>;

/** The key of a model: its key attributes, or their values, partition key first. */
export type KeyOf<M extends DmsModel> =
  | Flat<{ [A in Attributes<M> as IsKey<A> extends true ? A['attribute'] : never]: NativeInput<A> }>
  | readonly [KeyValue, KeyValue?];
/** A value of a key attribute. */
export type KeyValue = string | number | bigint | ExactNumber | Uint8Array;

// --- Schemas at run time --------------------------------------------------------------------------------------------

/** A model as the core read it. */
export interface ModelDescription extends ModelInfo {
  /** The name of its table, as the document says it. */
  readonly table: string;
}

/**
 * A schema: a DMS document that was read and checked. Immutable; of one thread (a worker makes its own).
 *
 * @example
 * ```ts
 * import { defineSchema } from '@theory-cloud/tabletheory-ts';
 * const schema = defineSchema({
 *   dms_version: '0.2',
 *   models: [{
 *     name: 'User',
 *     table: { name: 'users' },
 *     keys: { partition: { attribute: 'id', type: 'S' } },
 *     attributes: [{ attribute: 'id', type: 'S', roles: ['pk'], required: true }],
 *   }],
 * });
 * console.assert(schema.model('User').partitionKey === 'id');
 * ```
 */
export class Schema<D extends DmsDocument = DmsDocument> {
  private loaded: { handle: Handle; models: readonly ModelDescription[] } | undefined;

  /** For the library; use defineSchema, or Schema.load and its like. */
  constructor(
    private readonly text: string,
    private readonly file: string,
    /** The document, where it was given as an object. */
    readonly document: D | undefined,
  ) {}

  /** Reads a file, YAML or JSON by its name. ErrInvalidModel with every problem in `diagnostics`. */
  static async load(path: string): Promise<Schema> {
    return Schema.parse(await readFile(path, 'utf8'), path);
  }
  /** The same, at once. */
  static loadSync(path: string): Schema {
    return Schema.parse(readFileSync(path, 'utf8'), path);
  }
  /** Reads a text; the file's name decides between JSON (`.json`) and YAML. */
  static parse(text: string, fileName = 'schema.yml'): Schema {
    const schema = new Schema(text, fileName, undefined);
    schema.core();
    return schema;
  }

  /** The models, in the order written. */
  get models(): readonly ModelDescription[] {
    return this.core().models;
  }
  /** A model by its name. ErrInvalidModel when there is none. */
  model(name: string): ModelDescription {
    const found = this.models.find((model) => model.model === name);
    if (found) return found;
    throw new TableTheoryError(
      'ErrInvalidModel',
      `${this.file} has no model ${name}; it has ${this.models.map((model) => model.model).join(', ')}`,
    );
  }

  /**
   * The equivalence gate: whether this schema's model says the same as that of another, say of the DMS file that all
   * languages share. ErrInvalidModel lists each difference.
   */
  checkEquivalent(other: Schema<DmsDocument>, model: string, options: { ignoreTableName?: boolean } = {}): void {
    outcome(native().schemaCheck(this.core().handle, other.core().handle, model, options.ignoreTableName ? 1 : 0));
  }

  /** For the library. */
  core(): { handle: Handle; models: readonly ModelDescription[] } {
    if (this.loaded === undefined) {
      const [handle, taken] = native().schemaLoad(this.text, this.file);
      const { models } = outcome(taken) as { models: (Record<string, unknown> & { table: string })[] };
      this.loaded = { handle: handle!, models: models.map((model) => ({ ...modelInfoOf(model), table: model.table })) };
    }
    return this.loaded;
  }
}

/**
 * A schema written as a TypeScript object, from which the types of its items follow. It is read and checked with its
 * first use; where the DMS file is shared with other languages, check that both say the same: `schema.checkEquivalent`.
 */
export function defineSchema<const D extends DmsDocument>(document: D): Schema<D> {
  return new Schema(JSON.stringify(document), 'schema.json', document);
}
