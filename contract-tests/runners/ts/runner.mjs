// The contract runner of the TypeScript SDK: one line of JSON per scenario in, one line out (contract-tests/README.md).
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

import { checkData, checkOutcome, dataOf } from './expectations.mjs';
import { parseJson } from './json.mjs';
import { connect, Schema, TableTheoryError } from './sdk.mjs';
import { OPERATIONS, Session } from './session.mjs';

// Every reading is a millisecond after the one before, and not of whole milliseconds, as clocks are not.
const CLOCK = { at: new Date(1748779200123), nanoseconds: 456789, tickNanoseconds: 1000000 };
const MOST_POLLS = 600;

class LoadedModel {
  constructor(name, text) {
    this.name = name;
    this.schema = Schema.parse(text, `${name}.json`);
    this.info = this.schema.model(name);
    this.definition = JSON.parse(text).models.find((model) => model.name === name);
    this.attributes = new Map(this.info.attributes.map((attribute) => [attribute.name, attribute]));
  }
  find(name) {
    return this.attributes.get(name);
  }
  isKey(name) {
    return name === this.info.partitionKey || name === this.info.sortKey;
  }
}

// --- The table ------------------------------------------------------------------------------------------------------

const listOf = (keys) => (keys === undefined ? [] : [keys].flat());

function createTableRequest(model, tableName) {
  const { keys, indexes = [] } = model.definition;
  const types = new Map();
  const schemaOf = ({ partition, sort }) => [
    ...listOf(partition).map((key) => [key, 'HASH']), ...listOf(sort).map((key) => [key, 'RANGE']),
  ].map(([key, kind]) => {
    types.set(key.attribute, key.type);
    return { AttributeName: key.attribute, KeyType: kind };
  });
  const request = { TableName: tableName, KeySchema: schemaOf(keys), BillingMode: 'PAY_PER_REQUEST' };
  for (const index of indexes) {
    const { type = 'ALL', fields } = index.projection ?? {};
    const list = index.type === 'GSI' ? 'GlobalSecondaryIndexes' : 'LocalSecondaryIndexes';
    (request[list] ??= []).push({
      IndexName: index.name, KeySchema: schemaOf(index),
      Projection: { ProjectionType: type, ...(type === 'INCLUDE' && { NonKeyAttributes: fields }) },
    });
  }
  request.AttributeDefinitions = [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type }));
  return request;
}

async function statusOf(client, table) {
  try {
    return (await client.rawCall('DescribeTable', { TableName: table })).Table.TableStatus;
  } catch (error) {
    if (TableTheoryError.is(error, 'ErrTableNotFound')) return '';
    throw error;
  }
}
async function waitFor(client, table, wanted) {
  for (let poll = 0; poll < MOST_POLLS; ++poll) {
    if (await statusOf(client, table) === wanted) return;
    await wait(100);
  }
  throw new Error(`table ${table} did not become ${wanted || 'absent'} within a minute`);
}
async function drop(client, table) {
  try {
    await client.rawCall('DeleteTable', { TableName: table });
  } catch (error) {
    if (TableTheoryError.is(error, 'ErrTableNotFound')) return;
    throw error;
  }
  await waitFor(client, table, '');
}
async function create(client, model, table) {
  await drop(client, table);
  await client.rawCall('CreateTable', createTableRequest(model, table));
  await waitFor(client, table, 'ACTIVE');
}

// --- Scenarios ------------------------------------------------------------------------------------------------------

async function runStep(session, step, variables) {
  const expectation = step.get('expect');
  let seen = {};
  let failure;
  try {
    seen = await session.run(step);
  } catch (error) {
    if (!TableTheoryError.is(error)) throw error;
    failure = error;
  }
  // A get that finds nothing is how `item_absent` comes true for it.
  const isAbsent = step.get('op') === 'get' && failure?.is('ErrItemNotFound') && dataOf(expectation)[0]?.[0] === 'item_absent';
  if (isAbsent) failure = undefined;
  const problem = checkOutcome(expectation, failure);
  if (problem || failure) return problem;
  const saves = step.get('save') ?? new Map();
  const wantsItem = OPERATIONS[step.get('op')] === 'item' && (dataOf(expectation).length > 0 || saves.size > 0);
  if (wantsItem) await session.observe(step, seen);
  const mismatch = checkData(expectation, seen, session.model(step), variables);
  if (mismatch) return mismatch;
  for (const [variable, attribute] of saves) {
    if (seen.item?.[attribute] === undefined) return `expected an attribute ${attribute} to save, got nothing`;
    variables.set(variable, seen.item[attribute]);
  }
  return '';
}

function stepsOf(scenario, phase) {
  const labelled = (name, label) => (scenario.get(name) ?? []).map((step, i) => [`${label} ${i + 1}`, step]);
  if (phase === 'seed') return labelled('seed_steps', 'seed step');
  if (phase === 'read') return labelled('read_steps', 'read step');
  return [...labelled('steps', 'step'), ...labelled('seed_steps', 'seed step'), ...labelled('read_steps', 'read step')];
}

async function runScenario(request, address) {
  const scenario = request.get('scenario');
  const phase = request.get('phase') ?? 'all';
  const models = new Map([...request.get('models')].map(([name, text]) => [name, new LoadedModel(name, text)]));
  const model = models.get(scenario.get('model'));
  const table = request.get('table') ?? scenario.get('table')?.get('name') ?? model.info.table;
  const isEmbedded = address.startsWith('memory:');
  const seed = scenario.get('encryption')?.get('seed');
  const client = connect(address, {
    ...(isEmbedded && { clock: CLOCK, seed: 1 }),
    ...(seed !== undefined && { encryption: { deterministicForTests: seed } }),
  });
  try {
    if (phase === 'drop') {
      await drop(client, table);
      return { outcome: 'passed', detail: '' };
    }
    if (phase !== 'read') await create(client, model, table);
    const sleep = isEmbedded ? async (ms) => void client.advanceClock(ms) : (ms) => wait(ms);
    const session = new Session(client, models, scenario.get('model'), table, sleep);
    const variables = new Map();
    for (const [label, step] of stepsOf(scenario, phase)) {
      const problem = await runStep(session, step, variables);
      if (problem) return { outcome: 'failed', detail: `${label}: ${problem}` };
    }
    if (phase === 'all') await drop(client, table);
    return { outcome: 'passed', detail: '' };
  } finally {
    client.close();
  }
}

const given = process.argv.indexOf('--address');
const defaultAddress = given < 0 ? 'memory:' : process.argv[given + 1];
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  let report;
  try {
    const request = parseJson(line);
    report = await runScenario(request, request.get('address') ?? defaultAddress);
  } catch (error) {
    if (!TableTheoryError.is(error)) console.error(error);
    report = { outcome: 'failed', detail: `${error.code ?? error.name}: ${error.message}` };
  }
  report.detail = report.detail.replace(/[\r\n]/g, ' ');
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
