"""Pydantic models as models."""
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

import tabletheory as tt
from tabletheory import CREATED_AT, PK, SK, VERSION, Attr, Index, attr, columns, model


class Address(BaseModel):
    street: str
    zip_code: int = 0


@model("Customer", table="customers", indexes=[Index("by-name", "name")])
class Customer(BaseModel):
    model_config = ConfigDict(frozen=True)

    region: Annotated[str, PK]
    id: Annotated[str, SK]
    name: Annotated[str, Field(min_length=1, alias="fullName")]
    credit: Decimal = Decimal(0)
    homes: list[Address] = Field(default_factory=list)
    office: Address | None = None
    labels: Annotated[set[str] | None, Attr(omit_empty=True)] = None
    created_at: Annotated[datetime | None, CREATED_AT] = None
    version: Annotated[int, VERSION] = 0

    @field_validator("name")
    @classmethod
    def trimmed(cls, value: str) -> str:
        return value.strip()


@pytest.fixture
def customers(tabletheory_client):
    table = tabletheory_client.table(Customer)
    table.ensure_table()
    return table


def customer(id="1", **members):
    return Customer(region="eu", id=id, fullName=members.pop("name", " Ada "), **members)


def test_what_is_created_is_read_back_as_the_model(customers):
    stored = customers.create(customer(credit=Decimal("1.5"), homes=[Address(street="a", zip_code=1)], office=Address(street="b")))
    read = customers.get(("eu", "1"))
    assert type(read) is Customer and read == stored
    assert read.name == "Ada" and type(read.homes[0]) is Address and type(read.office) is Address
    assert type(read.credit) is Decimal and read.created_at is not None and read.labels is None


def test_defaults_come_from_the_model_and_are_not_shared(customers, tabletheory_client):
    tabletheory_client.documents("customers", ["region", "id"]).put({"region": "eu", "id": "2", "name": "x", "version": 0})
    first, second = customers.get(("eu", "2")), customers.get(("eu", "2"))
    assert first.homes == [] and first.homes is not second.homes and first.office is None


def test_a_frozen_model_is_updated_by_a_copy(customers):
    stored = customers.create(customer())
    changed = customers.update(stored.model_copy(update={"credit": Decimal(3)}), [columns(Customer).credit])
    assert changed.credit == 3 and changed.version == 1
    with pytest.raises(tt.VersionConflictError):
        customers.update(stored, ["credit"])


def test_queries_give_models(customers):
    for n in range(3):
        customers.create(customer(str(n), name=f"n{n}"))
    assert [c.id for c in customers.query("eu").where(columns(Customer).name != "n1")] == ["0", "2"]
    assert [c.id for c in customers.query(attr("name") == "n2")] == ["2"]


def test_validation_is_of_what_is_made_not_of_what_was_stored(customers, tabletheory_client):
    with pytest.raises(ValidationError):
        customer(name="")
    tabletheory_client.documents("customers", ["region", "id"]).put({"region": "eu", "id": "3", "name": " as stored ", "version": 0})
    assert customers.get(("eu", "3")).name == " as stored "
