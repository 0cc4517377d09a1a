"""Several models of one table, and transactions over them."""
import asyncio
from decimal import Decimal
from typing import Annotated

import pytest

import tabletheory as tt
from tabletheory import PK, SK, Attr, ModelItem, attr, model
from tabletheory.models import info_of
from tabletheory.testing import client_for_tests


@model("Buyer", table="market", discriminator=("kind", "buyer"))
class Buyer:
    id: Annotated[str, PK, Attr("PK")]
    part: Annotated[str, SK, Attr("SK")]
    name: str = ""


@model("Sale", table="market", discriminator=("kind", "sale"))
class Sale:
    id: Annotated[str, PK, Attr("PK")]
    part: Annotated[str, SK, Attr("SK")]
    total: Decimal = Decimal(0)


@pytest.fixture
def market(tabletheory_client):
    buyers, sales = tabletheory_client.table(Buyer), tabletheory_client.table(Sale)
    shared = tabletheory_client.shared_table(buyers, sales)
    shared.ensure_table()
    buyers.create(Buyer("B#1", "PROFILE", "Ada"))
    sales.batch_write([Sale("B#1", f"SALE#{n}", Decimal(n)) for n in range(3)])
    return shared


def test_one_query_gives_each_item_in_its_own_class(market):
    assert list(market.query("B#1")) == [Buyer("B#1", "PROFILE", "Ada"), *(Sale("B#1", f"SALE#{n}", Decimal(n)) for n in range(3))]
    assert {type(item) for item in market.scan()} == {Buyer, Sale}


def test_filters_may_name_attributes_of_any_model(market):
    assert market.query("B#1").where(attr("total") >= 1).all() == [Sale("B#1", "SALE#1", Decimal(1)), Sale("B#1", "SALE#2", Decimal(2))]
    assert market.query("B#1").where(attr("name") == "Ada").count() == 1


def test_pages_and_cursors_lead_on_over_models(market):
    first = market.query("B#1").limit(2).page()
    rest = market.query("B#1").after(first.cursor).all()
    assert [item.part for item in first.items] == ["PROFILE", "SALE#0"] and [item.part for item in rest] == ["SALE#1", "SALE#2"]


def test_items_of_no_model_are_left_out_and_counted(market, tabletheory_client):
    tabletheory_client.documents("market", ["PK", "SK"]).put({"PK": "B#1", "SK": "X", "kind": "other"})
    page = market.query("B#1").page()
    assert len(page.items) == 4 and page.skipped_count == 1


def test_dictionaries_say_whose_they_are(market, tabletheory_client):
    tables = [tabletheory_client.table(info_of(cls).schema.model(info_of(cls).name)) for cls in (Buyer, Sale)]
    items = tabletheory_client.shared_table(*tables).query("B#1").all()
    assert items[0] == ModelItem("Buyer", {"PK": "B#1", "SK": "PROFILE", "name": "Ada"})
    assert [item.model for item in items] == ["Buyer", "Sale", "Sale", "Sale"]
    assert items[2].item["total"] == 1


def test_a_model_alone_sees_its_own_items(market, tabletheory_client):
    assert [item.name for item in tabletheory_client.table(Buyer).query("B#1")] == ["Ada"]
    with pytest.raises(tt.InvalidModelError):
        tabletheory_client.table(Buyer).get(("B#1", "SALE#0"))


def test_one_model_reads_its_own_items(market, tabletheory_client):
    assert tabletheory_client.shared_table(tabletheory_client.table(Buyer)).query("B#1").all() == [Buyer("B#1", "PROFILE", "Ada")]


def test_the_table_of_all_models_is_verified_together(market):
    assert market.verify_table() == [] and market.update_table() == [] and '"market"' in market.describe_table()


def test_transactions_over_models_give_each_its_class(market, tabletheory_client):
    buyers, sales = tabletheory_client.table(Buyer), tabletheory_client.table(Sale)
    write = tabletheory_client.transact_write()
    write.put(buyers, Buyer("B#2", "PROFILE", "Bo")).create(sales, Sale("B#2", "SALE#1", Decimal("2.5")))
    write.build(sales.update_builder(("B#1", "SALE#0")).set("total", 7)).check(buyers, ("B#1", "PROFILE"), condition=attr("name").exists())
    write.run()
    read = tabletheory_client.transact_get()
    slots = [read.get(sales, ("B#2", "SALE#1")), read.get(buyers, ("B#2", "PROFILE")), read.get(sales, ("B#9", "X")),
             read.get(sales, ("B#1", "SALE#0"))]
    items = read.run()
    assert [items[slot] for slot in slots] == [Sale("B#2", "SALE#1", Decimal("2.5")), Buyer("B#2", "PROFILE", "Bo"), None,
                                               Sale("B#1", "SALE#0", Decimal(7))]


def test_batches_over_models_give_each_its_class(market, tabletheory_client):
    buyers, sales = tabletheory_client.table(Buyer), tabletheory_client.table(Sale)
    tabletheory_client.batch_write().put(buyers, Buyer("B#3", "PROFILE", "Cy")).delete(sales, ("B#1", "SALE#2")).run()
    read = tabletheory_client.batch_get()
    for table, key in ((sales, ("B#1", "SALE#1")), (buyers, ("B#3", "PROFILE")), (sales, ("B#1", "SALE#2"))):
        read.get(table, key)
    assert read.run() == [Sale("B#1", "SALE#1", Decimal(1)), Buyer("B#3", "PROFILE", "Cy"), None]


def test_the_reasons_of_a_cancelled_transaction_hold_items_of_their_class(market, tabletheory_client):
    buyers, sales = tabletheory_client.table(Buyer), tabletheory_client.table(Sale)
    write = tabletheory_client.transact_write().put(buyers, Buyer("B#4", "PROFILE"))
    write.delete(sales, ("B#1", "SALE#1"), condition=attr("total") > 100, return_item_on_failure=True)
    with pytest.raises(tt.TransactionCanceledError) as caught:
        write.run()
    assert caught.value.reasons[1].item == Sale("B#1", "SALE#1", Decimal(1)) and caught.value.reasons[0].item is None
    assert caught.value.reasons[1].model == "Sale" and caught.value.answers_to("ErrConditionFailed")


def test_a_transaction_is_explained_without_being_sent():
    with client_for_tests() as (client, spy):
        explained = client.transact_write().create(client.table(Buyer), Buyer("B#1", "P")).explain()
        assert explained.operation == "TransactWriteItems" and "B#1" in explained.request and spy.calls == []


def test_asynchronous_reads_over_models(tabletheory_async_client):
    async def run():
        async with tabletheory_async_client() as client:
            buyers, sales = client.table(Buyer), client.table(Sale)
            shared = client.shared_table(buyers, sales)
            await shared.ensure_table()
            await buyers.create(Buyer("B#1", "PROFILE", "Ada"))
            await sales.create(Sale("B#1", "SALE#1"))
            return [type(item) async for item in shared.query("B#1")]

    assert asyncio.run(run()) == [Buyer, Sale]
