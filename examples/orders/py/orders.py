"""The demonstration in Python: one part of a story that four languages tell on one table (examples/orders/README.md).

    orders.py ADDRESS SCHEMA STEP [ARGUMENT]        one step: write, read, pay, late, page or ship
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import tabletheory
from tabletheory import PK, SK, VERSION, Attr, Client, Index, Schema, Table, columns, model


@model("Order", table="shop", indexes=[Index("by-state", "state", "placed_at")])
class Order:
    customer: Annotated[str, PK, Attr("PK")]
    number: Annotated[str, SK, Attr("SK")]
    state: Annotated[str, Attr(required=True)]
    placed_at: Annotated[datetime, Attr(required=True)]
    total: Annotated[Decimal, Attr(required=True)]  # exact: 0.10 is 0.10
    tags: Annotated[set[str], Attr(omit_empty=True)]
    receipt: bytes
    card: Annotated[str, Attr(encryption=2)]  # encrypted before it leaves this process
    version: Annotated[int, VERSION] = 0  # counted by the library: this is what catches lost updates


@model("Customer", table="shop")
class Customer:
    customer: Annotated[str, PK, Attr("PK")]
    kind: Annotated[str, SK, Attr("SK")]
    shipped: int = 0


ADA = "CUSTOMER#ada"
MINE = "ORDER#py"


def my_order() -> Order:
    return Order(
        customer=ADA,
        number=MINE,
        state="open",
        placed_at=datetime(2026, 3, 2, 9, 3, 0, 125_000, tzinfo=UTC),
        total=Decimal("12345678901234567890123456789012345.678"),
        tags={"gift", "paper"},
        receipt=bytes([0x00, 0xFF, 0x10, 0x80]),
        card="4242 4242 4242 4242",
    )


@dataclass
class Shop:
    client: Client
    orders: Table[Order]
    customers: Table[Customer]


def write(shop: Shop, _: str) -> None:
    shop.orders.ensure_table()
    made = shop.orders.create(my_order())
    print(f"made {made.number}, version {made.version}")
    try:
        shop.orders.create(my_order())
    except tabletheory.ConditionFailedError as error:
        print(f"again: {error.code}")


def read(shop: Shop, _: str) -> None:
    for order in shop.orders.query(ADA).sort(columns(Order).number.begins_with("ORDER#")):
        print(f"{order.number} {order.state}, version {order.version}")
        print(f"  {order.placed_at:%Y-%m-%dT%H:%M:%S}.{order.placed_at.microsecond // 1000:03}Z")
        print(f"  {order.total}")
        print(f"  {' '.join(sorted(order.tags))}")
        print(f"  {order.receipt.hex()}, {order.card}")


def pay(shop: Shop, number: str) -> None:
    order = shop.orders.get((ADA, number))
    print(f"found {number}, version {order.version}")
    order.state = "paid"
    order = shop.orders.update(order, ["state"])
    print(f"paid it, version {order.version}")


def late(shop: Shop, _: str) -> None:
    """Somebody paid my order meanwhile; I still hold what I made."""
    mine = my_order()
    mine.state = "cancelled"
    try:
        shop.orders.update(mine, ["state"])
    except tabletheory.VersionConflictError as error:
        print(f"cancel {MINE}, version {mine.version}:\n  {error.code}")
    stored = shop.orders.get((ADA, MINE))
    print(f"it is {stored.state}, version {stored.version}")


def page(shop: Shop, cursor: str) -> None:
    """The cursor is text that any process, in any language, can go on from."""
    found = shop.orders.query(columns(Order).state == "paid").limit(1).after(cursor).page()
    for order in found.items:
        print(f"paid: {order.number}")
    print(f"cursor {found.cursor}")


def ship(shop: Shop, number: str) -> None:
    """Both writes happen, or neither."""
    order = shop.orders.update_builder((ADA, number)).set("state", "shipped").where(columns(Order).state == "paid")
    count = shop.customers.upsert_builder((ADA, "PROFILE")).increment("shipped")
    shipment = shop.client.transact_write().build(order).build(count)
    shipment.run()
    print(f"shipped {number}; that makes {shop.customers.get((ADA, 'PROFILE')).shipped}")
    try:
        shipment.run()
    except tabletheory.TransactionCanceledError as error:
        print(f"again: {error.code}")
    print(f"that leaves {shop.customers.get((ADA, 'PROFILE')).shipped}")


def main(address: str, schema_path: str, step: str, argument: str = "") -> None:
    schema = Schema.load(schema_path)
    key = bytes([7]) * 32  # development only: in production, encryption={"kms": ARN}
    with tabletheory.connect(address, encryption={"static_development_key": key}) as client:
        # The classes say what the schema says, or this is an error.
        shop = Shop(client, client.table(Order, schema=schema), client.table(Customer, schema=schema))
        {"write": write, "read": read, "pay": pay, "late": late, "page": page, "ship": ship}[step](shop, argument)


if __name__ == "__main__":
    main(*sys.argv[1:])
