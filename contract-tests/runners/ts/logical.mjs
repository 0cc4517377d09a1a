// Logical values: what the plain values of a scenario mean for an attribute, and whether a result is what was expected
// (docs/spec/scenarios.md, "Expectations"). As src/contract/logical.cpp.
import { ExactNumber } from './sdk.mjs';
import { NumberText } from './json.mjs';

const isText = (node) => typeof node === 'string';
const isNumeric = (node) => node instanceof NumberText || isText(node);
const textOf = (node) => (node instanceof NumberText ? node.text : node);
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A decimal's digits and exponent, so that equal numbers have equal texts; undefined: no number. */
export function canonical(text) {
  const match = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text);
  if (!match || !NUMBER.test(text)) return undefined;
  const [, sign, whole, fraction, exponent] = match;
  const digits = whole + fraction;
  const first = digits.search(/[1-9]/);
  if (first < 0) return '0';
  return `${sign === '-' ? '-' : ''}${digits.slice(first).replace(/0+$/, '')}e${whole.length - first + Number(exponent ?? 0)}`;
}

// --- plain values to native ones ------------------------------------------------------------------------------------

function byShape(node) {
  if (node instanceof NumberText) return new ExactNumber(node.text);
  if (Array.isArray(node)) return node.map(byShape);
  if (node instanceof Map) return new Map([...node].map(([name, value]) => [name, byShape(value)]));
  return node;
}

const asNumber = (node) => (isNumeric(node) && NUMBER.test(textOf(node)) ? new ExactNumber(textOf(node)) : undefined);
const asBytes = (node) => (isText(node) && BASE64.test(node) ? new Uint8Array(Buffer.from(node, 'base64')) : undefined);
const asText = (node) => (isText(node) ? node : undefined);

// A JavaScript Set holds equal texts once only: what holds one twice is handed over as the list it is, for the SDK to refuse.
function asSet(node, read) {
  if (!Array.isArray(node)) return undefined;
  const elements = node.map(read);
  const set = new Set(elements);
  return set.has(undefined) || set.size !== elements.length ? undefined : set;
}

function byType(type, node) {
  switch (type) {
    case 'N': return asNumber(node);
    case 'B': return asBytes(node);
    case 'SS': return asSet(node, asText);
    case 'NS': return asSet(node, asNumber);
    case 'BS': return asSet(node, asBytes);
    default: return undefined;
  }
}

/** The value to hand to the SDK; what does not fit is handed over by its own shape, for the SDK to refuse. */
export function logicalValue(attribute, node) {
  if (attribute === undefined || attribute.json) return byShape(node);
  return byType(attribute.type, node) ?? byShape(node);
}

export function logicalItem(model, object) {
  const item = Object.create(null);
  for (const [name, value] of object) item[name] = logicalValue(model.find(name), value);
  return item;
}

/** A value of an expression_attribute_values map: typed attribute JSON such as {S: open}, or a plain value. */
export function expressionValue(node) {
  const [type, content] = node instanceof Map && node.size === 1 ? [...node][0] : [];
  if (!['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS'].includes(type)) return byShape(node);
  if (type === 'NULL') return null;
  if (type === 'L') return content.map(expressionValue);
  if (type === 'M') return new Map([...content].map(([name, value]) => [name, expressionValue(value)]));
  return byType(type, content) ?? byShape(content);
}

/** What `contains` looks for is a part of the attribute. */
export function elementValue(attribute, node) {
  if (attribute === undefined) return byShape(node);
  const element = { ...attribute, json: false };
  if (/^[SNB]S$/.test(attribute.type)) element.type = attribute.type[0];
  return logicalValue(attribute.type === 'L' ? undefined : element, node);
}

// --- comparison -----------------------------------------------------------------------------------------------------

const isNumberValue = (value) => typeof value === 'number' || typeof value === 'bigint' || value instanceof ExactNumber;
const sameNumber = (text, value) => canonical(text) !== undefined && canonical(text) === canonical(String(value));
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

function sameElements(expected, actual, same) {
  if (!Array.isArray(expected) || expected.length !== actual.size) return false;
  const left = [...actual];
  return expected.every((wanted) => {
    const at = left.findIndex((element) => same(wanted, element));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function same(expected, actual, textNumbers) {
  if (actual === null) return expected === null;
  if (typeof actual === 'boolean') return expected === actual;
  if (isNumberValue(actual)) {
    return (expected instanceof NumberText || (textNumbers && isText(expected))) && sameNumber(textOf(expected), actual);
  }
  if (typeof actual === 'string') return expected === actual;
  if (actual instanceof Uint8Array) return expected === base64(actual);
  if (actual instanceof Set) {
    return sameElements(expected, actual, (wanted, element) =>
      element instanceof Uint8Array ? wanted === base64(element)
        : isNumberValue(element) ? isNumeric(wanted) && sameNumber(textOf(wanted), element) : wanted === element);
  }
  if (Array.isArray(actual)) {
    return Array.isArray(expected) && expected.length === actual.length &&
      actual.every((element, i) => same(expected[i], element, textNumbers));
  }
  const entries = Object.entries(actual);
  return expected instanceof Map && expected.size === entries.length &&
    entries.every(([name, value]) => expected.has(name) && same(expected.get(name), value, textNumbers));
}

function isTimestamp(attribute) {
  return attribute.roles.includes('created_at') || attribute.roles.includes('updated_at') || attribute.format === 'rfc3339nano';
}

// Seconds and nanoseconds of an RFC 3339 text.
function instantOf(text) {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)$/.exec(text);
  const ms = match ? Date.parse(match[1] + match[3]) : NaN;
  return Number.isNaN(ms) ? undefined : `${ms}.${(match[2] ?? '').padEnd(9, '0')}`;
}

/** Whether a value that the SDK gave (undefined: absent) is the expected one. N come as text from a model's tables. */
export function matches(attribute, expected, actual) {
  const nullIsValue = attribute !== undefined && (attribute.type === 'NULL' || attribute.json);
  if (actual === undefined) return expected === null && !nullIsValue;
  const declared = attribute !== undefined && !attribute.json;
  if (declared && isText(expected) && isText(actual) && isTimestamp(attribute)) {
    const instant = instantOf(expected);
    return expected === actual || (instant !== undefined && instant === instantOf(actual));
  }
  if (declared && (attribute.type === 'N' || attribute.format === 'decimal_string') && isText(actual)) {
    return isNumeric(expected) && sameNumber(textOf(expected), actual);
  }
  if (declared && attribute.type === 'NS' && actual instanceof Set) {
    return sameElements(expected, actual, (wanted, element) => isNumeric(wanted) && sameNumber(textOf(wanted), element));
  }
  return same(expected, actual, declared && attribute.type === 'N');
}

/** Whether a stored value, `{S: …}` as the service answers it, is the expected one; an expected null is a stored NULL. */
export function matchesStored(expected, stored) {
  return stored !== undefined && same(expected, nativeOf(stored), true);
}

/** A stored value as the SDK's documents would give it. */
export function nativeOf(stored) {
  const [type, content] = [...stored][0];
  switch (type) {
    case 'N': return new ExactNumber(content);
    case 'B': return new Uint8Array(Buffer.from(content, 'base64'));
    case 'NULL': return null;
    case 'NS': return new Set(content.map((text) => new ExactNumber(text)));
    case 'SS': return new Set(content);
    case 'BS': return new Set(content.map((text) => new Uint8Array(Buffer.from(text, 'base64'))));
    case 'L': return content.map(nativeOf);
    case 'M': {
      const map = Object.create(null);
      for (const [name, value] of content) map[name] = nativeOf(value);
      return map;
    }
    default: return content;
  }
}

/** One line for reports, cut where it gets long. */
export function show(value) {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_, member) => {
    if (member instanceof Map) return Object.fromEntries(member);
    if (member instanceof Set) return [...member];
    if (member instanceof NumberText || member instanceof ExactNumber) return member.text;
    if (member instanceof Uint8Array) return base64(member);
    return typeof member === 'bigint' ? String(member) : member;
  });
  return text.length > 240 ? `${text.slice(0, 240)}…` : text;
}
