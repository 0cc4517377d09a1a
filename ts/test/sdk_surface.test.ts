// What tables are for besides their items: streams, leases, aggregates, migration, derived keys, release state, several models
// in one table, cursors, table management.
import assert from 'node:assert/strict';

import {
  aggregate, attr, connect, defineSchema, DerivedKeys, handleInOrder, migrate, TableTheoryError, type Change,
} from '@theory-cloud/tabletheory-ts';
import { testClient } from '@theory-cloud/tabletheory-ts/testing';
import { leakTest } from './leaks.js';

const key = { partition: { attribute: 'PK', type: 'S' }, sort: { attribute: 'SK', type: 'S' } } as const;
const keyAttributes = [
  { attribute: 'PK', type: 'S', roles: ['pk'], required: true },
  { attribute: 'SK', type: 'S', roles: ['sk'], required: true },
] as const;

// Two models of one table, told apart by an attribute.
const shop = defineSchema({
  dms_version: '0.3',
  models: [
    {
      name: 'Order', table: { name: 'shop' }, keys: key, discriminator: { attribute: 'kind', value: 'ORDER' },
      attributes: [
        ...keyAttributes,
        { attribute: 'kind', type: 'S' },
        { attribute: 'total', type: 'N' },
        { attribute: 'placedAt', type: 'S', format: 'rfc3339nano' },
      ],
    },
    {
      name: 'Customer', table: { name: 'shop' }, keys: key, discriminator: { attribute: 'kind', value: 'CUSTOMER' },
      attributes: [...keyAttributes, { attribute: 'kind', type: 'S' }, { attribute: 'mail', type: 'S' }],
    },
  ],
});
void shop.models;

async function code(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(TableTheoryError.is(error), String(error));
    return error.code;
  }
  return 'ok';
}

async function tables(t: Parameters<typeof testClient>[0]) {
  const { client, spy } = testClient(t);
  const orders = client.table(shop, 'Order');
  const customers = client.table(shop, 'Customer');
  await client.sharedTable(orders, customers).ensureTable();
  spy.clear();
  return { client, spy, orders, customers };
}

leakTest('one query reads several models, each typed as its own', async (t) => {
  const { client, spy, orders, customers } = await tables(t);
  await customers.create({ PK: 'C#1', SK: 'A', mail: 'ada@example.org' });
  await orders.create({ PK: 'C#1', SK: 'O#1', total: '12.50', placedAt: new Date(1000) });
  await client.documents('shop', ['PK', 'SK']).put({ PK: 'C#1', SK: 'X', kind: 'OTHER' });
  spy.clear();
  const page = await client.sharedTable(orders, customers).query('C#1').page();
  assert.deepEqual(spy.operations, ['Query']);
  assert.deepEqual(page.items.map(({ model }) => model), ['Customer', 'Order']);
  assert.equal(page.skippedCount, 1);
  const order = page.items.find((each) => each.model === 'Order')!.item as { total?: string; placedAt?: Date };
  assert.deepEqual([order.total, order.placedAt], ['12.50', new Date(1000)].map((each) => each === '12.50' ? '12.5' : each));
});

leakTest('a projection leaves what it names', async (t) => {
  const { orders } = await tables(t);
  await orders.create({ PK: 'C#1', SK: 'O#1', total: 7 });
  assert.deepEqual(await orders.get(['C#1', 'O#1'], { projection: ['total'] }), { total: '7' });
  assert.deepEqual(await orders.query('C#1').select('SK', 'total').all(), [{ SK: 'O#1', total: '7' }]);
  assert.deepEqual(await orders.scan().select('PK').all(), [{ PK: 'C#1' }]);
});

leakTest('a transaction spans models, and says which of them was refused', async (t) => {
  const { client, spy, orders, customers } = await tables(t);
  const both = client.transactWrite()
    .create(customers, { PK: 'C#1', SK: 'A', mail: 'x' })
    .create(orders, { PK: 'C#1', SK: 'O#1', total: 1 });
  const explained = await both.explain();
  assert.equal(explained.operation, 'TransactWriteItems');
  assert.deepEqual(spy.operations, []);
  await both.clientToken('the-same').run();
  assert.equal((JSON.parse(spy.requests[0]!.body) as { ClientRequestToken: string }).ClientRequestToken, 'the-same');
  await assert.rejects(client.transactWrite().put(orders, { PK: 'C#2', SK: 'O#1' }).create(customers, { PK: 'C#1', SK: 'A' }).run(),
    (error) => {
      assert.ok(TableTheoryError.is(error, 'ErrTransactionCanceled') && error.is('ErrConditionFailed'));
      assert.deepEqual(error.reasons.map(({ model, code: reason }) => [model, reason]),
        [['Order', 'None'], ['Customer', 'ConditionalCheckFailed']]);
      return true;
    });
  assert.equal(await orders.find(['C#2', 'O#1']), undefined);
});

function record(event: string, number: string, images: object): object {
  return {
    eventID: `e${number}`, eventName: event, eventSource: 'aws:dynamodb', awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:aws:dynamodb:eu-west-1:1:table/shop/stream/2025', ...(event === 'REMOVE' && {
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    }),
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000, SequenceNumber: number, SizeBytes: 20, StreamViewType: 'NEW_AND_OLD_IMAGES',
      Keys: { PK: { S: 'C#1' }, SK: { S: 'O#1' } }, ...images,
    },
  };
}
const ORDER = { PK: { S: 'C#1' }, SK: { S: 'O#1' }, kind: { S: 'ORDER' }, total: { N: '5' }, placedAt: { S: '2025-01-01T00:00:00Z' } };
const CUSTOMER = { PK: { S: 'C#1' }, SK: { S: 'O#1' }, kind: { S: 'CUSTOMER' }, mail: { S: 'x' } };
const OTHER = { PK: { S: 'C#1' }, SK: { S: 'O#1' }, kind: { S: 'OTHER' }, n: { N: '1' } };

leakTest('stream records are read by the table they fit, in its native types', async (t) => {
  const { client, orders, customers } = await tables(t);
  const event = {
    Records: [
      record('INSERT', '1', { NewImage: ORDER }),
      record('MODIFY', '2', { OldImage: CUSTOMER, NewImage: CUSTOMER }),
      record('REMOVE', '3', { OldImage: OTHER }),
    ],
  };
  const [inserted, modified, removed] = await client.readStream(event, [orders, customers]);
  assert.ok(inserted?.table === 0 && modified?.table === 1 && removed !== undefined && removed.table === undefined);
  assert.equal(inserted.newImage?.total, '5');
  assert.deepEqual(inserted.newImage?.placedAt, new Date('2025-01-01T00:00:00Z'));
  assert.equal(inserted.oldImage, undefined);
  assert.equal(modified.oldImage?.mail, 'x');
  assert.equal(removed.oldImage?.['n'], 1);
  assert.deepEqual(inserted.key, { PK: 'C#1', SK: 'O#1' });
  assert.deepEqual(inserted.info, {
    event: 'INSERT', eventId: 'e1', sequenceNumber: '1', createdAt: new Date(1_700_000_000_000), viewType: 'NEW_AND_OLD_IMAGES',
    table: 'shop', sourceArn: 'arn:aws:dynamodb:eu-west-1:1:table/shop/stream/2025', region: 'eu-west-1', sizeBytes: 20,
    identity: undefined, isTtlDelete: false,
  });
  assert.ok(removed.info.isTtlDelete && removed.info.identity?.type === 'Service');
  assert.equal(await code(client.readStream('{"no": "event"}')), 'ErrInvalidModel');
});

leakTest('handling in order stops at the first failure and names it', async (t) => {
  const { client } = await tables(t);
  const changes = await client.readStream({ Records: ['1', '2', '3'].map((n) => record('INSERT', n, { NewImage: ORDER })) });
  const seen: string[] = [];
  const answer = await handleInOrder(changes, (change: Change<unknown>) => {
    seen.push(change.info.sequenceNumber);
    if (change.info.sequenceNumber === '2') throw new Error('no');
  });
  assert.deepEqual(seen, ['1', '2']);
  assert.deepEqual(answer.batchItemFailures, [{ itemIdentifier: '2' }]);
  assert.match(String(answer.error), /no/);
});

leakTest('a lease is held by one, refreshed, lost and given back', async (t) => {
  const { client } = testClient(t);
  const locks = client.documents('locks', ['pk', 'sk']);
  await client.rawCall('CreateTable', {
    TableName: 'locks', BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
  });
  const leases = client.leases('locks');
  const lease = await leases.acquire('report', 30_000);
  assert.equal(await code(leases.acquire('report', 30_000)), 'ErrLeaseHeld');
  client.advanceClock(20_000);
  const longer = await leases.refresh(lease, 30_000);
  assert.ok(longer.expiresAt > lease.expiresAt);
  // Work that the lease protects, in one transaction with it.
  const guarded = async () => {
    const { key: itsKey, condition } = await leases.check(longer);
    await client.transactWrite().check(locks, itsKey, { condition }).put(locks, { pk: 'done', sk: 'x' }).run();
  };
  await guarded();
  client.advanceClock(40_000);
  assert.equal(await code(guarded()), 'ErrTransactionCanceled');
  const other = await leases.acquire('report', 30_000);
  assert.equal(await code(leases.refresh(longer, 30_000)), 'ErrLeaseNotOwned');
  await leases.release(longer); // no error, and theirs is left alone
  assert.equal(await code(leases.acquire('report', 1000)), 'ErrLeaseHeld');
  await leases.release(other);
  await leases.acquire('report', 1000);
});

leakTest('aggregates group, keep and are exact', async (t) => {
  const { orders } = await tables(t);
  for (const [i, total] of ['0.1', '0.2', '100000000000000000000.3', '5'].entries()) {
    await orders.create({ PK: i < 3 ? 'C#1' : 'C#2', SK: `O#${i}`, total });
  }
  const rows = await aggregate(orders.scan()).groupBy('PK').count('orders').sum('revenue', 'total').min('least', 'total')
    .max('most', 'total').average('mean', 'total').countDistinct('different', 'total').having(attr('orders').gt(1)).run();
  assert.equal(rows.length, 1);
  assert.equal(rows[0]!['PK'], 'C#1');
  assert.equal(rows[0]!['orders'], 3);
  assert.equal(String(rows[0]!['revenue']), '100000000000000000000.6');
  assert.equal(rows[0]!['least'], 0.1);
  assert.equal(rows[0]!['different'], 3);
  const [all] = await aggregate(orders.query('C#2').where(attr('total').gt(1))).count('n').run();
  assert.deepEqual(all, { n: 1 });
});

leakTest('a migration tells its progress, stops and goes on', async (t) => {
  const { client } = testClient(t);
  const model = <const N extends string, const A extends string>(name: N, total: A) => ({
    name, table: { name }, keys: key, attributes: [...keyAttributes, { attribute: total, type: 'N' }, { attribute: 'junk', type: 'S' }],
  }) as const;
  const from = client.table(defineSchema({ dms_version: '0.2', models: [model('before', 'total')] }), 'before');
  const to = client.table(defineSchema({ dms_version: '0.2', models: [model('after', 'sum')] }), 'after');
  await from.ensureTable();
  await from.batchWrite({ puts: Array.from({ length: 10 }, (_, i) => ({ PK: 'C', SK: `${i}`, total: i, junk: 'x' })) });
  let token = '';
  const stopped = migrate(from, to, {
    rename: { total: 'sum' }, drop: ['junk'], pageSize: 4,
    onProgress: (progress) => {
      token = progress.token;
      throw new Error('stopped');
    },
  });
  await assert.rejects(stopped, /stopped/);
  assert.notEqual(token, '');
  const seen: number[] = [];
  const done = await migrate(from, to, {
    rename: { total: 'sum' }, drop: ['junk'], pageSize: 4, resumeFrom: token, onProgress: ({ copied }) => void seen.push(copied),
  });
  assert.equal(done.token, '');
  assert.ok(seen.length >= 2);
  const items = await to.query('C').all();
  assert.deepEqual(items.map((item) => item['sum']), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  assert.ok(items.every((item) => !('junk' in item)));
});

const KEYS = `
tabletheory_model_contract_version: "0.2"
models:
  - name: Order
    dms_model: Order
    table: orders
    derived_keys:
      - name: customer
        helper: customerKey
        join: "#"
        inputs:
          - { name: tenant, type: string }
          - { name: number, type: number, optional: true }
        segments:
          - { literal: TENANT }
          - { value: { input: tenant }, transforms: [trim, lowercase] }
          - { prefix: "N-", value: { input: number }, optional: true }
        fixtures:
          - { inputs: { tenant: a }, expected: "TENANT#a" }
`;
leakTest('derived keys are put together by the document\'s rules, and their inputs checked', () => {
  const keys = DerivedKeys.parse(KEYS, 'orders.keys.yml');
  assert.deepEqual(keys.keys.map(({ model, name, helper }) => [model, name, helper]), [['Order', 'customer', 'customerKey']]);
  assert.equal(keys.evaluate('Order', 'customer', { tenant: ' Acme/EU ', number: 7 }), 'TENANT#acme%2Feu#N-7');
  assert.equal(keys.evaluate('Order', 'customer', { tenant: 'a', number: 2n ** 60n }), `TENANT#a#N-${2n ** 60n}`);
  for (const inputs of [{}, { tenant: null }, { tenant: 'a', colour: 'red' }, { tenant: 7 }]) {
    assert.throws(() => keys.evaluate('Order', 'customer', inputs), { code: 'ErrInvalidModel' });
  }
});

leakTest('a document of keys whose fixture does not hold is refused with its place', () => {
  assert.throws(() => DerivedKeys.parse(KEYS.replace('expected: "TENANT#a"', 'expected: "TENANT#b"'), 'orders.keys.yml'), (error) => {
    assert.ok(TableTheoryError.is(error, 'ErrInvalidModel'));
    assert.equal(error.diagnostics[0]?.file, 'orders.keys.yml');
    assert.equal(error.diagnostics[0]?.line, 19);
    return true;
  });
});

leakTest('a released row and its event are written together, or neither', async (t) => {
  const { client, spy } = testClient(t);
  const release = defineSchema({
    dms_version: '0.2',
    models: [
      { name: 'Actual', table: { name: 'actual' }, keys: key,
        attributes: [...keyAttributes, { attribute: 'state', type: 'S' }, { attribute: 'version', type: 'N', roles: ['version'] }] },
      { name: 'Event', table: { name: 'events' }, keys: key, attributes: [...keyAttributes, { attribute: 'what', type: 'S' }] },
    ],
  });
  const actual = client.table(release, 'Actual');
  const events = client.table(release, 'Event');
  await actual.ensureTable();
  await events.ensureTable();
  await actual.create({ PK: 'svc', SK: 'prod', state: 'old' });
  spy.clear();
  const move = (expectedVersion: number, SK: string) => client.transition(
    { table: actual, item: { PK: 'svc', SK: 'prod', state: 'new' }, fields: ['state'], expectedVersion },
    { table: events, item: { PK: 'svc', SK, what: 'released' } },
    { clientToken: SK },
  );
  await move(0, 'e1');
  assert.deepEqual(spy.operations, ['TransactWriteItems']);
  assert.equal((JSON.parse(spy.requests[0]!.body) as { ClientRequestToken: string }).ClientRequestToken, 'e1');
  const moved = await actual.get(['svc', 'prod']);
  assert.deepEqual([moved.state, moved.version], ['new', 1]);
  assert.equal(await code(move(0, 'e2')), 'ErrTransactionCanceled');
  assert.equal(await events.find(['svc', 'e2']), undefined);
  assert.notEqual(await code(client.checkDeployAuthority({ provenance: {}, confidence: {} })), 'ok');
});

leakTest('a cursor goes on in another client of the same table', async (t) => {
  const { client, orders } = await tables(t);
  for (let i = 0; i < 5; ++i) await orders.create({ PK: 'C', SK: `${i}` });
  const { cursor } = await orders.query('C').limit(2).page();
  const again = client.dynamicTable(shop, 'Order');
  const rest = await again.query('C').after(cursor).all();
  assert.deepEqual(rest.map((item) => item['SK']), ['2', '3', '4']);
  assert.notEqual(await code(orders.query('other').after(cursor).all()), 'ok');
  assert.equal(await code(orders.query('C').after('no cursor').all()), 'ErrInvalidModel');
});

leakTest('signed cursors are taken back only as they were given', async (t) => {
  const { orders } = await tables(t);
  for (let i = 0; i < 5; ++i) await orders.create({ PK: 'C', SK: `${i}` });
  const signed = orders.query('C').signCursors('a secret').limit(2);
  const { cursor } = await signed.page();
  assert.deepEqual((await signed.after(cursor).limit(9).page()).items.map((item) => item.SK), ['2', '3', '4']);
  assert.equal(await code(signed.signCursors(new Uint8Array([1, 2, 3])).after(cursor).page()), 'ErrInvalidModel');
  const { cursor: unsigned } = await orders.query('C').limit(2).page();
  assert.equal(await code(signed.after(unsigned).page()), 'ErrInvalidModel');
});

leakTest('tables are described, verified, changed and deleted', async (t) => {
  const { client, orders, customers } = await tables(t);
  const shared = client.sharedTable(orders, customers);
  assert.deepEqual(await shared.verifyTable(), []);
  const described = await orders.describeTable() as { Table?: { TableName: string }; TableName?: string };
  assert.equal(described.Table?.TableName ?? described.TableName, 'shop');
  assert.equal(await code(shared.createTable()), 'ErrTableInUse');
  assert.deepEqual(await shared.updateTable({ dryRun: true }), []);
  await shared.waitTable();
  await shared.deleteTable();
  assert.equal(await code(orders.get(['a', 'b'])), 'ErrTableNotFound');
});

leakTest('injected time and randomness are the call\'s own', async (t) => {
  const stamped = defineSchema({
    dms_version: '0.2',
    models: [{ name: 'Note', table: { name: 'notes' }, keys: { partition: { attribute: 'id', type: 'S' } },
      attributes: [{ attribute: 'id', type: 'S', roles: ['pk'], required: true }, { attribute: 'at', type: 'S', roles: ['created_at'] }] }],
  });
  let ms = 1_000;
  const seeds: bigint[] = [];
  const client = connect('memory:', {
    now: () => new Date(ms += 1_000),
    random: () => {
      seeds.push(7n);
      return 7n;
    },
  });
  t.after(() => client.close());
  const notes = client.table(stamped, 'Note');
  await notes.ensureTable();
  ms = 50_000;
  assert.deepEqual((await notes.create({ id: 'a' })).at, new Date(51_000));
  assert.deepEqual((await notes.create({ id: 'b' })).at, new Date(52_000));
  assert.ok(seeds.length >= 3);
});
