"""Values as the extension takes them. Internal."""

from __future__ import annotations

import dataclasses
from typing import Any

_DIRECT = (str, int, float, bytes, type(None))


def plain(value: Any) -> Any:
    """A nested value: dataclasses and Pydantic models become maps."""
    if isinstance(value, _DIRECT):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if (names := getattr(type(value), "model_fields", None)) is not None:
        return {n: plain(getattr(value, n)) for n in names}
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if type(value) in (list, tuple):  # paths are tuples of their own types
        return [plain(v) for v in value]
    return value
