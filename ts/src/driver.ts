// Driving operations: at once for memory:, by the environment's queue for addresses that wait, by the host where a transport or a
// sleep was injected.
import { Answer, Step } from './constants.js';
import { errorFrom, TableTheoryError } from './errors.js';
import { decode, native, outcome, state, writer, type Handle, type NativeRequest, type Taken } from './native.js';
import { tapeOf, type CallOptions, type Members } from './request.js';
import {
  FAILURE_NUMBERS, SERVICES, TransportFailure,
  type Transport, type TransportAnswer, type TransportRequest,
} from './transport.js';
import { documentCodec, type CodecOf } from './values.js';

/** What is injected instead of the system's. */
export interface Surroundings {
  transport?: Transport;
  now?: () => Date;
  random?: () => bigint;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface ClientCore {
  readonly handle: Handle;
  readonly isImmediate: boolean;
  readonly surroundings: Surroundings;
}

export interface Outcome {
  readonly step: number;
  readonly value: unknown;
}

// --- The queue ------------------------------------------------------------------------------------------------------

interface Waiting {
  readonly codecs: CodecOf;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}
const waiting = new Map<number, Waiting>();
let lastId = 0;
let hasQueue = false;

// One wake-up for all that has completed since the last.
function drain(): void {
  const addon = native();
  for (;;) {
    const taken = addon.drainNext();
    if (taken === undefined) return;
    const step = state[0]!;
    const entry = waiting.get(state[1]!)!;
    waiting.delete(state[1]!);
    settle(entry, step, taken);
  }
}

function settle(entry: Waiting, step: number, taken: Taken): void {
  try {
    entry.resolve(finished(step, taken, entry.codecs));
  } catch (error) {
    entry.reject(error);
  }
}

function finished(step: number, taken: Taken, codecs: CodecOf): Outcome {
  const value = decode(taken, codecs);
  if (step === Step.FAILED) throw errorFrom(value as Record<string, unknown>);
  return { step, value };
}

// --- Operations -----------------------------------------------------------------------------------------------------

function cancelled(signal: AbortSignal): TableTheoryError {
  return new TableTheoryError('ErrCancelled', 'the call was cancelled before anything was sent', {
    cause: signal.reason,
  });
}

function writeRequest(core: ClientCore, op: number, limits: CallOptions, write: (members: Members) => void): number {
  const { now, random } = core.surroundings;
  return tapeOf((members) => {
    members.number('op', op).number('timeout_ms', limits.timeoutMs).date('deadline', limits.deadline);
    if (now !== undefined) members.date('now', now());
    if (random !== undefined) members.number('seed', BigInt.asIntN(64, random()));
    write(members);
  });
}

/** An operation that was begun: its pages, then its end. */
export class Operation {
  private constructor(
    private readonly core: ClientCore,
    private readonly handle: Handle,
    private readonly id: number,
    private readonly limits: CallOptions,
    private readonly codecs: CodecOf,
  ) {}

  /** Makes all local checks; nothing has been sent yet. */
  static begin(
    core: ClientCore,
    op: number,
    limits: CallOptions,
    write: (members: Members) => void,
    codecs: CodecOf = () => documentCodec,
  ): Operation {
    if (limits.signal?.aborted) throw cancelled(limits.signal);
    const addon = native();
    const size = writeRequest(core, op, limits, write);
    lastId = (lastId + 1) & 0x3fffffff;
    const begun = addon.opBegin(core.handle, writer.buffer, size, lastId);
    if (state[0] === Step.FAILED) outcome(begun as Taken, codecs);
    // The host keeps the time of the whole operation, not of each step.
    const end = limits.timeoutMs === undefined ? undefined : new Date(Date.now() + limits.timeoutMs);
    const deadline = end !== undefined && !(limits.deadline! < end) ? end : limits.deadline;
    return new Operation(core, begun as Handle, lastId, { signal: limits.signal, deadline }, codecs);
  }

  /** To the next page or the end; an error is thrown. */
  async step(): Promise<Outcome> {
    const { surroundings, isImmediate } = this.core;
    if (surroundings.transport !== undefined || surroundings.sleep !== undefined) return this.stepByHost();
    if (isImmediate) {
      if (this.limits.signal?.aborted) native().opCancel(this.handle);
      const taken = native().opRun(this.handle);
      return finished(state[0]!, taken, this.codecs);
    }
    return this.stepByQueue();
  }

  free(): void {
    native().opFree(this.handle);
  }

  private stepByQueue(): Promise<Outcome> {
    const addon = native();
    if (!hasQueue) {
      addon.queueStart(drain);
      hasQueue = true;
    }
    const { signal } = this.limits;
    const cancel = () => addon.opCancel(this.handle);
    if (signal?.aborted) cancel();
    return new Promise<Outcome>((resolve, reject) => {
      const taken = addon.submit(this.handle);
      const entry = { codecs: this.codecs, resolve, reject };
      if (state[0] !== -1) return settle(entry, state[0]!, taken);
      waiting.set(this.id, entry);
      signal?.addEventListener('abort', cancel, { once: true });
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  private async stepByHost(): Promise<Outcome> {
    const addon = native();
    const end = new Ending(this.limits);
    try {
      for (;;) {
        const event = addon.opNext(this.handle);
        const step = state[0];
        if (step === Step.SLEEP) {
          await this.sleep(event as number, end.signal);
        } else if (step === Step.SEND) {
          await Promise.all((event as NativeRequest[]).map((request) => this.answer(request, end)));
        } else {
          return finished(step!, event as Taken, this.codecs);
        }
      }
    } finally {
      end.clear();
    }
  }

  private async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const { sleep } = this.core.surroundings;
    if (sleep !== undefined) return sleep(ms, signal);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  private async answer([id, service, operation, body]: NativeRequest, end: Ending): Promise<void> {
    const addon = native();
    const respond = (kind: number, status: number, text: string, requestId: string, message: string) =>
      addon.opRespond(this.handle, id, kind, status, text, requestId, message);
    const cut = end.kind(false);
    if (cut !== undefined) return respond(cut, 0, '', '', '');
    const request: TransportRequest = { service: SERVICES[service]!, operation, body, signal: end.signal };
    try {
      const { transport } = this.core.surroundings;
      const next = (sent: TransportRequest) => this.sendByCore(id, sent);
      const answer = await end.race(async () => (transport === undefined ? next(request) : transport(request, next)));
      respond(Answer.OK, answer.status, answer.body, answer.requestId ?? '', '');
    } catch (error) {
      const kind = error instanceof TransportFailure ? FAILURE_NUMBERS[error.kind] : end.kind(true) ?? Answer.LOST;
      respond(kind, 0, '', '', error instanceof Error ? error.message : String(error));
    }
  }

  // The address's own transport.
  private async sendByCore(id: number, request: TransportRequest): Promise<TransportAnswer> {
    const service = SERVICES.indexOf(request.service);
    const [kind, status, body, requestId, message] =
      native().opTransport(this.handle, id, service, request.operation, request.body);
    if (kind === Answer.OK) return { status, body, requestId };
    const known = Object.entries(FAILURE_NUMBERS).find(([, number]) => number === kind);
    throw new TransportFailure((known?.[0] ?? 'lost') as 'lost', message);
  }
}

// When the caller no longer waits: its signal, or its deadline.
class Ending {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private isLate = false;

  constructor(private readonly limits: CallOptions) {
    this.signal = this.controller.signal;
    limits.signal?.addEventListener('abort', this.abort);
    if (limits.deadline !== undefined) {
      const left = limits.deadline.getTime() - Date.now();
      this.timer = setTimeout(() => {
        this.isLate = true;
        this.abort();
      }, Math.max(0, left));
    }
    if (limits.signal?.aborted) this.abort();
  }

  private readonly abort = (): void => this.controller.abort();

  clear(): void {
    clearTimeout(this.timer);
    this.limits.signal?.removeEventListener('abort', this.abort);
  }
  /** The answer that says so, if it has come to that. */
  kind(isSent: boolean): number | undefined {
    if (!this.signal.aborted) return undefined;
    if (this.isLate) return isSent ? Answer.TIMEOUT_SENT : Answer.TIMEOUT;
    return isSent ? Answer.CANCELLED_SENT : Answer.CANCELLED;
  }
  /** What `work` gives, unless the end comes first. */
  async race<T>(work: () => Promise<T>): Promise<T> {
    let cut: () => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      cut = () => reject(new Error('the caller no longer waits'));
      this.signal.addEventListener('abort', cut);
    });
    try {
      return await Promise.race([work(), ended]);
    } finally {
      this.signal.removeEventListener('abort', cut);
    }
  }
}

/** Runs an operation of one result. */
export async function run(
  core: ClientCore,
  op: number,
  limits: CallOptions,
  write: (members: Members) => void,
  codecs?: CodecOf,
): Promise<unknown> {
  const { surroundings } = core;
  if (core.isImmediate && surroundings.transport === undefined && surroundings.sleep === undefined) {
    if (limits.signal?.aborted) throw cancelled(limits.signal);
    const addon = native();
    const size = writeRequest(core, op, limits, write);
    return outcome(addon.call(core.handle, writer.buffer, size), codecs);
  }
  const operation = Operation.begin(core, op, limits, write, codecs);
  try {
    return (await operation.step()).value;
  } finally {
    operation.free();
  }
}

/** Runs an operation of many pages; ending the iteration ends the operation. */
export async function* pages(
  core: ClientCore,
  op: number,
  limits: CallOptions,
  write: (members: Members) => void,
  codecs: CodecOf,
): AsyncGenerator<unknown, void, undefined> {
  const operation = Operation.begin(core, op, limits, write, codecs);
  try {
    for (;;) {
      const { step, value } = await operation.step();
      if (step === Step.DONE) return;
      yield value;
    }
  } finally {
    operation.free();
  }
}
