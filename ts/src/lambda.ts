// Lambda: calls that end before the function does (docs/lambda.md).
import type { CallOptions } from './request.js';

/**
 * Limits that end `bufferMs` before an invocation does, so that there is time to answer. One handle serves the whole
 * invocation.
 *
 * @example
 * ```ts
 * import { connect, lambdaLimits } from '@theory-cloud/tabletheory-ts';
 * const client = connect('memory:'); // once per process
 * export const handler = async (_event: unknown, context: { getRemainingTimeInMillis(): number }) => {
 *   const bounded = client.with(lambdaLimits(context));
 *   return bounded.rawCall('ListTables', {}); // ErrTimeout instead of a function killed in mid-write
 * };
 * await handler({}, { getRemainingTimeInMillis: () => 30_000 });
 * ```
 */
export function lambdaLimits(context: { getRemainingTimeInMillis(): number }, bufferMs = 1000): CallOptions {
  return { deadline: new Date(Date.now() + context.getRemainingTimeInMillis() - bufferMs) };
}
