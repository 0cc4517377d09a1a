"""boto3 as a client of `tabletheory local`: everything it promises its users must hold against our server.

    python boto3_client.py PROGRAM      runs every test, and ends with `N passed, N failed, N skipped`
"""
import http.server
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ChecksumError, ClientError

from local_server import LocalServer

PROGRAM = ""


def connect(endpoint: str, key: str = "key", secret: str = "secret", **config):
    config.setdefault("retries", {"max_attempts": 1, "mode": "standard"})
    return boto3.resource("dynamodb", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=key,
                          aws_secret_access_key=secret, config=Config(**config))


def make_table(resource, name: str = "orders"):
    table = resource.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}])
    table.wait_until_exists()
    return table


class ServedInMemory(unittest.TestCase):
    def setUp(self) -> None:
        self.server = LocalServer(PROGRAM)
        self.addCleanup(lambda: self.assertEqual(self.server.stop()[0], 0))
        self.resource = connect(self.server.endpoint)
        self.client = self.resource.meta.client
        self.addCleanup(self.client.close)


class Items(ServedInMemory):
    def setUp(self) -> None:
        super().setUp()
        self.table = make_table(self.resource)

    def test_an_item_of_every_type_comes_back_as_it_was(self) -> None:
        item = {"pk": "a", "sk": 1, "n": Decimal("-12345678901234567890.123456789"), "b": Binary(b"\0\xff"), "t": True,
                "z": None, "m": {"x": ["ü", Decimal("0.5")]}, "ss": {"a", "b"}, "ns": {1, Decimal("2.5")},
                "bs": {Binary(b"1"), Binary(b"2")}, "e": ""}
        self.table.put_item(Item=item)
        self.assertEqual(self.table.get_item(Key={"pk": "a", "sk": 1})["Item"], item)

    def test_update_and_delete_return_what_is_asked_for(self) -> None:
        self.table.put_item(Item={"pk": "a", "sk": 1, "n": 1})
        updated = self.table.update_item(Key={"pk": "a", "sk": 1}, UpdateExpression="ADD n :one SET l = :l",
                                         ExpressionAttributeValues={":one": 1, ":l": [1]}, ReturnValues="ALL_NEW")
        self.assertEqual(updated["Attributes"], {"pk": "a", "sk": 1, "n": 2, "l": [1]})
        deleted = self.table.delete_item(Key={"pk": "a", "sk": 1}, ReturnValues="ALL_OLD")
        self.assertEqual(deleted["Attributes"]["n"], 2)
        self.assertNotIn("Item", self.table.get_item(Key={"pk": "a", "sk": 1}))

    def test_a_query_is_paged_to_its_end_in_order(self) -> None:
        with self.table.batch_writer() as batch:
            for number in range(60):
                batch.put_item(Item={"pk": "a", "sk": number})
        pages = list(self.client.get_paginator("query").paginate(
            TableName="orders", KeyConditionExpression=Key("pk").eq("a") & Key("sk").gte(10), PaginationConfig={"PageSize": 7}))
        self.assertEqual([item["sk"] for page in pages for item in page["Items"]], list(range(10, 60)))
        self.assertEqual(len(pages), 8)

    def test_a_page_of_a_scan_ends_at_one_megabyte(self) -> None:
        for number in range(5):
            self.table.put_item(Item={"pk": "a", "sk": number, "data": "x" * 390_000})
        page = self.table.scan(FilterExpression=Attr("sk").gte(0))
        self.assertEqual(page["ScannedCount"], 3)
        self.assertIn("LastEvaluatedKey", page)

    def test_what_a_batch_leaves_over_can_be_asked_for_again(self) -> None:
        for number in range(50):
            self.table.put_item(Item={"pk": "a", "sk": number, "data": "x" * 390_000})
        wanted = {"orders": {"Keys": [{"pk": "a", "sk": number} for number in range(50)]}}
        found, rounds = set(), 0
        while wanted:
            answer = self.client.batch_get_item(RequestItems=wanted)
            found.update(int(item["sk"]) for item in answer["Responses"]["orders"])
            wanted, rounds = answer["UnprocessedKeys"], rounds + 1
        self.assertEqual(found, set(range(50)))
        self.assertEqual(rounds, 2)  # 16 MB at a time

    def test_errors_arrive_as_the_classes_of_the_sdk(self) -> None:
        errors = self.client.exceptions
        self.table.put_item(Item={"pk": "a", "sk": 1, "n": 1})
        with self.assertRaises(errors.ConditionalCheckFailedException) as caught:
            self.table.put_item(Item={"pk": "a", "sk": 1}, ConditionExpression=Attr("pk").not_exists(),
                                ReturnValuesOnConditionCheckFailure="ALL_OLD")
        self.assertEqual(caught.exception.response["Item"]["n"], {"N": "1"})
        with self.assertRaises(errors.ResourceNotFoundException):
            self.client.get_item(TableName="absent", Key={"pk": "a", "sk": 1})
        with self.assertRaises(errors.ResourceInUseException):
            make_table(self.resource)
        with self.assertRaises(ClientError) as caught:
            self.table.get_item(Key={"pk": "a"})
        self.assertEqual(caught.exception.response["Error"]["Code"], "ValidationException")
        self.assertEqual(caught.exception.response["Error"]["Message"], "The provided key element does not match the schema")
        self.assertEqual(len(caught.exception.response["ResponseMetadata"]["RequestId"]), 52)

    def test_a_cancelled_transaction_says_why_for_each_action(self) -> None:
        self.table.put_item(Item={"pk": "a", "sk": 1})
        put = {"TableName": "orders", "Item": {"pk": "a", "sk": 2}}
        refused = {"TableName": "orders", "Item": {"pk": "a", "sk": 1}, "ConditionExpression": "attribute_not_exists(pk)"}
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            self.client.transact_write_items(TransactItems=[{"Put": put}, {"Put": refused}])
        reasons = caught.exception.response["CancellationReasons"]
        self.assertEqual([reason["Code"] for reason in reasons], ["None", "ConditionalCheckFailed"])
        self.assertNotIn("Item", self.table.get_item(Key={"pk": "a", "sk": 2}))
        self.client.transact_write_items(TransactItems=[{"Put": put}], ClientRequestToken="token")
        self.client.transact_write_items(TransactItems=[{"Put": put}], ClientRequestToken="token")
        with self.assertRaises(self.client.exceptions.IdempotentParameterMismatchException):
            self.client.transact_write_items(TransactItems=[{"Delete": {"TableName": "orders", "Key": {"pk": "a", "sk": 2}}}],
                                             ClientRequestToken="token")


class Service(ServedInMemory):
    def test_limits_endpoints_and_health(self) -> None:
        self.assertEqual(self.client.describe_limits()["TableMaxReadCapacityUnits"], 40_000)
        address = self.client.describe_endpoints()["Endpoints"][0]["Address"]
        self.assertEqual("http://" + address, self.server.endpoint)
        with urllib.request.urlopen(self.server.endpoint + "/") as answer:
            self.assertTrue(answer.read().startswith(b"healthy: "))

    def test_an_operation_that_is_not_there_is_unknown(self) -> None:
        with self.assertRaises(ClientError) as caught:
            self.client.list_backups()
        self.assertEqual(caught.exception.response["Error"]["Code"], "UnknownOperationException")

    def test_botocore_verifies_the_checksum_we_send(self) -> None:
        """Through a proxy that changes one byte of each answer, every call fails: so the checksum is looked at."""
        server = self.server.endpoint

        class Tampering(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                onward = urllib.request.Request(server, body, {k: v for k, v in self.headers.items() if k != "Host"})
                with urllib.request.urlopen(onward) as answer:
                    changed = answer.read().replace(b"TableNames", b"TableNAMES")
                    self.send_response(200)
                    self.send_header("x-amz-crc32", answer.headers["x-amz-crc32"])
                    self.send_header("Content-Length", str(len(changed)))
                    self.end_headers()
                    self.wfile.write(changed)

            def log_message(self, *_) -> None:
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tampering) as proxy:
            threading.Thread(target=proxy.serve_forever, daemon=True).start()
            client = connect(f"http://127.0.0.1:{proxy.server_port}",
                             retries={"mode": "legacy", "total_max_attempts": 2}).meta.client
            with self.assertRaises(ChecksumError):
                client.list_tables()
            client.close()
            proxy.shutdown()
        self.assertEqual(self.client.list_tables()["TableNames"], [])


    def test_the_recipe_of_the_documentation_works(self) -> None:
        page = (pathlib.Path(__file__).resolve().parents[3] / "docs/local-server.md").read_text()
        [program] = re.findall(r"```python\n(.*?)```", page, re.S)
        names: dict = {}
        exec(program.replace("http://127.0.0.1:8000", self.server.endpoint), names)
        names["dynamodb"].meta.client.close()


class Signatures(unittest.TestCase):
    def code_of(self, endpoint: str, key: str, secret: str) -> str:
        client = connect(endpoint, key, secret).meta.client
        try:
            client.list_tables()
            return "accepted"
        except ClientError as error:
            return error.response["Error"]["Code"]
        finally:
            client.close()

    def test_only_what_a_known_key_signed_is_accepted(self) -> None:
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("# a comment\nsecond:word:with:colons\n")
            file.flush()
            with LocalServer(PROGRAM, "--credentials", "first:s3cr3t/+", "--credentials", "@" + file.name) as server:
                self.assertEqual(self.code_of(server.endpoint, "first", "s3cr3t/+"), "accepted")
                self.assertEqual(self.code_of(server.endpoint, "second", "word:with:colons"), "accepted")
                self.assertEqual(self.code_of(server.endpoint, "first", "wrong"), "InvalidSignatureException")
                self.assertEqual(self.code_of(server.endpoint, "third", "s3cr3t/+"), "UnrecognizedClientException")

    def test_a_request_without_a_signature_is_refused(self) -> None:
        with LocalServer(PROGRAM, "--credentials", "a:b") as server:
            request = urllib.request.Request(server.endpoint, b"{}", {"Content-Type": "application/x-amz-json-1.0",
                                                                    "X-Amz-Target": "DynamoDB_20120810.ListTables"})
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request)
            self.assertIn(b"MissingAuthenticationTokenException", caught.exception.read())
            caught.exception.close()


class Durability(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(pathlib.Path(folder.name) / "orders.db")

    def test_everything_answered_survives_a_kill(self) -> None:
        written = 0
        for life in range(2):
            server = LocalServer(PROGRAM, "--file", self.path)
            self.assertEqual(server.where, self.path)
            resource = connect(server.endpoint)
            table = resource.Table("orders") if life else make_table(resource)
            self.assertEqual(table.scan()["Count"], written)
            for _ in range(4):  # each waits for the disk, which may be slow
                table.put_item(Item={"pk": "a", "sk": written})
                written += 1
            resource.meta.client.close()
            self.assertEqual(server.stop(signal.SIGKILL)[0], -signal.SIGKILL)

    def test_a_second_server_on_the_file_is_refused_with_the_owner_named(self) -> None:
        with LocalServer(PROGRAM, "--file", self.path) as server:
            with self.assertRaises(AssertionError) as caught:
                LocalServer(PROGRAM, "--file", self.path)
            self.assertIn(f"in use by process {server.process.pid}", str(caught.exception))


class Process(unittest.TestCase):
    def test_the_first_line_is_the_address(self) -> None:
        with LocalServer(PROGRAM) as server:
            self.assertRegex(server.first_line, r"^tabletheory local: http://127\.0\.0\.1:\d+ \(memory\)\n$")

    def test_both_signals_stop_it_cleanly_and_quietly(self) -> None:
        for how in (signal.SIGINT, signal.SIGTERM):
            server = LocalServer(PROGRAM)
            with socket.create_connection(("127.0.0.1", int(server.endpoint.rsplit(":", 1)[1]))):
                self.assertEqual(server.stop(how), (0, ""))

    def test_the_log_names_operations_and_never_contents(self) -> None:
        server = LocalServer(PROGRAM, "--log")
        client = connect(server.endpoint).meta.client
        with self.assertRaises(ClientError):
            client.get_item(TableName="private-table", Key={"pk": "private"})
        client.close()
        _, log = server.stop()
        self.assertIn('"operation":"GetItem","status":400,"error":"ResourceNotFoundException"', log)
        self.assertNotIn("private", log)

    def test_the_ready_descriptor_gets_the_address(self) -> None:
        reading, writing = os.pipe()
        os.set_inheritable(writing, True)
        process = subprocess.Popen([PROGRAM, "local", "--port", "0", "--ready-fd", str(writing)], pass_fds=[writing],
                                   stdout=subprocess.PIPE, text=True)
        os.close(writing)
        with os.fdopen(reading) as ready:
            address = ready.read()
        self.assertIn(address.strip(), process.stdout.readline())
        process.terminate()
        process.communicate()
        self.assertEqual(process.returncode, 0)

    def test_a_port_in_use_and_an_open_address_without_a_check_are_refused(self) -> None:
        with LocalServer(PROGRAM) as server:
            with self.assertRaises(AssertionError) as caught:
                LocalServer(PROGRAM, port=server.endpoint.rsplit(":", 1)[1])
            self.assertIn("choose another port", str(caught.exception))
        with self.assertRaises(AssertionError) as caught:
            LocalServer(PROGRAM, "--host", "0.0.0.0")
        self.assertIn("--credentials", str(caught.exception))

    def test_another_host_is_served_only_when_allowed(self) -> None:
        def status(endpoint: str, host: str) -> int:
            request = urllib.request.Request(endpoint, headers={"Host": host})
            try:
                with urllib.request.urlopen(request) as answer:
                    return answer.status
            except urllib.error.HTTPError as error:
                error.close()
                return error.code

        with LocalServer(PROGRAM, "--allow-host", "dynamo") as server:
            self.assertEqual(status(server.endpoint, "dynamo:8000"), 200)
            self.assertEqual(status(server.endpoint, "evil.example"), 403)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(
        unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"]))
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)
