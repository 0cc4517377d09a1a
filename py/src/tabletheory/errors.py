"""Errors: one class for each code, all derived from `TableTheoryError`.

>>> from tabletheory import ConditionFailedError, VersionConflictError
>>> issubclass(VersionConflictError, ConditionFailedError)
True
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tabletheory import errors_table
from tabletheory._constants import ERR_INTERNAL, ERR_INVALID_MODEL
from tabletheory._errors_base import Diagnostic, Reason, TableTheoryError
from tabletheory.errors_table import *  # noqa: F403

_combined: dict[tuple[type[TableTheoryError], ...], type[TableTheoryError]] = {}


def error_of(members: Mapping[str, Any]) -> TableTheoryError:
    """The exception for the members of an error's tape. It is an instance of the class of every code it answers to."""
    code = members.get("code", ERR_INTERNAL)
    own = errors_table.CLASSES.get(code, errors_table.InternalError)
    classes: list[type[TableTheoryError]] = [own]
    for other in members.get("codes") or ():
        further = errors_table.CLASSES.get(other)
        if further is not None and not any(issubclass(c, further) for c in classes):
            classes = [c for c in classes if c is own or not issubclass(further, c)]
            classes.append(further)
    kind = own
    if len(classes) > 1:
        key = tuple(classes)
        kind = _combined.get(key) or _combined.setdefault(key, type(own.__name__, key, {"__doc__": own.__doc__}))
    return kind(members.get("message") or "", members)


def invalid_model(message: str) -> TableTheoryError:
    """An error of the caller's values, found on this side."""
    return error_of({"code": ERR_INVALID_MODEL, "codes": [ERR_INVALID_MODEL], "message": message})


__all__ = ["Diagnostic", "Reason", "TableTheoryError", "error_of", "invalid_model"]
__all__ += errors_table.__all__
