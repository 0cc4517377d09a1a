"""The libraries that are measured, each behind the same five calls. Items go in and come out as each is meant to be used:
as instances of a class where there are classes, as dictionaries of boto3's types otherwise."""
from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

import boto3
from botocore.config import Config
from pynamodb.attributes import (BooleanAttribute, ListAttribute, MapAttribute, NumberAttribute, NumberSetAttribute,
                                 UnicodeAttribute, UnicodeSetAttribute)
from pynamodb.models import Model as PynamoModel

import tabletheory as tt
from tabletheory import PK, SK, model

TABLE = "bench"


@dataclass
class Line:
    sku: str = ""
    quantity: int = 0


@dataclass
class Address:
    city: str = ""
    street: str = ""
    number: int = 0


@dataclass
class Note:
    by: str = ""
    text: str = ""


@dataclass
class Step:
    at: str = ""
    n: int = 0


@model("Mixed", table=TABLE)
class Mixed:
    pk: Annotated[str, PK]
    sk: Annotated[str, SK]
    title: str = ""
    active: bool = False
    total: Decimal = Decimal(0)
    sizes: set[int] | None = None
    tags: set[str] | None = None
    address: Address | None = None
    lines: list[Line] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def mixed_of(item: dict[str, Any]) -> Mixed:
    parts = {"address": Address(**item["address"]), "lines": [Line(**line) for line in item["lines"]],
             "notes": [Note(**note) for note in item["notes"]], "steps": [Step(**step) for step in item["steps"]]}
    return Mixed(**{**item, **parts})


class Ours:
    """Typed: dataclasses."""

    name = "TableTheory, dataclass"

    def __init__(self, address: str) -> None:
        self.client = tt.connect(address)
        self.table: Any = self.client.table(Mixed)

    def prepare(self, item: dict[str, Any]) -> Any:
        return mixed_of(item)

    def put(self, item: Any) -> None:
        self.table.put(item)

    def get(self, pk: str, sk: str) -> Any:
        return self.table.get((pk, sk))

    def query(self, pk: str) -> list[Any]:
        return self.table.query(pk).all()

    def batch_put(self, items: list[Any]) -> None:
        self.table.batch_write(items)


class OursAsDictionaries(Ours):
    name = "TableTheory, dict"

    def __init__(self, address: str) -> None:
        self.client = tt.connect(address)
        self.table = self.client.documents(TABLE, ["pk", "sk"])

    def prepare(self, item: dict[str, Any]) -> Any:
        return item


class Boto3:
    """The resource interface: Decimals, sets and dictionaries."""

    name = "boto3 resource, dict"

    def __init__(self, address: str) -> None:
        config = Config(retries={"max_attempts": 1}, parameter_validation=True)
        self.table = boto3.resource("dynamodb", endpoint_url=address, config=config).Table(TABLE)

    def prepare(self, item: dict[str, Any]) -> Any:
        return item

    def put(self, item: Any) -> None:
        self.table.put_item(Item=item)

    def get(self, pk: str, sk: str) -> Any:
        return self.table.get_item(Key={"pk": pk, "sk": sk})["Item"]

    def query(self, pk: str) -> list[Any]:
        from boto3.dynamodb.conditions import Key

        return self.table.query(KeyConditionExpression=Key("pk").eq(pk))["Items"]

    def batch_put(self, items: list[Any]) -> None:
        with self.table.batch_writer() as writer:
            for item in items:
                writer.put_item(Item=item)


class PynamoAddress(MapAttribute):
    city = UnicodeAttribute()
    street = UnicodeAttribute()
    number = NumberAttribute()


class PynamoLine(MapAttribute):
    sku = UnicodeAttribute()
    quantity = NumberAttribute()


class PynamoNote(MapAttribute):
    by = UnicodeAttribute()
    text = UnicodeAttribute()


class PynamoStep(MapAttribute):
    at = UnicodeAttribute()
    n = NumberAttribute()


def pynamo_class(address: str) -> type[PynamoModel]:
    class PynamoMixed(PynamoModel):
        class Meta:
            table_name = TABLE
            host = address
            region = "eu-central-1"

        pk = UnicodeAttribute(hash_key=True)
        sk = UnicodeAttribute(range_key=True)
        title = UnicodeAttribute()
        active = BooleanAttribute()
        total = NumberAttribute()
        sizes = NumberSetAttribute()
        tags = UnicodeSetAttribute()
        address_ = PynamoAddress(attr_name="address")
        lines = ListAttribute(of=PynamoLine)
        notes = ListAttribute(of=PynamoNote)
        steps = ListAttribute(of=PynamoStep)

    return PynamoMixed


class Pynamo:
    """Instances of its models. Its numbers are floats, so totals lose digits the others keep."""

    name = "PynamoDB, model"

    def __init__(self, address: str) -> None:
        self.model = pynamo_class(address)

    def prepare(self, item: dict[str, Any]) -> Any:
        return self.model(**{("address_" if name == "address" else name): float(value) if name == "total" else value
                             for name, value in item.items()})

    def put(self, item: Any) -> None:
        item.save()

    def get(self, pk: str, sk: str) -> Any:
        return self.model.get(pk, sk)

    def query(self, pk: str) -> list[Any]:
        return list(self.model.query(pk))

    def batch_put(self, items: list[Any]) -> None:
        with self.model.batch_write() as batch:
            for item in items:
                batch.save(item)


def pydynox_class(address: str) -> Any:
    from pydynox import DynamoDBClient, Model, ModelConfig
    from pydynox.attributes import (BooleanAttribute, DecimalAttribute, ListAttribute, MapAttribute, NumberSetAttribute,
                                    StringAttribute, StringSetAttribute)

    client = DynamoDBClient(region="eu-central-1", access_key="bench", secret_key="bench", endpoint_url=address)

    class PydynoxMixed(Model):
        model_config = ModelConfig(table=TABLE, client=client)
        pk = StringAttribute(partition_key=True)
        sk = StringAttribute(sort_key=True)
        title = StringAttribute()
        active = BooleanAttribute()
        total = DecimalAttribute()
        sizes = NumberSetAttribute()
        tags = StringSetAttribute()
        address = MapAttribute()
        lines = ListAttribute()
        notes = ListAttribute()
        steps = ListAttribute()

    return PydynoxMixed, client


class Pydynox:
    """Instances of its models (a Rust core); maps and lists within stay dictionaries."""

    name = "pydynox, model"

    def __init__(self, address: str) -> None:
        self.model, self.client = pydynox_class(address)

    def prepare(self, item: dict[str, Any]) -> Any:
        return self.model(**item)

    def put(self, item: Any) -> None:
        item.sync_save(full_replace=True)

    def get(self, pk: str, sk: str) -> Any:
        return self.model.sync_get(pk=pk, sk=sk)

    def query(self, pk: str) -> list[Any]:
        return list(self.model.sync_query(partition_key=pk))

    def batch_put(self, items: list[Any]) -> None:
        from pydynox import SyncBatchWriter

        with SyncBatchWriter(self.client, TABLE) as writer:
            for item in items:
                writer.put(item.to_dict())


PEERS = [Ours, OursAsDictionaries, Boto3, Pynamo, Pydynox]
