"""Queries, scans and aggregates."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from tabletheory._constants import OP_AGGREGATE, OP_COUNT, OP_QUERY, OP_SCAN
from tabletheory.conditions import Condition, Path, operand_of, path_operand
from tabletheory.results import Explanation, Page, explanation_of, page_of

if TYPE_CHECKING:
    from tabletheory._aio.client import AsyncClient

T = TypeVar("T")


class AsyncRead(Generic[T]):
    """What queries and scans share. Immutable: every method gives a new one; nothing is sent before `page`, `pages`,
    `all`, `first`, `count` or iteration."""

    def __init__(self, client: AsyncClient, request: dict[str, Any], plans: Any) -> None:
        self._client, self._request, self._plans = client, request, plans

    def _with(self, **members: Any) -> Self:
        new = copy.copy(self)
        new._request = {**self._request, **members}
        return new

    def where(self, condition: Condition) -> Self:
        """A filter on what was read; several are joined by AND. Filtered items are paid for: prefer keys."""
        before = self._request.get("filter")
        return self._with(filter=condition.tape if before is None else ["and", before, condition.tape])

    def select(self, *paths: str | Path) -> Self:
        """Fetch these attributes only."""
        return self._with(projection=[path_operand(p) for p in paths])

    def limit(self, items: int) -> Self:
        """Number of items returned in all."""
        return self._with(limit=items)

    def page_size(self, items: int) -> Self:
        """DynamoDB's Limit: items evaluated per request, before the filter."""
        return self._with(page_size=items)

    def consistent(self, on: bool = True) -> Self:
        """Strongly consistent."""
        return self._with(consistent=on)

    def hide_expired(self, on: bool = True) -> Self:
        """Leave out items whose ttl has passed."""
        return self._with(hide_expired=on)

    def using_index(self, name: str) -> Self:
        """Read an index instead of the table."""
        return self._with(index=name)

    def after(self, cursor: str) -> Self:
        """Go on where a page ended; empty: from the start."""
        return self._with(cursor=cursor)

    def sign_cursors(self, secret: str | bytes) -> Self:
        """Sign the cursors of this read with HMAC-SHA256 and `secret` (not empty, best 32 random bytes), and take no cursor
        in `after` that was not: InvalidModelError. For cursors that leave the program, through a public API say. Signed
        cursors are the same in every language."""
        return self._with(cursor_key=secret)

    async def page(self) -> Page[T]:
        """One page: with a limit, that many items (or all there are); without, one answer of the service."""
        request = dict(self._request)
        if "limit" in request:
            request["gather"] = True
        return page_of(await self._client._run(request, self._plans))

    async def pages(self) -> AsyncIterator[Page[T]]:
        """All pages, fetched as they are reached."""
        async for page in self._client._pages(dict(self._request), self._plans):
            if page is not None:
                yield page_of(page)

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def all(self) -> list[T]:
        """Everything, in memory."""
        return [item async for item in self]

    async def first(self) -> T | None:
        """The first item, if any."""
        page = await self.limit(1).page()
        return page.items[0] if page.items else None

    async def count(self) -> int:
        """How many items match, over all pages, without fetching them."""
        request = {**self._request, "op": OP_COUNT}
        if self._request["op"] == OP_SCAN:
            request["scan"] = True
        return int((await self._client._run(request, None))["count"])

    async def explain(self) -> Explanation:
        """What would be sent, with which index and why; nothing is sent."""
        return explanation_of(await self._client._run({**self._request, "explain": True}, None))

    def aggregate(self) -> AsyncAggregate:
        """Sums, counts and groups over what this reads."""
        return AsyncAggregate(self._client, self._request)


class AsyncQuery(AsyncRead[T]):
    """Items that share a partition key, in order of the sort key."""

    def sort(self, condition: Condition) -> Self:
        """The condition on the sort key: = < <= > >= between begins_with."""
        return self._with(sort=condition.tape)

    def descending(self, on: bool = True) -> Self:
        """From the greatest sort key down."""
        return self._with(descending=on)


class AsyncScan(AsyncRead[T]):
    """Every item of a table or an index."""

    def segment(self, number: int, of: int) -> Self:
        """One of several parts, to be read by as many workers."""
        return self._with(segment=number, total_segments=of)

    def parallel(self, workers: int) -> Self:
        """Read by several workers at once."""
        return self._with(parallel=workers)


class AsyncAggregate:
    """Sums, counts and groups over a query or scan, exact (docs/aggregates.md). Immutable."""

    def __init__(self, client: AsyncClient, request: dict[str, Any]) -> None:
        self._client = client
        self._request = {**request, "op": OP_AGGREGATE, "steps": []}
        self._request.pop("projection", None)
        if request["op"] == OP_SCAN:
            self._request["scan"] = True
        assert request["op"] in (OP_SCAN, OP_QUERY)

    def _with(self, **members: Any) -> AsyncAggregate:
        new = copy.copy(self)
        new._request = {**self._request, **members}
        return new

    def _step(self, function: str, name: str, path: str | Path | None) -> AsyncAggregate:
        step = [function, name] if path is None else [function, name, path_operand(path)]
        return self._with(steps=[*self._request["steps"], step])

    def count(self, name: str, path: str | Path | None = None) -> AsyncAggregate:
        """How many items, or values at a path."""
        return self._step("count", name, path)

    def count_distinct(self, name: str, path: str | Path) -> AsyncAggregate:
        """How many distinct values."""
        return self._step("count_distinct", name, path)

    def sum(self, name: str, path: str | Path) -> AsyncAggregate:
        """The exact sum."""
        return self._step("sum", name, path)

    def average(self, name: str, path: str | Path) -> AsyncAggregate:
        """The exact sum divided by the count."""
        return self._step("average", name, path)

    def min(self, name: str, path: str | Path) -> AsyncAggregate:
        """The least value."""
        return self._step("min", name, path)

    def max(self, name: str, path: str | Path) -> AsyncAggregate:
        """The greatest value."""
        return self._step("max", name, path)

    def group_by(self, *paths: str | Path) -> AsyncAggregate:
        """One row per combination of these values."""
        return self._with(group_by=[path_operand(p) for p in paths])

    def having(self, condition: Condition) -> AsyncAggregate:
        """Keeps the rows for which a condition on results and groups holds."""
        return self._with(having=condition.tape)

    def memory_limit(self, size_bytes: int) -> AsyncAggregate:
        """What groups and distinct values may take."""
        return self._with(memory_limit_bytes=size_bytes)

    async def run(self) -> Sequence[dict[str, Any]]:
        """The rows."""
        rows: Sequence[dict[str, Any]] = await self._client._run(dict(self._request), None)
        return rows


def partition_operand(partition: Any) -> Any:
    """The partition of a query: a value, or a condition."""
    return partition.tape if isinstance(partition, Condition) else operand_of(partition)
