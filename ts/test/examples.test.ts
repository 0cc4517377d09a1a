// Every example of the documentation runs: those of TSDoc and of the README (extracted by test/extract_examples.mjs).
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('./examples/', import.meta.url);
const examples = readdirSync(folder).filter((name) => name.endsWith('.js'));
test('there are examples', () => assert.ok(examples.length > 15, `${examples.length}`));
console.assert = (condition?: boolean) => assert.ok(condition);
for (const name of examples) {
  test(`example ${name}`, async () => {
    await import(new URL(name, folder).href);
  });
}
