"""Tables: one model's items, or documents without a model."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Unpack

from tabletheory import _constants as c
from tabletheory._aio.reads import AsyncQuery, AsyncScan, partition_operand
from tabletheory._aio.tables import AsyncManagedTable
from tabletheory.conditions import Condition, Path, operand_of, path_operand
from tabletheory.options import WriteOptions
from tabletheory.results import Explanation, Key, explanation_of, key_operand

if TYPE_CHECKING:
    from tabletheory._aio.client import AsyncClient

T = TypeVar("T")


def write_options(condition: Condition | None = None, if_version: int | None = None, protect: Sequence[str] = (),
                  return_item_on_failure: bool = False) -> dict[str, Any]:
    """The options of writes, as members of a request."""
    members: dict[str, Any] = {}
    if condition is not None:
        members["condition"] = condition.tape
    if if_version is not None:
        members["if_version"] = if_version
    if protect:
        members["protect"] = list(protect)
    if return_item_on_failure:
        members["return_item_on_failure"] = True
    return members


class AsyncTable(AsyncManagedTable, Generic[T]):
    """One model's items (docs/spec/operations.md). Handles are immutable and keep their client alive.

    Options of writes: `condition`, joined with the one the operation brings; `if_version`, the version the stored item
    must have; `protect`, attributes this call must not touch; `return_item_on_failure`, for the error's `item`.
    """

    def __init__(self, client: AsyncClient, info: Mapping[str, Any], plan: Any, to_item: Callable[[T], dict[str, Any]]) -> None:
        super().__init__(client, [info["id"]], info["table"])
        self._id: int = info["id"]
        #: The model's name; empty for documents.
        self.model: str = info.get("model") or ""
        self.partition_key: str = info.get("partition_key") or ""
        self.sort_key: str = info.get("sort_key") or ""
        self._plans = (plan,)
        self._to_item = to_item

    async def _write(self, op: int, item: T, options: WriteOptions) -> Any:
        request = {"op": op, "table": self._id, "item": self._to_item(item), **write_options(**options)}
        return await self._client._run(request, self._plans)

    async def create(self, item: T, **options: Unpack[WriteOptions]) -> T:
        """Puts an item that must not be there yet; a duplicate is ConditionFailedError. The item as stored."""
        stored = await self._write(c.OP_CREATE, item, options)
        return item if stored is None else stored

    async def put(self, item: T, **options: Unpack[WriteOptions]) -> T:
        """Replaces the whole item, or makes it. With `if_version=n` it locks, and writes n + 1."""
        stored = await self._write(c.OP_PUT, item, options)
        return item if stored is None else stored

    async def upsert(self, item: T, **options: Unpack[WriteOptions]) -> T:
        """Writes the given attributes whether or not the item is there."""
        stored: T = await self._write(c.OP_UPSERT, item, options)
        return stored

    async def patch(self, item: T, **options: Unpack[WriteOptions]) -> T:
        """Writes every non-empty value of `item`."""
        stored: T = await self._write(c.OP_PATCH, item, options)
        return stored

    async def update(self, item: T, fields: Iterable[str | Path], **options: Unpack[WriteOptions]) -> T:
        """Writes the selected attributes; the item must exist and, in a versioned model, have the version of `item`:
        else VersionConflictError."""
        request = {"op": c.OP_UPDATE, "table": self._id, "item": self._to_item(item),
                   "fields": [path_operand(f) for f in fields], **write_options(**options)}
        stored: T = await self._client._run(request, self._plans)
        return stored

    async def delete(self, key: Key, **options: Unpack[WriteOptions]) -> None:
        """Idempotent: deleting an absent item succeeds, unless a condition or version says otherwise."""
        await self._client._run({"op": c.OP_DELETE, "table": self._id, "key": key_operand(key), **write_options(**options)},
                                self._plans)

    def _get(self, op: int, key: Key, consistent: bool, projection: Sequence[str | Path], hide_expired: bool) -> dict[str, Any]:
        request: dict[str, Any] = {"op": op, "table": self._id, "key": key_operand(key)}
        if consistent:
            request["consistent"] = True
        if projection:
            request["projection"] = [path_operand(p) for p in projection]
        if hide_expired:
            request["hide_expired"] = True
        return request

    async def get(self, key: Key, *, consistent: bool = False, projection: Sequence[str | Path] = (),
                  hide_expired: bool = False) -> T:
        """The item; absent is ItemNotFoundError."""
        item: T = await self._client._run(self._get(c.OP_GET, key, consistent, projection, hide_expired), self._plans)
        return item

    async def find(self, key: Key, *, consistent: bool = False, projection: Sequence[str | Path] = (),
                   hide_expired: bool = False) -> T | None:
        """The item, or None."""
        item: T | None = await self._client._run(self._get(c.OP_FIND, key, consistent, projection, hide_expired), self._plans)
        return item

    def query(self, partition: Any) -> AsyncQuery[T]:
        """Items of one partition: by the partition key's value, or by `==` on the key attributes of the table or of an
        index, which is then chosen by them."""
        return AsyncQuery(self._client, {"op": c.OP_QUERY, "table": self._id, "partition": partition_operand(partition)},
                          self._plans)

    def scan(self) -> AsyncScan[T]:
        """Every item."""
        return AsyncScan(self._client, {"op": c.OP_SCAN, "table": self._id}, self._plans)

    def update_builder(self, key: Key) -> AsyncUpdate[T]:
        """One update, action by action; the item must exist."""
        return AsyncUpdate(self, {"op": c.OP_BUILD, "table": self._id, "key": key_operand(key), "actions": []})

    def upsert_builder(self, key: Key) -> AsyncUpdate[T]:
        """The same, making the item if it is absent."""
        return AsyncUpdate(self, {"op": c.OP_BUILD, "table": self._id, "key": key_operand(key), "actions": [], "upsert": True})

    async def update_expression(self, key: Key, expression: str, names: Mapping[str, str] | None = None,
                                values: Mapping[str, Any] | None = None, **options: Unpack[WriteOptions]) -> T:
        """What the builder cannot say, in the service's own language."""
        request = {"op": c.OP_UPDATE_EXPRESSION, "table": self._id, "key": key_operand(key), "expression": expression,
                   "names": dict(names or {}), "values": dict(values or {}), **write_options(**options)}
        item: T = await self._client._run(request, self._plans)
        return item

    async def batch_get(self, keys: Iterable[Key], *, consistent: bool = False, parallel: int = 1) -> list[T | None]:
        """In the order of the keys; absent items are None. BatchIncompleteError holds `done` and `leftover`."""
        request = {"op": c.OP_BATCH_GET, "gets": [{"table": self._id, "key": key_operand(k)} for k in keys],
                   "consistent": consistent, "parallel": parallel}
        return list((await self._client._run(request, self._plans))["items"])

    async def batch_write(self, puts: Iterable[T] = (), deletes: Iterable[Key] = (), *, parallel: int = 1) -> None:
        """Puts, then deletes; an item named twice is InvalidOperatorError."""
        writes: list[dict[str, Any]] = [{"table": self._id, "put": self._to_item(item)} for item in puts]
        writes += [{"table": self._id, "delete": key_operand(key)} for key in deletes]
        await self._client._run({"op": c.OP_BATCH_WRITE, "writes": writes, "parallel": parallel}, self._plans)

    def key_of(self, item: T) -> dict[str, Any]:
        """The key attributes of an item."""
        attributes = self._to_item(item)
        return {name: attributes[name] for name in (self.partition_key, self.sort_key) if name in attributes}

    async def explain_get(self, key: Key, *, consistent: bool = False, projection: Sequence[str | Path] = ()) -> Explanation:
        """What `get` would send; nothing is sent."""
        request = {**self._get(c.OP_GET, key, consistent, projection, False), "explain": True}
        return explanation_of(await self._client._run(request, None))

    async def explain_create(self, item: T, **options: Unpack[WriteOptions]) -> Explanation:
        """What `create` would send; nothing is sent."""
        request = {"op": c.OP_CREATE, "table": self._id, "item": self._to_item(item), "explain": True, **write_options(**options)}
        return explanation_of(await self._client._run(request, None))


class AsyncUpdate(Generic[T]):
    """One update, action by action. Immutable: every method gives a new one; nothing is sent before `run…`."""

    def __init__(self, table: AsyncTable[T], request: dict[str, Any]) -> None:
        self._table, self._request = table, request

    def _with(self, **members: Any) -> AsyncUpdate[T]:
        new = copy.copy(self)
        new._request = {**self._request, **members}
        return new

    def _do(self, kind: str, path: str | Path, *operands: Any) -> AsyncUpdate[T]:
        action = [kind, path_operand(path), *(operand_of(o) for o in operands)]
        return self._with(actions=[*self._request["actions"], action])

    def set(self, path: str | Path, value: Any) -> AsyncUpdate[T]:
        """Writes a value."""
        return self._do("set", path, value)

    def set_if_not_exists(self, path: str | Path, value: Any) -> AsyncUpdate[T]:
        """Writes a value where there is none."""
        return self._do("set_if_not_exists", path, value)

    def add(self, path: str | Path, number_or_set: Any) -> AsyncUpdate[T]:
        """Adds a number, or elements to a set."""
        return self._do("add", path, number_or_set)

    def increment(self, path: str | Path, by: Any = 1) -> AsyncUpdate[T]:
        """Adds to a number."""
        return self._do("increment", path, by)

    def decrement(self, path: str | Path, by: Any = 1) -> AsyncUpdate[T]:
        """Takes from a number."""
        return self._do("decrement", path, by)

    def remove(self, path: str | Path) -> AsyncUpdate[T]:
        """Removes an attribute."""
        return self._do("remove", path)

    def delete_elements(self, path: str | Path, elements: Any) -> AsyncUpdate[T]:
        """Takes elements out of a set."""
        return self._do("delete", path, elements)

    def append(self, path: str | Path, elements: Sequence[Any]) -> AsyncUpdate[T]:
        """Elements behind those of a list."""
        return self._do("append", path, list(elements))

    def prepend(self, path: str | Path, elements: Sequence[Any]) -> AsyncUpdate[T]:
        """Elements before those of a list."""
        return self._do("prepend", path, list(elements))

    def set_element(self, path: str | Path, index: int, value: Any) -> AsyncUpdate[T]:
        """Replaces an element of a list."""
        return self._do("set_element", path, index, value)

    def remove_element(self, path: str | Path, index: int) -> AsyncUpdate[T]:
        """Removes an element of a list."""
        return self._do("remove_element", path, index)

    def where(self, condition: Condition) -> AsyncUpdate[T]:
        """A condition; several are joined by AND."""
        before = self._request.get("condition")
        return self._with(condition=condition.tape if before is None else ["and", before, condition.tape])

    def if_version(self, version: int) -> AsyncUpdate[T]:
        """The version the stored item must have."""
        return self._with(if_version=version)

    def protect(self, *attributes: str) -> AsyncUpdate[T]:
        """Attributes this update must not touch."""
        return self._with(protect=[*self._request.get("protect", []), *attributes])

    def return_item_on_failure(self, on: bool = True) -> AsyncUpdate[T]:
        """The error's `item` is the item as it stood."""
        return self._with(return_item_on_failure=on)

    async def _run(self, returns: str) -> Any:
        return await self._table._client._run({**self._request, "returns": returns}, self._table._plans)

    async def explain(self) -> Explanation:
        """What would be sent; nothing is sent."""
        return explanation_of(await self._table._client._run({**self._request, "explain": True}, None))

    async def run(self) -> None:
        """Sends it; returns nothing."""
        await self._run("none")

    async def run_all_new(self) -> T:
        """Sends it; the item after the update."""
        item: T = await self._run("all_new")
        return item

    async def run_all_old(self) -> T | None:
        """Sends it; the item before the update, None when it was made."""
        item: T | None = await self._run("all_old")
        return item

    async def run_updated_new(self) -> T:
        """Sends it; the touched attributes after the update (the others have their defaults)."""
        item: T = await self._run("updated_new")
        return item

    async def run_updated_old(self) -> T | None:
        """Sends it; the touched attributes before the update."""
        item: T | None = await self._run("updated_old")
        return item
