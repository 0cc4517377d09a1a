"""Code-first models: dataclasses (or Pydantic models) that say how they are stored.

>>> from typing import Annotated
>>> from tabletheory import PK, SK, VERSION, Attr, model
>>> @model("Order", table="orders")
... class Order:
...     customer: Annotated[str, PK, Attr("PK")]
...     number: Annotated[str, SK, Attr("SK")]
...     total: int = 0
...     tags: Annotated[set[str] | None, Attr(omit_empty=True)] = None
...     version: Annotated[int, VERSION] = 0
>>> columns(Order).total > 10
Condition(['>', ('total',), 10])

A field's type decides its attribute: str is S, int is N with format int, Decimal and float are N, bytes B, bool BOOL,
set[…] SS, NS or BS, list L, dict and dataclasses M, an aware datetime S with format rfc3339nano.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from tabletheory import errors, native
from tabletheory.conditions import Path, PathSteps
from tabletheory.schema import Attribute, Schema
from tabletheory.values import plain

T = TypeVar("T")


@dataclass(frozen=True)
class Attr:
    """How a field is stored; what is left out follows from the field. Several in one `Annotated` add up."""

    name: str = ""
    roles: tuple[str, ...] = ()
    type: str = ""
    format: str = ""
    required: bool = False
    optional: bool = False
    omit_empty: bool = False
    json: bool = False
    binary: bool = False
    encryption: int = 0

    def joined(self, other: Attr) -> Attr:
        """Both, `other` winning."""
        return Attr(other.name or self.name, self.roles + other.roles, other.type or self.type, other.format or self.format,
                    *(getattr(self, f) or getattr(other, f) for f in ("required", "optional", "omit_empty", "json", "binary",
                                                                    "encryption")))


PK = Attr(roles=("pk",), required=True)
SK = Attr(roles=("sk",), required=True)
CREATED_AT = Attr(roles=("created_at",))
UPDATED_AT = Attr(roles=("updated_at",))
VERSION = Attr(roles=("version",))
TTL = Attr(roles=("ttl",))


@dataclass(frozen=True)
class Index:
    """A secondary index; keys are names of fields."""

    name: str
    partition: str | Sequence[str]
    sort: str | Sequence[str] = ()
    local: bool = False
    projection: str = "ALL"
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class _Field:
    python: str
    annotation: Any  # without Annotated and None
    attr: Attr
    default: Any
    factory: Any


@dataclass(frozen=True)
class ModelInfo:
    """What `@model` knows of a class."""

    cls: type[Any]
    name: str
    fields: tuple[_Field, ...]
    schema: Schema


_MODEL = "__tabletheory_model__"


def info_of(cls: type[Any]) -> ModelInfo:
    """Of a class that `@model` declared; InvalidModelError for another."""
    info = cls.__dict__.get(_MODEL)
    if not isinstance(info, ModelInfo):
        raise errors.invalid_model(f"{cls.__name__} is no model; declare it with @tabletheory.model")
    return info


def _without_none(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        left = [a for a in typing.get_args(annotation) if a is not type(None)]
        return left[0] if len(left) == 1 else Any
    return annotation


def _split(annotation: Any) -> tuple[Any, Attr]:
    attr = Attr()
    annotation = _without_none(annotation)
    while typing.get_origin(annotation) is typing.Annotated:
        annotation, *marks = typing.get_args(annotation)
        for mark in marks:
            if isinstance(mark, Attr):
                attr = attr.joined(mark)
        annotation = _without_none(annotation)
    return annotation, attr


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _stored_name(python: str, attr: Attr, naming: str) -> str:
    if attr.name:
        return attr.name
    if naming == "dynamorm" and ("pk" in attr.roles or "sk" in attr.roles):
        return "PK" if "pk" in attr.roles else "SK"
    return _camel(python) if naming in ("camelCase", "dynamorm") else python


_SIMPLE: dict[Any, str] = {str: "S", int: "N", float: "N", Decimal: "N", bytes: "B", bool: "BOOL", datetime: "S",
                           type(None): "NULL"}


def _type_of(annotation: Any) -> str:
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    origin = typing.get_origin(annotation) or annotation
    if origin in (set, frozenset):
        element = (typing.get_args(annotation) or (str,))[0]
        return {"S": "SS", "N": "NS", "B": "BS"}.get(_SIMPLE.get(element, ""), "SS")
    if origin in (list, tuple):
        return "L"
    return "M"


def _format_of(annotation: Any, attr: Attr) -> str:
    if attr.format:
        return attr.format
    if annotation is int and not {"version", "ttl"} & set(attr.roles) and not attr.json:
        return "int"
    if annotation is datetime and not {"created_at", "updated_at"} & set(attr.roles) and (attr.type or "S") == "S":
        return "rfc3339nano"
    return ""


def _fields_of(cls: type[Any], naming: str, names: dict[str, Any]) -> tuple[_Field, ...]:
    hints = typing.get_type_hints(cls, None, names, include_extras=True)
    missing = dataclasses.MISSING
    declared: list[tuple[str, Any, Any]]
    if hasattr(cls, "model_fields"):  # Pydantic
        declared = [(n, missing if f.is_required() or f.default_factory else f.default, f.default_factory or missing)
                    for n, f in cls.model_fields.items()]
    else:
        declared = [(f.name, f.default, f.default_factory) for f in dataclasses.fields(cls)]
    fields = []
    for name, default, factory in declared:
        annotation, attr = _split(hints[name])
        attr = dataclasses.replace(attr, name=_stored_name(name, attr, naming), type=attr.type or _type_of(annotation),
                                   format=_format_of(annotation, attr))
        fields.append(_Field(name, annotation, attr, default, factory))
    return tuple(fields)


def _key(fields: Sequence[_Field], name: str) -> dict[str, str]:
    for field in fields:
        if name in (field.python, field.attr.name):
            return {"attribute": field.attr.name, "type": field.attr.type}
    raise errors.invalid_model(f"an index names {name}, which is no field")


def _keys(fields: Sequence[_Field], names: str | Sequence[str]) -> Any:
    if isinstance(names, str):
        return _key(fields, names)
    return [_key(fields, name) for name in names]


def _index(fields: Sequence[_Field], index: Index) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": index.name, "type": "LSI" if index.local else "GSI",
                             "partition": _keys(fields, index.partition), "projection": {"type": index.projection}}
    if index.sort:
        entry["sort"] = _keys(fields, index.sort)
    if index.fields:
        entry["projection"]["fields"] = [_key(fields, name)["attribute"] for name in index.fields]
    return entry


def _attribute(field: _Field) -> dict[str, Any]:
    attr = field.attr
    entry: dict[str, Any] = {"attribute": attr.name, "type": attr.type}
    for flag in ("required", "optional", "omit_empty", "json", "binary", "format"):
        if getattr(attr, flag):
            entry[flag] = getattr(attr, flag)
    if attr.roles:
        entry["roles"] = list(attr.roles)
    if attr.encryption:
        entry["encryption"] = {"v": attr.encryption}
    return entry


@typing.dataclass_transform(field_specifiers=(dataclasses.field,))
def model(name: str, *, table: str, naming: str = "camelCase", dms_version: str = "0.3", indexes: Sequence[Index] = (),
          write_once: bool = False, protected: Sequence[str] = (),
          discriminator: tuple[str, str] | None = None) -> Callable[[type[T]], type[T]]:
    """Declares a class as a model; it becomes a dataclass unless it is one, or a Pydantic model. InvalidModelError with
    every mistake of the declaration."""

    names = sys._getframe(1).f_locals  # annotations may name what is local to the caller

    def declare(cls: type[T]) -> type[T]:
        if not dataclasses.is_dataclass(cls) and not hasattr(cls, "model_fields"):
            cls = dataclass(cls)
        fields = _fields_of(cls, naming, names)
        document: dict[str, Any] = {"name": name, "table": {"name": table}, "naming": {"convention": naming}, "keys": {},
                                    "attributes": [_attribute(f) for f in fields]}
        for role, part in (("pk", "partition"), ("sk", "sort")):
            for field in fields:
                if role in field.attr.roles:
                    document["keys"][part] = {"attribute": field.attr.name, "type": field.attr.type}
        if indexes:
            document["indexes"] = [_index(fields, index) for index in indexes]
        policy: dict[str, Any] = {"mode": "write_once"} if write_once else {}
        if protected:
            policy["protected_attributes"] = [_key(fields, n)["attribute"] for n in protected]
        if policy:
            document["write_policy"] = policy
        if discriminator:
            document["discriminator"] = {"attribute": discriminator[0], "value": discriminator[1]}
        schema = Schema.loads(json.dumps({"dms_version": dms_version, "models": [document]}), f"{name}.json")
        setattr(cls, _MODEL, ModelInfo(cls, name, fields, schema))
        return cls

    return declare


class Columns:
    """The fields of a model, as paths: `columns(Order).total > 10`."""

    def __init__(self, info: ModelInfo) -> None:
        self._paths = {f.python: Path(PathSteps((f.attr.name,))) for f in info.fields}

    def __getattr__(self, name: str) -> Path:
        try:
            return self._paths[name]
        except KeyError:
            raise AttributeError(f"no field {name}; there are: {', '.join(self._paths)}") from None


def columns(cls: type[Any]) -> Columns:
    """The fields of a model class, for conditions, selections and updates."""
    return Columns(info_of(cls))


def item_writer(info: ModelInfo) -> Callable[[Any], dict[str, Any]]:
    """Turns an instance into an item."""
    simple = tuple((f.attr.name, f.python) for f in info.fields)

    def write(value: Any) -> dict[str, Any]:
        if not isinstance(value, info.cls):
            raise errors.invalid_model(f"expected a {info.cls.__name__}, got a {type(value).__name__}")
        return {stored: plain(getattr(value, python)) for stored, python in simple}

    return write


def _converter(annotation: Any) -> Any:
    """How a natural value becomes one of this type: a number of `native`, a callable, or None."""
    annotation, _ = _split(annotation)
    if annotation in (Decimal, float):
        return native.DECIMAL if annotation is Decimal else native.FLOAT
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        hints = typing.get_type_hints(annotation, include_extras=True)
        parts = {f.name: _callable(hints[f.name]) for f in dataclasses.fields(annotation)}
        return lambda m: annotation(**{k: parts[k](v) for k, v in m.items() if k in parts})
    if (validate := getattr(annotation, "model_validate", None)) is not None:
        return validate
    if origin in (list, tuple, set, frozenset) and args and (inner := _converter(args[0])) is not None:
        make, convert = origin, _callable(args[0])
        assert inner is not None
        return lambda values: make(convert(v) for v in values)
    if origin is dict and len(args) == 2 and _converter(args[1]) is not None:
        convert = _callable(args[1])
        return lambda m: {k: convert(v) for k, v in m.items()}
    return origin if origin in (tuple, frozenset) else None


def _exact_float(value: Any) -> float:
    number = float(value)
    if Decimal(repr(number)) != value:
        raise errors.error_of({"code": 28, "message": "a stored number does not fit a float exactly; declare it as Decimal"})
    return number


def _callable(annotation: Any) -> Callable[[Any], Any]:
    conversion = _converter(annotation)
    if conversion == native.DECIMAL:
        return lambda v: v if v is None else Decimal(v)
    if conversion == native.FLOAT:
        return lambda v: v if v is None else _exact_float(v)
    if conversion is None:
        return lambda v: v
    return lambda v: v if v is None else conversion(v)


def typed_plan(info: ModelInfo, attributes: Sequence[Attribute]) -> native.Plan:
    """The plan that decodes items of a table into instances."""
    by_name = {f.attr.name: f for f in info.fields}
    fields = [by_name.get(a.name) for a in attributes]
    conversions = []
    for field in fields:
        conversion = _converter(field.annotation) if field else None
        conversions.append(native.TIME_TEXT if field and field.annotation is str else conversion)
    missing = dataclasses.MISSING
    pydantic = hasattr(info.cls, "model_fields")
    return native.Plan(
        tuple(a.name for a in attributes), tuple(conversions), info.cls, tuple(f.python if f else None for f in fields),
        {f.python: None if f.default is missing else f.default for f in info.fields if f.factory is missing},
        tuple((f.python, f.factory) for f in info.fields if f.factory is not missing),
        "__dict__" in dir(info.cls) and not hasattr(info.cls, "__slots__"),
        (lambda members: info.cls.model_construct(**members)) if pydantic else None,
    )


def dynamic_plan(attributes: Sequence[Attribute]) -> native.Plan:
    """The plan that decodes items of a table into dictionaries: numbers declared without a whole format are Decimal."""

    def conversion(a: Attribute) -> int:
        whole = a.format == "int" or {"version", "ttl"} & set(a.roles) or a.format == "unix_seconds"
        return native.DECIMAL if a.type == "N" and not whole and not a.json else native.NATURAL

    return native.Plan(tuple(a.name for a in attributes), tuple(conversion(a) for a in attributes))
