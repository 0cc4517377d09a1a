"""boto3 as the transport, against the engine over HTTP."""
import asyncio
import os
import threading
from decimal import Decimal
from typing import Annotated

import boto3
import pytest
from botocore.config import Config

import tabletheory as tt
from tabletheory import PK, SK, VERSION, attr, boto3_transport, model


@model("Sample", table="samples")
class Sample:
    group: Annotated[str, PK]
    key: Annotated[bytes, SK]
    number: Decimal = Decimal(0)
    parts: Annotated[set[bytes] | None, tt.Attr(omit_empty=True)] = None
    nested: dict[str, bytes] | None = None
    version: Annotated[int, VERSION] = 0


@pytest.fixture
def boto(server):
    """Makes clients of boto3, which are closed when the test ends."""
    session = boto3.session.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")
    made = []

    def client(service, endpoint=server, **config):
        made.append(session.client(service, endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}, **config)))
        return made[-1]

    yield client
    for each in made:
        each.close()


@pytest.fixture
def client(boto):
    with tt.connect("aws:", transport=boto3_transport(boto("dynamodb")), sleep=lambda seconds: None) as connected:
        yield connected


@pytest.fixture
def samples(client):
    table = client.table(Sample)
    table.ensure_table()
    yield table
    table.delete_table()


def test_all_types_pass_in_both_directions(samples, boto):
    stored = samples.create(Sample("g", b"\0\xff", Decimal("1.000000000000000000000000000000000001"), {b"a", b"\x80"}, {"b": b"in"}))
    assert samples.get(("g", b"\0\xff"), consistent=True) == stored
    seen = boto("dynamodb").get_item(TableName="samples", Key={"group": {"S": "g"}, "key": {"B": b"\0\xff"}})["Item"]
    assert seen["nested"] == {"M": {"b": {"B": b"in"}}}
    assert seen["number"] == {"N": "1.000000000000000000000000000000000001"}


def test_queries_batches_and_transactions(samples, client):
    samples.batch_write([Sample("g", bytes([n]), Decimal(n)) for n in range(40)])
    assert [s.number for s in samples.query("g").where(attr("number") >= 37)] == [37, 38, 39]
    assert samples.batch_get([("g", b"\1"), ("h", b"1")])[1:] == [None]
    client.transact_write().delete(samples, ("g", b"\1")).create(samples, Sample("h", b"1")).run()
    assert samples.find(("g", b"\1")) is None


def test_the_services_refusals_keep_their_names_items_and_reasons(samples, client):
    samples.create(Sample("g", b"1", Decimal(7)))
    with pytest.raises(tt.ConditionFailedError) as caught:
        samples.create(Sample("g", b"1"), return_item_on_failure=True)
    assert caught.value.service_type.endswith("ConditionalCheckFailedException") and caught.value.http_status == 400
    assert caught.value.item.number == 7 and caught.value.item.key == b"1"
    assert caught.value.request_id
    with pytest.raises(tt.TransactionCanceledError) as caught:
        client.transact_write().delete(samples, ("g", b"2")).create(samples, Sample("g", b"1")).run()
    assert [(reason.kind, reason.code) for reason in caught.value.reasons] == [("delete", "None"), ("create", "ConditionalCheckFailed")]
    assert isinstance(caught.value, tt.ConditionFailedError)
    with pytest.raises(tt.TableNotFoundError):
        client.documents("nowhere", ["id"]).get("1")


def test_what_boto3_itself_refuses_is_not_tried_again(boto):
    calls = []
    dynamodb = boto("dynamodb")
    dynamodb.meta.events.register("provide-client-params.dynamodb.*", lambda params, **about: calls.append(params))
    with tt.connect("aws:", transport=boto3_transport(dynamodb)) as client:
        with pytest.raises(tt.TableTheoryError) as caught:
            client.raw_call("PutItem", {"TableName": "samples", "Itme": {}})
    assert "Itme" in str(caught.value) and len(calls) == 1


def test_a_server_that_is_not_there_is_tried_again_and_then_told(boto):
    pauses = []
    transport = boto3_transport(boto("dynamodb", "http://127.0.0.1:9", connect_timeout=1))
    with tt.connect("aws:", transport=transport, sleep=pauses.append, retry={"max_attempts": 3}) as client:
        with pytest.raises(tt.TransportError) as caught:
            client.documents("t", ["id"]).put({"id": "1"})
    assert len(pauses) == 2 and "EndpointConnectionError" in str(caught.value)


def test_missing_credentials_are_told_as_such(server, monkeypatch):
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    dynamodb = boto3.session.Session(region_name="us-east-1").client("dynamodb", endpoint_url=server)
    with tt.connect("aws:", transport=boto3_transport(dynamodb)) as client:
        with pytest.raises(tt.CredentialsError):
            client.documents("t", ["id"]).get("1")


def test_a_resource_serves_too_and_other_things_do_not(boto, server):
    session = boto3.session.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")
    resource = session.resource("dynamodb", endpoint_url=server)
    with tt.connect("aws:", transport=boto3_transport(resource)) as client:
        assert "TableNames" in client.raw_call("ListTables", {})
        with pytest.raises(tt.TableTheoryError, match="boto3_transport was given no client of kms"):
            client.raw_call("GenerateDataKey", {}, "kms")
    for other in (boto("kms"), object(), resource.Table("t").get_item):
        with pytest.raises(tt.InvalidModelError, match="boto3.client"):
            boto3_transport(other)
    resource.meta.client.close()


def test_asyncio_waits_on_other_threads(boto):
    threads = set()
    dynamodb = boto("dynamodb")
    dynamodb.meta.events.register("before-send.dynamodb.*", lambda **about: threads.add(threading.get_ident()))

    async def run():
        async with tt.connect_async("aws:", transport=boto3_transport(dynamodb)) as client:
            table = client.table(Sample, "async-")
            await table.ensure_table()
            await asyncio.gather(*(table.create(Sample("g", bytes([n]))) for n in range(20)))
            assert len(await table.query("g").all()) == 20
            await table.delete_table()

    asyncio.run(run())
    assert threads and threading.get_ident() not in threads
