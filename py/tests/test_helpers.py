"""Streams, leases, aggregates, migration, derived keys, release state and encryption."""
import json
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

import pytest

import tabletheory as tt
from tabletheory import PK, SK, VERSION, Attr, attr, columns, handle_in_order, model, named
from tabletheory.testing import START, test_options

# --- Streams ----------------------------------------------------------------------------------------------------------


@model("Product", table="shop")
class Product:
    id: Annotated[str, PK]
    title: str = ""
    price: Decimal = Decimal(0)


def record(event, number, **images):
    return {"eventID": f"e{number}", "eventName": event, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "eu-central-1",
            "eventSourceARN": "arn:aws:dynamodb:eu-central-1:1:table/shop/stream/2025", "dynamodb": {
                "ApproximateCreationDateTime": 1748779200, "Keys": {"id": {"S": "p1"}}, "SequenceNumber": str(number),
                "SizeBytes": 10, "StreamViewType": "NEW_AND_OLD_IMAGES", **images}}


NEW = {"id": {"S": "p1"}, "title": {"S": "Lamp"}, "price": {"N": "12.5"}}


def test_a_stream_record_is_read_in_the_class_of_its_table(tabletheory_client):
    event = {"Records": [record("INSERT", 100, NewImage=NEW), record("MODIFY", 200, OldImage=NEW, NewImage={**NEW, "title": {"S": "Desk"}})]}
    inserted, modified = tabletheory_client.read_stream(event, [tabletheory_client.table(Product)])
    assert inserted.new_image == Product("p1", "Lamp", Decimal("12.5")) and inserted.old_image is None and inserted.table == 0
    assert (modified.old_image.title, modified.new_image.title, modified.key) == ("Lamp", "Desk", {"id": "p1"})
    assert (inserted.info["event"], inserted.info["sequence_number"], inserted.info["table"]) == ("INSERT", "100", "shop")
    assert inserted.info["created_at"] == START.replace(microsecond=0) and inserted.info["is_ttl_delete"] is False


def test_a_record_of_no_table_is_read_as_it_is_stored(tabletheory_client):
    (read,) = tabletheory_client.read_stream(json.dumps({"Records": [record("REMOVE", 1, OldImage={**NEW, "more": {"SS": ["a"]}})]}))
    assert read.table is None and read.old_image == {"id": "p1", "title": "Lamp", "price": Decimal("12.5"), "more": {"a"}}


def test_handlers_stop_at_the_first_failure(tabletheory_client):
    records = tabletheory_client.read_stream({"Records": [record("INSERT", n, NewImage=NEW) for n in (100, 200, 300)]})
    seen = []

    def handle(one):
        seen.append(one.info["sequence_number"])
        if one.info["sequence_number"] == "200":
            raise ValueError("out of stock")

    assert handle_in_order(records, handle) == {"batchItemFailures": [{"itemIdentifier": "200"}]} and seen == ["100", "200"]
    assert handle_in_order(records, seen.append) == {"batchItemFailures": []}


def test_what_is_no_stream_event_is_refused(tabletheory_client):
    with pytest.raises(tt.InvalidModelError):
        tabletheory_client.read_stream({"records": []})


# --- Leases -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def locks(tabletheory_client):
    tabletheory_client.raw_call("CreateTable", {
        "TableName": "locks", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}]})
    return tabletheory_client.leases("locks", partition_key="name", sort_key="")


def test_a_lease_is_held_by_one_until_it_ends(locks, tabletheory_client):
    first = locks.acquire("report", 30_000)
    with pytest.raises(tt.LeaseHeldError):
        locks.acquire("report", 30_000)
    kept = locks.refresh(first, 60_000)
    assert kept.token == first.token and kept.expires_at > first.expires_at
    tabletheory_client.advance_clock(90 * 10**9)
    second = locks.acquire("report", 30_000)
    assert second.token != first.token
    with pytest.raises(tt.LeaseNotOwnedError):
        locks.refresh(kept, 30_000)
    locks.release(kept)  # not ours any more: left alone
    with pytest.raises(tt.LeaseHeldError):
        locks.acquire("report", 30_000)
    locks.release(second)
    assert locks.acquire("report", 30_000).name == "report"


def test_a_transaction_holds_only_while_the_lease_does(locks, tabletheory_client):
    reports = tabletheory_client.table(Product)
    reports.ensure_table()
    lease = locks.acquire("report", 30_000)

    def write(number):
        held = locks.check(lease)
        items = tabletheory_client.documents("locks", ["name"])
        tabletheory_client.transact_write().check(items, held.key, condition=held.condition).create(reports, Product(number)).run()

    write("1")
    locks.release(lease)
    with pytest.raises(tt.TransactionCanceledError):
        write("2")
    assert [report.id for report in reports.scan()] == ["1"]


# --- Aggregates -------------------------------------------------------------------------------------------------------


@model("Sale", table="sales")
class Sale:
    city: Annotated[str, PK]
    number: Annotated[int, SK]
    article: str = ""
    price: Decimal = Decimal(0)


@pytest.fixture
def sales(tabletheory_client):
    table = tabletheory_client.table(Sale)
    table.ensure_table()
    for number, (article, price) in enumerate([("lamp", "0.1"), ("desk", "100"), ("lamp", "0.2"), ("sofa", "7"), ("desk", "50")]):
        table.create(Sale("Berlin", number, article, Decimal(price)))
    return table


def test_aggregates_are_exact_and_grouped(sales):
    price = columns(Sale).price
    rows = (sales.query("Berlin").aggregate().group_by("article").count("sold").sum("revenue", price).average("mean", price)
            .min("least", price).max("most", price).having(attr("sold") >= 2).run())
    assert rows == [
        {"article": "desk", "sold": 2, "revenue": 150, "mean": 75, "least": 50, "most": 100},
        {"article": "lamp", "sold": 2, "revenue": Decimal("0.3"), "mean": Decimal("0.15"), "least": Decimal("0.1"), "most": Decimal("0.2")}]


def test_aggregates_of_a_filtered_scan(sales):
    (row,) = sales.scan().where(attr("price") > 1).aggregate().count("n").count_distinct("articles", "article").run()
    assert row == {"n": 3, "articles": 2}


def test_aggregates_stay_within_their_memory(sales):
    with pytest.raises(tt.InvalidOperatorError):
        sales.scan().aggregate().group_by("number").count("n").memory_limit(10).run()


# --- Migration --------------------------------------------------------------------------------------------------------


@model("Sale", table="sales_2")
class NewSale:
    city: Annotated[str, PK]
    number: Annotated[int, SK]
    title: str = ""
    price: Decimal = Decimal(0)


def test_a_migration_copies_under_the_new_model_and_tells_how_far_it_is(sales, tabletheory_client):
    target = tabletheory_client.table(NewSale)
    progress = []
    done = tabletheory_client.migrate(sales, target, rename={"article": "title"}, page_size=2, on_progress=progress.append)
    assert (done.copied, done.skipped, done.token) == (5, 0, "") and done == progress[-1]
    assert [step.copied for step in progress] == [2, 4, 5]
    assert [(sale.number, sale.title) for sale in target.query("Berlin")] == [(0, "lamp"), (1, "desk"), (2, "lamp"), (3, "sofa"), (4, "desk")]
    again = tabletheory_client.migrate(sales, target, rename={"article": "title"}, resume_from=progress[0].token)
    assert again.copied == 5  # the 2 before, too


def test_a_migration_into_a_table_that_is_not_there_may_be_refused(sales, tabletheory_client):
    with pytest.raises(tt.TableNotFoundError):
        tabletheory_client.migrate(sales, tabletheory_client.table(NewSale), drop=["article"], create_table=False)


# --- Derived keys -----------------------------------------------------------------------------------------------------

KEYS = """
tabletheory_model_contract_version: "0.2"
models:
  - name: Order
    dms_model: Order
    table: orders
    derived_keys:
      - name: customer
        helper: customerKey
        join: "#"
        inputs: [{ name: tenant, type: string }, { name: number, type: number, optional: true }]
        segments:
          - { literal: TENANT }
          - { value: { input: tenant }, transforms: [trim, lowercase] }
          - { prefix: "N-", value: { input: number }, optional: true }
        fixtures: [{ inputs: { tenant: a }, expected: "TENANT#a" }]
"""


def test_derived_keys_are_evaluated_and_checked(tmp_path):
    (tmp_path / "orders.keys.yml").write_text(KEYS)
    key = tt.DerivedKeys.load(tmp_path / "orders.keys.yml").key("Order", "customer")
    assert key.evaluate(tenant=" Acme/EU ", number=7) == "TENANT#acme%2Feu#N-7" and key.evaluate(tenant="a") == "TENANT#a"
    assert [(i.name, i.type, i.optional) for i in key.inputs] == [("tenant", "string", False), ("number", "number", True)]
    for wrong in ({}, {"tenant": None}, {"tenant": "a", "other": 1}, {"tenant": 5}):
        with pytest.raises(tt.InvalidModelError):
            key.evaluate(**wrong)
    with pytest.raises(tt.InvalidModelError) as caught:
        tt.DerivedKeys.loads(KEYS.replace('expected: "TENANT#a"', 'expected: "TENANT#b"'), "wrong.keys.yml")
    assert caught.value.diagnostics[0].file == "wrong.keys.yml" and caught.value.diagnostics[0].line > 0


# --- Release state ----------------------------------------------------------------------------------------------------


@model("Actual", table="releases", protected=["pinned"])
class Actual:
    service: Annotated[str, PK, Attr("PK")]
    row: Annotated[str, SK, Attr("SK")] = "ACTUAL"
    release: str = ""
    pinned: Annotated[str, Attr(omit_empty=True)] = ""
    version: Annotated[int, VERSION] = 0


@model("Event", table="releases", write_once=True)
class Event:
    service: Annotated[str, PK, Attr("PK")]
    row: Annotated[str, SK, Attr("SK")]
    kind: str = ""


def test_a_transition_changes_the_actual_row_and_appends_the_event_once(tabletheory_client):
    actuals, events = tabletheory_client.table(Actual), tabletheory_client.table(Event)
    actuals.ensure_table()
    row = actuals.create(Actual("shop", release="r1"))

    def promote(release, version):
        event = Event("shop", f"EVENT#{release}", "promote")
        tabletheory_client.transition(actuals, Actual("shop", release=release), ["release"], events, event, expected_version=version)

    promote("r2", row.version)
    assert (actuals.get(("shop", "ACTUAL")).release, actuals.get(("shop", "ACTUAL")).version) == ("r2", 1)
    with pytest.raises(tt.ConditionFailedError) as caught:
        promote("r2", 1)  # this event has happened
    assert not caught.value.answers_to("ErrVersionConflict") and len(caught.value.reasons) == 2
    with pytest.raises(tt.VersionConflictError):
        promote("r3", 0)  # another transition was faster
    assert [event.kind for event in events.query("shop").sort(attr("SK").begins_with("EVENT#"))] == ["promote"]


def test_deploy_authority_is_checked():
    evidence = {"kind": "submodule_pin", "source": "service-ci", "ref": "shop@c0ffee"}
    metadata = {"provenance": {"mode": "native", "evidence": [evidence]},
                "confidence": {"level": "high", "reasons": ["unique_submodule_pin_match"]}}
    with tt.connect("memory:") as client:
        client.check_deploy_authority(metadata)
        with pytest.raises(tt.RejectedDeployAuthorityEvidenceError):
            client.check_deploy_authority({**metadata, "confidence": {"level": "low", "reasons": ["unique_submodule_pin_match"]}})
        with pytest.raises(tt.InvalidModelError):
            client.check_deploy_authority({"provenance": metadata["provenance"]})


# --- Encryption -------------------------------------------------------------------------------------------------------


@model("Secret", table="secrets")
class Secret:
    id: Annotated[str, PK]
    text: Annotated[str, Attr(encryption=2)] = ""
    amounts: Annotated[set[int] | None, Attr(encryption=1)] = None


def test_encrypted_attributes_are_envelopes_in_the_table_and_values_here(tabletheory_client):
    secrets = tabletheory_client.table(Secret)
    secrets.ensure_table()
    secrets.create(Secret("1", "swordfish", {1, 2}))
    stored = tabletheory_client.raw_call("GetItem", {"TableName": "secrets", "Key": {"id": {"S": "1"}}})["Item"]
    assert set(stored["text"]["M"]) == set(stored["amounts"]["M"]) >= {"v", "ct"} and "swordfish" not in json.dumps(stored)
    assert secrets.get("1") == Secret("1", "swordfish", {1, 2})
    assert secrets.update_builder("1").set("text", "marlin").run_all_new().text == "marlin"
    assert [secret.text for secret in secrets.scan()] == ["marlin"]
    with pytest.raises(tt.EncryptedFieldNotQueryableError):
        secrets.scan().where(named("text") == "marlin").all()


def test_without_a_provider_nothing_of_such_a_model_is_written_or_read():
    options = {name: value for name, value in test_options().items() if name != "encryption"}
    with tt.connect("memory:", **options) as client:
        secrets = client.table(Secret)
        secrets.ensure_table()
        with pytest.raises(tt.EncryptionNotConfiguredError) as caught:
            secrets.create(Secret("1", "swordfish"))
        assert "swordfish" not in str(caught.value)
        with pytest.raises(tt.EncryptionNotConfiguredError):
            secrets.find("1")


def test_an_envelope_that_was_moved_does_not_open(tabletheory_client):
    secrets = tabletheory_client.table(Secret)
    secrets.ensure_table()
    secrets.create(Secret("1", "swordfish"))
    documents = tabletheory_client.documents("secrets", ["id"])
    documents.put({**documents.get("1"), "id": "2"})
    with pytest.raises(tt.InvalidEncryptedEnvelopeError):
        secrets.get("2")


# --- Time limits ------------------------------------------------------------------------------------------------------


def test_calls_end_by_their_deadline(tabletheory_client):
    class Context:
        def get_remaining_time_in_millis(self):
            return 3000

    products = tabletheory_client.bounded(deadline=START - timedelta(seconds=1)).table(Product)
    with pytest.raises(tt.TimeoutError):
        products.put(Product("1"))
    deadline = tt.deadline_from_lambda_context(Context(), buffer_ms=1000)
    assert tabletheory_client.bounded(deadline=deadline, timeout_ms=1000).raw_call("ListTables", {}) == {"TableNames": []}


# --- Schemas ----------------------------------------------------------------------------------------------------------


def test_a_schema_says_every_problem_with_its_place(tmp_path):
    (tmp_path / "wrong.yml").write_text("dms_version: '0.3'\nmodels:\n  - name: A\n    table: {name: a}\n    keys: {}\n")
    with pytest.raises(tt.InvalidModelError) as caught:
        tt.Schema.load(tmp_path / "wrong.yml")
    assert caught.value.diagnostics and all(d.line > 0 and d.message for d in caught.value.diagnostics)


def test_a_table_is_made_verified_and_changed(tabletheory_client):
    products = tabletheory_client.table(Product)
    assert json.loads(products.create_table())["TableName"] == "shop"
    with pytest.raises(tt.TableInUseError):
        products.create_table()
    assert products.verify_table() == [] and json.loads(products.wait_table())["TableStatus"] == "ACTIVE"
    assert products.update_table(deletion_protection=True) != []
    with pytest.raises(tt.TableTheoryError):
        products.delete_table()
    products.update_table(deletion_protection=False)
    products.delete_table()
    with pytest.raises(tt.TableNotFoundError):
        products.describe_table()
