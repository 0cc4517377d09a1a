// Client: a connection to DynamoDB, or to the engine embedded in this library.
import { BatchGet, BatchWrite } from './batches.js';
import { Op } from './constants.js';
import { run, type ClientCore, type Surroundings } from './driver.js';
import { Leases, type LeaseOptions } from './leases.js';
import { native, outcome, state, writer, type Handle, type Taken } from './native.js';
import { Step } from './constants.js';
import { tapeOf, type CallOptions, type Members } from './request.js';
import type { DmsDocument, Item, KeyOf, ModelName, ModelOf, NewItem, Schema } from './schema.js';
import { SharedTable, type ModelItem } from './shared_table.js';
import { readStream, type Change } from './streams.js';
import { DocumentTable, Table, type DynamicItem, type ItemTable, type Key } from './table.js';
import { TransactGet, TransactWrite } from './transactions.js';
import type { Transport } from './transport.js';
import { ItemCodec, type ModelInfo } from './values.js';

/** Where the keys of encrypted attributes come from (docs/encryption.md). */
export type EncryptionOptions =
  | { kms: string; cache?: { maxAgeSeconds?: number; maxUses?: number; maxBytes?: number; maxKeys?: number } }
  /** FOR DEVELOPMENT ONLY: 32 bytes that the program holds. */
  | { staticDevelopmentKey: Uint8Array }
  /** FOR TESTS ONLY: anyone who knows the seed reads everything. */
  | { deterministicForTests: string };

/** Options of `connect`; all may be left out. */
export interface ConnectOptions {
  region?: string;
  profile?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  role?: { arn: string; externalId?: string; sessionName?: string; durationSeconds?: number };
  adaptiveRate?: boolean;
  network?: {
    connectTimeoutMs?: number; tlsTimeoutMs?: number; readTimeoutMs?: number; attemptTimeoutMs?: number;
    maxConnections?: number; idleTimeoutMs?: number; maxLifetimeMs?: number; acceptGzip?: boolean; caFile?: string;
  };
  retry?: {
    maxAttempts?: number; baseDelayMs?: number; throttleBaseDelayMs?: number; maxDelayMs?: number; batchRounds?: number;
  };
  /** What the target can do: a preset, or one and the capabilities it lacks. */
  target?: 'dynamodb' | 'local' | 'alternator' | 'embedded' | readonly string[];
  /** The table a model is stored in, by the document's name. */
  tableNames?: Readonly<Record<string, string>>;
  tablePrefix?: string;
  encryption?: EncryptionOptions;
  /** Sends requests instead of the address's own transport. */
  transport?: Transport;
  /** Injected for tests: the time of each call, its randomness (64 bits), and how it waits. */
  now?: () => Date;
  random?: () => bigint;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** For tests: time that stands still, but for `tickNanoseconds` added after each reading. Sleeps take no real time. */
  clock?: { at: Date; nanoseconds?: number; tickNanoseconds?: number };
  /** For tests: randomness is drawn from it. */
  seed?: number | bigint;
  /** Of a `recorded:` address: what is answered, in order. */
  exchanges?: readonly { operation: string; request: string; status: number; body: string }[];
}

function writeClientOptions(members: Members, options: ConnectOptions): void {
  const { credentials, role, network, retry, encryption, clock, target } = options;
  members
    .text('region', options.region)
    .text('profile', options.profile)
    .map('credentials', credentials && ((inner) => inner
      .text('access_key_id', credentials.accessKeyId)
      .text('secret_access_key', credentials.secretAccessKey)
      .text('session_token', credentials.sessionToken)))
    .map('role', role && ((inner) => inner
      .text('arn', role.arn)
      .text('external_id', role.externalId)
      .text('session_name', role.sessionName)
      .number('duration_s', role.durationSeconds)))
    .flag('adaptive_rate', options.adaptiveRate)
    .map('network', network && ((inner) => inner
      .number('connect_timeout_ms', network.connectTimeoutMs)
      .number('tls_timeout_ms', network.tlsTimeoutMs)
      .number('read_timeout_ms', network.readTimeoutMs)
      .number('attempt_timeout_ms', network.attemptTimeoutMs)
      .number('max_connections', network.maxConnections)
      .number('idle_timeout_ms', network.idleTimeoutMs)
      .number('max_lifetime_ms', network.maxLifetimeMs)
      .flag('accept_gzip', network.acceptGzip)
      .text('ca_file', network.caFile)))
    .map('retry', retry && ((inner) => inner
      .number('max_attempts', retry.maxAttempts)
      .number('base_delay_ms', retry.baseDelayMs)
      .number('throttle_base_delay_ms', retry.throttleBaseDelayMs)
      .number('max_delay_ms', retry.maxDelayMs)
      .number('batch_rounds', retry.batchRounds)))
    .value('target', target)
    .value('table_names', options.tableNames)
    .text('table_prefix', options.tablePrefix)
    .map('encryption', encryption && ((inner) => writeEncryption(inner, encryption)))
    .map('clock', clock && ((inner) => {
      const ms = clock.at.getTime();
      const seconds = Math.floor(ms / 1000);
      inner.name('at').writer.time(seconds, (ms - seconds * 1000) * 1e6 + (clock.nanoseconds ?? 0));
      inner.number('tick_ns', clock.tickNanoseconds);
    }))
    .number('seed', options.seed)
    .value('exchanges', options.exchanges);
}

function writeEncryption(members: Members, encryption: EncryptionOptions): void {
  if ('kms' in encryption) {
    const { cache } = encryption;
    members.text('kms', encryption.kms).map('cache', cache && ((inner) => inner
      .number('max_age_s', cache.maxAgeSeconds)
      .number('max_uses', cache.maxUses)
      .number('max_bytes', cache.maxBytes)
      .number('max_keys', cache.maxKeys)));
  } else if ('staticDevelopmentKey' in encryption) {
    members.value('static_development_key', encryption.staticDevelopmentKey);
  } else {
    members.text('deterministic_for_tests', encryption.deterministicForTests);
  }
}

const TABLE_INSTANTS = 1;

/**
 * A connection. Share one; it holds no thread, timer or socket until something is asked over the network. Calls on
 * `memory:` end within the call that makes them, and are promises all the same.
 *
 * @example
 * ```ts
 * import { connect, defineSchema } from '@theory-cloud/tabletheory-ts';
 * const schema = defineSchema({
 *   dms_version: '0.2',
 *   models: [{
 *     name: 'User', table: { name: 'users' }, keys: { partition: { attribute: 'id', type: 'S' } },
 *     attributes: [
 *       { attribute: 'id', type: 'S', roles: ['pk'], required: true },
 *       { attribute: 'createdAt', type: 'S', roles: ['created_at'] },
 *     ],
 *   }],
 * });
 * const client = connect('memory:');
 * const users = client.table(schema, 'User');
 * await users.ensureTable();
 * const user = await users.create({ id: 'ada' });
 * console.assert(user.createdAt instanceof Date);
 * client.close();
 * ```
 */
export class Client {
  /** For the library: use `connect`. */
  constructor(readonly core: ClientCore, readonly limits: CallOptions = {}) {}

  /** The same connection with limits on every call. */
  with(limits: CallOptions): Client {
    return new Client(this.core, { ...this.limits, ...limits });
  }

  /** Typed: the types follow from the schema's object. `tableName` goes before the options' names. */
  table<D extends DmsDocument, N extends ModelName<D>>(
    schema: Schema<D>,
    model: N,
    options: { tableName?: string } = {},
  ): Table<Item<D, N>, NewItem<D, N>, KeyOf<ModelOf<D, N>>> {
    return this.open(schema as Schema<DmsDocument>, model, options.tableName, TABLE_INSTANTS);
  }
  /** Bound to a model that is known at run time only: items are maps, timestamps text. */
  dynamicTable(
    schema: Schema<DmsDocument>,
    model: string,
    options: { tableName?: string } = {},
  ): Table<DynamicItem, DynamicItem, Key> {
    return this.open(schema, model, options.tableName, 0);
  }
  /** Without a model. `key` names the key attributes, partition key first. */
  documents(tableName: string, key: readonly string[] = []): DocumentTable {
    const opened = outcome(native().documentsOpen(this.core.handle, tableName, key.join('\0')));
    const { id, table } = opened as { id: number; table: string };
    return new DocumentTable(this.core, id, table, this.limits);
  }
  /** Several models that live in one table, read together. */
  sharedTable<Ts extends readonly Table<any, any, any>[]>(...tables: Ts): SharedTable<ModelItem<Ts[number]>> {
    return new SharedTable(this.core, tables, this.limits);
  }

  private open<T, W extends object, K extends object>(
    schema: Schema<DmsDocument>, model: string, tableName = '', flags: number,
  ): Table<T, W, K> {
    const opened = outcome(native().tableOpen(this.core.handle, schema.core().handle, model, tableName, flags));
    const info = opened as ModelInfo & { id: number; table: string };
    return new Table<T, W, K>(this.core, info.id, info.table, new ItemCodec(info, flags === TABLE_INSTANTS), this.limits);
  }

  batchGet(): BatchGet {
    return new BatchGet(this.core, this.limits);
  }
  batchWrite(): BatchWrite {
    return new BatchWrite(this.core, this.limits);
  }
  transactWrite(): TransactWrite {
    return new TransactWrite(this.core, this.limits);
  }
  transactGet(): TransactGet {
    return new TransactGet(this.core, this.limits);
  }
  leases(table: string, options: LeaseOptions = {}): Leases {
    return new Leases(this.core, table, options, this.limits);
  }

  /** Decodes stream records: a Lambda event, an answer of GetRecords, or their JSON text. */
  readStream<T = DynamicItem>(
    records: string | object, tables: readonly ItemTable<T, never, never>[] = [], options: CallOptions = {},
  ): Promise<Change<T>[]> {
    return readStream(this.core, records, tables, { ...this.limits, ...options });
  }

  /** The deploy-authority check of `provenance` and `confidence` (docs/release-state.md). Nothing is sent. */
  async checkDeployAuthority(item: object): Promise<void> {
    await run(this.core, Op.CHECK_DEPLOY_AUTHORITY, this.limits, (members) => members.value('item', item));
  }

  /**
   * One transaction that updates the selected attributes of the actual row, and its version by one, and creates the
   * event. Both happen or neither.
   */
  async transition<A, AW extends object, AK extends object, E, EW extends object, EK extends object>(
    actual: { table: Table<A, AW, AK>; item: Partial<AW>; fields: readonly (keyof AW & string)[]; expectedVersion?: number },
    event: { table: Table<E, EW, EK>; item: EW },
    options: CallOptions = {},
  ): Promise<void> {
    const cores = [actual.table.core, event.table.core];
    await run(this.core, Op.TRANSITION, { ...this.limits, ...options }, (members) => {
      members.map('actual', (inner) => inner
        .number('table', actual.table.core.id)
        .item('item', actual.item, actual.table.core.codec)
        .paths('fields', actual.fields.map((field) => actual.table.attr(field)))
        .number('expected_version', actual.expectedVersion));
      members.map('event', (inner) => inner
        .number('table', event.table.core.id)
        .item('item', event.item, event.table.core.codec));
    }, (_, position) => cores[position]!.codec);
  }

  /** DynamoDB's API itself: one call, one answer, nothing added, nothing retried. */
  async rawCall(
    operation: string,
    request: string | object,
    options: CallOptions & { service?: 'dynamodb' | 'streams' | 'kms' } = {},
  ): Promise<Record<string, unknown>> {
    return JSON.parse(await this.rawText(operation, request, options)) as Record<string, unknown>;
  }
  /** The same, with the answer as the text it is: numbers are exact there. */
  async rawText(
    operation: string,
    request: string | object,
    options: CallOptions & { service?: 'dynamodb' | 'streams' | 'kms' } = {},
  ): Promise<string> {
    const body = typeof request === 'string' ? request : JSON.stringify(request);
    const answer = await run(this.core, Op.RAW_CALL, { ...this.limits, ...options }, (members) =>
      members.text('operation', operation).text('body', body).text('service', options.service));
    return (answer as { body: string }).body;
  }

  /** Gives a value to the core and takes it back: for tests of the binding. */
  echo(value: unknown): Promise<unknown> {
    return run(this.core, Op.ECHO, this.limits, (members) => members.value('value', value));
  }

  /** Of a client with the option `clock`: moves its time. */
  advanceClock(ms: number): boolean {
    return native().clockAdvance(this.core.handle, BigInt(Math.round(ms * 1e6)));
  }

  /** Ends the client. Of a `recorded:` client it says (ErrTransport) when exchanges are left over. */
  close(): void {
    outcome(native().clientClose(this.core.handle));
  }
}

/**
 * Connects. Nothing is sent, read or asked before the first request. ErrInvalidModel for an address that is none.
 *
 * Addresses: `memory:` (embedded, new and empty), `memory:<name>` (shared within the process), `file:<path>`,
 * `http(s)://host[:port]`, `aws:` or `aws:<region>`.
 */
export function connect(address: string, options: ConnectOptions = {}): Client {
  const addon = native();
  const size = tapeOf((members) => writeClientOptions(members, options));
  const connected = addon.connect(address, writer.buffer, size);
  if (state[0] === Step.FAILED) outcome(connected as Taken);
  const handle = connected as Handle;
  const { transport, now, random, sleep } = options;
  const surroundings: Surroundings = {
    ...(transport && { transport }), ...(now && { now }), ...(random && { random }), ...(sleep && { sleep }),
  };
  return new Client({ handle, isImmediate: addon.isImmediate(handle), surroundings });
}
