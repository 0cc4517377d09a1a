// Errors: the face of docs/spec/errors.md in TypeScript.
import { Err, ERROR_NAMES, type ErrorCode } from './constants.js';

export type { ErrorCode };

/** A problem of a document, with its place. */
export interface Diagnostic {
  /** The document's file. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** What is wrong. */
  message: string;
  /** What to do about it. */
  hint: string;
}

/** Why an action of a transaction did not happen. */
export interface CancellationReason {
  /** The action's position in the transaction. */
  index: number;
  /** "create", "update", … */
  kind: string;
  /** Of the action's table; empty: none. */
  model: string;
  /** The service's code: "ConditionalCheckFailed", "None", … */
  code: string;
  /** The service's words. */
  message: string;
  /** The item as it stood, if it was asked for. */
  item?: unknown;
}

/** What an error holds besides its message; all optional. */
export type ErrorDetails = Partial<Pick<TableTheoryError,
  | 'codes' | 'operation' | 'model' | 'table' | 'serviceType' | 'requestId' | 'httpStatus' | 'retryable' | 'item' | 'reasons'
  | 'diagnostics' | 'items' | 'leftovers' | 'cause'>>;

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
  /** The operation it is about; empty where there is none. */
  readonly operation: string;
  /** The model it is about; empty where there is none. */
  readonly model: string;
  /** The table it is about; empty where there is none. */
  readonly table: string;
  /** The name of the service's exception. */
  readonly serviceType: string;
  /** The service's name for the request. */
  readonly requestId: string;
  /** 0: nothing was answered. */
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

  /** For transports and tests of your own. */
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
