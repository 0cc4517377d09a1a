// The test kit as Vitest's users write it.
import { connect, TableTheoryError } from '@theory-cloud/tabletheory-ts';
import { FaultPlan, TEST_START, testClient } from '@theory-cloud/tabletheory-ts/testing';
import { afterAll, expect, onTestFinished, test } from 'vitest';

const CREATE = {
  TableName: 'things', BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};
const clients = [];

async function things(options) {
  const made = testClient(onTestFinished, options);
  clients.push(made.client);
  await made.client.rawCall('CreateTable', CREATE);
  made.spy.clear();
  return { ...made, table: made.client.documents('things', ['id']) };
}

test.each([1, 2])('each test has a table of its own (%i)', async () => {
  const { table } = await things();
  await table.create({ id: 'a' });
  expect(await table.scan().count()).toBe(1);
});

test('the spy shows the exact requests', async () => {
  const { table, spy } = await things();
  await table.put({ id: 'a', n: 1 });
  expect(spy.operations).toEqual(['PutItem']);
  expect(JSON.parse(spy.requests[0].body).Item).toEqual({ id: { S: 'a' }, n: { N: '1' } });
});

test('faults happen as planned, and waits take no time', async () => {
  const faults = new FaultPlan([{ fault: 'unavailable', operation: 'PutItem', nthCall: 1 }]);
  const { table, spy } = await things({ faults });
  await table.put({ id: 'a' });
  expect(spy.operations).toEqual(['PutItem', 'PutItem']);
  expect(faults.struck(0)).toBe(1);
});

test('time stands still until it is moved', async () => {
  const { client } = await things();
  const leases = client.leases('things', { partitionKey: 'id', sortKey: '' });
  const lease = await leases.acquire('report', 30_000);
  expect(lease.expiresAt).toEqual(new Date(TEST_START.getTime() + 30_000));
  await expect(leases.acquire('report', 30_000)).rejects.toMatchObject({ code: 'ErrLeaseHeld' });
  client.advanceClock(31_000);
  expect((await leases.acquire('report', 30_000)).token).not.toBe(lease.token);
});

test('errors are this library\'s, by code', async () => {
  const client = connect('memory:');
  onTestFinished(() => client.close());
  const error = await client.documents('nowhere', ['id']).get(['1']).catch((caught) => caught);
  expect(TableTheoryError.is(error, 'ErrTableNotFound')).toBe(true);
});

afterAll(async () => {
  expect(clients.length).toBe(5);
  for (const client of clients) await expect(client.rawCall('ListTables', {})).rejects.toThrow(/closed/);
});
