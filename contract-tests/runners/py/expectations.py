"""Expectations: whether what a step gave is what its scenario expects. As src/contract/expectations.cpp."""
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from logical import ABSENT, integer, matches, matches_stored, plain, show

from tabletheory import TableTheoryError


@dataclass
class Seen:
    """What a step gave; of each item of several also its model."""

    item: Any = ABSENT
    stored: Any = None
    items: list[Any] = field(default_factory=list)
    models: list[Any] = field(default_factory=list)
    cursor: str = ""
    count: int = 0


def mismatch(expected: Any, got: Any) -> str:
    return f"expected {expected}, got {got}"


def describe(error: TableTheoryError) -> str:
    return f"{' and '.join(error.codes)}: {error.message}"


def codes_of(expectation: dict[str, Any]) -> list[str]:
    single = expectation.get("error")
    return [*([] if single is None else [single]), *expectation.get("errors", [])]


def check_outcome(expectation: dict[str, Any], error: TableTheoryError | None) -> str:
    """The problem with how a step ended, or ''."""
    codes = codes_of(expectation)
    if not codes and expectation.get("ok") is not False:
        return mismatch("ok", describe(error)) if error else ""
    wanted = " and ".join(codes) or "an error"
    if error is None:
        return mismatch(wanted, "ok")
    return "" if all(error.answers_to(code) for code in codes) else mismatch(wanted, describe(error))


def check_subset(subset: dict[str, Any], item: dict[str, Any], model: Any, where: str = "") -> str:
    for name, expected in subset.items():
        actual = item.get(name, ABSENT)
        if not matches(model.find(name), expected, actual):
            return mismatch(f"{where}{name} = {show(expected)}", show(actual))
    return ""


def item_equals(expected: dict[str, Any], seen: Seen, model: Any, variables: dict[str, Any]) -> str:
    problem = check_subset(expected, seen.item, model)
    extra = next((name for name in seen.item if name not in expected), None)
    return problem or ("" if extra is None else mismatch(f"no attribute {extra}", show(seen.item[extra])))


def compare_variables(expected: dict[str, str], seen: Seen, variables: dict[str, Any], equal: bool) -> str:
    for name, variable in expected.items():
        if variable not in variables:
            return mismatch(f"variable {variable} to be saved by an earlier step", "none")
        saved, actual = variables[variable], seen.item.get(name, ABSENT)
        if actual is ABSENT or (plain(actual) == plain(saved)) != equal:
            return mismatch(f"{name} {'equal to' if equal else 'other than'} {variable} ({show(saved)})", show(actual))
    return ""


ON_ITEM: dict[str, Callable[[Any, Seen, Any, dict[str, Any]], str]] = {
    "item_contains": lambda expected, seen, model, variables: check_subset(expected, seen.item, model),
    "item_equals": item_equals,
    "item_field_equals_var": lambda expected, seen, model, variables: compare_variables(expected, seen, variables, True),
    "item_field_not_equals_var": lambda expected, seen, model, variables: compare_variables(expected, seen, variables, False),
}


def raw_item_contains(expected: dict[str, Any], seen: Seen) -> str:
    for name, value in expected.items():
        if not matches_stored(value, seen.stored.get(name)):
            return mismatch(f"stored {name} = {show(value)}", show(seen.stored.get(name, ABSENT)))
    return ""


def raw_attribute_types(expected: dict[str, str], seen: Seen) -> str:
    for name, wanted in expected.items():
        actual = next(iter(seen.stored.get(name, {"nothing": None})))
        if actual != wanted:
            return mismatch(f"stored {name} of type {wanted}", actual)
    return ""


def stored_fields(names: list[str], seen: Seen, wanted: bool) -> str:
    for name in names:
        if (name in seen.stored) != wanted:
            return mismatch(f"{'an' if wanted else 'no'} attribute {name} to be stored", show(seen.stored.get(name, ABSENT)))
    return ""


ON_STORED: dict[str, Callable[[Any, Seen], str]] = {
    "raw_item_contains": raw_item_contains,
    "raw_attribute_types": raw_attribute_types,
    "item_has_fields": lambda names, seen: stored_fields(names, seen, True),
    "item_missing_fields": lambda names, seen: stored_fields(names, seen, False),
}


def item_absent(expected: bool, seen: Seen) -> str:
    if expected == (seen.item is ABSENT):
        return ""
    return mismatch("no item" if expected else "an item", show(seen.item))


def items_contains(expected: list[dict[str, Any]], seen: Seen) -> str:
    for i, subset in enumerate(expected):
        if i >= len(seen.items):
            return mismatch(f"items[{i}] to contain {show(subset)}", f"{len(seen.items)} items")
        if problem := check_subset(subset, seen.items[i], seen.models[i], f"items[{i}]."):
            return problem
    return ""


def items_missing_fields(names: list[str], seen: Seen) -> str:
    for i, item in enumerate(seen.items):
        for name in names:
            if name in item:
                return mismatch(f"items[{i}] without {name}", show(item[name]))
    return ""


def equal_counts(what: str, expected: Any, actual: int) -> str:
    return "" if integer(expected) == actual else mismatch(f"{what} {integer(expected)}", actual)


ON_OTHERS: dict[str, Callable[[Any, Seen], str]] = {
    "item_absent": item_absent,
    "items_contains": items_contains,
    "items_missing_fields": items_missing_fields,
    "item_count": lambda expected, seen: equal_counts("item_count", expected, len(seen.items)),
    "count": lambda expected, seen: equal_counts("count", expected, seen.count),
    "cursor_equals": lambda expected, seen: "" if expected == seen.cursor else mismatch(f'cursor "{expected}"', f'"{seen.cursor}"'),
}

ABOUT_OUTCOMES = ("ok", "error", "errors")


def data_of(expectation: dict[str, Any]) -> dict[str, Any]:
    """What is expected beside the outcome."""
    return {name: expected for name, expected in expectation.items() if name not in ABOUT_OUTCOMES}


def check_one(name: str, expected: Any, seen: Seen, model: Any, variables: dict[str, Any]) -> str:
    if name in ON_OTHERS:
        return ON_OTHERS[name](expected, seen)
    if name not in ON_ITEM and name not in ON_STORED:
        return f"expected {name}, which this runner does not check; please report this"
    if seen.item is ABSENT:
        return mismatch(f"{name} {show(expected)}", "no item")
    if name in ON_ITEM:
        return ON_ITEM[name](expected, seen, model, variables)
    if seen.stored is None:
        return mismatch(f"{name} {show(expected)}", "no stored item")
    return ON_STORED[name](expected, seen)


def check_data(expectation: dict[str, Any], seen: Seen, model: Any, variables: dict[str, Any]) -> str:
    """The problem with what a step gave, or ''."""
    for name, expected in data_of(expectation).items():
        if problem := check_one(name, expected, seen, model, variables):
            return problem
    return ""
