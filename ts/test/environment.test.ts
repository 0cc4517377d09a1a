// What surrounds the SDK: worker threads, CommonJS, handles that must not leak, addresses that wait.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { connect, Schema, type Client } from '@theory-cloud/tabletheory-ts';
import { liveHandles } from '@theory-cloud/tabletheory-ts/testing';

const CREATE = {
  TableName: 'things', BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

async function work(client: Client, name: string): Promise<void> {
  const things = client.documents('things', ['id']);
  for (let i = 0; i < 50; ++i) await things.put({ id: `${name}${i}`, i });
}

test('CommonJS sees the same library', async () => {
  const sdk = createRequire(import.meta.url)('@theory-cloud/tabletheory-ts') as { connect: typeof connect };
  const client = sdk.connect('memory:');
  assert.deepEqual(await client.echo({ a: [1, 'b', null, true] }), { a: [1, 'b', null, true] });
  client.close();
});

test('values cross unchanged, whatever they are', async () => {
  const client = connect('memory:');
  const values = [
    null, true, false, 0, -1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2 ** 53 - 1), 2n ** 63n - 1n, -(2n ** 63n), 10n ** 30n, 0.1, 1e-7,
    '', 'a', 'ü€😀', 'x'.repeat(100_000), new Uint8Array(0), new Uint8Array([0, 255]), [], {}, [[[]]], { a: { b: [1.5] } },
    new Set(['a', 'b']), new Set([1, 2.5]), new Set([new Uint8Array([1])]), Array.from({ length: 3000 }, (_, i) => i),
  ];
  for (const value of values) assert.deepEqual(await client.echo(value), value);
  client.close();
});

test('worker threads have the library to themselves, and end in the middle of work', async () => {
  const source = `
    import { connect } from ${JSON.stringify(import.meta.resolve('@theory-cloud/tabletheory-ts'))};
    import { parentPort, workerData } from 'node:worker_threads';
    const client = connect('memory:');
    await client.rawCall('CreateTable', ${JSON.stringify(CREATE)});
    const things = client.documents('things', ['id']);
    for (let i = 0; i < 100; ++i) await things.put({ id: String(i), i });
    const count = await things.scan().count();
    const waiting = connect('http://127.0.0.1:' + workerData.port, { region: 'x', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    waiting.documents('x', ['id']).get(['1']).catch(() => undefined);
    parentPort.postMessage(count);
  `;
  // Somebody who listens and never answers.
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const workers = [1, 2, 3].map(() =>
    new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData: { port } }));
  // Listened to all at once: a message that nobody waits for yet is lost.
  const counts = await Promise.all(workers.map(async (worker) => (await once(worker, 'message') as [number])[0]));
  assert.deepEqual(counts, [100, 100, 100]);
  await Promise.all(workers.map((worker) => worker.terminate()));
  server.close();
});

test('results and operations are freed', async () => {
  const client = connect('memory:');
  await client.rawCall('CreateTable', CREATE);
  await work(client, 'a');
  const before = liveHandles();
  await work(client, 'b');
  for await (const item of client.documents('things', ['id']).scan().pageSize(7)) assert.ok(item['id']);
  await assert.rejects(client.documents('nowhere', ['id']).get(['1']));
  assert.throws(() => Schema.parse('{}', 'x.json'));
  assert.equal(liveHandles(), before);
  client.close();
  assert.equal(liveHandles(), before - 1);
  await assert.rejects(client.rawCall('ListTables', {}), /closed/);
});

test('the event loop turns while an address waits', async () => {
  const { createServer } = await import('node:http');
  let asked = 0;
  const server = createServer((_request, response) => {
    ++asked;
    setTimeout(() => response.end('{"TableNames":[]}'), 30);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connect(`http://127.0.0.1:${port}`, { region: 'x', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const answers = await Promise.all(Array.from({ length: 10 }, () => client.rawCall('ListTables', {})));
  assert.equal(answers.length, 10);
  assert.equal(asked, 10);
  const late = client.rawCall('ListTables', {}, { timeoutMs: 5 });
  await assert.rejects(late, { code: 'ErrTimeout' });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  await assert.rejects(client.rawCall('ListTables', {}, { signal: controller.signal }), { code: 'ErrCancelled' });
  client.close();
  server.closeAllConnections();
  server.close();
});
