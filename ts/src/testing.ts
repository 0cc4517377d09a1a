/**
 * The test kit: a memory: client per test, with a fixed clock, deterministic encryption, faults on demand, and a spy that
 * shows the exact requests.
 * @packageDocumentation
 */
import { connect, type Client, type ConnectOptions } from './client.js';
import { liveHandles } from './native.js';
import { TransportFailure, type Transport, type TransportAnswer, type TransportRequest } from './transport.js';

export { liveHandles };

/** Where a test framework takes what is to be done at a test's end: node:test's context, Vitest's `onTestFinished`. */
export type AfterTest = ((cleanUp: () => void) => void) | { after(cleanUp: () => void): void };

/** A request that a spy saw, and its answer or failure. */
export interface SeenRequest {
  /** `dynamodb`, `streams` or `kms`. */
  readonly service: string;
  /** "PutItem" */
  readonly operation: string;
  /** The exact body. */
  readonly body: string;
  /** What was answered, if anything was. */
  answer?: TransportAnswer;
  /** What the transport threw instead. */
  failure?: unknown;
}

/**
 * Keeps every request that passes.
 *
 * @example
 * ```ts
 * import { connect } from '@theory-cloud/tabletheory-ts';
 * import { Spy } from '@theory-cloud/tabletheory-ts/testing';
 * const spy = new Spy();
 * const client = connect('memory:', { transport: spy.transport() });
 * await client.rawCall('ListTables', { Limit: 3 });
 * console.assert(spy.operations[0] === 'ListTables' && spy.requests[0]?.answer?.status === 200);
 * client.close();
 * ```
 */
export class Spy {
  /** In the order they were sent. */
  readonly requests: SeenRequest[] = [];
  /** For `connect`; `inner` is asked next (else the address's own transport). */
  transport(inner?: Transport): Transport {
    return async (request, next) => {
      const seen: SeenRequest = { service: request.service, operation: request.operation, body: request.body };
      this.requests.push(seen);
      try {
        return seen.answer = await (inner === undefined ? next(request) : inner(request, next));
      } catch (failure) {
        seen.failure = failure;
        throw failure;
      }
    };
  }
  /** "PutItem", "Query", … in order. */
  get operations(): string[] {
    return this.requests.map((request) => request.operation);
  }
  /** Forgets what was seen. */
  clear(): void {
    this.requests.length = 0;
  }
}

/** Kinds of faults. */
export type Fault =
  /** 400 ProvisionedThroughputExceededException; nothing is done */
  | 'throttle'
  /** 503; nothing is done */
  | 'unavailable'
  /** 500; nothing is done, which the caller cannot know */
  | 'internal_error'
  /** 500, and the work is done */
  | 'internal_error_after'
  /** no connection: nothing was written */
  | 'not_sent'
  /** the connection breaks before the target sees the request; the caller cannot know */
  | 'lost_request'
  /** the connection breaks after the target did the work */
  | 'lost_answer';

/** When a fault happens. A rule counts the calls it is meant for. */
export interface FaultRule {
  /** What happens. */
  readonly fault: Fault;
  /** "PutItem"; every operation when left out. */
  readonly operation?: string;
  /** Of each such call, 0 to 1. */
  readonly probability?: number;
  /** The nth such call, from 1. */
  readonly nthCall?: number;
  /** At most so often. */
  readonly times?: number;
}

/**
 * Fails as networks and services do. The same plan over the same calls fails the same way.
 *
 * @example
 * ```ts
 * import { FaultPlan, testClient } from '@theory-cloud/tabletheory-ts/testing';
 * const faults = new FaultPlan([{ fault: 'throttle', operation: 'GetItem', nthCall: 1 }]);
 * const ends: (() => void)[] = [];
 * const { client, spy } = testClient((end) => ends.push(end), { faults });
 * await client.rawCall('CreateTable', {
 *   TableName: 'things', BillingMode: 'PAY_PER_REQUEST',
 *   AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
 *   KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
 * });
 * await client.documents('things', ['id']).find(['a']); // throttled once, and repeated
 * console.assert(faults.struck(0) === 1 && spy.operations.filter((each) => each === 'GetItem').length === 2);
 * ends.forEach((end) => end());
 * ```
 */
export class FaultPlan {
  private readonly counts: number[];
  private readonly strikes: number[];
  private random: bigint;

  /** `seed`: of what is drawn for rules with a probability. */
  constructor(private readonly rules: readonly FaultRule[], seed = 0) {
    this.counts = rules.map(() => 0);
    this.strikes = rules.map(() => 0);
    this.random = BigInt(seed);
  }
  /** How often a rule has struck, by its position. */
  struck(rule: number): number {
    return this.strikes[rule] ?? 0;
  }
  /** For `connect`, or the option `faults` of `testClient`. */
  transport(): Transport {
    return async (request, next) => {
      const fault = this.draw(request);
      return fault === undefined ? next(request) : strike(fault, request, next);
    };
  }

  // splitmix64
  private next(): number {
    this.random = BigInt.asUintN(64, this.random + 0x9e3779b97f4a7c15n);
    let z = this.random;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
  }
  private draw(request: TransportRequest): Fault | undefined {
    let struck: Fault | undefined;
    this.rules.forEach((rule, i) => {
      if (rule.operation !== undefined && rule.operation !== request.operation) return;
      const count = ++this.counts[i]!;
      const drawn = rule.probability !== undefined && this.next() < rule.probability;
      if (struck !== undefined || this.strikes[i]! >= (rule.times ?? Infinity)) return;
      if (!drawn && count !== rule.nthCall) return;
      ++this.strikes[i]!;
      struck = rule.fault;
    });
    return struck;
  }
}

function refusal(status: number, type: string): TransportAnswer {
  const prefix = status === 400 ? 'com.amazonaws.dynamodb.v20120810#' : '';
  return { status, body: JSON.stringify({ __type: prefix + type, message: 'a fault of the test\'s plan' }) };
}

async function strike(fault: Fault, request: TransportRequest, next: Parameters<Transport>[1]): Promise<TransportAnswer> {
  switch (fault) {
    case 'throttle':
      return refusal(400, 'ProvisionedThroughputExceededException');
    case 'unavailable':
      return refusal(503, 'ServiceUnavailable');
    case 'internal_error':
      return refusal(500, 'InternalServerError');
    case 'internal_error_after':
      await next(request);
      return refusal(500, 'InternalServerError');
    case 'not_sent':
      throw new TransportFailure('not_sent', 'a fault of the test\'s plan: no connection');
    case 'lost_request':
      throw new TransportFailure('lost', 'a fault of the test\'s plan: the connection broke');
    case 'lost_answer':
      await next(request);
      throw new TransportFailure('lost', 'a fault of the test\'s plan: the answer was lost');
  }
}

/** Options of `testClient`. */
export interface TestClientOptions extends ConnectOptions {
  /** Faults on demand. */
  faults?: FaultPlan;
}

/** A client of a test's own, and what it sent. */
export interface TestClient {
  /** Of this test alone. */
  readonly client: Client;
  /** What it sends. */
  readonly spy: Spy;
}

/** When a test's clock starts. */
export const TEST_START = new Date('2025-06-01T12:00:00.000Z');

/**
 * A new and empty memory: client: time stands at TEST_START until you advance it, randomness is seeded, waits take no time,
 * encrypted attributes have deterministic keys. It is closed when the test ends.
 *
 * @example
 * ```ts
 * import { testClient } from '@theory-cloud/tabletheory-ts/testing';
 * // node:test: test('…', async (t) => { const { client, spy } = testClient(t); … });
 * // Vitest:    const { client, spy } = testClient(onTestFinished);
 * const ends: (() => void)[] = [];
 * const { client, spy } = testClient((end) => ends.push(end));
 * await client.rawCall('ListTables', {});
 * console.assert(spy.operations.join() === 'ListTables');
 * ends.forEach((end) => end());
 * ```
 */
export function testClient(after: AfterTest, options: TestClientOptions = {}): TestClient {
  const { faults, ...connected } = options;
  const spy = new Spy();
  const client = connect('memory:', {
    clock: { at: TEST_START },
    seed: 1,
    encryption: { deterministicForTests: 'test' },
    ...connected,
    transport: spy.transport(connected.transport ?? faults?.transport()),
    sleep: connected.sleep ?? (async (ms) => void client.advanceClock(ms)),
  });
  const cleanUp = (): void => client.close();
  if (typeof after === 'function') after(cleanUp);
  else after.after(cleanUp);
  return { client, spy };
}
