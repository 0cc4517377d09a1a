// A client of the AWS SDK for JavaScript v3 as a transport: its credentials, its signer, its connections.
import { TransportFailure, type Transport, type TransportAnswer } from './transport.js';

/** What is needed of a v3 DynamoDBClient (`@aws-sdk/client-dynamodb`); nothing is imported from there. */
export interface AwsSdkClient {
  readonly config: {
    requestHandler: { handle(request: never, options?: { abortSignal?: AbortSignal }): Promise<{ response: unknown }> };
  };
  readonly middlewareStack: unknown;
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
}

interface HttpRequest {
  body?: unknown;
  headers: Record<string, string>;
}
interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array> | Uint8Array | string | undefined;
}
interface Stack {
  add(middleware: unknown, options: Record<string, unknown>): void;
}

async function textOf(body: HttpResponse['body']): Promise<string> {
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/**
 * Sends DynamoDB requests by an AWS SDK client, to the endpoint and with the credentials it has. `command` is any
 * constructor of its commands, for instance ListTablesCommand: its request is replaced, body and target, before it is signed.
 * Give the client `maxAttempts: 1`; retries are this library's.
 *
 * @example
 * ```ts
 * import { awsSdkTransport, connect } from '@theory-cloud/tabletheory-ts';
 * // import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
 * const open = (DynamoDBClient: new (options: object) => never, ListTablesCommand: new (input: object) => object) =>
 *   connect('aws:', { transport: awsSdkTransport(new DynamoDBClient({ maxAttempts: 1 }), ListTablesCommand) });
 * console.assert(typeof open === 'function');
 * ```
 */
export function awsSdkTransport(client: AwsSdkClient, command: new (input: never) => object): Transport {
  return async (request) => {
    if (request.service !== 'dynamodb') {
      throw new TransportFailure('not_sent', `the AWS SDK client that was given is no client of ${request.service}`);
    }
    let answer: TransportAnswer | undefined;
    let isSent = false;
    const sent = new command({} as never) as { middlewareStack: Stack };
    // Before the signature: the request is this library's.
    sent.middlewareStack.add(
      (next: (args: { request: HttpRequest }) => Promise<unknown>) => (args: { request: HttpRequest }) => {
        args.request.body = request.body;
        const headers = args.request.headers;
        const target = Object.keys(headers).find((name) => name.toLowerCase() === 'x-amz-target') ?? 'x-amz-target';
        headers[target] = `DynamoDB_20120810.${request.operation}`;
        const length = Object.keys(headers).find((name) => name.toLowerCase() === 'content-length') ?? 'content-length';
        headers[length] = String(Buffer.byteLength(request.body));
        return next(args);
      },
      { step: 'build', name: 'tabletheoryRequest', priority: 'low', override: true },
    );
    // Before the answer is read by the SDK: it is this library's, whatever its status.
    sent.middlewareStack.add(
      (next: (args: unknown) => Promise<{ response: HttpResponse }>) => async (args: unknown) => {
        isSent = true;
        const { response } = await next(args);
        const headers = response.headers ?? {};
        answer = { status: response.statusCode, body: await textOf(response.body), requestId: headers['x-amzn-requestid'] ?? '' };
        return { response, output: { $metadata: {} } };
      },
      { step: 'deserialize', name: 'tabletheoryAnswer', priority: 'high', override: true },
    );
    try {
      await client.send(sent as never, { abortSignal: request.signal });
    } catch (cause) {
      if (answer === undefined) {
        const message = cause instanceof Error ? cause.message : String(cause);
        const isCredentials = cause instanceof Error && cause.name === 'CredentialsProviderError';
        throw new TransportFailure(isCredentials ? 'credentials' : isSent ? 'lost' : 'not_sent', message, { cause });
      }
    }
    if (answer === undefined) throw new TransportFailure('lost', 'the AWS SDK client gave no answer');
    return answer;
  };
}
