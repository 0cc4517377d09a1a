"""Several models that live in one table, read together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tabletheory._aio.reads import AsyncQuery, AsyncScan, partition_operand
from tabletheory._aio.table import AsyncTable
from tabletheory._aio.tables import AsyncManagedTable
from tabletheory._constants import OP_QUERY, OP_SCAN
from tabletheory.results import ModelItem

if TYPE_CHECKING:
    from tabletheory._aio.client import AsyncClient

T = TypeVar("T")


class AsyncSharedTable(AsyncManagedTable, Generic[T]):
    """Several models of one table, told apart by their discriminators (docs/several-models-in-one-table.md); made by
    `client.shared_table`. Reads give instances of the models' classes, to be told apart by `isinstance` or `match`; of
    tables whose items are dictionaries, `ModelItem`s. Writing, and reading by key, go through the tables themselves.
    """

    def __init__(self, client: AsyncClient, tables: Sequence[AsyncTable[Any]]) -> None:
        super().__init__(client, [table._id for table in tables], tables[0].name if tables else "")
        self._plans = tuple(_telling(table) for table in tables)

    def query(self, partition: Any) -> AsyncQuery[T]:
        """As `Table.query`, over the attributes and indexes of all the models. Items of none of them are left out and
        counted in `Page.skipped_count`."""
        request = {"op": OP_QUERY, "tables": self._ids, "partition": partition_operand(partition)}
        return AsyncQuery(self._client, request, self._plans)

    def scan(self) -> AsyncScan[T]:
        """As `Table.scan`."""
        return AsyncScan(self._client, {"op": OP_SCAN, "tables": self._ids}, self._plans)


def _telling(table: AsyncTable[Any]) -> Any:
    """The plan of a table; one of dictionaries says in front whose item it is."""
    plan = table._plans[0]
    if plan is None or plan.cls is not None:
        return plan
    finish: Callable[[dict[str, Any]], ModelItem] = lambda item: ModelItem(table.model, item)  # noqa: E731
    return plan._replace(finish=finish)
