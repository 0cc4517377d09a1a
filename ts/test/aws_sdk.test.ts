// A client of the AWS SDK v3 as transport, against the embedded engine over HTTP, which checks the SDK's signatures.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before } from 'node:test';

import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { leakTest } from './leaks.js';
import { attr, awsSdkTransport, connect, TableTheoryError } from '@theory-cloud/tabletheory-ts';

const CREATE = {
  TableName: 'things', BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};
const CREDENTIALS = { accessKeyId: 'AKIDTEST', secretAccessKey: 'a-secret-of-this-test' };

let server: ChildProcess;
let endpoint = '';

before(async () => {
  const command = process.env['TABLETHEORY_COMMAND'];
  assert.ok(command, 'TABLETHEORY_COMMAND names the built command, build/…/bin/tabletheory (ts/run_tests.py sets it)');
  server = spawn(command, ['local', '--port', '0', '--credentials', `${CREDENTIALS.accessKeyId}:${CREDENTIALS.secretAccessKey}`],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(server.stdout!), 'line') as [string];
  endpoint = /http:\S+/.exec(line)![0];
});
after(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
});

function sdkClient(options: object = {}): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, ...options });
}

leakTest('requests go out by the SDK, signed by it, and answers come back whole', async (t) => {
  const sdk = sdkClient();
  t.after(() => sdk.destroy());
  const client = connect('aws:us-east-1', { transport: awsSdkTransport(sdk, ListTablesCommand) });
  t.after(() => client.close());
  await client.rawCall('CreateTable', CREATE);
  const things = client.documents('things', ['id']);
  const item = { id: 'ü€😀', n: 2n ** 70n, list: [1.5, { a: new Uint8Array([0, 255]) }], set: new Set(['x']) };
  await things.put(item);
  assert.deepEqual(await things.get(['ü€😀']), item);
  await things.batchWrite({ puts: Array.from({ length: 60 }, (_, i) => ({ id: `${i}`, i, text: 'x'.repeat(3000) })) });
  const seen = new Set<unknown>();
  for await (const each of things.scan().pageSize(7).where(attr('i').ge(10))) seen.add(each['i']);
  assert.equal(seen.size, 50);
  const counts = await Promise.all(Array.from({ length: 20 }, () => things.scan().count()));
  assert.deepEqual(new Set(counts), new Set([61]));
});

leakTest('the service\'s refusals have this library\'s codes, and its words', async (t) => {
  const sdk = sdkClient();
  t.after(() => sdk.destroy());
  const client = connect('aws:us-east-1', { transport: awsSdkTransport(sdk, ListTablesCommand) });
  t.after(() => client.close());
  await assert.rejects(client.documents('nowhere', ['id']).get(['1']), (error) => {
    assert.ok(TableTheoryError.is(error, 'ErrTableNotFound'), String(error));
    assert.equal(error.serviceType, 'ResourceNotFoundException');
    assert.equal(error.httpStatus, 400);
    assert.match(error.requestId, /\w{8}/);
    return true;
  });
});

leakTest('a wrong secret is refused by the service, and not in vain repeated', async (t) => {
  const sdk = sdkClient({ credentials: { ...CREDENTIALS, secretAccessKey: 'another' } });
  t.after(() => sdk.destroy());
  let sent = 0;
  const transport = awsSdkTransport(sdk, ListTablesCommand);
  const client = connect('aws:us-east-1', { transport: (request, next) => (++sent, transport(request, next)) });
  t.after(() => client.close());
  await assert.rejects(client.documents('things', ['id']).get(['1']), (error) => {
    assert.ok(TableTheoryError.is(error), String(error));
    assert.equal(error.serviceType, 'InvalidSignatureException');
    assert.equal((error as TableTheoryError).retryable, false);
    assert.ok(!(error as Error).message.includes('another'));
    return true;
  });
  assert.equal(sent, 1);
});

leakTest('credentials that cannot be had are ErrCredentials', async (t) => {
  const { CredentialsProviderError } = await import('@smithy/property-provider' as string).catch(() => ({
    CredentialsProviderError: class extends Error { override name = 'CredentialsProviderError'; },
  })) as { CredentialsProviderError: new (message: string) => Error };
  const sdk = sdkClient({ credentials: () => Promise.reject(new CredentialsProviderError('there are none')) });
  t.after(() => sdk.destroy());
  const client = connect('aws:us-east-1', { transport: awsSdkTransport(sdk, ListTablesCommand), sleep: async () => undefined });
  t.after(() => client.close());
  await assert.rejects(client.rawCall('ListTables', {}), { code: 'ErrCredentials' });
});

leakTest('retries are this library\'s, whatever the SDK client is told', async (t) => {
  let asked = 0;
  const failing = createServer((_request, response) => {
    ++asked;
    response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' });
    response.end('{"__type":"InternalServerError","message":"no"}');
  }).listen(0, '127.0.0.1');
  t.after(() => void failing.close());
  await once(failing, 'listening');
  const sdk = sdkClient({ endpoint: `http://127.0.0.1:${(failing.address() as AddressInfo).port}`, maxAttempts: 9 });
  t.after(() => sdk.destroy());
  const pauses: number[] = [];
  const client = connect('aws:us-east-1', {
    transport: awsSdkTransport(sdk, ListTablesCommand), retry: { maxAttempts: 3, baseDelayMs: 50 }, random: () => 5n,
    sleep: async (ms) => void pauses.push(ms),
  });
  t.after(() => client.close());
  await assert.rejects(client.documents('things', ['id']).get(['1']), TableTheoryError);
  assert.equal(asked, 3);
  assert.equal(pauses.length, 2);
  failing.closeAllConnections();
});

leakTest('nobody listens: nothing was sent, which is repeated even for writes', async (t) => {
  const sdk = sdkClient({ endpoint: 'http://127.0.0.1:9', maxAttempts: 5 });
  t.after(() => sdk.destroy());
  let pauses = 0;
  const client = connect('aws:us-east-1', {
    transport: awsSdkTransport(sdk, ListTablesCommand), retry: { maxAttempts: 4 }, sleep: async () => void ++pauses,
  });
  t.after(() => client.close());
  await assert.rejects(client.documents('things', ['id']).put({ id: '1' }), { code: 'ErrTransport' });
  assert.equal(pauses, 3);
});

leakTest('an AbortSignal and a deadline end a call that the SDK waits for', async (t) => {
  const open: { destroyed: boolean }[] = [];
  const silent = createServer((request) => void open.push(request)).listen(0, '127.0.0.1');
  t.after(() => void silent.close());
  await once(silent, 'listening');
  const sdk = sdkClient({ endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
  t.after(() => sdk.destroy());
  const client = connect('aws:us-east-1', { transport: awsSdkTransport(sdk, ListTablesCommand) });
  t.after(() => client.close());
  const things = client.documents('things', ['id']);
  const controller = new AbortController();
  silent.once('request', () => controller.abort());
  await assert.rejects(things.get(['1'], { signal: controller.signal }), { code: 'ErrCancelled' });
  await assert.rejects(things.get(['1'], { timeoutMs: 200 }), { code: 'ErrTimeout' });
  silent.closeAllConnections();
});

leakTest('requests of services that no client was given for are refused before they are sent', async (t) => {
  const sdk = sdkClient();
  t.after(() => sdk.destroy());
  const client = connect('aws:us-east-1', { transport: awsSdkTransport(sdk, ListTablesCommand), sleep: async () => undefined });
  t.after(() => client.close());
  await assert.rejects(client.rawCall('ListStreams', {}, { service: 'streams' }), /no client of streams/);
});
