"""Making, checking and changing the tables of one model, or of several together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from tabletheory import _constants as c
from tabletheory.options import TableChanges, TableOptions
from tabletheory.results import Difference

if TYPE_CHECKING:
    from tabletheory._aio.client import AsyncClient


class AsyncManagedTable:
    """What tables and shared tables have for a deployment (docs/tables-and-migration.md)."""

    def __init__(self, client: AsyncClient, ids: Sequence[int], name: str) -> None:
        self._client = client
        self._ids = list(ids)
        #: The table's name at run time.
        self.name = name

    async def create_table(self, **options: Unpack[TableOptions]) -> str:
        """Makes the table; an existing one is TableInUseError. Options: docs/c-abi.md. The description, as JSON."""
        return await self._client._manage(c.OP_CREATE_TABLE, {"tables": self._ids, **options})

    async def ensure_table(self, **options: Unpack[TableOptions]) -> str:
        """Makes the table unless it is there."""
        return await self._client._manage(c.OP_ENSURE_TABLE, {"tables": self._ids, **options})

    async def describe_table(self) -> str:
        """The service's description, as JSON."""
        return await self._client._manage(c.OP_DESCRIBE_TABLE, {"table": self._ids[0]})

    async def delete_table(self, *, wait: bool = True) -> None:
        """Deletes the table."""
        await self._client._manage(c.OP_DELETE_TABLE, {"table": self._ids[0], "wait": wait})

    async def wait_table(self) -> str:
        """Waits until the table is ACTIVE."""
        return await self._client._manage(c.OP_WAIT_TABLE, {"table": self._ids[0]})

    async def verify_table(self) -> list[Difference]:
        """Every difference between the live table and the models."""
        rows = await self._client._run({"op": c.OP_VERIFY_TABLE, "tables": self._ids}, None)
        return [Difference(r["path"], r["model"], r["live"]) for r in rows]

    async def update_table(self, **changes: Unpack[TableChanges]) -> list[str]:
        """Brings the live table to the models and to `changes`; what was done, in order."""
        return list((await self._client._run({"op": c.OP_UPDATE_TABLE, "tables": self._ids, **changes}, None))["steps"])
