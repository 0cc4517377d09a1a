"""The base of all errors, apart from errors.py so that the generated table can derive from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tabletheory._constants import ERROR_NAMES


@dataclass(frozen=True)
class Diagnostic:
    """One problem of a document, with its place."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Reason:
    """Why one action of a cancelled transaction was, or was not, at fault."""

    index: int
    kind: str
    model: str
    code: str
    message: str
    item: Any = None


class TableTheoryError(Exception):
    """What every error of this library is.

    Catch a class for one code (`VersionConflictError`), or ask `error.answers_to("ErrConditionFailed")`: a cancelled
    transaction, for one, answers to the codes of its reasons too. Never compare messages.

    >>> from tabletheory import ItemNotFoundError, TableTheoryError
    >>> issubclass(ItemNotFoundError, TableTheoryError)
    True
    """

    def __init__(self, message: str, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        members = members or {}
        self.message: str = message
        #: "ErrItemNotFound"
        self.code: str = ERROR_NAMES.get(members.get("code", 0), "ErrInternal")
        #: All codes the error answers to, its own first.
        self.codes: tuple[str, ...] = tuple(ERROR_NAMES.get(n, "ErrInternal") for n in members.get("codes") or ()) or (self.code,)
        self.operation: str = members.get("operation") or ""
        self.model: str = members.get("model") or ""
        self.table: str = members.get("table") or ""
        #: The service's own name for the error, when it answered.
        self.service_type: str = members.get("service_type") or ""
        self.request_id: str = members.get("request_id") or ""
        self.http_status: int = members.get("http_status") or 0
        #: Whether the same call may succeed later.
        self.retryable: bool = bool(members.get("retryable"))
        #: The item as it stood when a condition failed, if `return_item_on_failure` was asked for.
        self.item: Any = members.get("item")
        self.reasons: Sequence[Reason] = tuple(
            Reason(r.get("index", n), r.get("kind") or "", r.get("model") or "", str(r.get("code") or ""),
                   r.get("message") or "", r.get("item"))
            for n, r in enumerate(members.get("reasons") or ())
        )
        self.diagnostics: Sequence[Diagnostic] = tuple(
            Diagnostic(d.get("file") or "", d.get("line") or 0, d.get("column") or 0, d.get("message") or "", d.get("hint") or "")
            for d in members.get("diagnostics") or ()
        )
        #: Of ErrBatchIncomplete: what was answered (a read's items, in order; None where left over).
        self.done: Sequence[Any] = tuple(members.get("items") or ())
        #: Of ErrBatchIncomplete: positions that were not done.
        self.leftover: Sequence[int] = tuple(members.get("leftovers") or ())
        self._text: str = members.get("text") or message

    def answers_to(self, code: str) -> bool:
        """Whether `code` ("ErrConditionFailed") is one of the error's codes."""
        return code in self.codes

    def __str__(self) -> str:
        return self._text
