// Places in a model's items as TypeScript knows them: what an update may be told to write where.
import type { Attribute, Size } from './conditions.js';

/** An attribute of the model by its name, a path into one (`address.lines[0]`), or what `attr` gives. */
export type Place<W> = (keyof W & string) | `${string}.${string}` | `${string}[${number}]${string}` | Attribute<any>;

// A type that is unknown (json, a document) may hold anything.
type Holds<V, Kind> = unknown extends V ? true : [Extract<NonNullable<V>, Kind>] extends [never] ? false : true;
/** Places that may hold values of a kind: attributes that are declared so, and paths, of which nothing is declared. */
export type PlaceOf<W, Kind> =
  | { [N in keyof W & string]: Holds<W[N], Kind> extends true ? N : never }[keyof W & string]
  | Exclude<Place<W>, keyof W & string>;

type Declared<V> = unknown extends V ? unknown : [NonNullable<V>] extends [never] ? null : NonNullable<V>;
/** What may be written at a place: its attribute's type; of a path, anything. Or what lies at another place. */
export type ValueAt<W, P> =
  | (P extends Attribute<infer V> ? V : P extends keyof W ? Declared<W[P]> : unknown)
  | Attribute<any>
  | Size;

/** What a projection leaves of an item: the attributes that were named; of paths it cannot be said. */
export type Selected<T, P> = [P] extends [keyof T & string]
  ? Pick<T, P>
  : T extends { readonly model: infer M; readonly item: infer I } ? { readonly model: M; readonly item: Partial<I> } : Partial<T>;
