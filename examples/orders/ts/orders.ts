// The demonstration in TypeScript: one part of a story that four languages tell on one table (examples/orders/README.md).
//
//     node orders.js ADDRESS SCHEMA STEP [ARGUMENT]        one step: write, read, pay, late, page or ship
import { connect, defineSchema, Schema, TableTheoryError, type Client } from '@theory-cloud/tabletheory-ts';

// The types of the items follow from this.
const schema = defineSchema({
  dms_version: '0.3',
  models: [
    {
      name: 'Order',
      table: { name: 'shop' },
      keys: { partition: { attribute: 'PK', type: 'S' }, sort: { attribute: 'SK', type: 'S' } },
      attributes: [
        { attribute: 'PK', type: 'S', roles: ['pk'], required: true },
        { attribute: 'SK', type: 'S', roles: ['sk'], required: true },
        { attribute: 'state', type: 'S', required: true },
        { attribute: 'placedAt', type: 'S', format: 'rfc3339nano', required: true },
        { attribute: 'total', type: 'N', required: true }, // exact: read as text, such as '12.5'
        { attribute: 'tags', type: 'SS', omit_empty: true },
        { attribute: 'receipt', type: 'B' },
        { attribute: 'card', type: 'S', encryption: { v: 2 } }, // encrypted before it leaves this process
        { attribute: 'version', type: 'N', roles: ['version'] }, // counted by the library: this catches lost updates
      ],
      indexes: [
        {
          name: 'by-state',
          type: 'GSI',
          partition: { attribute: 'state', type: 'S' },
          sort: { attribute: 'placedAt', type: 'S' },
        },
      ],
    },
    {
      name: 'Customer',
      table: { name: 'shop' },
      keys: { partition: { attribute: 'PK', type: 'S' }, sort: { attribute: 'SK', type: 'S' } },
      attributes: [
        { attribute: 'PK', type: 'S', roles: ['pk'], required: true },
        { attribute: 'SK', type: 'S', roles: ['sk'], required: true },
        { attribute: 'shipped', type: 'N', format: 'int' },
      ],
    },
  ],
});

const ada = 'CUSTOMER#ada';
const mine = {
  PK: ada,
  SK: 'ORDER#ts',
  state: 'open',
  placedAt: new Date('2026-03-02T09:02:00.125Z'),
  total: '12345678901234567890123456789012345.678',
  tags: new Set(['gift', 'paper']),
  receipt: Uint8Array.of(0x00, 0xff, 0x10, 0x80),
  card: '4242 4242 4242 4242',
  version: 0,
};

function shopOf(client: Client) {
  return { client, orders: client.table(schema, 'Order'), customers: client.table(schema, 'Customer') };
}
type Shop = ReturnType<typeof shopOf>;

// The code of the error with which a call is refused.
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (TableTheoryError.is(error)) return error.code;
    throw error;
  }
  throw new Error('the call should have been refused');
}

const steps: Record<string, (shop: Shop, argument: string) => Promise<void>> = {
  async write({ orders }) {
    await orders.ensureTable();
    const made = await orders.create(mine);
    console.log(`made ${made.SK}, version ${made.version}`);
    console.log(`again: ${await refusal(orders.create(mine))}`);
  },

  async read({ orders }) {
    for await (const order of orders.query(ada).sort(orders.attr('SK').beginsWith('ORDER#'))) {
      console.log(`${order.SK} ${order.state}, version ${order.version}`);
      console.log(`  ${order.placedAt.toISOString()}`);
      console.log(`  ${order.total}`);
      console.log(`  ${[...(order.tags ?? [])].sort().join(' ')}`);
      console.log(`  ${Buffer.from(order.receipt ?? []).toString('hex')}, ${order.card}`);
    }
  },

  async pay({ orders }, number) {
    const order = await orders.get([ada, number]);
    console.log(`found ${number}, version ${order.version}`);
    const paid = await orders.update({ ...order, state: 'paid' }, ['state']);
    console.log(`paid it, version ${paid.version}`);
  },

  // Somebody paid my order meanwhile; I still hold what I made.
  async late({ orders }) {
    const code = await refusal(orders.update({ ...mine, state: 'cancelled' }, ['state']));
    console.log(`cancel ${mine.SK}, version ${mine.version}:\n  ${code}`);
    const stored = await orders.get([ada, mine.SK]);
    console.log(`it is ${stored.state}, version ${stored.version}`);
  },

  // The cursor is text that any process, in any language, can go on from.
  async page({ orders }, cursor) {
    const page = await orders.query(orders.attr('state').eq('paid')).limit(1).after(cursor).page();
    for (const order of page.items) console.log(`paid: ${order.SK}`);
    console.log(`cursor ${page.cursor}`);
  },

  // Both writes happen, or neither.
  async ship({ client, orders, customers }, number) {
    const shipment = client
      .transactWrite()
      .build(orders.updateBuilder([ada, number]).set('state', 'shipped').where(orders.attr('state').eq('paid')))
      .build(customers.upsertBuilder([ada, 'PROFILE']).increment('shipped'));
    await shipment.run();
    console.log(`shipped ${number}; that makes ${(await customers.get([ada, 'PROFILE'])).shipped}`);
    console.log(`again: ${await refusal(shipment.run())}`);
    console.log(`that leaves ${(await customers.get([ada, 'PROFILE'])).shipped}`);
  },
};

const [address = '', schemaPath = '', step = '', argument = ''] = process.argv.slice(2);
const document = await Schema.load(schemaPath);
for (const { model } of document.models) schema.checkEquivalent(document, model); // says what the file says
const key = new Uint8Array(32).fill(7); // development only: in production, { kms: ARN }
const client = connect(address, { encryption: { staticDevelopmentKey: key } });
try {
  const run = steps[step];
  if (run === undefined) throw new Error(`no step ${step}`);
  await run(shopOf(client), argument);
} finally {
  client.close();
}
