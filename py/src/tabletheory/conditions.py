"""Conditions, and the paths they are about.

>>> from tabletheory import attr
>>> condition = (attr("total") > 10) & attr("state").begins_with("o")
>>> condition = ~condition | attr("tags").contains("new") | (attr("address.lines").size() >= 2)

Mind the parentheses: in Python `&` and `|` bind more tightly than comparisons. Nothing is checked here: what does not
fit the model is told by the call that uses the condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tabletheory.values import plain


class PathText(str):
    """A document path in text, such as `a.b[3].c`."""

    __slots__ = ()


class PathSteps(tuple[Any, ...]):
    """A path step by step: member names, taken literally, and list positions."""

    __slots__ = ()


class SizeOf(tuple[Any, ...]):
    """The size of a path, as an operand."""

    __slots__ = ()


class Condition:
    """Any condition; join them with `&`, `|` and `~`."""

    __slots__ = ("tape",)

    def __init__(self, tape: list[Any]) -> None:
        self.tape = tape

    def __and__(self, other: Condition) -> Condition:
        return Condition(["and", self.tape, other.tape])

    def __or__(self, other: Condition) -> Condition:
        return Condition(["or", self.tape, other.tape])

    def __invert__(self) -> Condition:
        return Condition(["not", self.tape])

    def __bool__(self) -> bool:
        raise TypeError("a condition has no truth value; join conditions with & | ~, in parentheses, not with and, or, not")

    def __repr__(self) -> str:
        return f"Condition({self.tape!r})"


class _Comparable:
    """What paths and their sizes can be asked."""

    __slots__ = ("operand",)
    operand: Any

    def _compare(self, op: str, *right: Any) -> Condition:
        return Condition([op, self.operand, *(operand_of(value) for value in right)])

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return self._compare("=", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]
        return self._compare("<>", other)

    def __lt__(self, other: Any) -> Condition:
        return self._compare("<", other)

    def __le__(self, other: Any) -> Condition:
        return self._compare("<=", other)

    def __gt__(self, other: Any) -> Condition:
        return self._compare(">", other)

    def __ge__(self, other: Any) -> Condition:
        return self._compare(">=", other)

    def between(self, low: Any, high: Any) -> Condition:
        """From low to high, both included."""
        return self._compare("between", low, high)

    def is_in(self, values: Iterable[Any]) -> Condition:
        """One of 1 to 100 values."""
        return self._compare("in", *values)

    def compare(self, op: str, *values: Any) -> Condition:
        """By an operator's name, in any case: "=", "eq", "BEGINS_WITH", "between"."""
        return self._compare(op, *values)


class Size(_Comparable):
    """The size of what lies at a path: `attr("tags").size() > 2`."""

    __slots__ = ()

    def __init__(self, path: Any) -> None:
        self.operand = SizeOf((path,))

    __hash__ = None  # type: ignore[assignment]


class Path(_Comparable):
    """An attribute, or a place inside one; made by `attr` and `named`."""

    __slots__ = ()

    def __init__(self, operand: PathText | PathSteps) -> None:
        self.operand = operand

    def __hash__(self) -> int:
        return hash(self.operand)

    def __repr__(self) -> str:
        return f"Path({self.operand!r})"

    def __getitem__(self, index: int | str) -> Path:
        """An element of a list, or a member of a map, taken literally."""
        if isinstance(self.operand, PathText):
            if isinstance(index, int):
                return Path(PathText(f"{self.operand}[{index}]"))
            return Path(PathText(f"{self.operand}.{index}"))
        return Path(PathSteps((*self.operand, index)))

    def exists(self) -> Condition:
        """There is something, be it NULL."""
        return self._compare("exists")

    def not_exists(self) -> Condition:
        """There is nothing."""
        return self._compare("not_exists")

    def begins_with(self, prefix: Any) -> Condition:
        """A text or binary begins with `prefix`."""
        return self._compare("begins_with", prefix)

    def contains(self, part: Any) -> Condition:
        """A part of a text, or an element of a set or list."""
        return self._compare("contains", part)

    def has_type(self, name: str) -> Condition:
        """Stored as type "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS" or "BS"."""
        return self._compare("type", name)

    def size(self) -> Size:
        """Characters of text, bytes of a binary, elements of a set, list or map."""
        return Size(self.operand)


def operand_of(value: Any) -> Any:
    """The right side of a comparison: a value, another attribute, or a size."""
    return value.operand if isinstance(value, (Path, Size)) else plain(value)


def attr(path: str) -> Path:
    """A path in text: an attribute, or a place inside one (`address.lines[0].city`).

    >>> attr("address")["lines"][0]
    Path('address.lines[0]')
    """
    return Path(PathText(path))


def named(*steps: str | int) -> Path:
    """A path whose names are taken literally, dots and brackets included."""
    return Path(PathSteps(steps))


def path_operand(path: str | Path) -> Any:
    """What goes into a request for a path given as text or as a Path."""
    return PathText(path) if isinstance(path, str) else path.operand


def raw_condition(text: str, names: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None) -> Condition:
    """An expression in the service's own language; placeholders that collide with generated ones are renamed.

    >>> c = raw_condition("#s = :open", {"#s": "state"}, {":open": "open"})
    """
    return Condition(["raw", text, dict(names or {}), dict(values or {})])
