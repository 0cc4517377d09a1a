// AWS SDK for JavaScript v3 as a client of `tabletheory local`.
//
//     node --test aws_sdk_client.mjs      with TABLETHEORY_PROGRAM, and NODE_PATH or a cwd that holds the packages
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

const require = createRequire(process.env.TABLETHEORY_PACKAGES + "/package.json");
const dynamo = require("@aws-sdk/client-dynamodb");
const documents = require("@aws-sdk/lib-dynamodb");

async function start(...options) {
  const child = spawn(process.env.TABLETHEORY_PROGRAM, ["local", "--port", "0", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const [, endpoint] = /^tabletheory local: (http:\/\/\S+) \(memory\)\n$/.exec(line.toString());
  const stop = async () => {
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
  };
  return { endpoint, stop };
}

function connect(endpoint, secretAccessKey = "secret") {
  return new dynamo.DynamoDBClient({ endpoint, region: "us-east-1", maxAttempts: 1,
    credentials: { accessKeyId: "key", secretAccessKey } });
}

let server, client, table;

before(async () => {
  server = await start();
  client = connect(server.endpoint);
  table = documents.DynamoDBDocumentClient.from(client);
  await client.send(new dynamo.CreateTableCommand({
    TableName: "orders", BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }] }));
  await dynamo.waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 30 }, { TableName: "orders" });
});

after(async () => {
  client.destroy();
  await server.stop();
});

test("an item comes back as it was", async () => {
  const Item = { pk: "crud", sk: 1, text: "ü", flag: false, none: null, list: [1, { a: "b" }], set: new Set(["x", "y"]), bytes: new Uint8Array([0, 255]) };
  await table.send(new documents.PutCommand({ TableName: "orders", Item }));
  const read = await table.send(new documents.GetCommand({ TableName: "orders", Key: { pk: "crud", sk: 1 }, ConsistentRead: true }));
  assert.deepEqual(read.Item, Item);
  const updated = await table.send(new documents.UpdateCommand({ TableName: "orders", Key: { pk: "crud", sk: 1 },
    UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": 2 }, ReturnValues: "UPDATED_NEW" }));
  assert.deepEqual(updated.Attributes, { n: 2 });
  await table.send(new documents.DeleteCommand({ TableName: "orders", Key: { pk: "crud", sk: 1 } }));
  const gone = await table.send(new documents.GetCommand({ TableName: "orders", Key: { pk: "crud", sk: 1 } }));
  assert.equal(gone.Item, undefined);
});

test("a query is paged to its end in order", async () => {
  for (let first = 0; first < 50; first += 25) {
    const puts = Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: { pk: "page", sk: first + i } } }));
    const answer = await table.send(new documents.BatchWriteCommand({ RequestItems: { orders: puts } }));
    assert.deepEqual(answer.UnprocessedItems, {});
  }
  const seen = [];
  for await (const page of documents.paginateQuery({ client: table, pageSize: 8 }, { TableName: "orders",
    KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "page" }, ScanIndexForward: false })) {
    seen.push(...page.Items.map((item) => item.sk));
  }
  assert.deepEqual(seen, Array.from({ length: 50 }, (_, i) => 49 - i));
});

test("errors arrive as the classes of the SDK", async () => {
  await table.send(new documents.PutCommand({ TableName: "orders", Item: { pk: "error", sk: 1, n: 7 } }));
  await assert.rejects(table.send(new documents.PutCommand({ TableName: "orders", Item: { pk: "error", sk: 1 },
    ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" })), (error) => {
    assert.ok(error instanceof dynamo.ConditionalCheckFailedException);
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.equal(error.$metadata.requestId.length, 52);
    return true;
  });
  await assert.rejects(client.send(new dynamo.DescribeTableCommand({ TableName: "absent" })), dynamo.ResourceNotFoundException);
  await assert.rejects(client.send(new dynamo.ListBackupsCommand({})), { name: "UnknownOperationException" });
  await assert.rejects(client.send(new dynamo.GetItemCommand({ TableName: "orders", Key: {} })), { name: "ValidationException" });
});

test("a cancelled transaction says why for each action", async () => {
  await table.send(new documents.PutCommand({ TableName: "orders", Item: { pk: "transact", sk: 1 } }));
  const TransactItems = [
    { Put: { TableName: "orders", Item: { pk: "transact", sk: 2 } } },
    { ConditionCheck: { TableName: "orders", Key: { pk: "transact", sk: 1 }, ConditionExpression: "attribute_exists(absent)" } }];
  await assert.rejects(table.send(new documents.TransactWriteCommand({ TransactItems })), (error) => {
    assert.ok(error instanceof dynamo.TransactionCanceledException);
    assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ["None", "ConditionalCheckFailed"]);
    return true;
  });
  const read = await table.send(new documents.TransactGetCommand({ TransactItems: [
    { Get: { TableName: "orders", Key: { pk: "transact", sk: 1 } } }, { Get: { TableName: "orders", Key: { pk: "transact", sk: 2 } } }] }));
  assert.deepEqual(read.Responses.map((one) => one.Item), [{ pk: "transact", sk: 1 }, undefined]);
});

test("only what a known key signed is accepted", async () => {
  const guarded = await start("--credentials", "key:right");
  const right = connect(guarded.endpoint, "right");
  const wrong = connect(guarded.endpoint, "wrong");
  assert.deepEqual((await right.send(new dynamo.ListTablesCommand({}))).TableNames, []);
  await assert.rejects(wrong.send(new dynamo.ListTablesCommand({})), { name: "InvalidSignatureException" });
  right.destroy();
  wrong.destroy();
  await guarded.stop();
});

test("the recipe of the documentation works", async () => {
  await client.send(new dynamo.CreateTableCommand({ TableName: "notes", BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }] }));
  const page = readFileSync(new URL("../../../docs/local-server.md", import.meta.url), "utf8");
  const [, program] = /```js\n(.*?)```/s.exec(page);
  const AsyncFunction = (async () => {}).constructor;
  await new AsyncFunction("require", program.replace("http://127.0.0.1:8000", server.endpoint) + "client.destroy();")(require);
});
