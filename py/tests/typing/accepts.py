# pyright: strict, reportUnnecessaryTypeIgnoreComment=true
"""What a program that uses the library may write, and what type each expression has. Checked by mypy --strict and by
pyright, never run (run_tests.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated, Any, assert_type

from pydantic import BaseModel

import tabletheory as tt
from tabletheory import PK, SK, VERSION, Attr, Index, attr, columns, connect, connect_async, model, named


@dataclass
class Line:
    sku: str
    price: Decimal = Decimal(0)


@model("Order", table="orders", indexes=[Index("by-state", "state", ("number",))])
class Order:
    customer: Annotated[str, PK, Attr("PK")]
    number: Annotated[str, SK, Attr("SK")]
    state: str = "open"
    total: Decimal = Decimal(0)
    lines: list[Line] = field(default_factory=list[Line])
    tags: Annotated[set[str] | None, Attr(omit_empty=True)] = None
    version: Annotated[int, VERSION] = 0


@model("User", table="users")
class User(BaseModel):
    id: Annotated[str, PK]
    name: str = ""


schema = tt.Schema.loads("{}", "orders.json")


def blocking() -> None:
    with connect("memory:", region="eu-central-1", retry={"max_attempts": 3}, table_prefix="test-") as client:
        assert_type(client, tt.Client)
        orders = client.table(Order)
        assert_type(orders, tt.Table[Order])
        order = orders.create(Order("ada", "1", total=Decimal("1.5"), lines=[Line("a")]))
        assert_type(order, Order)
        assert_type(order.total, Decimal)
        assert_type(order.lines[0], Line)
        assert_type(order.tags, set[str] | None)
        assert_type(orders.get(("ada", "1"), consistent=True), Order)
        assert_type(orders.find(("ada", "1")), Order | None)
        assert_type(orders.update(order, ["state", columns(Order).total, attr("lines[0].sku"), named("a.b", 1)]), Order)
        orders.put(order, condition=attr("state") == "open", if_version=1, protect=["total"])
        orders.delete(("ada", "1"), return_item_on_failure=True)
        orders.ensure_table(provisioned={"read_units": 5, "write_units": 5}, stream="KEYS_ONLY", tags={"team": "shop"})
        assert_type(orders.update_table(dry_run=True, drop_indexes=True), list[str])
        for each in orders.query("ada").where((attr("total") > 3) & ~attr("tags").exists()).descending():
            assert_type(each, Order)
        assert_type(orders.query(columns(Order).state == "open").using_index("by-state").limit(3), tt.Query[Order])
        assert_type(orders.query("ada").page(), tt.Page[Order])
        assert_type(orders.query("ada").page().items, Sequence[Order])
        assert_type(orders.scan().parallel(4).all(), list[Order])
        assert_type(orders.scan().first(), Order | None)
        assert_type(orders.scan().count(), int)
        assert_type(orders.query("ada").explain(), tt.Explanation)
        assert_type(orders.query("ada").aggregate().sum("sum", "total").run(), Sequence[dict[str, Any]])
        assert_type(orders.batch_get([("ada", "1")]), list[Order | None])
        builder = orders.update_builder(("ada", "1")).set("state", "paid").increment("total").where(attr("state") == "open")
        assert_type(builder, tt.Update[Order])
        assert_type(builder.run_all_new(), Order)
        assert_type(builder.run_all_old(), Order | None)
        assert_type(client.table(schema.model("Order")), tt.Table[dict[str, Any]])
        assert_type(client.documents("orders", ["PK"]).get("ada"), dict[str, Any])
        assert_type(client.table(User).get("u"), User)
        assert_type(client.bounded(timeout_ms=100, deadline=datetime.now(timezone.utc)), tt.Client)
        client.transact_write().create(orders, order).check(orders, ("ada", "2"), condition=attr("state").exists()).run()
        assert_type(client.leases("locks", sort_key="").acquire("job", 1000), tt.Lease)


async def asynchronous() -> None:
    async with connect_async("memory:") as client:
        assert_type(client, tt.AsyncClient)
        orders = client.table(Order)
        assert_type(orders, tt.AsyncTable[Order])
        assert_type(await orders.get(("ada", "1")), Order)
        assert_type(await orders.find(("ada", "1")), Order | None)
        async for each in orders.query("ada"):
            assert_type(each, Order)
        async for page in orders.scan().pages():
            assert_type(page, tt.Page[Order])
        assert_type(await orders.scan().all(), list[Order])
        assert_type(await orders.batch_get([("ada", "1")]), list[Order | None])


def errors() -> None:
    try:
        blocking()
    except tt.TransactionCanceledError as error:
        assert_type(error.code, str)
        assert_type(error.retryable, bool)
        for reason in error.reasons:
            assert_type(reason.index, int)


def transport(service: str, operation: str, body: str) -> tuple[int, str]:
    return 200, body


connect("aws:", transport=transport, now=lambda: datetime.now(timezone.utc), random=lambda: 4, sleep=lambda seconds: None)
