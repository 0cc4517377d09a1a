"""Clients: a connection to DynamoDB, or to the engine embedded in the library."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, Unpack, overload

from tabletheory import _constants as c
from tabletheory import _native
from tabletheory._aio.many import AsyncBatchGet, AsyncBatchWrite, AsyncLeases, AsyncTransactGet, AsyncTransactWrite
from tabletheory._aio.shared_table import AsyncSharedTable
from tabletheory._aio.table import AsyncTable
from tabletheory.conditions import Path, path_operand
from tabletheory.models import dynamic_plan, info_of, item_writer, typed_plan
from tabletheory.options import ClientOptions, LeaseNames
from tabletheory.results import Migration, ModelItem, StreamRecord, migration_of
from tabletheory.running import AsyncRunner, Limits, Transport
from tabletheory.schema import Attribute, Model, Schema, attribute_of

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
_INSTANTS = 1


class AsyncClient:
    """Made by `connect_async`; closed by `async with` or `close`. See `connect` for addresses and options."""

    def __init__(self, address: str, *, transport: Transport | None = None, now: Callable[[], datetime] | None = None,
                 random: Callable[[], int] | None = None, sleep: Callable[[float], Any] | None = None, **options: Unpack[ClientOptions]) -> None:
        self._handle = _native.connect(address, dict(options))
        self._runner = AsyncRunner(self._handle)
        self._limits = Limits(transport, sleep, now, random, {})
        self._closed = False

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the connection; operations that run are cancelled."""
        if not self._closed:
            self._closed = True
            self._runner.close()
            _native.client_close(self._handle)

    def bounded(self, *, timeout_ms: int | None = None, deadline: datetime | None = None) -> AsyncClient:
        """The same connection with limits on every call: TimeoutError of this library past them. For Lambda:
        `client.bounded(deadline=deadline_from_lambda_context(context))`."""
        members = dict(self._limits.members)
        if timeout_ms is not None:
            members["timeout_ms"] = timeout_ms
        if deadline is not None:
            members["deadline"] = deadline
        new = copy.copy(self)
        old = self._limits
        new._limits = Limits(old.transport, old.sleep, old.now, old.random, members)
        return new

    async def _run(self, request: dict[str, Any], plans: Any) -> Any:
        return await self._runner.run(request, plans, self._limits)

    async def _pages(self, request: dict[str, Any], plans: Any) -> AsyncIterator[Any]:
        async for page in self._runner.pages(request, plans, self._limits):
            yield page

    async def _manage(self, op: int, request: dict[str, Any]) -> str:
        answer = await self._run({"op": op, **request}, None)
        return (answer or {}).get("description") or ""

    @overload
    def table(self, model: Model, name: str = "") -> AsyncTable[dict[str, Any]]: ...
    @overload
    def table(self, model: type[T], name: str = "", *, schema: Schema | None = None) -> AsyncTable[T]: ...
    def table(self, model: Any, name: str = "", *, schema: Schema | None = None) -> AsyncTable[Any]:
        """A table of a model class (typed), or of a schema's model (items are dictionaries). `schema`: the class must say
        the same as that document. `name` goes before the client's names."""
        if isinstance(model, Model):
            info = _native.table_open(self._handle, model.schema.handle, model.name, name, 0)
            return AsyncTable(self, info, dynamic_plan(_attributes(info)), dict)
        known = info_of(model)
        if schema is not None:
            schema.check(known.schema, known.name)
        info = _native.table_open(self._handle, known.schema.handle, known.name, name, _INSTANTS)
        return AsyncTable(self, info, typed_plan(known, _attributes(info)), item_writer(known))

    def documents(self, name: str, key: Sequence[str] = ()) -> AsyncTable[dict[str, Any]]:
        """A table without a model: nothing is added, nothing left out. `key`: its key attributes."""
        info = dict(_native.documents_open(self._handle, name, "\0".join(key)))
        info["partition_key"], info["sort_key"] = (*key, "", "")[:2]
        return AsyncTable(self, info, None, dict)

    @overload
    def shared_table(self, *tables: AsyncTable[dict[str, Any]]) -> AsyncSharedTable[ModelItem]: ...
    @overload
    def shared_table(self, first: AsyncTable[A], second: AsyncTable[B], /) -> AsyncSharedTable[A | B]: ...
    @overload
    def shared_table(self, first: AsyncTable[A], second: AsyncTable[B], third: AsyncTable[C], /) -> AsyncSharedTable[A | B | C]: ...
    @overload
    def shared_table(self, first: AsyncTable[A], second: AsyncTable[B], third: AsyncTable[C], fourth: AsyncTable[D],
                     /) -> AsyncSharedTable[A | B | C | D]: ...
    @overload
    def shared_table(self, *tables: AsyncTable[Any]) -> AsyncSharedTable[Any]: ...
    def shared_table(self, *tables: AsyncTable[Any]) -> AsyncSharedTable[Any]:
        """Several models that live in one table, read together; each has a discriminator. What does not fit together is
        InvalidOperatorError when it is read."""
        return AsyncSharedTable(self, tables)

    def batch_get(self) -> AsyncBatchGet:
        """Many items by key, over any tables."""
        return AsyncBatchGet(self)

    def batch_write(self) -> AsyncBatchWrite:
        """Many puts and deletes, over any tables."""
        return AsyncBatchWrite(self)

    def transact_get(self) -> AsyncTransactGet:
        """Items as they stand together."""
        return AsyncTransactGet(self)

    def transact_write(self) -> AsyncTransactWrite:
        """Writes, all or none."""
        return AsyncTransactWrite(self)

    def leases(self, table: str, **names: Unpack[LeaseNames]) -> AsyncLeases:
        """Leases kept in a table; `names` of its attributes as in docs/c-abi.md."""
        return AsyncLeases(self, table, **names)

    async def echo(self, value: Any) -> Any:
        """A value through the core's reader and writer, for tests."""
        return await self._run({"op": c.OP_ECHO, "value": value}, None)

    async def raw_call(self, operation: str, body: Mapping[str, Any] | str, service: str = "dynamodb") -> dict[str, Any]:
        """The service's own API: one call, one answer, nothing added, nothing retried."""
        text = body if isinstance(body, str) else json.dumps(body)
        answer = await self._run({"op": c.OP_RAW_CALL, "operation": operation, "body": text, "service": service}, None)
        decoded: dict[str, Any] = json.loads(answer["body"])
        return decoded

    async def transition(self, actuals: AsyncTable[Any], actual: Any, fields: Iterable[str | Path], events: AsyncTable[Any],
                         event: Any, *, expected_version: int | None = None) -> None:
        """One transaction: updates the actual row and creates the event (docs/release-state.md)."""
        row: dict[str, Any] = {"table": actuals._id, "item": actuals._to_item(actual), "fields": [path_operand(f) for f in fields]}
        if expected_version is not None:
            row["expected_version"] = expected_version
        await self._run({"op": c.OP_TRANSITION, "actual": row, "event": {"table": events._id, "item": events._to_item(event)}},
                        None)

    async def check_deploy_authority(self, item: Mapping[str, Any]) -> None:
        """The deploy-authority check, as writes run it; nothing is sent."""
        await self._run({"op": c.OP_CHECK_DEPLOY_AUTHORITY, "item": dict(item)}, None)

    async def read_stream(self, records: str | Mapping[str, Any], tables: Sequence[AsyncTable[Any]] = ()) -> list[StreamRecord]:
        """Decodes a Lambda event or an answer of GetRecords; each record is read by the first table it fits."""
        text = records if isinstance(records, str) else json.dumps(records)
        request: dict[str, Any] = {"op": c.OP_READ_STREAM, "records": text}
        if tables:
            request["tables"] = [t._id for t in tables]
        rows = await self._run(request, tuple(t._plans[0] for t in tables))
        return [StreamRecord(r["info"], r.get("table"), r["key"], r.get("old_image"), r.get("new_image")) for r in rows]

    async def migrate(self, source: AsyncTable[Any], target: AsyncTable[Any], *, rename: Mapping[str, str] | None = None,
                      drop: Sequence[str] = (), resume_from: str = "", page_size: int = 100, create_table: bool = True,
                      table_options: Mapping[str, Any] | None = None,
                      on_progress: Callable[[Migration], object] | None = None) -> Migration:
        """Copies a table's items into another under a new model, which is made unless it is there
        (docs/tables-and-migration.md). `on_progress` is told after every page; keep its token to go on from there."""
        request: dict[str, Any] = {"op": c.OP_MIGRATE, "source": source._id, "target": target._id, "page_size": page_size,
                                   "create_table": create_table, "progress": on_progress is not None}
        optional = {"rename": dict(rename or {}), "drop": list(drop), "resume_from": resume_from,
                    "table_options": dict(table_options or {})}
        request.update({name: value for name, value in optional.items() if value})
        if on_progress is None:
            return migration_of(await self._run(request, None))
        last = Migration(0, 0, resume_from)
        async for page in self._pages(request, None):
            last = migration_of(page)
            on_progress(last)
        return last

    def advance_clock(self, nanoseconds: int) -> bool:
        """Of a client with the option `clock`: moves its time."""
        return _native.clock_advance(self._handle, nanoseconds)


def _attributes(info: Mapping[str, Any]) -> list[Attribute]:
    return [attribute_of(a) for a in info["attributes"]]
