"""What operations give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

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


@dataclass(frozen=True)
class StreamRecord:
    """One change of a table."""

    info: dict[str, Any]
    table: int | None
    key: dict[str, Any]
    old_image: Any
    new_image: Any


def key_operand(key: Key) -> Any:
    """A key as a request takes it: a MAP, or a LIST of values."""
    if isinstance(key, dict):
        return key
    return list(key) if isinstance(key, (tuple, list)) else [key]
