"""Lambda: calls that end before the function does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any


def deadline_from_lambda_context(context: Any, buffer_ms: int = 1000) -> datetime:
    """The moment `buffer_ms` before the invocation ends, for `client.bounded(deadline=…)`."""
    left: int = context.get_remaining_time_in_millis()
    return datetime.now(timezone.utc) + timedelta(milliseconds=left - buffer_ms)
