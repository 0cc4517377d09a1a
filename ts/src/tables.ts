// Table management (docs/tables-and-migration.md).
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import type { CallOptions, Members } from './request.js';

/** Read and write units. */
export interface Throughput {
  /** Per second. */
  readUnits: number;
  /** Per second. */
  writeUnits: number;
}
/** What the records of a table's stream hold. */
export type StreamView = 'NONE' | 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** Of a table that is made. */
export interface TableOptions extends CallOptions {
  /** Of the table and each of its GSIs; on demand without. */
  provisioned?: Throughput;
  /** Of the table. */
  tags?: Readonly<Record<string, string>>;
  /** The table cannot be deleted until it is taken away. */
  deletionProtection?: boolean;
  /** Until it is ACTIVE: true when left out. */
  wait?: boolean;
  /** When a model has a ttl role: true when left out. */
  enableTtl?: boolean;
  /** What its stream holds. */
  stream?: StreamView;
  /** An empty object is the service's managed key. */
  encryptionAtRest?: { kmsKey?: string };
  /** Keep what is needed to restore any moment of the last days. */
  pointInTimeRecovery?: boolean;
}

/** What to change about a table that is there; what is left out stays as it is. */
export interface TableChanges extends CallOptions {
  /** Of the table and each of its GSIs. */
  provisioned?: Throughput;
  /** Pay per request. */
  onDemand?: boolean;
  /** Whether the table can be deleted. */
  deletionProtection?: boolean;
  /** What its stream holds. */
  stream?: StreamView;
  /** An empty object is the service's managed key. */
  encryptionAtRest?: { kmsKey?: string };
  /** Keep what is needed to restore any moment of the last days. */
  pointInTimeRecovery?: boolean;
  /** Added or replaced. */
  tags?: Readonly<Record<string, string>>;
  /** Taken away, by name. */
  removeTags?: readonly string[];
  /** Make the GSIs that the models declare and the table lacks: true when left out. */
  addIndexes?: boolean;
  /** Delete GSIs that no model declares, and make anew those declared otherwise. */
  dropIndexes?: boolean;
  /** Whether the service sweeps items whose ttl has passed. */
  ttl?: boolean;
  /** Tell what would be done, and do nothing. */
  dryRun?: boolean;
}

/** One difference between a live table and its models. */
export interface TableDifference {
  /** What differs. */
  readonly path: string;
  /** As the models say it. */
  readonly model: string;
  /** As the service says it. */
  readonly live: string;
}

function writeProvisioned(members: Members, provisioned: Throughput | undefined): void {
  members.map('provisioned', provisioned && ((inner) =>
    inner.number('read_units', provisioned.readUnits).number('write_units', provisioned.writeUnits)));
}

function writeShared(members: Members, options: TableOptions | TableChanges): void {
  writeProvisioned(members, options.provisioned);
  members
    .value('tags', options.tags)
    .flag('deletion_protection', options.deletionProtection)
    .text('stream', options.stream)
    .map('encryption_at_rest', options.encryptionAtRest &&
      ((inner) => inner.text('kms_key', options.encryptionAtRest!.kmsKey)))
    .flag('point_in_time_recovery', options.pointInTimeRecovery);
}

export function writeTableOptions(members: Members, options: TableOptions): void {
  writeShared(members, options);
  members.flag('wait', options.wait).flag('enable_ttl', options.enableTtl);
}

function descriptionOf(result: unknown): Record<string, unknown> {
  const { description } = (result ?? {}) as { description?: string };
  return description === undefined || description === '' ? {} : JSON.parse(description) as Record<string, unknown>;
}

/** What a table, or several models that share one, can be asked to do about the table itself. */
export class ManagedTable {
  /** For the library. */
  constructor(
    private readonly managed: ClientCore,
    private readonly tableIds: readonly number[],
    private readonly managedLimits: CallOptions,
  ) {}

  private manage(op: number, options: CallOptions, write: (members: Members) => void = () => undefined): Promise<unknown> {
    return run(this.managed, op, { ...this.managedLimits, ...options }, write);
  }

  /** Makes the table; one that is there is ErrTableInUse. */
  async createTable(options: TableOptions = {}): Promise<void> {
    await this.manage(Op.CREATE_TABLE, options, (members) => {
      members.value('tables', this.tableIds);
      writeTableOptions(members, options);
    });
  }
  /** Makes the table unless it is there. */
  async ensureTable(options: TableOptions = {}): Promise<void> {
    await this.manage(Op.ENSURE_TABLE, options, (members) => {
      members.value('tables', this.tableIds);
      writeTableOptions(members, options);
    });
  }
  /** The service's description. */
  async describeTable(options: CallOptions = {}): Promise<Record<string, unknown>> {
    return descriptionOf(await this.manage(Op.DESCRIBE_TABLE, options, (members) => {
      members.number('table', this.tableIds[0]);
    }));
  }
  /** Brings the live table to what is declared and what the changes say, one at a time. Gives what was done. */
  async updateTable(changes: TableChanges = {}): Promise<string[]> {
    const done = await this.manage(Op.UPDATE_TABLE, changes, (members) => {
      members.value('tables', this.tableIds);
      writeShared(members, changes);
      members
        .flag('on_demand', changes.onDemand)
        .value('remove_tags', changes.removeTags)
        .flag('add_indexes', changes.addIndexes)
        .flag('drop_indexes', changes.dropIndexes)
        .flag('ttl', changes.ttl)
        .flag('dry_run', changes.dryRun);
    });
    return (done as { steps: string[] }).steps;
  }
  /** Deletes the table and all that is in it. */
  async deleteTable(options: CallOptions & { wait?: boolean } = {}): Promise<void> {
    await this.manage(Op.DELETE_TABLE, options, (members) => {
      members.number('table', this.tableIds[0]).flag('wait', options.wait);
    });
  }
  /** Until the table is ACTIVE. */
  async waitTable(options: CallOptions = {}): Promise<void> {
    await this.manage(Op.WAIT_TABLE, options, (members) => {
      members.number('table', this.tableIds[0]);
    });
  }
  /** Every difference between the live table and the models; none: an empty list. */
  async verifyTable(options: CallOptions = {}): Promise<TableDifference[]> {
    return await this.manage(Op.VERIFY_TABLE, options, (members) => {
      members.value('tables', this.tableIds);
    }) as TableDifference[];
  }
}
