"""Typed and dynamic tables, both clients."""
import asyncio
import gc
import os
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import pytest

import tabletheory as tt
from tabletheory import CREATED_AT, PK, SK, UPDATED_AT, VERSION, Attr, Index, _native, attr, columns, model
from tabletheory.testing import FaultPlan, FaultRule, client_for_tests, test_options


@dataclass
class Line:
    sku: str
    price: Decimal = Decimal(0)


@model("Order", table="orders", indexes=[Index("by-state", "state", "number")])
class Order:
    customer: Annotated[str, PK, Attr("PK")]
    number: Annotated[str, SK, Attr("SK")]
    state: str = "open"
    total: Decimal = Decimal(0)
    weight: float = 0.0
    count: int = 0
    lines: list[Line] = field(default_factory=list)
    tags: Annotated[set[str] | None, Attr(omit_empty=True)] = None
    created_at: Annotated[datetime | None, CREATED_AT] = None
    updated_at: Annotated[datetime | None, UPDATED_AT] = None
    version: Annotated[int, VERSION] = 0


@pytest.fixture
def orders(tabletheory_client):
    table = tabletheory_client.table(Order)
    table.ensure_table()
    return table


def order(number="1", **members):
    return Order(customer="c", number=number, **members)


def test_what_is_created_is_read_back_with_native_types(orders):
    stored = orders.create(order(total=Decimal("1.50"), weight=0.25, lines=[Line("a", Decimal(2))], tags={"x"}))
    read = orders.get(("c", "1"), consistent=True)
    assert read == stored
    assert read.total == Decimal("1.5") and type(read.total) is Decimal
    assert type(read.weight) is float and read.lines == [Line("a", Decimal(2))] and read.tags == {"x"}
    assert read.created_at == read.updated_at and read.created_at.tzinfo is not None and read.version == 0


def test_a_duplicate_is_a_failed_condition(orders):
    orders.create(order())
    with pytest.raises(tt.ConditionFailedError) as caught:
        orders.create(order())
    assert caught.value.code == "ErrConditionFailed" and caught.value.table == "orders"


def test_a_lost_lock_is_a_version_conflict(orders):
    first = orders.create(order())
    second = orders.update(first, ["state"])
    assert second.version == 1
    with pytest.raises(tt.VersionConflictError) as caught:
        orders.update(first, [columns(Order).state])
    assert isinstance(caught.value, tt.ConditionFailedError)


def test_absent_items(orders):
    assert orders.find(("c", "9")) is None
    with pytest.raises(tt.ItemNotFoundError):
        orders.get(("c", "9"))
    orders.delete(("c", "9"))


def test_queries_pages_counts_and_explanations(orders):
    for n in range(10):
        orders.create(order(str(n), total=Decimal(n), state="open" if n % 2 else "paid"))
    query = orders.query("c").where(attr("total") > 3)
    assert [o.number for o in query] == list("456789")
    assert query.count() == 6
    assert [o.number for o in query.descending().limit(2).all()] == ["9", "8"]
    page = orders.query("c").limit(4).page()
    assert len(page.items) == 4 and page.cursor
    assert [o.number for o in orders.query("c").after(page.cursor)] == list("456789")
    assert [o.number for o in orders.query(attr("state") == "open")] == list("13579")
    assert orders.query(columns(Order).state == "open").explain().index == "by-state"
    assert len(orders.scan().page_size(3).all()) == 10
    assert orders.query("c").first().number == "0"


def test_update_builder(orders):
    orders.create(order())
    new = (orders.update_builder(("c", "1")).set("state", "paid").increment("count", 2).add("tags", {"a"})
           .where(attr("state") == "open").if_version(0).run_all_new())
    assert (new.state, new.count, new.tags, new.version) == ("paid", 2, {"a"}, 1)


def test_batches_and_transactions(orders, tabletheory_client):
    orders.batch_write([order(str(n)) for n in range(30)])
    found = orders.batch_get([("c", "3"), ("c", "99"), ("c", "3")])
    assert found[0] == found[2] and found[0].number == "3" and found[1] is None
    tabletheory_client.transact_write().create(orders, order("x")).delete(orders, ("c", "3")).run()
    read = tabletheory_client.transact_get()
    there, gone = read.get(orders, ("c", "x")), read.get(orders, ("c", "3"))
    items = read.run()
    assert items[there].number == "x" and items[gone] is None
    with pytest.raises(tt.TransactionCanceledError) as caught:
        tabletheory_client.transact_write().create(orders, order("x")).delete(orders, ("c", "4")).run()
    assert isinstance(caught.value, tt.ConditionFailedError)
    assert len(caught.value.reasons) == 2


def test_dynamic_tables_and_documents(tabletheory_client, orders):
    from tabletheory.models import info_of

    dynamic = tabletheory_client.table(info_of(Order).schema.model("Order"))
    dynamic.create({"PK": "d", "SK": "1", "total": 3, "count": 4})
    item = dynamic.get(("d", "1"))
    assert item["total"] == 3 and type(item["total"]) is Decimal and type(item["count"]) is int
    assert isinstance(item["createdAt"], str)
    documents = tabletheory_client.documents("orders", ["PK", "SK"])
    assert documents.get({"PK": "d", "SK": "1"})["count"] == 4


def test_throttled_calls_are_retried_over_an_injected_transport():
    pauses = []
    faults = FaultPlan([FaultRule("throttle", probability=0.3)], seed=3)
    with client_for_tests(faults, sleep=pauses.append) as (client, _):
        table = client.table(Order)
        table.ensure_table()
        for n in range(8):
            table.put(order(str(n)))
    assert faults.struck[0] > 0 and len(pauses) == faults.struck[0]


def test_asynchronous_twins(tabletheory_async_client):
    async def run():
        async with tabletheory_async_client() as client:
            orders = client.table(Order)
            await orders.ensure_table()
            await asyncio.gather(*(orders.create(order(str(n))) for n in range(10)))
            assert len([o async for o in orders.query("c")]) == 10
            with pytest.raises(tt.ItemNotFoundError):
                await orders.get(("c", "x"))

    asyncio.run(run())


def test_nothing_leaks():
    def work():
        with tt.connect("memory:", **test_options()) as client:
            table = client.table(Order)
            table.ensure_table()
            table.create(order())
            next(iter(table.query("c")))

    work()
    gc.collect()
    before = _native.live_handles()
    for _ in range(20):
        work()
    gc.collect()
    assert _native.live_handles() == before


def test_a_client_says_so_in_the_child_of_a_fork(tabletheory_client):
    tabletheory_client.echo(1)
    child = os.fork()
    if child == 0:
        try:
            tabletheory_client.echo(1)
            os._exit(1)
        except tt.TransportError as error:
            os._exit(0 if "fork" in str(error) else 2)
        except BaseException:
            os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_class_that_differs_from_its_schema_is_refused(tabletheory_client):
    text = '''{"dms_version": "0.3", "models": [{"name": "Order", "table": {"name": "orders"},
        "keys": {"partition": {"attribute": "PK", "type": "S"}},
        "attributes": [{"attribute": "PK", "type": "S", "required": true, "roles": ["pk"]}]}]}'''
    with pytest.raises(tt.InvalidModelError) as caught:
        tabletheory_client.table(Order, schema=tt.Schema.loads(text, "order.json"))
    assert "SK" in str(caught.value)
