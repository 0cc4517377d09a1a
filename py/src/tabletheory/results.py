"""What operations give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from tabletheory.conditions import Condition

T = TypeVar("T")
#: A key: the partition key's value; a tuple with the sort key's; or a dictionary of attribute names.
Key = Any


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a query or scan; an empty cursor: the last."""

    items: Sequence[T]
    cursor: str
    count: int
    scanned_count: int
    skipped_count: int
    consumed_capacity: Decimal | int


def page_of(members: dict[str, Any]) -> Page[Any]:
    """From a tape's MAP."""
    return Page(members["items"], members.get("cursor") or "", members["count"], members["scanned_count"],
                members.get("skipped_count") or 0, members.get("consumed_capacity") or 0)


class ModelItem(NamedTuple):
    """An item of one of several models, as a dictionary, and the model's name."""

    model: str
    item: dict[str, Any]


@dataclass(frozen=True)
class Explanation:
    """What an operation would send, and why."""

    operation: str
    request: str
    index: str
    reason: str
    capacity_units: Decimal | int
    capacity_basis: str
    hints: Sequence[str]


def explanation_of(m: dict[str, Any]) -> Explanation:
    """From a tape's MAP."""
    return Explanation(m["operation"], m["request"], m.get("index") or "", m.get("reason") or "", m.get("capacity_units") or 0,
                       m.get("capacity_basis") or "", tuple(m.get("hints") or ()))


@dataclass(frozen=True)
class Lease:
    """A lease as its holder knows it."""

    name: str
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class LeaseCheck:
    """What a transaction with the work that a lease protects asks: `transaction.check(documents, check.key,
    condition=check.condition)`."""

    key: dict[str, Any]
    condition: Condition


@dataclass(frozen=True)
class Difference:
    """One difference between a live table and its models."""

    path: str
    model: str
    live: str


@dataclass(frozen=True)
class Migration:
    """How far a migration is; an empty token: all is copied."""

    copied: int
    skipped: int
    token: str


def migration_of(m: dict[str, Any]) -> Migration:
    """From a tape's MAP."""
    return Migration(m["copied"], m["skipped"], m.get("token") or "")


@dataclass(frozen=True)
class StreamRecord:
    """One change of a table. Either image may be missing, by the event and the stream's view type."""

    #: event (INSERT, MODIFY, REMOVE), sequence_number, created_at, is_ttl_delete, … (docs/c-abi.md)
    info: dict[str, Any]
    #: Which of the tables it is of; None: none of them, and its images are as stored.
    table: int | None
    key: dict[str, Any]
    old_image: Any
    new_image: Any


def handle_in_order(records: Sequence[StreamRecord], handle: Callable[[StreamRecord], object]) -> dict[str, Any]:
    """Calls `handle` for each record in order and stops at the first exception: Lambda retries from there on. Gives what
    Lambda's event source mapping wants to hear (ReportBatchItemFailures); log the exception in `handle`.

    >>> handle_in_order([StreamRecord({"sequence_number": "300"}, None, {}, None, None)], lambda record: 1 / 0)
    {'batchItemFailures': [{'itemIdentifier': '300'}]}
    """
    for record in records:
        try:
            handle(record)
        except Exception:
            return {"batchItemFailures": [{"itemIdentifier": record.info["sequence_number"]}]}
    return {"batchItemFailures": []}


def key_operand(key: Key) -> Any:
    """A key as a request takes it: a MAP, or a LIST of values."""
    if isinstance(key, dict):
        return key
    return list(key) if isinstance(key, (tuple, list)) else [key]
