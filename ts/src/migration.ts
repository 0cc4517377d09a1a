// Migration: the items of one table, copied into another under a new model (docs/tables-and-migration.md).
import { Op } from './constants.js';
import { run } from './driver.js';
import type { CallOptions } from './request.js';
import type { Table } from './table.js';
import { writeTableOptions, type TableOptions } from './tables.js';

/** Options of `migrate`. */
export interface MigrationOptions extends CallOptions {
  /** Source attribute → target attribute. */
  rename?: Readonly<Record<string, string>>;
  drop?: readonly string[];
  /** A token of an earlier run. */
  resumeFrom?: string;
  pageSize?: number;
  /** Make the target's table unless it is there: true when left out. */
  createTable?: boolean;
  /** Of the table that is made. */
  table?: TableOptions;
}

/** How far a migration is; an empty token: all is copied. */
export interface MigrationProgress {
  readonly copied: number;
  readonly skipped: number;
  readonly token: string;
}

/** Copies the items of one table into another of the same client; guards refuse what would weaken encryption. */
export async function migrate<S, SW extends object, SK extends object, T, TW extends object, TK extends object>(
  source: Table<S, SW, SK>,
  target: Table<T, TW, TK>,
  options: MigrationOptions = {},
): Promise<MigrationProgress> {
  return await run(source.core.client, Op.MIGRATE, { ...source.limits, ...options }, (members) => members
    .number('source', source.core.id)
    .number('target', target.core.id)
    .value('rename', options.rename)
    .value('drop', options.drop)
    .text('resume_from', options.resumeFrom)
    .number('page_size', options.pageSize)
    .flag('create_table', options.createTable)
    .map('table_options', options.table && ((inner) => writeTableOptions(inner, options.table!)))) as MigrationProgress;
}
