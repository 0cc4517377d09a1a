// Migration: the items of one table, copied into another under a new model (docs/tables-and-migration.md).
import { Op, Step } from './constants.js';
import { Operation } from './driver.js';
import type { CallOptions } from './request.js';
import type { Table } from './table.js';
import { writeTableOptions, type TableOptions } from './tables.js';
import { documentCodec } from './values.js';

/** Options of `migrate`. */
export interface MigrationOptions extends CallOptions {
  /** Source attribute → target attribute. */
  rename?: Readonly<Record<string, string>>;
  /** Source attributes that the target has no place for; any other that it has not is refused. */
  drop?: readonly string[];
  /** A token of an earlier run. */
  resumeFrom?: string;
  /** Items read per request. */
  pageSize?: number;
  /** Make the target's table unless it is there: true when left out. */
  createTable?: boolean;
  /** Of the table that is made. */
  table?: TableOptions;
  /** Told after every page: keep the token, to go on from there after a crash. What it throws ends the migration. */
  onProgress?: (progress: MigrationProgress) => Promise<void> | void;
}

/** How far a migration is; an empty token: all is copied. */
export interface MigrationProgress {
  /** Items written to the target. */
  readonly copied: number;
  /** Items of another model, left where they are. */
  readonly skipped: number;
  /** For `resumeFrom`. */
  readonly token: string;
}

/**
 * Copies the items of one table into another of the same client; guards refuse what would weaken encryption. Running it
 * again, or from an earlier token, copies nothing twice.
 *
 * @example
 * ```ts
 * import { connect, defineSchema, migrate } from '@theory-cloud/tabletheory-ts';
 * const model = <const N extends string, const A extends string>(name: N, mail: A) => ({
 *   name, table: { name }, keys: { partition: { attribute: 'id', type: 'S' } },
 *   attributes: [{ attribute: 'id', type: 'S', roles: ['pk'], required: true }, { attribute: mail, type: 'S' }],
 * }) as const;
 * const client = connect('memory:');
 * const before = client.table(defineSchema({ dms_version: '0.2', models: [model('users', 'mail')] }), 'users');
 * const after = client.table(defineSchema({ dms_version: '0.2', models: [model('people', 'email')] }), 'people');
 * await before.ensureTable();
 * await before.create({ id: 'ada', mail: 'ada@example.org' });
 * const { copied } = await migrate(before, after, { rename: { mail: 'email' } });
 * console.assert(copied === 1 && (await after.get(['ada']))['email'] === 'ada@example.org');
 * client.close();
 * ```
 */
export async function migrate<S, SW extends object, SK extends object, T, TW extends object, TK extends object>(
  source: Table<S, SW, SK>,
  target: Table<T, TW, TK>,
  options: MigrationOptions = {},
): Promise<MigrationProgress> {
  const { onProgress, table } = options;
  const operation = Operation.begin(source.core.client, Op.MIGRATE, { ...source.limits, ...options }, (members) => members
    .number('source', source.core.id)
    .number('target', target.core.id)
    .value('rename', options.rename)
    .value('drop', options.drop)
    .text('resume_from', options.resumeFrom)
    .number('page_size', options.pageSize)
    .flag('create_table', options.createTable)
    .flag('progress', onProgress !== undefined)
    .map('table_options', table && ((inner) => writeTableOptions(inner, table))), () => documentCodec);
  try {
    for (;;) {
      const { step, value } = await operation.step();
      if (step === Step.DONE) return value as MigrationProgress;
      await onProgress?.(value as MigrationProgress);
    }
  } finally {
    operation.free();
  }
}
