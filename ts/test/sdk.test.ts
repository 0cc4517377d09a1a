// The SDK on the embedded engine: types in, types out, errors, drives.
import assert from 'node:assert/strict';

import {
  and, attr, connect, defineSchema, ExactNumber, Schema, TableTheoryError, type Item,
} from '@theory-cloud/tabletheory-ts';
import { FaultPlan, testClient, type AfterTest } from '@theory-cloud/tabletheory-ts/testing';
import { leakTest } from './leaks.js';

const schema = defineSchema({
  dms_version: '0.2',
  namespace: 'shop',
  models: [
    {
      name: 'Order',
      table: { name: 'orders' },
      keys: { partition: { attribute: 'PK', type: 'S' }, sort: { attribute: 'SK', type: 'S' } },
      attributes: [
        { attribute: 'PK', type: 'S', roles: ['pk'], required: true },
        { attribute: 'SK', type: 'S', roles: ['sk'], required: true },
        { attribute: 'state', type: 'S' },
        { attribute: 'placedAt', type: 'S', format: 'rfc3339nano' },
        { attribute: 'total', type: 'N' },
        { attribute: 'count', type: 'N', format: 'int' },
        { attribute: 'tags', type: 'SS', omit_empty: true },
        { attribute: 'prices', type: 'NS' },
        { attribute: 'blobs', type: 'BS' },
        { attribute: 'photo', type: 'B' },
        { attribute: 'lines', type: 'L' },
        { attribute: 'address', type: 'M' },
        { attribute: 'extra', type: 'M', json: true },
        { attribute: 'isGift', type: 'BOOL' },
        { attribute: 'createdAt', type: 'S', roles: ['created_at'] },
        { attribute: 'updatedAt', type: 'S', roles: ['updated_at'] },
        { attribute: 'version', type: 'N', roles: ['version'] },
      ],
      indexes: [
        {
          name: 'by-state', type: 'GSI', partition: { attribute: 'state', type: 'S' },
          sort: { attribute: 'placedAt', type: 'S' },
        },
      ],
    },
  ],
});
void schema.models; // read once, and kept
type Order = Item<(typeof schema)['document'] & {}, 'Order'>;

const CREATE_TABLE = {
  TableName: 'orders',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['PK', 'SK', 'state', 'placedAt'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }, { AttributeName: 'SK', KeyType: 'RANGE' }],
  GlobalSecondaryIndexes: [{
    IndexName: 'by-state',
    KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }, { AttributeName: 'placedAt', KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'ALL' },
  }],
};

async function shop(after: AfterTest, options: Parameters<typeof testClient>[1] = {}) {
  const made = testClient(after, options);
  await made.client.rawCall('CreateTable', CREATE_TABLE);
  made.spy.clear();
  return { ...made, orders: made.client.table(schema, 'Order') };
}

async function code(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(TableTheoryError.is(error), String(error));
    return error.code;
  }
  return 'ok';
}

leakTest('an item comes back as it was given, in native types', async (t) => {
  const { orders } = await shop(t);
  const given = {
    PK: 'C#1', SK: 'O#ü€😀', state: 'open', placedAt: new Date('2025-01-02T03:04:05.678Z'),
    total: '12345678901234567890.5', count: 42, tags: new Set(['a', 'ß']), prices: new Set(['1', '2.5']),
    blobs: new Set([new Uint8Array([1]), new Uint8Array([0, 255])]), photo: new Uint8Array([0, 1, 254, 255]),
    lines: [{ sku: 'x', n: 1 }, 'text', 1.5, 2n ** 60n, new ExactNumber('0.12345678901234567890123'), null, true],
    address: { city: 'Köln', geo: { lat: 50.9 } }, extra: { any: ['thing', null] }, isGift: true,
  };
  const stored: Order = await orders.create(given);
  const read = await orders.get(['C#1', 'O#ü€😀'], { consistent: true });
  assert.deepEqual(read, stored);
  const { createdAt, updatedAt, version, ...rest } = read;
  assert.deepEqual(rest, given);
  assert.equal(version, 0);
  assert.deepEqual(createdAt, new Date('2025-06-01T12:00:00.000Z'));
  assert.deepEqual(updatedAt, createdAt);
});

leakTest('numbers that a number cannot hold are refused for whole ones, and text for others', async (t) => {
  const { client, orders } = await shop(t);
  const dynamic = client.dynamicTable(schema, 'Order');
  const large = { PK: 'C', SK: '1', count: 2n ** 53n + 1n, total: 7 };
  assert.equal(await code(orders.create(large)), 'ErrNumberPrecisionLoss');
  assert.equal((await dynamic.create(large))['count'], 9007199254740993n);
  await assert.rejects(orders.get(['C', '1']), (error) => TableTheoryError.is(error, 'ErrNumberPrecisionLoss'));
  const document = await client.documents('orders', ['PK', 'SK']).get(['C', '1']);
  assert.equal(document['count'], 9007199254740993n);
  assert.equal((await orders.get(['C', '1'], { projection: ['total'] })).total, '7');
});

leakTest('an instant finer than a Date is refused by typed tables and text in dynamic ones', async (t) => {
  const { client, orders } = await shop(t);
  const dynamic = client.dynamicTable(schema, 'Order');
  await dynamic.create({ PK: 'C', SK: '1', placedAt: '2025-01-01T00:00:00.123456789Z' });
  assert.equal((await dynamic.get(['C', '1']))['placedAt'], '2025-01-01T00:00:00.123456789Z');
  assert.equal(await code(orders.get(['C', '1'])), 'ErrNumberPrecisionLoss');
});

leakTest('an update is locked on the version it is given', async (t) => {
  const { orders } = await shop(t);
  const stored = await orders.create({ PK: 'C', SK: '1', state: 'open' });
  const paid = await orders.update({ ...stored, state: 'paid' }, ['state']);
  assert.equal(paid.version, 1);
  const late = orders.update({ ...stored, state: 'lost' }, ['state']);
  await assert.rejects(late, (error) => {
    assert.ok(TableTheoryError.is(error, 'ErrVersionConflict') && error.is('ErrConditionFailed'));
    assert.equal(error.model, 'Order');
    return true;
  });
  assert.equal(await code(orders.create({ PK: 'C', SK: '1' })), 'ErrConditionFailed');
  assert.equal(await code(orders.get(['C', 'none'])), 'ErrItemNotFound');
  assert.equal(await orders.find(['C', 'none']), undefined);
});

leakTest('a failed condition gives the item as it stood, in native types', async (t) => {
  const { orders } = await shop(t);
  await orders.create({ PK: 'C', SK: '1', total: '5', placedAt: new Date(0) });
  const refused = orders.delete(['C', '1'], { condition: orders.attr('total').gt('9'), returnItemOnFailure: true });
  await assert.rejects(refused, (error) => {
    assert.ok(TableTheoryError.is(error, 'ErrConditionFailed'));
    assert.equal((error.item as Order).total, '5');
    assert.deepEqual((error.item as Order).placedAt, new Date(0));
    return true;
  });
});

leakTest('the update builder says what whole items cannot', async (t) => {
  const { orders } = await shop(t);
  await orders.create({ PK: 'C', SK: '1', count: 1, total: '1.5', tags: new Set(['a', 'b']), lines: [1], address: { zip: '1' } });
  const changed = await orders.updateBuilder(['C', '1'])
    .increment('count', 4).add('total', '0.25').add('tags', new Set(['c'])).append('lines', [{ x: 1 }])
    .set('address.zip', '50667').setIfNotExists('state', 'new').remove('isGift')
    .where(attr('count').lt(10)).ifVersion(0).runAllNew();
  assert.equal(changed.count, 5);
  assert.equal(changed.total, '1.75');
  assert.deepEqual(changed.tags, new Set(['a', 'b', 'c']));
  assert.deepEqual(changed.lines, [1, { x: 1 }]);
  assert.deepEqual(changed.address, { zip: '50667' });
  assert.equal(changed.version, 1);
  const part = await orders.updateBuilder(['C', '1']).set('state', 'paid').runUpdatedOld();
  assert.equal(part.state, 'new');
  assert.equal(await code(orders.updateBuilder(['C', '1']).run()), 'ErrInvalidOperator');
});

leakTest('queries page, filter, count, choose an index and explain themselves', async (t) => {
  const { orders, spy } = await shop(t);
  for (let i = 0; i < 25; ++i) {
    await orders.create({
      PK: 'C', SK: `O#${String(i).padStart(2, '0')}`, count: i, state: i % 5 === 0 ? 'open' : 'paid', placedAt: new Date(i * 1000),
    });
  }
  const some = orders.query('C').sort(attr('SK').beginsWith('O#1')).where(and(attr('count').ge(12), attr('count').ne(15)));
  assert.deepEqual((await some.all()).map((order) => order.count), [12, 13, 14, 16, 17, 18, 19]);
  assert.equal(await some.count(), 7);
  const seen: number[] = [];
  for await (const order of orders.query('C').pageSize(7).descending()) seen.push(order.count!);
  assert.deepEqual(seen, Array.from({ length: 25 }, (_, i) => 24 - i));
  const first = await orders.query('C').limit(10).page();
  assert.equal(first.items.length, 10);
  const next = await orders.query('C').after(first.cursor).limit(20).page();
  assert.deepEqual(next.items.map((order) => order.count), Array.from({ length: 15 }, (_, i) => i + 10));
  assert.equal(next.cursor, '');
  spy.clear();
  const open = await orders.query(attr('state').eq('open')).all();
  assert.equal(open.length, 5);
  assert.equal((JSON.parse(spy.requests[0]!.body) as { IndexName: string }).IndexName, 'by-state');
  const explained = await orders.query(attr('state').eq('open')).explain();
  assert.equal(explained.index, 'by-state');
  assert.equal(explained.operation, 'Query');
  assert.equal((await orders.scan().parallel(3).all()).length, 25);
  assert.equal((await orders.scan().first())?.PK, 'C');
});

leakTest('ending an iteration early ends its operation', async (t) => {
  const { orders, spy } = await shop(t);
  for (let i = 0; i < 6; ++i) await orders.create({ PK: 'C', SK: `${i}` });
  spy.clear();
  for await (const order of orders.query('C').pageSize(2)) {
    assert.equal(order.SK, '0');
    break;
  }
  assert.deepEqual(spy.operations, ['Query']);
});

leakTest('batches and transactions keep order and say what failed', async (t) => {
  const { client, orders } = await shop(t);
  await orders.batchWrite({ puts: [0, 1, 2].map((i) => ({ PK: 'C', SK: `${i}`, count: i })) });
  const found = await orders.batchGet([['C', '2'], ['C', 'none'], ['C', '0'], ['C', '2']]);
  assert.deepEqual(found.map((order) => order?.count), [2, undefined, 0, 2]);
  const moved = client.transactWrite()
    .update(orders, { PK: 'C', SK: '0', state: 'paid', version: 0 }, ['state'])
    .build(orders.updateBuilder(['C', '1']).set('state', 'x'))
    .delete(orders, ['C', '2'])
    .create(orders, { PK: 'C', SK: '3' });
  await moved.run();
  const read = client.transactGet();
  const zero = read.get(orders, ['C', '0']);
  const two = read.get(orders, ['C', '2']);
  const items = await read.run();
  assert.equal(items.get(zero)?.state, 'paid');
  assert.equal(items.get(two), undefined);
  const refused = client.transactWrite()
    .put(orders, { PK: 'C', SK: '9' })
    .check(orders, ['C', '0'], { condition: attr('state').eq('open'), returnItemOnFailure: true });
  await assert.rejects(refused.run(), (error) => {
    assert.ok(TableTheoryError.is(error, 'ErrTransactionCanceled') && error.is('ErrConditionFailed'));
    assert.equal(error.reasons[1]?.kind, 'condition');
    assert.equal((error.reasons[1]?.item as Order).state, 'paid');
    return true;
  });
  assert.equal(await orders.find(['C', '9']), undefined);
});

leakTest('a cancelled call is ErrCancelled, a late one ErrTimeout', async (t) => {
  const { orders } = await shop(t);
  assert.equal(await code(orders.get(['C', '1'], { signal: AbortSignal.abort() })), 'ErrCancelled');
  const plain = connect('memory:');
  t.after(() => plain.close());
  assert.equal(await code(plain.documents('x', ['id']).get(['1'], { signal: AbortSignal.abort('no') })), 'ErrCancelled');
  const hanging = connect('aws:eu-west-1', { transport: () => new Promise(() => undefined) });
  t.after(() => hanging.close());
  const table = hanging.documents('x', ['id']);
  assert.equal(await code(table.get(['1'], { timeoutMs: 20 })), 'ErrTimeout');
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  assert.equal(await code(table.get(['1'], { signal: controller.signal })), 'ErrCancelled');
});

leakTest('a transport of the caller\'s own answers, and its failures are retried by the core', async (t) => {
  let calls = 0;
  const client = connect('aws:eu-west-1', {
    sleep: async () => undefined,
    transport: ({ operation, body }) => {
      ++calls;
      assert.equal(operation, 'GetItem');
      assert.deepEqual(JSON.parse(body).Key, { id: { S: '1' } });
      if (calls === 1) return { status: 500, body: '{}' };
      return { status: 200, body: '{"Item":{"id":{"S":"1"},"n":{"N":"12"}}}' };
    },
  });
  t.after(() => client.close());
  assert.deepEqual(await client.documents('x', ['id']).get(['1']), { id: '1', n: 12 });
  assert.equal(calls, 2);
});

leakTest('faults of a plan are retried, and a write is never applied twice', async (t) => {
  const faults = new FaultPlan([
    { fault: 'throttle', operation: 'UpdateItem', nthCall: 1 },
    { fault: 'lost_answer', operation: 'PutItem', nthCall: 1 },
  ]);
  const { orders, spy } = await shop(t, { faults });
  await orders.create({ PK: 'C', SK: '1', count: 0 });
  const changed = await orders.updateBuilder(['C', '1']).increment('count').runAllNew();
  assert.equal(changed.count, 1);
  assert.deepEqual(spy.operations, ['PutItem', 'PutItem', 'UpdateItem', 'UpdateItem']);
  assert.equal(faults.struck(0) + faults.struck(1), 2);
});

leakTest('addresses that wait are driven by the queue', async (t) => {
  const client = connect('http://127.0.0.1:9', {
    region: 'x', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, retry: { maxAttempts: 1 },
  });
  t.after(() => client.close());
  const table = client.documents('x', ['id']);
  const codes = await Promise.all(Array.from({ length: 20 }, () => code(table.get(['1']))));
  assert.deepEqual(new Set(codes), new Set(['ErrTransport']));
});

leakTest('errors of schemas have places, and the gate lists differences', async () => {
  assert.throws(() => Schema.parse('dms_version: "0.2"\nmodells: []', 'a.yml'), (error) => {
    assert.ok(TableTheoryError.is(error, 'ErrInvalidModel'));
    assert.equal(error.diagnostics[0]?.file, 'a.yml');
    return true;
  });
  const other = defineSchema({
    dms_version: '0.2',
    models: [{
      name: 'Order', table: { name: 'orders' }, keys: { partition: { attribute: 'PK', type: 'S' } },
      attributes: [{ attribute: 'PK', type: 'S', roles: ['pk'], required: true }],
    }],
  });
  assert.throws(() => other.checkEquivalent(schema, 'Order'), /SK/);
  schema.checkEquivalent(schema, 'Order');
});

leakTest('attributes of odd names and text are kept', async (t) => {
  const { client } = await shop(t);
  const table = client.documents('orders', ['PK', 'SK']);
  const item = JSON.parse('{"PK":"C","SK":"1","__proto__":"p","constructor":"c","a.b[0]":"d","":"e"}') as Record<string, unknown>;
  delete item[''];
  await table.put(item);
  const read = await table.get(['C', '1']);
  assert.deepEqual(Object.entries(read).sort(), Object.entries(item).sort());
  assert.equal(await code(table.put({ PK: 'C', SK: '\ud800' })), 'ErrInvalidModel');
});
