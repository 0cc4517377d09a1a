// Leases: the right to do something alone, for a while (docs/leases.md).
import { type Condition, rawCondition } from './conditions.js';
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import type { CallOptions, Members } from './request.js';

/** Names of the attributes, and how a lease is kept; the core's defaults where left out. */
export interface LeaseOptions {
  /** `pk` when left out. */
  partitionKey?: string;
  /** '': the table has none. */
  sortKey?: string;
  /** Of each lease's sort key. */
  sortValue?: string;
  /** The attribute that holds the holder's token. */
  token?: string;
  /** The attribute that says when it ends. */
  expiresAt?: string;
  /** '': not written. */
  ttl?: string;
  /** How long after its end the service may sweep it. */
  ttlMarginSeconds?: number;
}

/** A lease as its holder knows it. */
export interface Lease {
  /** What it is for. */
  readonly name: string;
  /** Drawn anew with each acquire. */
  readonly token: string;
  /** When it ends, unless it is refreshed. */
  readonly expiresAt: Date;
}

/** What a transaction asks: `transaction.check(documents, check.key, { condition: check.condition })`. */
export interface LeaseCheck {
  /** Of the lease's item. */
  readonly key: Record<string, string>;
  /** That it is held. */
  readonly condition: Condition;
}

/**
 * Leases in one table. A lease ends by itself; nothing refreshes it behind your back.
 *
 * @example
 * ```ts
 * import { connect } from '@theory-cloud/tabletheory-ts';
 * const leases = connect('memory:').leases('locks');
 * const hold = async () => {
 *   const lease = await leases.acquire('nightly-report', 30_000); // ErrLeaseHeld: somebody else is at it
 *   try {
 *     await leases.refresh(lease, 30_000); // ErrLeaseNotOwned: it is lost, stop
 *   } finally {
 *     await leases.release(lease);
 *   }
 * };
 * console.assert(typeof hold === 'function');
 * ```
 */
export class Leases {
  /** For the library: use client.leases. */
  constructor(
    private readonly client: ClientCore,
    private readonly table: string,
    private readonly options: LeaseOptions,
    private readonly limits: CallOptions,
  ) {}

  /** Takes the lease if nobody holds it or it has ended; else ErrLeaseHeld. */
  acquire(name: string, durationMs: number, options: CallOptions = {}): Promise<Lease> {
    return this.send(Op.ACQUIRE_LEASE, options, (members) => members.text('name', name).number('duration_ms', durationMs));
  }
  /** Keeps it, from now on for so long; ErrLeaseNotOwned when it has ended or is somebody else's. */
  refresh(lease: Lease, durationMs: number, options: CallOptions = {}): Promise<Lease> {
    return this.send(Op.REFRESH_LEASE, options, (members) => {
      writeLease(members, lease);
      members.number('duration_ms', durationMs);
    });
  }
  /** Gives it back. Not an error when it has ended or is somebody else's: theirs is left alone. */
  async release(lease: Lease, options: CallOptions = {}): Promise<void> {
    await this.request(Op.RELEASE_LEASE, options, (members) => writeLease(members, lease));
  }

  /** For a transaction with the work that the lease protects: the lease's item, and the condition that it is held now. */
  async check(lease: Lease, options: CallOptions = {}): Promise<LeaseCheck> {
    const check = (await this.request(Op.LEASE_CHECK, options, (members) => writeLease(members, lease))) as {
      key: Record<string, string>;
      condition: string;
      names: Record<string, string>;
      values: Record<string, unknown>;
    };
    return { key: check.key, condition: rawCondition(check.condition, check.names, check.values) };
  }

  private request(op: number, options: CallOptions, write: (members: Members) => void): Promise<unknown> {
    const { partitionKey, sortKey, sortValue, token, expiresAt, ttl, ttlMarginSeconds } = this.options;
    return run(this.client, op, { ...this.limits, ...options }, (members) => {
      members.map('lease_table', (table) => table
        .text('table', this.table)
        .text('partition_key', partitionKey)
        .text('sort_key', sortKey)
        .text('sort_value', sortValue)
        .text('token', token)
        .text('expires_at', expiresAt)
        .text('ttl', ttl)
        .number('ttl_margin_s', ttlMarginSeconds));
      write(members);
    });
  }
  private async send(op: number, options: CallOptions, write: (members: Members) => void): Promise<Lease> {
    const lease = await this.request(op, options, write) as { name: string; token: string; expires_at: Date };
    return { name: lease.name, token: lease.token, expiresAt: lease.expires_at };
  }
}

function writeLease(members: Members, lease: Lease): void {
  members.text('name', lease.name).text('token', lease.token).date('expires_at', lease.expiresAt);
}
