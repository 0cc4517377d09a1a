# pyright: strict, reportUnnecessaryTypeIgnoreComment=true
"""Mistakes that both type checkers find: each is on a line that says so, and where there is nothing to find the comment is
unused, which is an error of its own (run_tests.py)."""

from __future__ import annotations

from typing import Annotated

from tabletheory import PK, SK, attr, connect, model


@model("Order", table="orders")
class Order:
    customer: Annotated[str, PK]
    number: Annotated[str, SK]
    total: int = 0


@model("Note", table="notes")
class Note:
    id: Annotated[str, PK]


with connect("memory:") as client:
    orders = client.table(Order)
    orders.create(Order("ada"))  # type: ignore[call-arg]
    orders.create(Order("ada", 1))  # type: ignore[arg-type]
    orders.create(Note("1"))  # type: ignore[arg-type]
    orders.get(("ada", "1")).amount  # type: ignore[attr-defined]
    orders.find(("ada", "1")).total  # type: ignore[union-attr]
    orders.put(Order("ada", "1"), if_version="1")  # type: ignore[arg-type]
    orders.put(Order("ada", "1"), if_verison=1)  # type: ignore[call-arg]
    orders.ensure_table(stream="EVERYTHING")  # type: ignore[arg-type]
    orders.query("ada").where("total > 3")  # type: ignore[arg-type]
    orders.batch_write([Note("1")])  # type: ignore[list-item]
    orders.update(Order("ada", "1"), [1])  # type: ignore[list-item]
    attr(3)  # type: ignore[arg-type]
    client.bounded(deadline=5)  # type: ignore[arg-type]

connect("memory:", retry={"attempts": 3})  # type: ignore[typeddict-unknown-key]
connect("memory:", regoin="eu-central-1")  # type: ignore[call-arg]
