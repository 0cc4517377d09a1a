"""For tests: pytest fixtures, a spy, faults. Load with `pytest_plugins = ["tabletheory.testing"]`.

Fixtures: `tabletheory_client` and `tabletheory_async_client`, a new empty engine for each test, with a clock that moves a
millisecond per reading (`client.advance_clock`), seeded randomness and deterministic encryption.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest

from tabletheory import AsyncClient, Client, connect, connect_async

START = datetime(2025, 6, 1, 12, 0, 0, 123456, tzinfo=timezone.utc)


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


@dataclass
class Spy:
    """A transport that records what passes: `connect("memory:", transport=Spy(over))`.

    `over` is a transport such as `transport_of(client)`; `faults` maps the number of a call, from 1, to an exception to
    raise or an answer to give instead.
    """

    over: Callable[[str, str, str], tuple[int, str]]
    faults: dict[int, Exception | tuple[int, str]] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, service: str, operation: str, body: str) -> tuple[int, str]:
        self.calls.append((operation, json.loads(body)))
        fault = self.faults.get(len(self.calls))
        if isinstance(fault, Exception):
            raise fault
        return fault if fault is not None else self.over(service, operation, body)


def transport_of(client: Client) -> Callable[[str, str, str], tuple[int, str]]:
    """A client's own transport, as a callable; the service's refusals become answers again."""

    def call(service: str, operation: str, body: str) -> tuple[int, str]:
        from tabletheory.errors import TableTheoryError

        try:
            return 200, json.dumps(client.raw_call(operation, body, service))
        except TableTheoryError as error:
            if not error.http_status:
                raise
            return error.http_status, json.dumps({"__type": error.service_type, "message": error.message})

    return call


@dataclass
class FaultPlan:
    """Faults at random, the same for the same seed: each call is throttled with a probability."""

    over: Callable[[str, str, str], tuple[int, str]]
    throttle: float = 0.0
    seed: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def __call__(self, service: str, operation: str, body: str) -> tuple[int, str]:
        if self._random.random() < self.throttle:
            self.struck += 1
            return 400, json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
                                    "message": "slow down"})
        return self.over(service, operation, body)
