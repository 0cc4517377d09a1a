"""Prepares the extension: hands it the types and helpers it needs. Internal."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple

from tabletheory import _native, conditions, errors
from tabletheory._constants import ERR_NUMBER_PRECISION_LOSS

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = timedelta(seconds=1)
#: What stands for "no value" in a tape.
ABSENT: Any = ...


class Plan(NamedTuple):
    """How the items of a table become objects; the extension reads it by position."""

    names: tuple[str, ...]
    conversions: tuple[Any, ...]  # by slot: None, NATURAL …, or a callable
    cls: type[Any] | None = None
    attributes: tuple[str | None, ...] | None = None  # by slot; None: no field of the class
    defaults: dict[str, Any] | None = None
    factories: tuple[tuple[str, Any], ...] | None = None
    has_dict: bool = True
    finish: Any = None


NATURAL, DECIMAL, FLOAT, TIME_TEXT = range(4)


def split_time(value: datetime) -> tuple[int, int]:
    """Unix seconds and nanoseconds. A naive datetime is refused: which instant it means depends on the machine."""
    if value.tzinfo is None:
        raise errors.invalid_model("a datetime without a time zone is no instant; give it one, such as timezone.utc")
    since = value - _EPOCH
    return since // _SECOND, (since % _SECOND).microseconds * 1000


def join_time(seconds: int, nanoseconds: int) -> datetime:
    """Exact, or NumberPrecisionLossError: a datetime has microseconds."""
    if nanoseconds % 1000:
        raise errors.error_of({
            "code": ERR_NUMBER_PRECISION_LOSS,
            "message": "a stored timestamp has nanoseconds, which a datetime has not; declare the field as str",
        })
    try:
        return _EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
    except OverflowError:
        raise errors.error_of({
            "code": ERR_NUMBER_PRECISION_LOSS,
            "message": "a stored timestamp lies outside the years of a datetime; declare the field as str",
        }) from None


def time_text(seconds: int, nanoseconds: int) -> str:
    """As stored: RFC 3339 in UTC with nine digits."""
    return f"{join_time(seconds, 0):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z"


_native.register(Decimal, datetime, conditions.PathText, conditions.PathSteps, conditions.SizeOf, split_time, join_time,
                 time_text, errors.error_of, errors.invalid_model)
