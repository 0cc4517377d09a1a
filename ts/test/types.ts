// What the compiler must accept and refuse. Compiled with the tests; nothing here runs.
import {
  attr, connect, defineSchema, type DmsDocument, type Item, type NewItem,
} from '@theory-cloud/tabletheory-ts';

const document = {
  dms_version: '0.2',
  models: [
    {
      name: 'Order',
      table: { name: 'orders' },
      keys: { partition: { attribute: 'PK', type: 'S' }, sort: { attribute: 'SK', type: 'N' } },
      attributes: [
        { attribute: 'PK', type: 'S', roles: ['pk'], required: true },
        { attribute: 'SK', type: 'N', roles: ['sk'], required: true },
        { attribute: 'state', type: 'S', required: true },
        { attribute: 'total', type: 'N' },
        { attribute: 'count', type: 'N', format: 'int' },
        { attribute: 'placedAt', type: 'S', format: 'rfc3339nano' },
        { attribute: 'tags', type: 'SS' },
        { attribute: 'prices', type: 'NS' },
        { attribute: 'photo', type: 'B' },
        { attribute: 'lines', type: 'L' },
        { attribute: 'extra', type: 'S', json: true },
        { attribute: 'createdAt', type: 'S', roles: ['created_at'] },
        { attribute: 'version', type: 'N', roles: ['version'] },
        { attribute: 'expires', type: 'N', roles: ['ttl'] },
      ],
    },
    {
      name: 'User',
      table: { name: 'orders' },
      keys: { partition: { attribute: 'PK', type: 'S' } },
      attributes: [{ attribute: 'PK', type: 'S', roles: ['pk'], required: true }, { attribute: 'mail', type: 'S' }],
    },
  ],
} as const satisfies DmsDocument;
const schema = defineSchema(document);

type Order = Item<typeof document, 'Order'>;
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<_T extends true>(): void {}

same<Equal<Order, {
  PK: string; SK: string; state: string; createdAt: Date; version: number;
  total?: string; count?: number; placedAt?: Date; tags?: Set<string>; prices?: Set<string>; photo?: Uint8Array;
  lines?: unknown[]; extra?: unknown; expires?: number;
}>>();

const client = connect('memory:');
const orders = client.table(schema, 'Order');

export async function accepted(): Promise<void> {
  const order = await orders.create({ PK: 'a', SK: 1, state: 'open', total: 3n, placedAt: '2025-01-01T00:00:00Z', tags: null });
  const total: string | undefined = order.total;
  const version: number = order.version;
  await orders.update({ ...order, state: total ?? '' }, ['state', attr('lines[0]')], { ifVersion: version });
  await orders.get(['a', 1]);
  await orders.get({ PK: 'a', SK: '1' });
  orders.query('a').where(orders.attr('count').gt(3)).sort(orders.attr('SK').between(1, 2));
  const shared = client.sharedTable(orders, client.table(schema, 'User'));
  for await (const entry of shared.scan()) {
    const model: string = entry.model;
    void model;
  }
  await orders.updateBuilder(['a', 1])
    .set('state', 'paid').set(orders.attr('total'), 5n).set('lines[0].sku', 1).set('placedAt', new Date()).set('state', attr('other'))
    .increment('count').add('tags', new Set(['x'])).append('lines', [1]).deleteElements('tags', new Set(['x'])).runAllNew();
  const part = await orders.get(['a', 1], { projection: ['total', 'state'] });
  same<Equal<typeof part, Pick<Order, 'total' | 'state'>>>();
  const some = await orders.query('a').select('PK').first();
  same<Equal<typeof some, Pick<Order, 'PK'> | undefined>>();
  const changes = await client.readStream('{}', [orders, client.table(schema, 'User')]);
  for (const change of changes) {
    if (change.table === 0) same<Equal<typeof change.newImage, Order | undefined>>();
    if (change.table === 1) void (change.newImage?.mail satisfies string | undefined);
  }
  const dynamic = client.dynamicTable(schema, 'Order');
  await dynamic.updateBuilder(['a', 1]).set('anything', 1).add('whatever', 2).run();
  const anything: unknown = (await dynamic.get(['a', 1]))['whatever'];
  void anything;
}

export async function refused(): Promise<void> {
  // @ts-expect-error there is no such model
  client.table(schema, 'Orders');
  // @ts-expect-error the sort key is missing
  await orders.create({ PK: 'a', state: 'open' });
  // @ts-expect-error a required attribute is missing
  await orders.create({ PK: 'a', SK: 1 });
  // @ts-expect-error there is no such attribute
  await orders.create({ PK: 'a', SK: 1, state: 'open', colour: 'red' });
  // @ts-expect-error a number is no text
  await orders.create({ PK: 'a', SK: 1, state: 5 });
  // @ts-expect-error a set is no list
  await orders.create({ PK: 'a', SK: 1, state: 'open', tags: ['x'] });
  const order = await orders.get(['a', 1]);
  // @ts-expect-error exact numbers are text
  const total: number = order.total;
  // @ts-expect-error it may be missing
  const placed: Date = order.placedAt;
  // @ts-expect-error there is no such attribute
  await orders.update(order, ['colour']);
  // @ts-expect-error there is no such attribute
  orders.attr('colour');
  // @ts-expect-error a number is no text
  orders.updateBuilder(['a', 1]).set('state', 5);
  // @ts-expect-error there is no such attribute
  orders.updateBuilder(['a', 1]).set('colour', 'red');
  // @ts-expect-error text cannot be counted up
  orders.updateBuilder(['a', 1]).increment('state');
  // @ts-expect-error text is no list
  orders.updateBuilder(['a', 1]).append('state', [1]);
  // @ts-expect-error it was not fetched
  void (await orders.get(['a', 1], { projection: ['total'] })).state;
  // @ts-expect-error a Date is no number
  orders.attr('count').gt(new Date());
  // @ts-expect-error the key's attribute is another
  await orders.get({ id: 'a' });
  // @ts-expect-error no value of a key
  await orders.get([true]);
  // @ts-expect-error a type that DynamoDB has not
  defineSchema({ dms_version: '0.2', models: [{ name: 'X', table: { name: 'xxx' }, keys: { partition: { attribute: 'a', type: 'X' } }, attributes: [] }] });
  const user: NewItem<typeof document, 'User'> = { PK: 'u' };
  // @ts-expect-error a user is no order
  await orders.put(user);
  void [total, placed];
}
