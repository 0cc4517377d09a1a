"""For tests: pytest fixtures, a spy that shows the exact requests, faults on demand.

Load with `pytest_plugins = ["tabletheory.testing"]`. Fixtures: `tabletheory_client` and `tabletheory_async_client`, a new
empty engine for each test, with a clock that moves a millisecond per reading (`client.advance_clock`), seeded randomness,
pauses that take no time and deterministic encryption.

>>> from tabletheory.testing import Spy, client_for_tests
>>> with client_for_tests() as (client, spy):
...     client.raw_call("ListTables", {})
...     spy.operations
{'TableNames': []}
['ListTables']
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

import pytest

from tabletheory import AsyncClient, Client, TableTheoryError, connect, connect_async

START = datetime(2025, 6, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)

#: A transport: (service, operation, JSON) → (HTTP status, JSON).
Next = Callable[[str, str, str], Any]


def test_options(seed: int = 1) -> dict[str, Any]:
    """Options that make a `memory:` client deterministic."""
    return {"clock": {"at": START, "tick_ns": 1_000_000}, "seed": seed,
            "encryption": {"deterministic_for_tests": "tabletheory tests"}}


test_options.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture
def tabletheory_client() -> Iterator[Client]:
    """A client of a new, empty engine."""
    with connect("memory:", **test_options()) as client:
        yield client


@pytest.fixture
def tabletheory_async_client() -> Iterator[Callable[[], AsyncClient]]:
    """Makes such clients for asyncio: `async with tabletheory_async_client() as client`."""
    yield lambda: connect_async("memory:", **test_options())


class Spy:
    """Keeps every request that passes: `connect("memory:", transport=Spy())`. `over`: another transport to ask, such as a
    FaultPlan; without it the address's own."""

    wants_next = True

    def __init__(self, over: Next | FaultPlan | None = None) -> None:
        self._over = over
        #: The operation and its exact body, read from JSON.
        self.calls: list[tuple[str, Any]] = []

    def __call__(self, service: str, operation: str, body: str, own: Next) -> Any:
        self.calls.append((operation, json.loads(body)))
        if self._over is None:
            return own(service, operation, body)
        if isinstance(self._over, FaultPlan):
            return self._over(service, operation, body, own)
        return self._over(service, operation, body)

    @property
    def operations(self) -> list[str]:
        """"PutItem", "Query", … in order."""
        return [operation for operation, _ in self.calls]


Fault = Literal["throttle", "unavailable", "internal_error", "internal_error_after", "not_sent", "lost_request", "lost_answer"]


@dataclass(frozen=True)
class FaultRule:
    """When a fault happens, and which; a rule counts the calls it is meant for.

    `throttle` (400), `unavailable` (503): nothing is done. `internal_error` (500): nothing is done, which the caller cannot
    know; `internal_error_after`: 500, and the work is done. `not_sent`: no connection. `lost_request`, `lost_answer`: the
    connection breaks before or after the work.
    """

    fault: Fault
    #: "PutItem"; empty: every operation.
    operation: str = ""
    #: Of each such call, 0 to 1.
    probability: float = 0.0
    #: The nth such call, from 1.
    nth_call: int = 0
    #: At most so often; None: no limit.
    times: int | None = None


@dataclass
class FaultPlan:
    """A transport that fails as networks and services do: `connect("memory:", transport=FaultPlan([FaultRule("throttle",
    probability=0.1)]))`. The same plan over the same calls fails the same way."""

    rules: Sequence[FaultRule]
    seed: int = 0
    #: How often each rule has struck.
    struck: list[int] = field(init=False)

    wants_next = True

    def __post_init__(self) -> None:
        self.struck = [0] * len(self.rules)
        self._counts = [0] * len(self.rules)
        self._state = self.seed

    def __call__(self, service: str, operation: str, body: str, own: Next) -> Any:
        fault = self._draw(operation)
        if fault is None:
            return own(service, operation, body)
        if fault in ("internal_error_after", "lost_answer"):
            own(service, operation, body)
        return _answer_of(fault)

    def _random(self) -> float:
        """From 0 to 1, by splitmix64."""
        mask = (1 << 64) - 1
        self._state = (self._state + 0x9E3779B97F4A7C15) & mask
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) >> 11) / 2.0**53

    def _draw(self, operation: str) -> Fault | None:
        struck: Fault | None = None
        for i, rule in enumerate(self.rules):
            if rule.operation not in ("", operation):
                continue
            self._counts[i] += 1
            drawn = rule.probability > 0 and self._random() < rule.probability
            if struck is not None or (rule.times is not None and self.struck[i] >= rule.times):
                continue
            if drawn or self._counts[i] == rule.nth_call:
                self.struck[i] += 1
                struck = rule.fault
        return struck


_REFUSALS = {"throttle": (400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"),
             "unavailable": (503, "ServiceUnavailable"), "internal_error": (500, "InternalServerError"),
             "internal_error_after": (500, "InternalServerError")}


def _answer_of(fault: Fault) -> tuple[int, str]:
    if fault in _REFUSALS:
        status, kind = _REFUSALS[fault]
        return status, json.dumps({"__type": kind, "message": "a fault of the test's plan"})
    if fault == "not_sent":
        raise ConnectionRefusedError("a fault of the test's plan: no connection")
    raise ConnectionResetError("a fault of the test's plan: the connection broke")


@contextmanager
def client_for_tests(faults: FaultPlan | None = None, **options: Any) -> Iterator[tuple[Client, Spy]]:
    """A client as the fixture `tabletheory_client` gives, and a spy on what it sends."""
    spy = Spy(faults)
    waits: dict[str, Any] = {}
    client: Client
    if "sleep" not in options:
        waits["sleep"] = lambda seconds: client.advance_clock(int(seconds * 1e9))
    with connect("memory:", transport=spy, **{**test_options(), **waits, **options}) as client:
        yield client, spy


def transport_of(client: Client) -> Next:
    """A client's own transport, as a callable, to connect another client over; the service's refusals become answers."""

    def call(service: str, operation: str, body: str) -> tuple[int, str]:
        try:
            return 200, json.dumps(client.raw_call(operation, body, service))
        except TableTheoryError as error:
            if not error.http_status:
                raise
            return error.http_status, json.dumps({"__type": error.service_type, "message": error.message})

    return call
