// Clients of the AWS SDK for JavaScript v3 as a transport: their credentials, their signer, their connections.
import { TransportFailure, type Transport, type TransportAnswer, type TransportRequest } from './transport.js';

/** What is needed of a v3 client (`DynamoDBClient` of `@aws-sdk/client-dynamodb`); nothing is imported from there. */
export interface AwsSdkClient {
  /** The client's own. */
  readonly middlewareStack: unknown;
  /** The client's own. */
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
}

/** A constructor of one of the client's commands, whose input may be empty: `ListTablesCommand`. */
export type AwsSdkCommand = new (input: any) => object;

/** Clients of further services, each with a command: for encryption `kms` (`ListKeysCommand`), and `streams`. */
export interface MoreAwsSdkClients {
  /** Of `@aws-sdk/client-kms`. */
  kms?: readonly [AwsSdkClient, AwsSdkCommand];
  /** Of `@aws-sdk/client-dynamodb-streams`. */
  streams?: readonly [AwsSdkClient, AwsSdkCommand];
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

const TARGETS: Record<TransportRequest['service'], string> = {
  dynamodb: 'DynamoDB_20120810', streams: 'DynamoDBStreams_20120810', kms: 'TrentService',
};
// Of Node: no connection came about, so nothing can have been served.
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

async function textOf(body: HttpResponse['body']): Promise<string> {
  if (body === undefined) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function setHeader(headers: Record<string, string>, name: string, value: string): void {
  headers[Object.keys(headers).find((each) => each.toLowerCase() === name) ?? name] = value;
}

function failureOf(cause: unknown, isSent: boolean): TransportFailure {
  const { name, code, message } = cause instanceof Error ? cause as Error & { code?: string } : { name: '', code: '', message: String(cause) };
  const kind = name === 'CredentialsProviderError' ? 'credentials' : isSent && !NOT_SENT.has(code ?? '') ? 'lost' : 'not_sent';
  return new TransportFailure(kind, message || code || name, { cause });
}

// One request by the SDK, which only sends it: the body and the answer are this library's, whatever the status.
class Exchange {
  private answer: TransportAnswer | undefined;
  private failure: unknown;
  private isSent = false;

  constructor(private readonly request: TransportRequest) {}

  async run(client: AwsSdkClient, command: AwsSdkCommand): Promise<TransportAnswer> {
    const sent = new command({}) as { middlewareStack: Stack };
    // The last of the step before the signature.
    sent.middlewareStack.add(this.replaceRequest, { step: 'build', name: 'tabletheoryRequest', priority: 'low', override: true });
    // The innermost: the SDK's reader sees no more than that an empty answer came.
    sent.middlewareStack.add(this.keepAnswer, { step: 'deserialize', name: 'tabletheoryAnswer', priority: 'low', override: true });
    try {
      await client.send(sent as never, { abortSignal: this.request.signal });
    } catch (cause) {
      if (this.answer === undefined) throw failureOf(this.failure ?? cause, this.isSent);
    }
    if (this.answer === undefined) throw new TransportFailure('lost', 'the AWS SDK client gave no answer');
    return this.answer;
  }

  private readonly replaceRequest = (next: (args: unknown) => Promise<unknown>) => (args: { request: HttpRequest }) => {
    const { service, operation, body } = this.request;
    args.request.body = body;
    setHeader(args.request.headers, 'x-amz-target', `${TARGETS[service]}.${operation}`);
    setHeader(args.request.headers, 'content-length', String(Buffer.byteLength(body)));
    return next(args);
  };

  private readonly keepAnswer = (next: (args: unknown) => Promise<{ response: HttpResponse }>) => async (args: unknown) => {
    this.isSent = true;
    try {
      const { response } = await next(args);
      const { 'x-amzn-requestid': requestId = '' } = response.headers;
      this.answer = { status: response.statusCode, body: await textOf(response.body), requestId };
    } catch (failure) {
      this.failure = failure;
      // Says nothing of the cause, so that the SDK does not repeat the request: retries are this library's.
      throw new Error('the request failed');
    }
    return { response: { statusCode: 200, headers: {}, body: Buffer.from('{}') }, output: { $metadata: {} } };
  };
}

/**
 * Sends requests by clients of the AWS SDK, to the endpoints and with the credentials they have. `command` is any
 * constructor of the client's commands, for instance ListTablesCommand: its request is replaced, body and target, before it
 * is signed. Retries are this library's; the client makes one attempt, whatever its `maxAttempts`.
 *
 * @example
 * ```ts
 * import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
 * import { awsSdkTransport, connect } from '@theory-cloud/tabletheory-ts';
 * const sdk = new DynamoDBClient({ region: 'eu-central-1' });
 * const client = connect('aws:', { transport: awsSdkTransport(sdk, ListTablesCommand) });
 * client.close();
 * sdk.destroy();
 * ```
 */
export function awsSdkTransport(client: AwsSdkClient, command: AwsSdkCommand, more: MoreAwsSdkClients = {}): Transport {
  return async (request) => {
    const [chosen, its] = request.service === 'dynamodb' ? [client, command] : more[request.service] ?? [];
    if (chosen === undefined || its === undefined) {
      throw new TransportFailure('not_sent', `awsSdkTransport was given no client of ${request.service}; name one in its last argument`);
    }
    return new Exchange(request).run(chosen, its);
  };
}
