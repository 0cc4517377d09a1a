// Errors: the face of docs/spec/errors.md in TypeScript.
import { Err, ERROR_NAMES, type ErrorCode } from './constants.js';

export type { ErrorCode };

/** A problem of a document, with its place. */
export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  message: string;
  hint: string;
}

/** Why an action of a transaction did not happen. */
export interface CancellationReason {
  /** The action's position in the transaction. */
  index: number;
  /** "create", "update", … */
  kind: string;
  model: string;
  /** The service's code: "ConditionalCheckFailed", "None", … */
  code: string;
  message: string;
  /** The item as it stood, if it was asked for. */
  item?: unknown;
}

/** What an error holds besides its message; all optional. */
export interface ErrorDetails {
  codes?: readonly ErrorCode[];
  operation?: string;
  model?: string;
  table?: string;
  serviceType?: string;
  requestId?: string;
  httpStatus?: number;
  retryable?: boolean;
  item?: unknown;
  reasons?: readonly CancellationReason[];
  diagnostics?: readonly Diagnostic[];
  items?: readonly unknown[];
  leftovers?: readonly number[];
  cause?: unknown;
}

/**
 * Everything this library throws or rejects with. Decide by code, never by message.
 *
 * @example
 * ```ts
 * import { connect, defineSchema, TableTheoryError } from '@theory-cloud/tabletheory-ts';
 * const users = connect('memory:').documents('nowhere', ['id']);
 * try {
 *   await users.get(['1']);
 * } catch (error) {
 *   if (!TableTheoryError.is(error, 'ErrTableNotFound')) throw error;
 * }
 * ```
 */
export class TableTheoryError extends Error {
  /** The stable code, such as `ErrVersionConflict`. */
  readonly code: ErrorCode;
  /** Every code it answers to, its own first. */
  readonly codes: readonly ErrorCode[];
  /** The operation, model and table it is about; empty where there is none. */
  readonly operation: string;
  readonly model: string;
  readonly table: string;
  /** What the service said: its exception's name, the request's id, the HTTP status (0: nothing was answered). */
  readonly serviceType: string;
  readonly requestId: string;
  readonly httpStatus: number;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The item as it stood when a condition failed, if that was asked for (`returnItemOnFailure`). */
  readonly item: unknown;
  /** Of ErrTransactionCanceled: one reason per action. */
  readonly reasons: readonly CancellationReason[];
  /** Of documents that cannot be read: every problem with its place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of ErrBatchIncomplete of a read: the items in order, `undefined` where absent or left over. */
  readonly items: readonly unknown[];
  /** Of ErrBatchIncomplete: the positions that were not done. */
  readonly leftovers: readonly number[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TableTheoryError';
    this.code = code;
    this.codes = details.codes ?? [code];
    this.operation = details.operation ?? '';
    this.model = details.model ?? '';
    this.table = details.table ?? '';
    this.serviceType = details.serviceType ?? '';
    this.requestId = details.requestId ?? '';
    this.httpStatus = details.httpStatus ?? 0;
    this.retryable = details.retryable ?? false;
    this.item = details.item;
    this.reasons = details.reasons ?? [];
    this.diagnostics = details.diagnostics ?? [];
    this.items = details.items ?? [];
    this.leftovers = details.leftovers ?? [];
  }

  /** Whether the error answers to a code: a version conflict is a failed condition too. */
  is(code: ErrorCode): boolean {
    return this.codes.includes(code);
  }

  /** Whether anything caught is an error of this library, and answers to `code` if one is given. */
  static is(error: unknown, code?: ErrorCode): error is TableTheoryError {
    return error instanceof TableTheoryError && (code === undefined || error.is(code));
  }
}

/** The error of a decoded error tape (docs/c-abi.md, "Course of a call"). */
export function errorFrom(members: Record<string, unknown>, cause?: unknown): TableTheoryError {
  const name = (code: unknown): ErrorCode => ERROR_NAMES[code as number] ?? ERROR_NAMES[Err.INTERNAL]!;
  return new TableTheoryError(name(members['code']), members['message'] as string, {
    codes: (members['codes'] as number[]).map(name),
    operation: members['operation'] as string,
    model: members['model'] as string,
    table: members['table'] as string,
    serviceType: members['service_type'] as string,
    requestId: members['request_id'] as string,
    httpStatus: members['http_status'] as number,
    retryable: members['retryable'] as boolean,
    item: members['item'],
    reasons: members['reasons'] as CancellationReason[] | undefined ?? [],
    diagnostics: members['diagnostics'] as Diagnostic[] | undefined ?? [],
    items: members['items'] as unknown[] | undefined ?? [],
    leftovers: members['leftovers'] as number[] | undefined ?? [],
    cause,
  });
}
