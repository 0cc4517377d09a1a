// Expectations: whether what a step gave is what its scenario expects. As src/contract/expectations.cpp.
import { matches, matchesStored, show } from './logical.mjs';

const mismatch = (expected, got) => `expected ${expected}, got ${got}`;
const describe = (error) => `${error.codes.join(' and ')}: ${error.message}`.replace(/[\r\n]/g, ' ');
const count = (node) => Number(node.text ?? node);

/** The problem with how a step ended, or ''. */
export function checkOutcome(expectation, error) {
  const codes = [expectation?.get('error') ?? [], expectation?.get('errors') ?? []].flat();
  const fails = codes.length > 0 || expectation?.get('ok') === false;
  if (!fails) return error === undefined ? '' : mismatch('ok', describe(error));
  const wanted = codes.length === 0 ? 'an error' : codes.join(' and ');
  if (error === undefined) return mismatch(wanted, 'ok');
  return codes.every((code) => error.is(code)) ? '' : mismatch(wanted, describe(error));
}

function checkSubset(subset, item, model, where) {
  for (const [name, expected] of subset) {
    if (!matches(model.find(name), expected, item[name])) {
      return mismatch(`${where}${name} = ${show(expected)}`, show(item[name]));
    }
  }
  return '';
}

const onItem = {
  item_contains: (expected, { item }, model) => checkSubset(expected, item, model, ''),
  item_equals(expected, { item }, model) {
    const problem = checkSubset(expected, item, model, '');
    if (problem) return problem;
    const extra = Object.keys(item).find((name) => !expected.has(name));
    return extra === undefined ? '' : mismatch(`no attribute ${extra}`, show(item[extra]));
  },
  item_field_equals_var: (expected, seen, model, variables) => compareVariables(expected, seen, variables, true),
  item_field_not_equals_var: (expected, seen, model, variables) => compareVariables(expected, seen, variables, false),
};

function compareVariables(expected, { item }, variables, equal) {
  for (const [name, variable] of expected) {
    if (!variables.has(variable)) return mismatch(`variable ${variable} to be saved by an earlier step`, 'none');
    const saved = show(variables.get(variable));
    const actual = item[name];
    if (actual === undefined || (show(actual) === saved) !== equal) {
      return mismatch(`${name} ${equal ? 'equal to' : 'other than'} ${variable} (${saved})`, show(actual));
    }
  }
  return '';
}

function storedFields(names, { stored }, wanted) {
  for (const name of names) {
    if (stored.has(name) !== wanted) {
      return mismatch(`${wanted ? 'an' : 'no'} attribute ${name} to be stored`, show(stored.get(name)));
    }
  }
  return '';
}

const onStored = {
  raw_item_contains(expected, { stored }) {
    for (const [name, value] of expected) {
      if (!matchesStored(value, stored.get(name))) return mismatch(`stored ${name} = ${show(value)}`, show(stored.get(name)));
    }
    return '';
  },
  raw_attribute_types(expected, { stored }) {
    for (const [name, type] of expected) {
      const actual = stored.has(name) ? [...stored.get(name).keys()][0] : 'nothing';
      if (actual !== type) return mismatch(`stored ${name} of type ${type}`, actual);
    }
    return '';
  },
  item_has_fields: (names, seen) => storedFields(names, seen, true),
  item_missing_fields: (names, seen) => storedFields(names, seen, false),
};

const onOthers = {
  item_absent: (expected, { item }) =>
    expected === (item === undefined) ? '' : mismatch(expected ? 'no item' : 'an item', show(item)),
  items_contains(expected, { items, models }) {
    for (const [i, subset] of expected.entries()) {
      if (i >= items.length) return mismatch(`items[${i}] to contain ${show(subset)}`, `${items.length} items`);
      const problem = checkSubset(subset, items[i], models[i], `items[${i}].`);
      if (problem) return problem;
    }
    return '';
  },
  items_missing_fields(names, { items }) {
    for (const [i, item] of items.entries()) {
      const there = names.find((name) => name in item);
      if (there !== undefined) return mismatch(`items[${i}] without ${there}`, show(item[there]));
    }
    return '';
  },
  item_count: (expected, { items }) =>
    count(expected) === items.length ? '' : mismatch(`item_count ${count(expected)}`, items.length),
  count: (expected, seen) => (count(expected) === seen.count ? '' : mismatch(`count ${count(expected)}`, seen.count)),
  cursor_equals: (expected, { cursor }) => (expected === cursor ? '' : mismatch(`cursor "${expected}"`, `"${cursor}"`)),
};

const ABOUT_OUTCOMES = ['ok', 'error', 'errors'];
export const dataOf = (expectation) => [...(expectation ?? [])].filter(([name]) => !ABOUT_OUTCOMES.includes(name));

/** The problem with what a step gave, or ''. */
export function checkData(expectation, seen, model, variables) {
  for (const [name, expected] of dataOf(expectation)) {
    let problem;
    if (name in onOthers) {
      problem = onOthers[name](expected, seen);
    } else if (!(name in onItem) && !(name in onStored)) {
      problem = `expected ${name}, which this runner does not check; please report this`;
    } else if (seen.item === undefined) {
      problem = mismatch(`${name} ${show(expected)}`, 'no item');
    } else if (name in onItem) {
      problem = onItem[name](expected, seen, model, variables);
    } else {
      problem = seen.stored === undefined ? mismatch(`${name} ${show(expected)}`, 'no stored item') : onStored[name](expected, seen);
    }
    if (problem) return problem;
  }
  return '';
}
