"""How operations are run: by the core, or over an injected transport. Internal."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

from tabletheory import _native, errors
from tabletheory._constants import (
    ANSWER_LOST,
    ANSWER_NOT_SENT,
    ANSWER_OK,
    STEP_DONE,
    STEP_PAGE,
    STEP_SEND,
    STEP_SLEEP,
)

#: (service, operation, JSON) → (HTTP status, JSON); the service is "dynamodb", "streams" or "kms". One that has an attribute
#: `wants_next`, true, is given a fourth argument: the address's own transport, of the same kind.
Transport = Callable[..., Any]
SERVICES = ("dynamodb", "streams", "kms")


class Limits:
    """What every request of a client says besides: deadline, timeout, injected time."""

    def __init__(self, transport: Transport | None, sleep: Callable[[float], Any] | None,
                 now: Callable[[], Any] | None, random: Callable[[], int] | None, members: dict[str, Any]) -> None:
        self.transport, self.sleep, self.now, self.random, self.members = transport, sleep, now, random, members

    def apply(self, request: dict[str, Any]) -> dict[str, Any]:
        """Adds them to a request."""
        request.update(self.members)
        if self.now:
            request["now"] = self.now()
        if self.random:
            request["seed"] = self.random()
        return request

    @property
    def is_driven_here(self) -> bool:
        """Whether requests and pauses go through Python."""
        return self.transport is not None or self.sleep is not None


def _ask(op: _native.Handle, limits: Limits, request: tuple[int, int, str, str]) -> Any:
    number, service, operation, body = request
    if limits.transport is None:
        return _native.transport_call(op, number, service, operation, body)
    if not _wants_next(limits):
        return limits.transport(SERVICES[service], operation, body)

    def own(service: str, operation: str, body: str) -> Any:
        return _native.transport_call(op, number, SERVICES.index(service), operation, body)

    return limits.transport(SERVICES[service], operation, body, own)


def _wants_next(limits: Limits) -> bool:
    return bool(getattr(limits.transport, "wants_next", False))


def _respond(op: _native.Handle, number: int, answer: Any) -> None:
    if len(answer) == 5:
        kind, status, body, request_id, message = answer
        _native.op_respond(op, number, kind, status, body, request_id, message)
    else:
        _native.op_respond(op, number, ANSWER_OK, int(answer[0]), answer[1], "", "")


def _failed(error: Exception) -> tuple[int, int, str, str, str]:
    """An exception of a transport. ConnectionRefusedError says that nothing was sent; of others nobody knows."""
    kind = ANSWER_NOT_SENT if isinstance(error, ConnectionRefusedError) else ANSWER_LOST
    return kind, 0, "", "", f"{type(error).__name__}: {error}"


class Runner:
    """Runs operations of one client, blocking."""

    def __init__(self, client: _native.Handle) -> None:
        self.client = client

    def run(self, request: dict[str, Any], plans: Any, limits: Limits) -> Any:
        """One operation to its result, or its first page."""
        if not limits.is_driven_here:
            return _native.call(self.client, limits.apply(request), plans)
        for value in self.pages(request, plans, limits):
            return value

    def pages(self, request: dict[str, Any], plans: Any, limits: Limits) -> Generator[Any, None, None]:
        """Its pages; of other operations the result."""
        op = _native.op_begin(self.client, limits.apply(request), plans)
        reads = False
        while True:
            step, value = self._step(op, plans, limits)
            if step == STEP_PAGE or not reads:
                yield value
            if step == STEP_DONE:
                return
            reads = True

    def _step(self, op: _native.Handle, plans: Any, limits: Limits) -> tuple[int, Any]:
        if not limits.is_driven_here:
            return _native.op_run(op, plans)
        while True:
            step, value = _native.op_next(op, plans)
            if step == STEP_SLEEP:
                (limits.sleep or time.sleep)(value / 1000)
            elif step != STEP_SEND:
                return step, value
            else:
                for request in value:
                    try:
                        answer = _ask(op, limits, request)
                    except Exception as error:  # whatever a transport raises is an answer that never came
                        answer = _failed(error)
                    _respond(op, request[0], answer)

    def close(self) -> None:
        """Nothing runs."""


class AsyncRunner:
    """Runs operations of one client on an event loop: one wake-up for whatever has ended since the last."""

    def __init__(self, client: _native.Handle) -> None:
        self.client = client
        self._queue: _native.Handle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pending: dict[int, tuple[asyncio.Future[Any], Any, _native.Handle]] = {}
        self._token = 0

    async def run(self, request: dict[str, Any], plans: Any, limits: Limits) -> Any:
        """One operation to its result, or its first page."""
        op = _native.op_begin(self.client, limits.apply(request), plans)
        return (await self._step(op, plans, limits))[1]

    async def pages(self, request: dict[str, Any], plans: Any, limits: Limits) -> AsyncGenerator[Any, None]:
        """Its pages; of other operations the result."""
        op = _native.op_begin(self.client, limits.apply(request), plans)
        reads = False
        while True:
            step, value = await self._step(op, plans, limits)
            if step == STEP_PAGE or not reads:
                yield value
            if step == STEP_DONE:
                return
            reads = True

    async def _step(self, op: _native.Handle, plans: Any, limits: Limits) -> tuple[int, Any]:
        if limits.is_driven_here:
            return await self._drive(op, plans, limits)
        queue = self._open()
        self._token += 1
        token = self._token
        assert self._loop is not None
        future: asyncio.Future[Any] = self._loop.create_future()
        self._pending[token] = (future, plans, op)  # before: it may end at once, on another thread
        try:
            done = _native.submit(queue, op, token, plans)
        except BaseException:
            del self._pending[token]
            raise
        if done is not None:
            del self._pending[token]
            return done
        try:
            return await future  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            _native.op_cancel(op)
            raise

    async def _drive(self, op: _native.Handle, plans: Any, limits: Limits) -> tuple[int, Any]:
        while True:
            step, value = _native.op_next(op, plans)
            if step == STEP_SLEEP:
                pause = limits.sleep(value / 1000) if limits.sleep else asyncio.sleep(value / 1000)
                if inspect.isawaitable(pause):
                    await pause
            elif step != STEP_SEND:
                return step, value
            else:
                for number, answer in await asyncio.gather(*(self._answer(op, limits, r) for r in value)):
                    _respond(op, number, answer)

    async def _answer(self, op: _native.Handle, limits: Limits, request: tuple[int, int, str, str]) -> tuple[int, Any]:
        try:
            if limits.transport is None or getattr(limits.transport, "blocks", False) or _wants_next(limits):  # these block
                return request[0], await asyncio.to_thread(_ask, op, limits, request)
            answer = _ask(op, limits, request)
            return request[0], (await answer) if inspect.isawaitable(answer) else answer
        except Exception as error:  # whatever a transport raises is an answer that never came
            return request[0], _failed(error)

    def _open(self) -> _native.Handle:
        loop = asyncio.get_running_loop()
        if self._queue is None:
            self._queue = _native.queue_new()
            self._loop = loop
            loop.add_reader(_native.queue_fd(self._queue), self._drain)
        elif loop is not self._loop:
            raise errors.error_of({"code": 26, "message": "an AsyncClient belongs to the event loop it was first used on; "
                                                          "connect one in each loop"})
        return self._queue

    def _drain(self) -> None:
        if self._queue is None:
            return
        for token, step, result in _native.drain(self._queue):
            future, plans, _ = self._pending.pop(token)
            if future.done():
                continue
            try:
                future.set_result((step, _native.take(result, plans)))
            except Exception as error:
                future.set_exception(error)

    def close(self) -> None:
        """Cancels what runs, and waits for it."""
        if self._queue is None:
            return
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(_native.queue_fd(self._queue))
        _native.queue_close(self._queue)  # cancels, and waits
        self._queue = None
        for future, _, _ in self._pending.values():
            if not future.done() and self._loop is not None and not self._loop.is_closed():
                future.cancel()
        self._pending.clear()
