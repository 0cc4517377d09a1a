// A scenario's steps through the public SDK, in dynamic items. As src/contract/cpp_session*.cpp.
import { and, attr, rawCondition } from './sdk.mjs';
import { parseJson } from './json.mjs';
import { elementValue, expressionValue, logicalItem, logicalValue } from './logical.mjs';

const integer = (node) => (node === undefined ? undefined : Number(node.text ?? node));
const names = (list) => (list ?? []).map((name) => attr.named(name));

function keyOf(model, attributes) {
  const key = Object.create(null);
  for (const [name, value] of attributes) {
    if (model.isKey(name)) key[name] = logicalValue(model.find(name), value);
  }
  return key;
}

export class Session {
  constructor(client, models, defaultModel, tableName, sleep) {
    Object.assign(this, { client, models, defaultModel, tableName, pause: sleep });
  }

  model(step, part) {
    return this.models.get(part?.get('model') ?? step.get('model') ?? this.defaultModel);
  }
  table(model) {
    return this.client.dynamicTable(model.schema, model.name, { tableName: this.tableName });
  }

  /** What the step gives: item, items, models, cursor, count. */
  run(step) {
    const op = step.get('op');
    const method = this[{ save: 'put', get_optional: 'get' }[op] ?? op];
    if (!(op in OPERATIONS)) throw new Error(`the scenario itself is wrong: there is no operation ${op}`);
    return method.call(this, step, this.model(step));
  }

  async write(kind, step, model) {
    await this.table(model)[kind](logicalItem(model, step.get('item')));
    return {};
  }
  create(step, model) { return this.write('create', step, model); }
  put(step, model) { return this.write('put', step, model); }
  upsert(step, model) { return this.write('upsert', step, model); }
  patch(step, model) { return this.write('patch', step, model); }
  async update(step, model) {
    const protect = step.get('protected_attributes');
    await this.table(model).update(logicalItem(model, step.get('item')), names(step.get('fields')), protect ? { protect } : {});
    return {};
  }
  async delete(step, model) {
    // A key is handed over as it is given, an item by its key attributes.
    const key = step.has('key') ? logicalItem(model, step.get('key')) : keyOf(model, step.get('item'));
    await this.table(model).delete(key, { ifVersion: integer(step.get('version')) });
    return {};
  }
  async get(step, model) {
    const method = step.get('op') === 'get' ? 'get' : 'find';
    const item = await this.table(model)[method](logicalItem(model, step.get('key')), {
      consistent: step.get('consistent_read') === true,
    });
    return { item };
  }
  async sleep(step) {
    await this.pause(integer(step.get('ms')));
    return {};
  }

  condition(model, node) {
    const name = node.get('attribute');
    const attribute = model.find(name);
    const read = node.get('operator').toLowerCase() === 'contains' ? elementValue : logicalValue;
    const values = [...(node.has('value') ? [node.get('value')] : []), ...(node.get('values') ?? [])];
    // A name the model has is that attribute, whatever is in it; any other is a path such as profile.city.
    const path = attribute === undefined ? attr(name) : attr.named(name);
    return path.compare(node.get('operator'), values.map((value) => read(attribute, value)));
  }
  configured(model, node, read) {
    if (node.has('index')) read = read.usingIndex(node.get('index'));
    for (const filter of node.get('filter') ?? []) read = read.where(this.condition(model, filter));
    if (node.has('projection')) read = read.select(...names(node.get('projection')));
    if (node.has('limit')) read = read.pageSize(integer(node.get('limit')));
    if (node.has('cursor_key')) read = read.signCursors(node.get('cursor_key'));
    return node.has('cursor') ? read.after(node.get('cursor')) : read;
  }
  queryOf(model, node) {
    let query = this.table(model).query(this.condition(model, node.get('partition')));
    if (node.has('sort')) query = query.sort(this.condition(model, node.get('sort')));
    query = this.configured(model, node, query);
    if (node.get('sort_direction') === 'DESC') query = query.descending();
    return node.has('consistent_read') ? query.consistent(node.get('consistent_read')) : query;
  }
  scanOf(model, node) {
    return this.configured(model, node, this.table(model).scan());
  }
  async page(model, read) {
    const { items, cursor } = await read.page();
    return { items, models: items.map(() => model), cursor, count: items.length };
  }
  async query(step, model) { return this.page(model, this.queryOf(model, step.get('query'))); }
  async scan(step, model) { return this.page(model, this.scanOf(model, step.get('scan'))); }
  async count(step, model) {
    const counted = step.get('count');
    const read = counted.has('query') ? this.queryOf(model, counted.get('query')) : this.scanOf(model, counted.get('scan'));
    return { count: await read.count() };
  }

  found(items, models) {
    const there = items.map((item, i) => [item, models[i]]).filter(([item]) => item !== undefined);
    return { items: there.map(([item]) => item), models: there.map(([, model]) => model), count: there.length };
  }
  async batch_get(step, model) {
    const keys = step.get('batch_get').get('keys').map((key) => logicalItem(model, key));
    return this.found(await this.table(model).batchGet(keys), keys.map(() => model));
  }
  async batch_write(step, model) {
    const items = (name) => (step.get('batch_write').get(name) ?? []).map((item) => logicalItem(model, item));
    await this.table(model).batchWrite({ puts: items('puts'), deletes: items('deletes') });
    return {};
  }
  async transact_get(step) {
    const transaction = this.client.transactGet();
    const slots = [];
    const models = [];
    for (const node of step.get('transact_get').get('items')) {
      const model = this.model(step, node);
      slots.push(transaction.get(this.table(model), logicalItem(model, node.get('key'))));
      models.push(model);
    }
    const items = await transaction.run();
    return this.found(slots.map((slot) => items.get(slot)), models);
  }
  async transact_write(step) {
    const transaction = this.client.transactWrite();
    for (const action of step.get('transact_write').get('actions')) this.addAction(this.model(step, action), action, transaction);
    await transaction.run();
    return {};
  }
  addAction(model, action, transaction) {
    const table = this.table(model);
    const kind = action.get('kind');
    const conditions = [];
    if (action.get('if_not_exists') === true) conditions.push(attr.named(model.info.partitionKey).notExists());
    if (action.has('condition_expression')) {
      const values = [...(action.get('expression_attribute_values') ?? [])].map(([name, value]) => [name, expressionValue(value)]);
      conditions.push(rawCondition(action.get('condition_expression'),
        Object.fromEntries(action.get('expression_attribute_names') ?? []), Object.fromEntries(values)));
    }
    // The version of an action: its own, else (of an update) the one its item brings.
    const version = model.info.attributes.find((attribute) => attribute.roles.includes('version'))?.name;
    const given = action.get('version') ?? (kind === 'update' && version ? action.get('item')?.get(version) : undefined);
    const options = {
      ...(conditions.length > 0 && { condition: and(...conditions) }),
      ...(given !== undefined && { ifVersion: integer(given) }),
    };
    const item = Object.create(null);
    for (const part of ['key', 'item', 'set']) {
      if (action.has(part)) Object.assign(item, logicalItem(model, action.get(part)));
    }
    switch (kind) {
      case 'create': return transaction.create(table, item, options);
      case 'put': return transaction.put(table, item, options);
      case 'upsert': return transaction.upsert(table, item, options);
      case 'update': {
        const fields = [...(action.get('set') ?? new Map()).keys()];
        for (const name of (action.get('item') ?? new Map()).keys()) {
          if (!model.isKey(name) && name !== version) fields.push(name);
        }
        return transaction.update(table, item, names(fields), options);
      }
    }
    const source = action.get('key') ?? action.get('item');
    const key = source ? keyOf(model, source) : {};
    return kind === 'delete' ? transaction.delete(table, key, options) : transaction.check(table, key, options);
  }

  async transition_append_event(step) {
    const actual = step.get('actual');
    const event = step.get('event');
    const model = this.model(step, actual);
    const eventModel = this.model(step, event);
    await this.client.transition(
      {
        table: this.table(model),
        item: Object.assign(logicalItem(model, actual.get('key')), logicalItem(model, actual.get('set'))),
        fields: [...actual.get('set').keys()],
        expectedVersion: integer(actual.get('expected_version')),
      },
      { table: this.table(eventModel), item: logicalItem(eventModel, event.get('item')) },
    );
    return {};
  }
  async validate_provenance(step, model) {
    await this.client.checkDeployAuthority(logicalItem(model, step.get('item')));
    return {};
  }

  /** Reads the item of the step: through the table, unless the step did, and as it is stored. */
  async observe(step, seen) {
    const actual = step.get('actual');
    const model = this.model(step, undefined);
    const key = keyOf(model, actual?.get('key') ?? step.get('key') ?? step.get('item'));
    const isRead = ['get', 'get_optional'].includes(step.get('op'));
    if (!isRead) seen.item = await this.table(model).find(key, { consistent: true });
    const answer = parseJson(await this.client.rawText('GetItem', {
      TableName: this.tableName, Key: wireOf(key), ConsistentRead: true,
    }));
    seen.stored = answer.get('Item');
  }
}

function wireOf(key) {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [
    name,
    typeof value === 'string' ? { S: value }
      : value instanceof Uint8Array ? { B: Buffer.from(value).toString('base64') } : { N: String(value) },
  ]));
}

/** What the step's expectations look at: ITEM is read back where it is asked for. */
export const OPERATIONS = {
  create: 'item', put: 'item', save: 'item', upsert: 'item', patch: 'item', update: 'item', delete: 'item', get: 'item',
  get_optional: 'item', transition_append_event: 'item', query: 'page', scan: 'page', count: 'count', batch_get: 'items',
  transact_get: 'items', batch_write: '', transact_write: '', validate_provenance: '', sleep: '',
};
