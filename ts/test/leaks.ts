// A test after which no more handles of the core live than before: clients, operations, results, schemas, keys. What
// JavaScript holds is collected first.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { connect } from '@theory-cloud/tabletheory-ts';
import { liveHandles } from '@theory-cloud/tabletheory-ts/testing';

// The first call that waits makes this thread's queue, which stays.
async function startQueue(): Promise<void> {
  const client = connect('http://127.0.0.1:9', {
    region: 'x', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, retry: { maxAttempts: 1 },
  });
  await client.rawCall('ListTables', {}).catch(() => undefined);
  client.close();
}
const queue = startQueue();

// Node's runner of tests hands --expose-gc on to the processes of its files in some versions only (20, not 24).
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

// What is left when collecting changes nothing any more.
async function settled(): Promise<number> {
  for (let before = -1, round = 0; round < 20 && liveHandles() !== before; ++round) {
    before = liveHandles();
    collect();
    await setImmediate(); // handles are freed on the event loop
    await setImmediate();
  }
  return liveHandles();
}

/** As node:test's `test`. */
export function leakTest(name: string, body: (t: TestContext) => Promise<void> | void): void {
  test(name, async (t) => {
    await queue;
    const before = await settled();
    // A test of its own, so that its clean-up has run when the handles are counted.
    await t.test('holds', body);
    assert.equal(await settled(), before, 'handles of the core have leaked');
  });
}
