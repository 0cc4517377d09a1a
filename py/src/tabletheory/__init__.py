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

from collections.abc import Callable
from datetime import datetime
from typing import Any, Unpack

from tabletheory import _native
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
from tabletheory.errors import Diagnostic, Reason, TableTheoryError
from tabletheory.errors_table import *  # noqa: F403
from tabletheory.lambda_ import deadline_from_lambda_context
from tabletheory.models import CREATED_AT, PK, SK, TTL, UPDATED_AT, VERSION, Attr, Index, columns, model
from tabletheory.options import ClientOptions, TableChanges, TableOptions, WriteOptions
from tabletheory.results import Difference, Explanation, Lease, LeaseCheck, Migration, ModelItem, Page, StreamRecord, handle_in_order
from tabletheory.running import Transport
from tabletheory.schema import Attribute, DerivedKey, DerivedKeys, Model, Schema
from tabletheory.transports import Boto3Transport, boto3_transport

#: The version of this package, and of the core inside it.
__version__: str = _native.version()


def connect(address: str, *, transport: Transport | None = None, now: Callable[[], datetime] | None = None,
            random: Callable[[], int] | None = None, sleep: Callable[[float], Any] | None = None,
            **options: Unpack[ClientOptions]) -> Client:
    """A client. Addresses: `memory:`, `memory:<name>`, `file:<path>`, `http(s)://host[:port]`, `aws:`, `aws:<region>`.

    `transport` sends the requests: `boto3_transport(…)`, or any callable (service, operation, JSON) → (HTTP status, JSON).
    `now`, `random` and `sleep` are for tests. The other options are those of `ClientOptions` and docs/c-abi.md.

    >>> with connect("memory:", table_prefix="test-") as client:
    ...     client.echo({"n": 1})
    {'n': 1}
    """
    return Client(address, transport=transport, now=now, random=random, sleep=sleep, **options)


def connect_async(address: str, *, transport: Transport | None = None, now: Callable[[], datetime] | None = None,
                  random: Callable[[], int] | None = None, sleep: Callable[[float], Any] | None = None,
                  **options: Unpack[ClientOptions]) -> AsyncClient:
    """The same for asyncio; `transport` and `sleep` may be coroutine functions.

    >>> import asyncio
    >>> async def main():
    ...     async with connect_async("memory:") as client:
    ...         return await client.echo([1, 2])
    >>> asyncio.run(main())
    [1, 2]
    """
    return AsyncClient(address, transport=transport, now=now, random=random, sleep=sleep, **options)


__all__ = [
    "CREATED_AT", "PK", "SK", "TTL", "UPDATED_AT", "VERSION", "AsyncClient", "AsyncQuery", "AsyncScan", "AsyncSharedTable",
    "AsyncTable", "AsyncUpdate", "Attr", "Attribute", "Boto3Transport", "Client", "ClientOptions", "Condition", "DerivedKey",
    "DerivedKeys", "Difference", "Explanation", "Index", "Lease", "LeaseCheck", "Migration", "Model", "ModelItem", "Page", "Path",
    "Query", "Scan", "Schema", "SharedTable", "StreamRecord", "Table", "TableChanges", "TableOptions", "Transport", "Update",
    "WriteOptions", "attr", "boto3_transport", "columns", "connect", "connect_async", "deadline_from_lambda_context",
    "handle_in_order", "model", "named", "raw_condition",
]
# Of the errors, by name: type checkers read no lists of other modules (a test compares).
__all__ += [
    "BatchIncompleteError", "CancelledError", "ConditionFailedError", "CredentialsError", "Diagnostic",
    "EncryptedFieldNotQueryableError", "EncryptionNotConfiguredError", "ImmutableModelMutationError",
    "IndexNotFoundError", "InternalError", "InvalidEncryptedEnvelopeError", "InvalidModelError", "InvalidOperatorError",
    "InvalidTagError", "ItemNotFoundError", "LeaseHeldError", "LeaseNotOwnedError", "LimitExceededError",
    "MigrationEncryptionRequiredError", "MissingPrimaryKeyError", "NumberPrecisionLossError", "OutcomeUnknownError",
    "ProtectedFieldMutationError", "Reason", "RejectedDeployAuthorityEvidenceError", "RequestRejectedError",
    "ServiceUnavailableError", "TableInUseError", "TableNotFoundError", "TableTheoryError", "ThrottledError",
    "TimeoutError", "TransactionCanceledError", "TransportError", "VersionConflictError",
]
