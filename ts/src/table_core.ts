// What tables and reads share: which tables of the client are meant, and how their items are read and written.
import type { ClientCore } from './driver.js';
import type { Members } from './request.js';
import type { TapeWriter } from './tape.js';
import { writeValue, type CodecOf, type ItemCodec } from './values.js';

export class TableCore<T> {
  /** By the item's table among those of the request. */
  readonly codecs: CodecOf;
  /** What becomes of an item that was read over several models; undefined: nothing. */
  readonly itemOf: ((item: unknown) => T) | undefined;

  constructor(
    readonly client: ClientCore,
    readonly ids: readonly number[],
    readonly all: readonly ItemCodec[],
    codecs?: CodecOf,
    itemOf?: (item: unknown) => T,
  ) {
    this.codecs = codecs ?? ((table) => all[table] ?? all[0]!);
    this.itemOf = itemOf;
  }

  get codec(): ItemCodec {
    return this.all[0]!;
  }
  get id(): number {
    return this.ids[0]!;
  }
  writeTo(members: Members): void {
    if (this.ids.length === 1) members.number('table', this.id);
    else members.value('tables', this.ids);
  }
  writePartition(writer: TapeWriter, value: unknown): void {
    const name = this.codec.info?.partitionKey;
    writeValue(writer, value, name === undefined ? '' : this.codec.hintOf(name));
  }
}
