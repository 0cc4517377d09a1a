// Transports of the caller's own: how a request is sent, when the core is not to send it.
import { Answer } from './constants.js';

/** A request to the service. */
export interface TransportRequest {
  /** `dynamodb`, `streams` or `kms`. */
  readonly service: 'dynamodb' | 'streams' | 'kms';
  /** "PutItem" */
  readonly operation: string;
  /** The exact JSON body. */
  readonly body: string;
  /** Ends when the caller no longer waits. */
  readonly signal: AbortSignal;
}

/** The service's answer, whatever its status. */
export interface TransportAnswer {
  /** HTTP's. */
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  /** The header x-amzn-requestid; errors then tell it. */
  readonly requestId?: string;
}

/**
 * Sends requests. `next` is the address's own transport, so that a transport may watch or change what passes:
 * requests by `next` to addresses other than memory: hold the thread until they are answered, which is for tests only.
 *
 * @example
 * ```ts
 * import { connect } from '@theory-cloud/tabletheory-ts';
 * const seen: string[] = [];
 * const client = connect('memory:', {
 *   transport: (request, next) => {
 *     seen.push(request.operation);
 *     return next(request);
 *   },
 * });
 * await client.rawCall('ListTables', {});
 * console.assert(seen[0] === 'ListTables');
 * ```
 */
export type Transport = (
  request: TransportRequest,
  next: (request: TransportRequest) => Promise<TransportAnswer>,
) => Promise<TransportAnswer> | TransportAnswer;

/** How far a request got that has no answer. It decides what is repeated (docs/retries-and-deadlines.md). */
export type TransportFailureKind = 'not_sent' | 'lost' | 'credentials' | 'attempt_timeout';

/** What a transport throws. Anything else that it throws counts as `lost`: the request may have been served. */
export class TransportFailure extends Error {
  /** `kind` decides what is repeated. */
  constructor(
    /** How far the request got. */
    readonly kind: TransportFailureKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'TransportFailure';
  }
}

export const FAILURE_NUMBERS: Record<TransportFailureKind, number> = {
  not_sent: Answer.NOT_SENT,
  lost: Answer.LOST,
  credentials: Answer.CREDENTIALS,
  attempt_timeout: Answer.ATTEMPT_TIMEOUT,
};
export const SERVICES = ['dynamodb', 'streams', 'kms'] as const;
