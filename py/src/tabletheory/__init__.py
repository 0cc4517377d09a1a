"""TableTheory: a DynamoDB ORM and schema contract.

>>> from typing import Annotated
>>> from tabletheory import PK, VERSION, connect, model
>>> @model("User", table="users")
... class User:
...     id: Annotated[str, PK]
...     name: str = ""
...     version: Annotated[int, VERSION] = 0
>>> with connect("memory:") as client:
...     users = client.table(User)
...     _ = users.ensure_table()
...     user = users.create(User(id="u1", name="Ada"))
...     user.name = "Ada L."
...     users.update(user, ["name"]).version
1
"""

from typing import Any

from tabletheory import errors as errors
from tabletheory._aio.client import AsyncClient
from tabletheory._aio.reads import AsyncQuery, AsyncScan
from tabletheory._aio.shared_table import AsyncSharedTable
from tabletheory._aio.table import AsyncTable, AsyncUpdate
from tabletheory._sync.client import Client
from tabletheory._sync.reads import Query, Scan
from tabletheory._sync.shared_table import SharedTable
from tabletheory._sync.table import Table, Update
from tabletheory.conditions import Condition, Path, attr, named, raw_condition
from tabletheory.errors import *  # noqa: F403
from tabletheory.lambda_ import deadline_from_lambda_context
from tabletheory.models import CREATED_AT, PK, SK, TTL, UPDATED_AT, VERSION, Attr, Index, columns, model
from tabletheory.results import Difference, Explanation, Lease, LeaseCheck, Migration, ModelItem, Page, StreamRecord, handle_in_order
from tabletheory.schema import DerivedKey, DerivedKeys, Model, Schema


def connect(address: str, **options: Any) -> Client:
    """A client. Addresses: `memory:`, `memory:<name>`, `file:<path>`, `http(s)://host[:port]`, `aws:`, `aws:<region>`.

    Options are those of docs/c-abi.md (`region`, `retry`, `encryption`, `table_prefix`, …), and `transport`: a callable
    (service, operation, JSON) → (HTTP status, JSON) that sends the requests; `now`, `random` and `sleep`, for tests.

    >>> with connect("memory:") as client:
    ...     client.echo({"n": 1})
    {'n': 1}
    """
    return Client(address, **options)


def connect_async(address: str, **options: Any) -> AsyncClient:
    """The same for asyncio."""
    return AsyncClient(address, **options)


__all__ = [
    "CREATED_AT", "PK", "SK", "TTL", "UPDATED_AT", "VERSION", "AsyncClient", "AsyncQuery", "AsyncScan", "AsyncSharedTable",
    "AsyncTable", "AsyncUpdate", "Attr", "Client", "Condition", "DerivedKey", "DerivedKeys", "Difference", "Explanation",
    "Index", "Lease", "LeaseCheck", "Migration", "Model", "ModelItem", "Page", "Path", "Query", "Scan", "Schema",
    "SharedTable", "StreamRecord", "Table", "Update", "attr", "columns", "connect", "connect_async",
    "deadline_from_lambda_context", "handle_in_order", "model", "named", "raw_condition",
]
__all__ += errors.__all__
