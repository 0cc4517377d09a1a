"""What is done again and again takes no more memory."""
import asyncio
import gc
import tracemalloc
from typing import Annotated

import pytest

import tabletheory as tt
from tabletheory import PK, _native, attr, model
from tabletheory.testing import test_options


@model("Cell", table="cells")
class Cell:
    id: Annotated[str, PK]
    n: int = 0
    tags: set[str] | None = None


def resident_kib() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4


def kept_by_python(work, rounds) -> int:
    """Bytes that the library's own lines hold after these rounds and did not before."""
    own = [tracemalloc.Filter(True, "*tabletheory*")]
    tracemalloc.start()
    try:
        work()
        gc.collect()
        before = tracemalloc.take_snapshot().filter_traces(own)
        for _ in range(rounds):
            work()
        gc.collect()
        after = tracemalloc.take_snapshot().filter_traces(own)
    finally:
        tracemalloc.stop()
    return sum(difference.size_diff for difference in after.compare_to(before, "filename"))


def check(work, rounds=150, resident_per_round=4096):
    """Neither Python nor the core keeps something of each round."""
    for _ in range(rounds):
        work()
    before = resident_kib()
    for _ in range(rounds):
        work()
    assert (resident_kib() - before) * 1024 / rounds < resident_per_round
    assert kept_by_python(work, 20) < 20 * 100


@pytest.fixture
def cells(tabletheory_client):
    table = tabletheory_client.table(Cell)
    table.ensure_table()
    table.put(Cell("a", 1, {"x"}))
    return table


def failing(call):
    def work():
        try:
            call()
        except tt.TableTheoryError:
            pass
        else:
            raise AssertionError("this was to fail")

    return work


@pytest.mark.parametrize("name", ["put", "get", "query", "update", "transact", "batch", "error", "bad value"])
def test_calls_keep_nothing(cells, tabletheory_client, name):
    def transact():
        read = tabletheory_client.transact_get()
        read.get(cells, "a")
        read.run()

    work = {
        "put": lambda: cells.put(Cell("a", 2, {"x", "y"})),
        "get": lambda: cells.get("a"),
        "query": lambda: cells.query("a").where(attr("n") > 0).all(),
        "update": lambda: cells.update_builder("a").increment("n").run_all_new(),
        "transact": transact,
        "batch": lambda: cells.batch_get(["a", "b"]),
        "error": failing(lambda: cells.create(Cell("a"))),
        "bad value": failing(lambda: cells.put(Cell("a", object()))),
    }[name]
    check(work)


def test_tapes_keep_nothing():
    value = {"a": [1, 2.5, "x" * 100, {"s"}, b"b", None, {"m": {"n": 10**30}}], "t": test_options()["clock"]["at"]}
    check(lambda: _native.decode(_native.encode(value)), rounds=3000, resident_per_round=200)


def test_clients_and_schemas_keep_nothing():
    def work():
        with tt.connect("memory:", **test_options()) as client:
            client.table(Cell).ensure_table()

    check(work, rounds=25, resident_per_round=50_000)


def test_asynchronous_calls_keep_nothing(server):
    async def run():
        async with tt.connect_async(server) as client:
            for _ in range(3):
                await asyncio.gather(*(client.raw_call("ListTables", {}) for _ in range(20)))
            return len(client._runner._pending)

    assert asyncio.run(run()) == 0
