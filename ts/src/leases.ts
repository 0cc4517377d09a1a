// Leases: the right to do something alone, for a while (docs/leases.md).
import { and, attr, type Condition } from './conditions.js';
import { Op } from './constants.js';
import { run, type ClientCore } from './driver.js';
import type { CallOptions, Members } from './request.js';

/** Names of the attributes, and how a lease is kept; the core's defaults where left out. */
export interface LeaseOptions {
  partitionKey?: string;
  /** '': the table has none. */
  sortKey?: string;
  sortValue?: string;
  token?: string;
  expiresAt?: string;
  /** '': not written. */
  ttl?: string;
  ttlMarginSeconds?: number;
}

/** A lease as its holder knows it. */
export interface Lease {
  readonly name: string;
  readonly token: string;
  readonly expiresAt: Date;
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

  /** For a transaction with the work that the lease protects: the item's key … */
  keyOf(lease: Lease): Record<string, string> {
    const { partitionKey = 'pk', sortKey = 'sk', sortValue = 'LOCK' } = this.options;
    return sortKey === '' ? { [partitionKey]: lease.name } : { [partitionKey]: lease.name, [sortKey]: sortValue };
  }
  /** … and that the lease is still held. */
  isHeld(lease: Lease, now = new Date()): Condition {
    const { token = 'lease_token', expiresAt = 'lease_expires_at' } = this.options;
    return and(
      attr.named(token).eq(lease.token),
      attr.named(expiresAt).gt(Math.floor(now.getTime() / 1000)),
    );
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
