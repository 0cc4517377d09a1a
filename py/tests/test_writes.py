"""Conditions, update builders and options of writes, in their own classes."""
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated

import pytest

import tabletheory as tt
from tabletheory import CREATED_AT, PK, TTL, UPDATED_AT, VERSION, Attr, attr, columns, model, named, raw_condition
from tabletheory.testing import START, client_for_tests


@dataclass
class Address:
    city: str = ""
    lines: list[str] = field(default_factory=list)


@model("Order", table="orders")
class Order:
    id: Annotated[str, PK]
    owner: str = ""
    state: str = "open"
    total: Decimal = Decimal(0)
    count: int = 0
    events: list[str] = field(default_factory=list)
    address: Address = field(default_factory=Address)
    tags: set[str] | None = None
    sizes: set[int] | None = None
    photos: set[bytes] | None = None
    due: datetime | None = None
    created_at: Annotated[datetime | None, CREATED_AT] = None
    updated_at: Annotated[datetime | None, UPDATED_AT] = None
    version: Annotated[int, VERSION] = 0
    expires: Annotated[int | None, TTL] = None


@pytest.fixture
def orders(tabletheory_client):
    table = tabletheory_client.table(Order)
    table.ensure_table()
    return table


def found(orders, condition):
    return [order.id for order in orders.scan().where(condition)]


@pytest.mark.parametrize("condition, matches", [
    (columns(Order).total > 1, True), (columns(Order).total >= 2, True), (attr("total") < 2, False), (attr("total") <= 2, True),
    (attr("total") == Decimal("2.00"), True), (attr("total") != 2, False), (attr("total").between(1, 2), True),
    (attr("state").is_in(["draft", "open"]), True), (attr("state").begins_with("op"), True), (attr("tags").contains("new"), True),
    (attr("tags").contains("old"), False), (attr("due").exists(), True), (attr("photos").not_exists(), True),
    (attr("state").has_type("S"), True), (attr("events").size() == 2, True), (attr("address.lines[1]") == "b", True),
    (attr("address")["lines"][0] == "b", False), (named("address", "city") == "Berlin", True),
    (attr("due") < datetime(2026, 1, 1, tzinfo=timezone.utc), True), (attr("count") < attr("total"), True),
    (~(attr("count") == 1) | (attr("state") == "paid"), False), ((attr("count") == 1) & ~(attr("state") == "paid"), True),
    (attr("state").compare("BEGINS_WITH", "o"), True), (raw_condition("#t < :n", {"#t": "total"}, {":n": 5}), True),
    (raw_condition("#t < :n", {"#t": "total"}, {":n": 5}) & (attr("count") > 5), False),
], ids=str)
def test_a_condition_filters(orders, condition, matches):
    orders.create(Order("1", total=Decimal(2), count=1, events=["a", "b"], address=Address("Berlin", ["a", "b"]), tags={"new"},
                        due=datetime(2025, 1, 1, tzinfo=timezone.utc)))
    assert found(orders, condition) == (["1"] if matches else [])


def test_a_condition_has_no_truth_value():
    with pytest.raises(TypeError, match="&"):
        bool((attr("a") == 1) and (attr("b") == 2))


@pytest.mark.parametrize("condition, error", [
    (attr("missing") == 1, tt.InvalidModelError), (attr("total") == "text", tt.InvalidModelError),
    (attr("total").compare("near", 1), tt.InvalidOperatorError), (attr("total").compare("between", 1), tt.InvalidOperatorError),
    (attr("state").is_in([]), tt.InvalidOperatorError),
], ids=str)
def test_what_does_not_fit_is_told_before_anything_is_sent(condition, error):
    with client_for_tests() as (client, spy):
        with pytest.raises(error):
            client.table(Order).put(Order("1"), condition=condition)
        assert spy.calls == []


def test_every_action_of_an_update_builder(orders):
    orders.create(Order("1", owner="ada", events=["b"], tags={"x", "y"}, address=Address("Rome", ["1", "2", "3"])))
    new = (orders.update_builder("1").set("state", "paid").set("address.city", "Berlin").set_if_not_exists("due", START)
           .increment("count", 5).add("total", Decimal("1.5")).append("events", ["c"]).delete_elements("tags", {"x"})
           .remove_element(attr("address.lines"), 2).set_element("address.lines", 0, "one").add("sizes", {1, 2}).run_all_new())
    assert (new.state, new.address, new.due, new.count) == ("paid", Address("Berlin", ["one", "2"]), START, 5)
    assert (new.total, new.events, new.tags, new.sizes, new.version, new.owner) == (Decimal("1.5"), ["b", "c"], {"y"}, {1, 2}, 1, "ada")
    last = orders.update_builder("1").prepend("events", ["a"]).decrement("count").remove(columns(Order).due).run_all_new()
    assert (last.events, last.count, last.due, last.version) == (["a", "b", "c"], 4, None, 2)


def test_what_an_update_gives_back(orders):
    orders.create(Order("1", count=1))
    builder = orders.update_builder("1").increment("count")
    assert builder.run() is None
    assert builder.run_all_old().count == 2 and builder.run_all_new().count == 4
    assert builder.run_updated_new().count == 5 and builder.run_updated_old().count == 5
    assert orders.get("1").count == 6
    assert orders.upsert_builder("2").set("state", "new").run_all_old() is None
    assert orders.get("2").version == 0


def test_an_update_builder_is_immutable_and_is_explained(orders):
    base = orders.update_builder("1").set("state", "paid")
    base.set("count", 1)
    explained = base.where(attr("count") == 0).if_version(3).explain()
    assert explained.operation == "UpdateItem" and '"count"' in explained.request
    with pytest.raises(tt.ConditionFailedError):
        base.run()  # there is no such item


def test_a_failed_condition_brings_the_item_in_its_class(orders):
    orders.create(Order("1", state="paid"))
    update = orders.update_builder("1").set("count", 1).where(attr("state") == "open").return_item_on_failure()
    for write in (update.run, lambda: orders.put(Order("1"), condition=attr("state") == "open", return_item_on_failure=True)):
        with pytest.raises(tt.ConditionFailedError) as caught:
            write()
        assert isinstance(caught.value.item, Order) and caught.value.item.state == "paid"


def test_options_of_writes(orders):
    orders.create(Order("1"))
    assert orders.put(Order("1", state="x"), if_version=0).version == 1
    with pytest.raises(tt.VersionConflictError):
        orders.delete("1", if_version=0)
    with pytest.raises(tt.ConditionFailedError):
        orders.delete("1", condition=attr("state") == "y")
    with pytest.raises(tt.ProtectedFieldMutationError):
        orders.update(orders.get("1"), ["state"], protect=["state"])
    orders.delete({"id": "1"}, if_version=1)
    assert orders.find("1") is None


def test_policies_of_a_model(tabletheory_client):
    @model("Deed", table="deeds", protected=["owner"])
    class Deed:
        id: Annotated[str, PK]
        owner: str = ""
        note: str = ""

    @model("Entry", table="entries", write_once=True)
    class Entry:
        id: Annotated[str, PK]

    deeds, entries = tabletheory_client.table(Deed), tabletheory_client.table(Entry)
    deeds.ensure_table()
    entries.ensure_table()
    deed = deeds.create(Deed("1", "ada"))
    assert deeds.update(deed, ["note"]) == deed
    with pytest.raises(tt.ProtectedFieldMutationError):
        deeds.update(deed, ["owner"])
    with pytest.raises(tt.ProtectedFieldMutationError):
        deeds.put(deed)
    entries.create(Entry("1"))
    with pytest.raises(tt.ImmutableModelMutationError):
        entries.delete("1")


def test_upserts_patches_and_expressions(orders):
    assert orders.upsert(Order("1", count=1)).count == 1
    assert orders.patch(Order("1", owner="", state="paid", count=0)).state == "paid"
    changed = orders.update_expression("1", "SET #c = #c + :n", {"#c": "count"}, {":n": 2})
    assert changed.count == 3


def test_empty_sets_of_every_kind_are_read_as_empty_sets(orders):
    orders.create(Order("1", tags=set(), sizes=set(), photos=set()))
    read = orders.get("1")
    assert (read.tags, read.sizes, read.photos) == (set(), set(), set())
    orders.update_builder("1").set("sizes", {1}).run()
    assert orders.update_builder("1").set("sizes", set()).run_all_new().sizes == set()


def test_reads_leave_out_what_is_not_asked_for_and_what_has_expired(orders, tabletheory_client):
    orders.create(Order("1", state="x", count=2, expires=int(START.timestamp()) + 60))
    assert orders.get("1", projection=["state"]).count == 0 and orders.get("1", projection=["id", "count"]).count == 2
    assert orders.find("1", hide_expired=True) is not None
    tabletheory_client.advance_clock(int(timedelta(minutes=5).total_seconds() * 1e9))
    assert orders.find("1", hide_expired=True) is None and orders.find("1") is not None
    assert orders.scan().hide_expired().all() == [] and orders.scan().count() == 1
    assert orders.explain_get("1", consistent=True).operation == "GetItem"
    assert orders.explain_create(Order("9")).operation == "PutItem"


def test_segments_and_workers_read_everything_once(orders):
    orders.batch_write([Order(str(n)) for n in range(60)])
    parts = [order.id for segment in range(3) for order in orders.scan().segment(segment, 3)]
    assert sorted(parts, key=int) == [str(n) for n in range(60)]
    assert len({order.id for order in orders.scan().parallel(3).page_size(5)}) == 60


def test_errors_say_where_and_hold_no_item(orders):
    with pytest.raises(tt.MissingPrimaryKeyError) as caught:
        orders.create(Order(""))
    error = caught.value
    assert (error.code, error.model, error.table, error.operation) == ("ErrMissingPrimaryKey", "Order", "orders", "create")
    assert error.codes[0] == error.code and not error.retryable
