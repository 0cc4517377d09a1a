"""The workloads; started by run.py: workloads.py ADDRESS ROUNDS ONLY."""
import json
import logging
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from items import mixed, wire
from peers import PEERS, TABLE

import tabletheory as tt

logging.getLogger("pydynox").setLevel(logging.ERROR)
ADDRESS, ROUNDS = sys.argv[1], int(sys.argv[2])
ONLY = set(filter(None, sys.argv[3].split(",")))
PAGES = (1, 10, 100, 1000)
COLD = {"TableTheory": "import tabletheory; tabletheory.connect({0!r})", "boto3": "import boto3; boto3.client('dynamodb', endpoint_url={0!r})",
        "PynamoDB": "from pynamodb.connection import Connection; Connection(host={0!r})",
        "pydynox": "from pydynox import DynamoDBClient; DynamoDBClient(endpoint_url={0!r})", "Python alone": "pass"}


def once(work: Callable[[], object], units: int) -> tuple[float, float]:
    """Microseconds of CPU and of wall time per unit; the work is repeated until it can be measured."""
    cpu, wall, times = time.process_time(), time.perf_counter(), 0
    while time.perf_counter() - wall < 0.2 or times == 0:
        work()
        times += 1
    return ((time.process_time() - cpu) / times / units * 1e6, (time.perf_counter() - wall) / times / units * 1e6)


def table(work: str, entries: dict[str, Callable[[], object]], units: int = 1) -> None:
    """One row per entry; each round measures all of them, in turn."""
    if ONLY and work.split()[0] not in ONLY:
        return
    for entry in entries.values():
        entry()  # connections, caches
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in entries}
    for _ in range(ROUNDS):
        for name, entry in entries.items():
            seen[name].append(once(entry, units))
    for name, figures in seen.items():
        cpu, wall = (statistics.median(column) for column in zip(*figures))
        print(f"| {work} | {name} | {cpu:.1f} µs | {wall:.1f} µs |", flush=True)


def prepare() -> None:
    with tt.connect(ADDRESS) as client:
        keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
        client.raw_call("CreateTable", {"TableName": TABLE, "BillingMode": "PAY_PER_REQUEST", "KeySchema": keys, "AttributeDefinitions":
                                        [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]})
        documents = client.documents(TABLE, ["pk", "sk"])
        for page in PAGES:
            documents.batch_write([mixed(f"P#{page}", number) for number in range(page)])


def cold() -> None:
    if ONLY and "W14" not in ONLY:
        return
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in COLD}
    for _ in range(ROUNDS):
        for name, program in COLD.items():
            before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run([sys.executable, "-c", program.format(ADDRESS)], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            seen[name].append((cpu * 1e3, (time.perf_counter() - wall) * 1e3))
    for name, figures in seen.items():
        cpu, wall = (statistics.median(column) for column in zip(*figures))
        print(f"| W14 process with import and client | {name} | {cpu:.0f} ms | {wall:.0f} ms |", flush=True)


def main() -> None:
    prepare()
    peers = [peer(ADDRESS) for peer in PEERS]
    print("| work | with | CPU | wall |\n|---|---|---|---|")
    one = {peer.name: peer.prepare(mixed("W", 1)) for peer in peers}
    table("W1 get MIXED", {p.name: lambda p=p: p.get("P#1", "ITEM#00000") for p in peers})
    table("W2 put MIXED", {p.name: lambda p=p: p.put(one[p.name]) for p in peers})
    for page in PAGES:
        body = json.dumps({"Items": [wire(mixed(f"P#{page}", number)) for number in range(page)]})
        floor = {"json.loads of the page": lambda body=body: json.loads(body)}
        table(f"W3 query of {page}, per item", {**{p.name: lambda p=p, page=page: p.query(f"P#{page}") for p in peers}, **floor}, page)
    batch = {p.name: [p.prepare(mixed("B", number)) for number in range(25)] for p in peers}
    table("W9 batch write of 25, per item", {p.name: lambda p=p: p.batch_put(batch[p.name]) for p in peers}, 25)
    cold()


if __name__ == "__main__":
    main()
