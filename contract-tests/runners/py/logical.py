"""Logical values: what the plain values of a scenario mean for an attribute, and whether a result is what was expected
(docs/spec/scenarios.md, "Expectations"). As src/contract/logical.cpp.
"""
import base64
import json
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)")
TYPES = ("S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS")


class NumberText:
    """A number of a scenario, with the digits of its file."""

    def __init__(self, text: str) -> None:
        self.text = text


class _Absent:
    """What stands for no value: None is one."""


ABSENT = _Absent()


def parse_json(text: str) -> Any:
    """JSON whose numbers keep their text."""
    return json.loads(text, parse_int=NumberText, parse_float=NumberText)


def integer(node: Any) -> int:
    """A number of the scenario's own, such as a limit."""
    return int(text_of(node))


def text_of(node: Any) -> str:
    return node.text if isinstance(node, NumberText) else node


def is_numeric(node: Any) -> bool:
    return isinstance(node, (NumberText, str))


def decimal_of(text: str) -> Decimal | None:
    """The number a text writes, exact; None: it writes none."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


# --- plain values to native ones --------------------------------------------------------------------------------------


def by_shape(node: Any) -> Any:
    if isinstance(node, NumberText):
        return decimal_of(node.text)
    if isinstance(node, list):
        return [by_shape(element) for element in node]
    if isinstance(node, dict):
        return {name: by_shape(value) for name, value in node.items()}
    return node


def as_number(node: Any) -> Decimal | None:
    return decimal_of(text_of(node)) if is_numeric(node) else None


def as_bytes(node: Any) -> bytes | None:
    return base64.b64decode(node) if isinstance(node, str) and BASE64.fullmatch(node) else None


def as_text(node: Any) -> str | None:
    return node if isinstance(node, str) else None


# A set holds equal elements once only: what holds one twice is handed over as the list it is, for the SDK to refuse.
def as_set(node: Any, read: Any) -> set[Any] | None:
    if not isinstance(node, list):
        return None
    elements = {read(element) for element in node}
    return None if None in elements or len(elements) != len(node) else elements


READERS = {
    "N": as_number, "B": as_bytes, "SS": lambda node: as_set(node, as_text), "NS": lambda node: as_set(node, as_number),
    "BS": lambda node: as_set(node, as_bytes),
}


def by_type(kind: str, node: Any) -> Any:
    value = READERS[kind](node) if kind in READERS else None
    return by_shape(node) if value is None else value


def logical_value(attribute: Any, node: Any) -> Any:
    """The value to hand to the SDK; what does not fit is handed over by its own shape, for the SDK to refuse."""
    return by_shape(node) if attribute is None or attribute.json else by_type(attribute.type, node)


def logical_item(model: Any, members: dict[str, Any]) -> dict[str, Any]:
    return {name: logical_value(model.find(name), value) for name, value in members.items()}


def expression_value(node: Any) -> Any:
    """A value of an expression_attribute_values map: typed attribute JSON such as {S: open}, or a plain value."""
    kind, content = next(iter(node.items())) if isinstance(node, dict) and len(node) == 1 else ("", None)
    if kind not in TYPES:
        return by_shape(node)
    if kind == "NULL":
        return None
    if kind == "L":
        return [expression_value(element) for element in content]
    if kind == "M":
        return {name: expression_value(value) for name, value in content.items()}
    return by_type(kind, content)


def element_value(attribute: Any, node: Any) -> Any:
    """What `contains` looks for is a part of the attribute."""
    if attribute is None or attribute.type == "L":
        return by_shape(node)
    of_set = {"SS": "S", "NS": "N", "BS": "B"}.get(attribute.type, attribute.type)
    return logical_value(replace(attribute, type=of_set, json=False), node)


# --- comparison -------------------------------------------------------------------------------------------------------


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def same_number(node: Any, value: Any) -> bool:
    return is_numeric(node) and decimal_of(text_of(node)) == Decimal(str(value))


def same_element(expected: Any, element: Any) -> bool:
    if isinstance(element, bytes):
        return expected == base64.b64encode(element).decode()
    return same_number(expected, element) if is_number(element) else expected == element


def same_elements(expected: Any, actual: set[Any]) -> bool:
    if not isinstance(expected, list) or len(expected) != len(actual):
        return False
    left = list(actual)
    for wanted in expected:
        at = next((i for i, element in enumerate(left) if same_element(wanted, element)), None)
        if at is None:
            return False
        del left[at]
    return True


def same(expected: Any, actual: Any, text_numbers: bool) -> bool:
    if actual is None or isinstance(actual, bool):
        return expected is actual
    if is_number(actual):
        return (text_numbers or isinstance(expected, NumberText)) and same_number(expected, actual)
    if isinstance(actual, bytes):
        return expected == base64.b64encode(actual).decode()
    if isinstance(actual, set):
        return same_elements(expected, actual)
    if isinstance(actual, list):
        return (isinstance(expected, list) and len(expected) == len(actual)
                and all(same(e, a, text_numbers) for e, a in zip(expected, actual)))
    if isinstance(actual, dict):
        return (isinstance(expected, dict) and expected.keys() == actual.keys()
                and all(same(expected[name], value, text_numbers) for name, value in actual.items()))
    return isinstance(actual, str) and isinstance(expected, str) and expected == actual


def is_timestamp(attribute: Any) -> bool:
    return bool({"created_at", "updated_at"} & set(attribute.roles)) or attribute.format == "rfc3339nano"


def instant_of(text: str) -> tuple[datetime, str] | None:
    """Seconds, and the digits behind them, of an RFC 3339 text."""
    match = INSTANT.fullmatch(text)
    try:
        return (datetime.fromisoformat(match[1] + match[3]), (match[2] or "").ljust(9, "0")) if match else None
    except ValueError:
        return None


def matches(attribute: Any, expected: Any, actual: Any) -> bool:
    """Whether a value that the SDK gave is the expected one."""
    null_is_value = attribute is not None and (attribute.type == "NULL" or attribute.json)
    if actual is ABSENT:
        return expected is None and not null_is_value
    declared = attribute is not None and not attribute.json
    if declared and isinstance(expected, str) and isinstance(actual, str):
        if is_timestamp(attribute):
            instant = instant_of(expected)
            return expected == actual or (instant is not None and instant == instant_of(actual))
        if attribute.format == "decimal_string":
            return same_number(expected, actual)
    return same(expected, actual, declared and attribute.type == "N")


def matches_stored(expected: Any, stored: Any) -> bool:
    """Whether a stored value, `{S: …}` as the service answers it, is the expected one; an expected null is a stored NULL."""
    return stored is not None and same(expected, native_of(stored), True)


def native_of(stored: dict[str, Any]) -> Any:
    """A stored value as the SDK's documents would give it."""
    kind, content = next(iter(stored.items()))
    match kind:
        case "N":
            return Decimal(content)
        case "B":
            return base64.b64decode(content)
        case "NULL":
            return None
        case "NS":
            return {Decimal(text) for text in content}
        case "SS":
            return set(content)
        case "BS":
            return {base64.b64decode(text) for text in content}
        case "L":
            return [native_of(element) for element in content]
        case "M":
            return {name: native_of(value) for name, value in content.items()}
    return content


def plain(value: Any) -> Any:
    """Any value of this module as JSON has it; sets in an order of their own."""
    if isinstance(value, NumberText):
        return value.text
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, set):
        return sorted((plain(element) for element in value), key=str)
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return value


def show(value: Any) -> str:
    """One line for reports, cut where it gets long."""
    if value is ABSENT:
        return "nothing"
    text = json.dumps(plain(value), ensure_ascii=False)
    return f"{text[:240]}…" if len(text) > 240 else text
