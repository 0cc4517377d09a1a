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
import { readStream, type ChangeOf } from './streams.js';
import { DocumentTable, Table, type DynamicItem, type ItemTable, type Key } from './table.js';
import { TransactGet, TransactWrite } from './transactions.js';
import type { Transport } from './transport.js';
import { ItemCodec, modelInfoOf } from './values.js';

/** Where the keys of encrypted attributes come from (docs/encryption.md). */
export type EncryptionOptions =
  | { kms: string; cache?: { maxAgeSeconds?: number; maxUses?: number; maxBytes?: number; maxKeys?: number } }
  /** FOR DEVELOPMENT ONLY: 32 bytes that the program holds. */
  | { staticDevelopmentKey: Uint8Array }
  /** FOR TESTS ONLY: anyone who knows the seed reads everything. */
  | { deterministicForTests: string };

/** Options of `connect`; all may be left out. */
export interface ConnectOptions {
  /** Of `aws:` without one, and of endpoints by URL. */
  region?: string;
  /** Of the shared configuration and credentials files. */
  profile?: string;
  /** Instead of those that the environment, files or the machine offer. */
  credentials?: Credentials;
  /** A role to take on, with the credentials there are. */
  role?: Role;
  /** Slow down as the service throttles. */
  adaptiveRate?: boolean;
  /** Limits of connections. */
  network?: NetworkOptions;
  /** How failed requests are repeated (docs/retries-and-deadlines.md). */
  retry?: RetryOptions;
  /** What the target can do: a preset, or one and the capabilities it lacks. */
  target?: 'dynamodb' | 'local' | 'alternator' | 'embedded' | readonly string[];
  /** The table a model is stored in, by the document's name. */
  tableNames?: Readonly<Record<string, string>>;
  /** Stands before the names of all tables. */
  tablePrefix?: string;
  /** Of models with encrypted attributes. */
  encryption?: EncryptionOptions;
  /** Sends requests instead of the address's own transport. */
  transport?: Transport;
  /** For tests: the time of each call. */
  now?: () => Date;
  /** For tests: the randomness of each call, 64 bits. */
  random?: () => bigint;
  /** For tests: how a call waits before it repeats a request. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** For tests: time that stands still, but for `tickNanoseconds` added after each reading. Sleeps take no real time. */
  clock?: { at: Date; nanoseconds?: number; tickNanoseconds?: number };
  /** For tests: randomness is drawn from it. */
  seed?: number | bigint;
  /** Of a `recorded:` address: what is answered, in order. */
  exchanges?: readonly Exchange[];
}

/** Keys of an AWS account. */
export interface Credentials {
  /** "AKIA…" */
  accessKeyId: string;
  /** Never shown in errors. */
  secretAccessKey: string;
  /** Of temporary ones. */
  sessionToken?: string;
}

/** A role to take on (STS AssumeRole); its credentials are refreshed on use. */
export interface Role {
  /** "arn:aws:iam::123456789012:role/orders" */
  arn: string;
  /** What its owner asks for. */
  externalId?: string;
  /** How it shows in the account's logs. */
  sessionName?: string;
  /** How long its credentials last. */
  durationSeconds?: number;
}

/** Limits of connections; the core's defaults where left out. */
export interface NetworkOptions {
  /** To open a connection. */
  connectTimeoutMs?: number;
  /** To secure it. */
  tlsTimeoutMs?: number;
  /** Without a byte of the answer. */
  readTimeoutMs?: number;
  /** For one attempt, from first to last. */
  attemptTimeoutMs?: number;
  /** Open at once. */
  maxConnections?: number;
  /** How long one is kept unused. */
  idleTimeoutMs?: number;
  /** How long one is kept at all. */
  maxLifetimeMs?: number;
  /** Take compressed answers. */
  acceptGzip?: boolean;
  /** Certificates to trust instead of the system's, PEM. */
  caFile?: string;
}

/** How failed requests are repeated; the core's defaults where left out. */
export interface RetryOptions {
  /** The first included. */
  maxAttempts?: number;
  /** Before the second attempt, doubled for each further one and drawn at random up to that. */
  baseDelayMs?: number;
  /** The same, after a throttled one. */
  throttleBaseDelayMs?: number;
  /** No pause is longer. */
  maxDelayMs?: number;
  /** How often what a batch left over is sent again. */
  batchRounds?: number;
}

/** A recorded request and its answer. */
export interface Exchange {
  /** "GetItem" */
  operation: string;
  /** Its body, compared as JSON. */
  request: string;
  /** Of the answer. */
  status: number;
  /** Of the answer. */
  body: string;
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
  constructor(
    /** For the library. */
    readonly core: ClientCore,
    /** What `with` has set. */
    readonly limits: CallOptions = {},
  ) {}

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
    const { id, table } = opened as { id: number; table: string };
    const codec = new ItemCodec(modelInfoOf(opened as Record<string, unknown>), flags === TABLE_INSTANTS);
    return new Table<T, W, K>(this.core, id, table, codec, this.limits);
  }

  /** Reads of many items, over tables and models. */
  batchGet(): BatchGet {
    return new BatchGet(this.core, this.limits);
  }
  /** Writes of many items, over tables and models. */
  batchWrite(): BatchWrite {
    return new BatchWrite(this.core, this.limits);
  }
  /** Up to 100 writes, all or none. */
  transactWrite(): TransactWrite {
    return new TransactWrite(this.core, this.limits);
  }
  /** Up to 100 items as they stood at one moment. */
  transactGet(): TransactGet {
    return new TransactGet(this.core, this.limits);
  }
  /** Leases that are kept in a table. */
  leases(table: string, options: LeaseOptions = {}): Leases {
    return new Leases(this.core, table, options, this.limits);
  }

  /**
   * Decodes stream records: a Lambda event, an answer of GetRecords, or their JSON text. Each is read by the first table it
   * fits, whose position `table` says; encrypted attributes are opened.
   */
  async readStream<const Ts extends readonly ItemTable<any, any, any>[] = []>(
    records: string | object, tables?: Ts, options: CallOptions = {},
  ): Promise<ChangeOf<Ts>[]> {
    return await readStream(this.core, records, tables ?? [], { ...this.limits, ...options }) as ChangeOf<Ts>[];
  }

  /** The deploy-authority check of `provenance` and `confidence` (docs/release-state.md). Nothing is sent. */
  async checkDeployAuthority(item: object, options: CallOptions = {}): Promise<void> {
    await run(this.core, Op.CHECK_DEPLOY_AUTHORITY, { ...this.limits, ...options }, (members) => members.value('item', item));
  }

  /**
   * One transaction that updates the selected attributes of the actual row, and its version by one, and creates the
   * event. Both happen or neither.
   */
  async transition<A, AW extends object, AK extends object, E, EW extends object, EK extends object>(
    actual: { table: Table<A, AW, AK>; item: Partial<AW>; fields: readonly (keyof AW & string)[]; expectedVersion?: number },
    event: { table: Table<E, EW, EK>; item: EW },
    options: CallOptions & { clientToken?: string } = {},
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
      members.text('client_token', options.clientToken);
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
