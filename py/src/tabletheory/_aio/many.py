"""Batches, transactions and leases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from tabletheory import _constants as c
from tabletheory._aio.table import AsyncTable, AsyncUpdate, write_options
from tabletheory.conditions import Path, path_operand, raw_condition
from tabletheory.options import LeaseNames, WriteOptions
from tabletheory.results import Explanation, Key, Lease, LeaseCheck, explanation_of, key_operand

if TYPE_CHECKING:
    from tabletheory._aio.client import AsyncClient


class _Gets:
    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._gets: list[dict[str, Any]] = []
        self._plans: list[Any] = []

    def get(self, table: AsyncTable[Any], key: Key) -> int:
        """Adds a key; its position among the results."""
        self._plans.append(table._plans[0])
        self._gets.append({"table": table._id, "key": key_operand(key)})
        return len(self._gets) - 1


class AsyncBatchGet(_Gets):
    """Many items by key, over any tables: `get` adds, `run` reads."""

    async def run(self, *, consistent: bool = False, parallel: int = 1) -> list[Any]:
        """In the order added; absent items are None."""
        request = {"op": c.OP_BATCH_GET, "gets": self._gets, "consistent": consistent, "parallel": parallel}
        return list((await self._client._run(request, self._plans))["items"])


class AsyncTransactGet(_Gets):
    """Up to 100 items as they stood at one moment: `get` adds, `run` reads."""

    async def run(self) -> list[Any]:
        """In the order added; absent items are None."""
        request = {"op": c.OP_TRANSACT_GET, "gets": self._gets}
        return list((await self._client._run(request, self._plans))["items"])


class AsyncBatchWrite:
    """Many puts and deletes, over any tables. BatchIncompleteError has the positions of what is `leftover`."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._writes: list[dict[str, Any]] = []

    def put(self, table: AsyncTable[Any], item: Any) -> AsyncBatchWrite:
        """Whole-item replacement, by the rules of `Table.put`."""
        self._writes.append({"table": table._id, "put": table._to_item(item)})
        return self

    def delete(self, table: AsyncTable[Any], key: Key) -> AsyncBatchWrite:
        """Deletes an item."""
        self._writes.append({"table": table._id, "delete": key_operand(key)})
        return self

    async def run(self, *, parallel: int = 1) -> None:
        """Sends them."""
        await self._client._run({"op": c.OP_BATCH_WRITE, "writes": self._writes, "parallel": parallel}, None)


class AsyncTransactWrite:
    """All or nothing, over any tables: up to 100 actions. A cancelled one is TransactionCanceledError with `reasons`."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._actions: list[dict[str, Any]] = []
        self._token: str | None = None
        self._plans: list[Any] = []

    def _add(self, kind: str, table: AsyncTable[Any], **members: Any) -> AsyncTransactWrite:
        self._plans.append(table._plans[0])
        self._actions.append({"kind": kind, "table": table._id, **members})
        return self

    def create(self, table: AsyncTable[Any], item: Any, **options: Unpack[WriteOptions]) -> AsyncTransactWrite:
        """As `Table.create`."""
        return self._add("create", table, item=table._to_item(item), **write_options(**options))

    def put(self, table: AsyncTable[Any], item: Any, **options: Unpack[WriteOptions]) -> AsyncTransactWrite:
        """As `Table.put`."""
        return self._add("put", table, item=table._to_item(item), **write_options(**options))

    def upsert(self, table: AsyncTable[Any], item: Any, **options: Unpack[WriteOptions]) -> AsyncTransactWrite:
        """As `Table.upsert`."""
        return self._add("upsert", table, item=table._to_item(item), **write_options(**options))

    def update(self, table: AsyncTable[Any], item: Any, fields: Sequence[str | Path], **options: Unpack[WriteOptions]) -> AsyncTransactWrite:
        """The selected attributes; the lock is `if_version` alone."""
        return self._add("update", table, item=table._to_item(item), fields=[path_operand(f) for f in fields],
                         **write_options(**options))

    def build(self, update: AsyncUpdate[Any]) -> AsyncTransactWrite:
        """An update builder's update."""
        members = {k: v for k, v in update._request.items() if k not in ("op", "table")}
        return self._add("build", update._table, **members)

    def delete(self, table: AsyncTable[Any], key: Key, **options: Unpack[WriteOptions]) -> AsyncTransactWrite:
        """As `Table.delete`."""
        return self._add("delete", table, key=key_operand(key), **write_options(**options))

    def check(self, table: AsyncTable[Any], key: Key, **options: Unpack[WriteOptions]) -> AsyncTransactWrite:
        """Checks an item without writing it: `condition` or `if_version`."""
        return self._add("condition", table, key=key_operand(key), **write_options(**options))

    def client_token(self, token: str) -> AsyncTransactWrite:
        """A token of your own (1 to 36 characters)."""
        self._token = token
        return self

    def _request(self) -> dict[str, Any]:
        request: dict[str, Any] = {"op": c.OP_TRANSACT_WRITE, "actions": self._actions}
        if self._token is not None:
            request["client_token"] = self._token
        return request

    async def run(self) -> None:
        """Sends them."""
        await self._client._run(self._request(), self._plans)

    async def explain(self) -> Explanation:
        """What would be sent."""
        return explanation_of(await self._client._run({**self._request(), "explain": True}, None))


class AsyncLeases:
    """Leases: the right to do something alone, for a while; one item of a table each (docs/leases.md)."""

    def __init__(self, client: AsyncClient, table: str, **names: Unpack[LeaseNames]) -> None:
        self._client = client
        self._members = {"lease_table": {"table": table, **names}}

    async def acquire(self, name: str, duration_ms: int) -> Lease:
        """Takes the lease if nobody holds it or it has ended; LeaseHeldError otherwise."""
        return await self._keep(c.OP_ACQUIRE_LEASE, {"name": name, "duration_ms": duration_ms})

    async def refresh(self, lease: Lease, duration_ms: int) -> Lease:
        """Keeps it, from now on; LeaseNotOwnedError when it has ended or is somebody else's."""
        return await self._keep(c.OP_REFRESH_LEASE, {**_held(lease), "duration_ms": duration_ms})

    async def release(self, lease: Lease) -> None:
        """Gives it back; no error when it is not ours any more."""
        await self._client._run({"op": c.OP_RELEASE_LEASE, **_held(lease), **self._members}, None)

    async def check(self, lease: Lease) -> LeaseCheck:
        """For a transaction with the work that the lease protects: the lease's item, and the condition that it is held now."""
        m = await self._client._run({"op": c.OP_LEASE_CHECK, **_held(lease), **self._members}, None)
        return LeaseCheck(m["key"], raw_condition(m["condition"], m["names"], m["values"]))

    async def _keep(self, op: int, members: dict[str, Any]) -> Lease:
        m = await self._client._run({"op": op, **members, **self._members}, None)
        return Lease(m["name"], m["token"], m["expires_at"])


def _held(lease: Lease) -> dict[str, Any]:
    return {"name": lease.name, "token": lease.token, "expires_at": lease.expires_at}
