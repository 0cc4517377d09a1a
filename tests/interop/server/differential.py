"""The same requests to our engine and to dynalite, an implementation of DynamoDB that shares no line with ours.

    python3 differential.py PROGRAM NODE PACKAGES [--seed N] [--requests N]

Each pair of answers must be equal, or be told of in known_differences.json with the reason. A difference that is not in
the table fails, and so does an entry of the table that its own example, asked first, does not meet: the table says what
is so, and nothing else.
Answers are compared by status, and errors by type and message too. Sets and the order of a scan are not compared by
order, which the service does not promise.
"""
import argparse
import http.client
import json
import pathlib
import random
import re
import socket
import subprocess
import sys
import time

from local_server import LocalServer

HERE = pathlib.Path(__file__).resolve().parent
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/dynamodb/aws4_request, "
                 "SignedHeaders=host, Signature=0000")
NUMBERS = ["0", "1", "-1", "1.50", "1e2", "-0.001", "12345678901234567890123456789012345678", "1E-130", "5.", "+1", "007",
           "1e126", "1e-131", "123456789012345678901234567890123456789", "", "one", " 1"]
NAMES = ["a", "b", "n", "s", "m", "l", "g", "pk", "sk", "size", "absent"]


class Target:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def call(self, operation: str, request: dict) -> tuple[int, dict]:
        self.connection.close()  # one connection a request: an idle one is ended by either side when it likes
        self.connection.request("POST", "/", json.dumps(request), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + operation,
            "Authorization": AUTHORIZATION, "X-Amz-Date": "20260101T000000Z"})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")


class Requests:
    """Random requests: mostly good ones, with a mistake here and there."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def any(self, *options):
        return self.random.choice(options)

    def number(self) -> dict:
        return {"N": self.random.choice(NUMBERS if self.chance(0.05) else NUMBERS[:8])}

    def value(self, depth: int = 0, empty: bool = False) -> dict:
        """`empty`: also values that are false in JavaScript, which dynalite's conditions take for absent ones."""
        kinds = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + (["L", "M"] if depth < 3 else [])
        kind = self.random.choice(kinds)
        if kind == "S":
            return {"S": self.any(*[""] * empty, "x", "ü", "long" * 20)}
        if kind == "N":
            return self.number()
        if kind == "B":
            return {"B": self.any(*[""] * empty, "AAE=", "/w==")}
        if kind == "BOOL":
            return {"BOOL": not empty or self.chance(0.5)}
        if kind == "NULL":
            return {"NULL": True}
        if kind == "SS":
            return {"SS": self.random.sample(["a", "b", "c"], self.random.randint(0 if self.chance(0.05) else 1, 3))}
        if kind == "NS":
            return {"NS": self.random.sample(["1", "2.0", "-3", "1.0"] if self.chance(0.1) else ["1", "2", "-3"], 2)}
        if kind == "BS":
            return {"BS": self.random.sample(["AAE=", "/w==", "AQ=="], 2)}
        if kind == "L":
            return {"L": [self.value(depth + 1, empty) for _ in range(self.random.randint(0, 3))]}
        return {"M": {name: self.value(depth + 1, empty) for name in self.random.sample(NAMES, self.random.randint(0, 3))}}

    def key(self, table: str) -> dict:
        key = {"pk": {"S": self.any("p1", "p2", "p3")}}
        if table == "ranged":
            key["sk"] = {"N": str(self.random.randint(-3, 12))}
        if self.chance(0.02):
            key[self.any("pk", "sk", "extra")] = self.any({"S": "x"}, {"N": "1"}, {"S": ""})
        return key

    def item(self, table: str) -> dict:
        # No condition reads `s`.
        item = {name: self.value(empty=name == "s") for name in self.random.sample(NAMES[:7], self.random.randint(0, 5))}
        if "g" in item:  # the key of an index
            item["g"] = {"S": self.any("g1", "g2")} if not self.chance(0.05) else self.value()
        return item | self.key(table)

    def path(self) -> str:
        return self.any("a", "b", "n", "m.a", "l[0]", "#x", "m.#x", "#x.b", "l[1].a")

    def operands(self) -> tuple[str, str]:
        """One of them is a literal: where both lead nowhere, dynalite compares two `undefined`, which are equal."""
        either = self.any(self.path(), ":v", ":w", "size(" + self.path() + ")")
        there = self.any(":v", ":w")
        return (either, there) if self.chance(0.7) else (there, either)

    def condition(self, depth: int = 0) -> str:
        if depth < 2 and self.chance(0.4):
            return self.any("({} AND {})", "{} OR {}", "NOT ({})").format(self.condition(depth + 1), self.condition(depth + 1))
        return self.any("{0} = {1}", "{0} <> {1}", "{0} < {1}", "{0} >= {1}", "attribute_exists({2})",
                        "attribute_not_exists({2})", "begins_with({2}, :v)", "contains({2}, :w)", "{0} BETWEEN :v AND :w",
                        "{0} IN (:w, :v)",  # dynalite falls over a path in the list
                        "attribute_type({2}, :t)").format(*self.operands(), self.path())

    def update(self) -> str:
        clauses = {"SET": ["{} = :v", "{} = if_not_exists({}, :w)", "{} = {} + :v", "{} = list_append({}, :w)"],
                   "REMOVE": ["{}"], "ADD": ["a :v", "n :w"], "DELETE": ["s :v"]}
        chosen = self.random.sample(list(clauses), self.random.randint(1, 2))
        parts = []
        for clause in chosen:
            actions = [self.random.choice(clauses[clause]).format(self.path(), self.path())
                       for _ in range(self.random.randint(1, 2))]
            parts.append(f"{clause} {', '.join(actions)}")
        return " ".join(parts)

    def placeholders(self, *texts: str) -> dict:
        """Names and values for the placeholders that the texts use, most of the time exactly those."""
        used = " ".join(texts)
        names = {"#x": self.any("a", "m", "size")} if "#x" in used or self.chance(0.01) else {}
        values = {name: self.any(self.number(), {"S": "x"}, self.value()) for name in (":v", ":w")
                  if name in used or self.chance(0.01)}
        if ":t" in used:
            values[":t"] = {"S": self.any("S", "N", "M", "nonsense" if self.chance(0.1) else "L")}
        out = {}
        if names:
            out["ExpressionAttributeNames"] = names
        if values:
            out["ExpressionAttributeValues"] = values
        return out

    def write(self) -> tuple[str, dict]:
        table, kind = self.any("plain", "ranged"), self.any("PutItem", "UpdateItem", "UpdateItem", "DeleteItem")
        request: dict = {"TableName": table}
        texts = []
        if kind == "PutItem":
            request["Item"] = self.item(table)
        else:
            request["Key"] = self.key(table)
        if kind == "UpdateItem" and not self.chance(0.03):
            request["UpdateExpression"] = self.update()
            texts.append(request["UpdateExpression"])
        if self.chance(0.3):
            request["ConditionExpression"] = self.condition()
            texts.append(request["ConditionExpression"])
        if self.chance(0.6):
            request["ReturnValues"] = self.any("NONE", "ALL_OLD", *(["ALL_NEW", "UPDATED_NEW", "UPDATED_OLD"]
                                                                     if kind == "UpdateItem" or self.chance(0.05) else []))
        return kind, request | self.placeholders(*texts)

    def read(self) -> tuple[str, dict]:
        kind = self.any("GetItem", "Query", "Query", "Scan", "BatchGetItem")
        table = "ranged" if kind == "Query" else self.any("plain", "ranged")
        if kind == "BatchGetItem":
            return kind, {"RequestItems": {table: {"Keys": [self.key(table) for _ in range(self.random.randint(1, 3))]}}}
        request: dict = {"TableName": table}
        texts = []
        if kind == "GetItem":
            request["Key"] = self.key(table)
        if kind == "Query":
            sort = self.any("", " AND sk = :n", " AND sk > :n", " AND sk BETWEEN :n AND :o", " AND sk < :n")
            request["KeyConditionExpression"] = "pk = :p" + sort
            if self.chance(0.2):
                request |= {"IndexName": "by-g", "KeyConditionExpression": "g = :p"}
            request["ScanIndexForward"] = self.chance(0.5)
            if self.chance(0.3) and "IndexName" not in request:
                request["Limit"] = self.random.randint(1, 4)
        if kind != "GetItem" and self.chance(0.4):
            request["FilterExpression"] = self.condition()
            texts.append(request["FilterExpression"])
        if self.chance(0.3):
            request["ProjectionExpression"] = ", ".join(self.random.sample(["pk", "a", "m.a", "l[0]", "n", "#x"], 2))
            texts.append(request["ProjectionExpression"])
        request |= self.placeholders(*texts)
        if kind == "Query":
            values = request.setdefault("ExpressionAttributeValues", {})
            values[":p"] = {"S": "g1" if "IndexName" in request else self.any("p1", "p2")}
            for name, number in ((":n", "2"), (":o", "7")):
                if name in request["KeyConditionExpression"]:
                    values[name] = {"N": number}
        return kind, request

    def batch_write(self) -> tuple[str, dict]:
        writes = []
        for _ in range(self.random.randint(1, 4)):
            writes.append({"PutRequest": {"Item": self.item("plain")}} if self.chance(0.7)
                          else {"DeleteRequest": {"Key": self.key("plain")}})
        return "BatchWriteItem", {"RequestItems": {"plain": writes}}

    def next(self) -> tuple[str, dict]:
        return self.random.choices([self.write, self.read, self.batch_write], [5, 5, 1])[0]()


def tables() -> list[dict]:
    def definition(name, kind):
        return {"AttributeName": name, "AttributeType": kind}

    plain = {"TableName": "plain", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
             "AttributeDefinitions": [definition("pk", "S")],
             "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    ranged = plain | {
        "TableName": "ranged",
        "KeySchema": plain["KeySchema"] + [{"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [definition("pk", "S"), definition("sk", "N"), definition("g", "S")],
        "GlobalSecondaryIndexes": [{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                                    "Projection": {"ProjectionType": "ALL"},
                                    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}]}
    return [plain, ranged]


def canonical(value):
    """Sets sorted, everything else as it is."""
    if isinstance(value, dict):
        return {name: sorted(content) if name in ("SS", "NS", "BS") else canonical(content) for name, content in value.items()}
    return [canonical(one) for one in value] if isinstance(value, list) else value


def summary(operation: str, request: dict, status: int, body: dict) -> str:
    if status != 200:
        return f"{status} {body.get('__type', '').split('#')[-1]}: {body.get('message', body.get('Message', ''))}"
    body = canonical(body)
    if operation == "Scan" or "IndexName" in request:  # in no promised order
        body.get("Items", []).sort(key=lambda item: json.dumps(item, sort_keys=True))
    if operation == "BatchGetItem":
        for items in body["Responses"].values():
            items.sort(key=lambda item: json.dumps(item, sort_keys=True))
    return "200 " + json.dumps(body, sort_keys=True, ensure_ascii=False)


class Known:
    def __init__(self) -> None:
        self.entries = json.loads((HERE / "known_differences.json").read_text())["differences"]
        self.met = 0

    @staticmethod
    def matches(entry: dict, operation: str, request: dict, ours: str, theirs: str) -> bool:
        return bool(operation in entry.get("operations", [operation]) and re.search(entry.get("request", ""), json.dumps(request))
                    and re.search(entry["ours"], ours) and re.search(entry["theirs"], theirs))

    def explain(self, *difference) -> bool:
        found = any(self.matches(entry, *difference) for entry in self.entries)
        self.met += found
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("dynalite did not start")


def compare(ours: Target, theirs: Target, requests: Requests, count: int, known: Known) -> list[str]:
    new = []
    for table in tables():
        for target in (ours, theirs):
            status, body = target.call("CreateTable", table)
            assert status == 200, body
    while theirs.call("DescribeTable", {"TableName": "ranged"})[1]["Table"]["TableStatus"] != "ACTIVE":
        time.sleep(0.05)
    def ask(operation: str, request: dict) -> tuple[str, str]:
        answers = tuple(summary(operation, request, *target.call(operation, request)) for target in (ours, theirs))
        if answers[0].startswith("200") != answers[1].startswith("200"):
            align(ours, theirs)
        return answers

    for entry in known.entries:
        operation, request = entry["example"]
        ours_said, theirs_said = ask(operation, request)
        if ours_said == theirs_said or not known.matches(entry, operation, request, ours_said, theirs_said):
            new.append(f"an example does not show what its entry says: {entry['reason']}\n     ours: {ours_said}\n   theirs: {theirs_said}")
    for _ in range(count):
        operation, request = requests.next()
        ours_said, theirs_said = ask(operation, request)
        if ours_said != theirs_said and not known.explain(operation, request, ours_said, theirs_said):
            new.append(f"{operation} {json.dumps(request, ensure_ascii=False)}\n     ours: {ours_said}\n   theirs: {theirs_said}")
    return new


def align(ours: Target, theirs: Target) -> None:
    """After a write that only one accepted: both are emptied, so that one difference is not met again and again."""
    for target in (ours, theirs):
        for table in ("plain", "ranged"):
            for item in target.call("Scan", {"TableName": table})[1]["Items"]:
                key = {name: item[name] for name in ("pk", "sk") if name == "pk" or table == "ranged"}
                target.call("DeleteItem", {"TableName": table, "Key": key})


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("node")
    parser.add_argument("packages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=500)
    options = parser.parse_args()
    known, port = Known(), free_port()
    dynalite = subprocess.Popen([options.node, f"{options.packages}/node_modules/dynalite/cli.js", "--port", str(port),
                                 "--host", "127.0.0.1", "--createTableMs", "0", "--deleteTableMs", "0"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        with LocalServer(options.program) as server:
            new = compare(Target(int(server.endpoint.rsplit(":", 1)[1])), Target(port), Requests(options.seed),
                          options.requests, known)
    finally:
        dynalite.terminate()
        dynalite.wait()
    for difference in new[:20]:
        print("new difference: " + difference)
    print(f"{options.requests} requests, {known.met} known differences, {len(new)} new ones (seed {options.seed})")
    print(f"{int(not new)} passed, {len(new)} failed, 0 skipped")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
