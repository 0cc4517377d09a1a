"""Schemas: DMS documents, their models, and derived keys."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from tabletheory import _native, errors
from tabletheory import native as native  # registers


@dataclass(frozen=True)
class Attribute:
    """One attribute of a model, as the schema says."""

    name: str
    type: str
    format: str = ""
    roles: tuple[str, ...] = ()
    required: bool = False
    optional: bool = False
    omit_empty: bool = False
    json: bool = False
    binary: bool = False
    encryption: int = 0


def attribute_of(members: Mapping[str, Any]) -> Attribute:
    """From a tape's MAP."""
    return Attribute(members["name"], members["type"], members.get("format") or "", tuple(members.get("roles") or ()),
                     bool(members.get("required")), bool(members.get("optional")), bool(members.get("omit_empty")),
                     bool(members.get("json")), bool(members.get("binary")), int(members.get("encryption") or 0))


class Model:
    """A model of a schema, to open tables with."""

    def __init__(self, schema: Schema, info: Mapping[str, Any]) -> None:
        self.schema = schema
        self.name: str = info.get("model") or info.get("name") or ""
        self.table: str = info.get("table") or ""
        self.partition_key: str = info.get("partition_key") or ""
        self.sort_key: str = info.get("sort_key") or ""
        self.attributes: tuple[Attribute, ...] = tuple(attribute_of(a) for a in info.get("attributes") or ())

    def __repr__(self) -> str:
        return f"Model({self.name!r}, table={self.table!r})"


class Schema:
    """A DMS document, checked. Immutable; safe to share between threads.

    >>> from tabletheory import Schema
    >>> schema = Schema.loads('''
    ... {"dms_version": "0.3", "models": [{"name": "User", "table": {"name": "users"},
    ...   "keys": {"partition": {"attribute": "id", "type": "S"}},
    ...   "attributes": [{"attribute": "id", "type": "S", "required": true, "roles": ["pk"]}]}]}
    ... ''', "users.json")
    >>> schema.model("User").partition_key
    'id'
    """

    def __init__(self, handle: _native.Handle, info: Mapping[str, Any]) -> None:
        self.handle = handle
        self.dms_version: str = info.get("dms_version") or ""
        self.namespace: str = info.get("namespace") or ""
        self.models: tuple[Model, ...] = tuple(Model(self, m) for m in info.get("models") or ())

    @classmethod
    def loads(cls, text: str, file_name: str = "schema.yml") -> Schema:
        """Reads a document's text; the name decides between JSON (`.json`) and YAML. InvalidModelError holds every
        problem in `diagnostics`."""
        return cls(*_native.schema_load(text, file_name))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Schema:
        """Reads a file."""
        return cls.loads(FilePath(path).read_text("utf-8"), os.fspath(path))

    def model(self, name: str) -> Model:
        """The model of that name; InvalidModelError when there is none."""
        for model in self.models:
            if model.name == name:
                return model
        raise errors.invalid_model(f"no model {name}; there are: {', '.join(m.name for m in self.models)}")

    def check(self, code: Schema, model: str, *, ignore_table_name: bool = False) -> None:
        """The equivalence gate: InvalidModelError listing the differences unless `code` declares the same model."""
        _native.schema_check(code.handle, self.handle, model, 1 if ignore_table_name else 0)


@dataclass(frozen=True)
class DerivedKeyInput:
    """An input of a derived key."""

    name: str
    type: str
    optional: bool


class DerivedKey:
    """One derived key: a rule that makes a key's text of inputs."""

    def __init__(self, handle: _native.Handle, info: Mapping[str, Any]) -> None:
        self._handle = handle
        self.model: str = info["model"]
        self.name: str = info["name"]
        self.helper: str = info.get("helper") or ""
        self.description: str = info.get("description") or ""
        self.inputs = tuple(DerivedKeyInput(i["name"], i["type"], bool(i.get("optional"))) for i in info.get("inputs") or ())

    def evaluate(self, **inputs: Any) -> str:
        """The key. InvalidModelError names the input that is missing, null, unknown or of another type."""
        return _native.keys_evaluate(self._handle, self.model, self.name, inputs)


class DerivedKeys:
    """A document of derived keys; its own fixtures are checked when it loads."""

    def __init__(self, handle: _native.Handle, info: Mapping[str, Any]) -> None:
        self.keys: Sequence[DerivedKey] = tuple(DerivedKey(handle, key) for key in info.get("keys") or ())

    @classmethod
    def loads(cls, text: str, file_name: str = "keys.yml") -> DerivedKeys:
        """Reads a document's text."""
        return cls(*_native.keys_load(text, file_name))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> DerivedKeys:
        """Reads a file."""
        return cls.loads(FilePath(path).read_text("utf-8"), os.fspath(path))

    def key(self, model: str, name: str) -> DerivedKey:
        """A key of a model; InvalidModelError when there is none."""
        for key in self.keys:
            if key.model == model and key.name == name:
                return key
        raise errors.invalid_model(f"no derived key {name} of {model}")
