"""asyncio over HTTP: calls that wait, many at once, cancelled, and ended with their loop."""
import asyncio
import os
import socket
import uuid
from typing import Annotated

import pytest

import tabletheory as tt
from tabletheory import PK, SK, VERSION, model
from tabletheory.testing import FaultPlan, FaultRule, Spy, test_options


@model("Note", table="notes")
class Note:
    box: Annotated[str, PK]
    number: Annotated[int, SK]
    text: str = ""
    version: Annotated[int, VERSION] = 0


@pytest.fixture
def connect(server):
    """A client of a table of the test's own, on the server."""
    name = f"notes-{uuid.uuid4().hex}"
    return lambda **options: tt.connect_async(server, table_names={"notes": name}, **options)


def test_many_calls_wait_at_once_and_none_is_lost(connect):
    async def run():
        async with connect() as client:
            notes = client.table(Note)
            await notes.ensure_table()
            await asyncio.gather(*(notes.create(Note("b", n, str(n))) for n in range(200)))
            read = await asyncio.gather(*(notes.get(("b", n), consistent=True) for n in range(200)))
            return [note.text for note in read], [note.number async for note in notes.query("b").page_size(7)]

    texts, numbers = asyncio.run(run())
    assert texts == [str(n) for n in range(200)] and numbers == list(range(200))


def test_the_loop_turns_while_calls_wait(connect):
    async def run():
        async with connect() as client:
            notes = client.table(Note)
            await notes.ensure_table()
            turns = 0

            async def turn():
                nonlocal turns
                while True:
                    turns += 1
                    await asyncio.sleep(0)

            turning = asyncio.create_task(turn())
            for n in range(10):
                await notes.put(Note("b", n))
            turning.cancel()
            return turns

    assert asyncio.run(run()) > 10


def test_one_error_of_many_is_raised_where_it_belongs(connect):
    async def run():
        async with connect() as client:
            notes = client.table(Note)
            await notes.ensure_table()
            await notes.create(Note("b", 3))
            return await asyncio.gather(*(notes.get(("b", n)) for n in range(6)), return_exceptions=True)

    results = asyncio.run(run())
    assert [type(r) is Note for r in results] == [n == 3 for n in range(6)]
    assert all(isinstance(r, tt.ItemNotFoundError) for n, r in enumerate(results) if n != 3)


def test_a_cancelled_call_ends_and_others_go_on(connect):
    async def run():
        async with connect() as client:
            notes = client.table(Note)
            await notes.ensure_table()
            slow = [asyncio.create_task(notes.put(Note("b", n))) for n in range(20)]
            await asyncio.sleep(0)
            for task in slow[::2]:
                task.cancel()
            ended = await asyncio.gather(*slow, return_exceptions=True)
            await notes.put(Note("b", 99))
            return ended, (await notes.get(("b", 99))).number

    ended, number = asyncio.run(run())
    assert all(isinstance(r, asyncio.CancelledError) for r in ended[::2])
    assert all(isinstance(r, Note) for r in ended[1::2]) and number == 99


@pytest.fixture
def silent():
    """The address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_timeout_of_asyncio_ends_a_call_to_a_server_that_does_not_answer(silent):
    async def run():
        async with tt.connect_async(silent) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.raw_call("ListTables", {}), 0.2)

    asyncio.run(run())


def test_a_client_that_is_closed_while_calls_wait_cancels_them(silent):
    async def run():
        client = tt.connect_async(silent)
        waiting = [asyncio.create_task(client.raw_call("ListTables", {})) for _ in range(40)]  # more than there are threads
        await asyncio.sleep(0.1)
        await client.close()
        return await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(ended) for ended in asyncio.run(run())] == [asyncio.CancelledError] * 40


def test_a_client_that_is_forgotten_while_calls_wait_ends_them(silent):
    async def run():
        client = tt.connect_async(silent)
        waiting = [asyncio.create_task(client.raw_call("ListTables", {})) for _ in range(3)]
        await asyncio.sleep(0.1)
        return [task.cancel() for task in waiting]

    assert asyncio.run(run()) == [True] * 3


def test_a_client_may_outlive_its_loop_and_says_so_on_another(connect):
    client = connect()
    asyncio.run(client.table(Note).ensure_table())
    with pytest.raises(tt.TableTheoryError, match="event loop"):
        asyncio.run(client.table(Note).find(("b", 1)))
    asyncio.run(client.close())


def test_a_stream_of_pages_may_be_left_half_read(connect):
    async def run():
        async with connect() as client:
            notes = client.table(Note)
            await notes.ensure_table()
            await notes.batch_write([Note("b", n) for n in range(30)])
            async for note in notes.query("b").page_size(4):
                if note.number == 5:
                    break
            return await notes.query("b").count(), (await notes.query("b").limit(2).page()).cursor != ""

    assert asyncio.run(run()) == (30, True)


def test_batches_transactions_and_locks(connect):
    async def run():
        async with connect() as client:
            notes = client.table(Note)
            await notes.ensure_table()
            first = await notes.create(Note("b", 1, "one"))
            await notes.update(first, ["text"])
            with pytest.raises(tt.VersionConflictError):
                await notes.update(first, ["text"])
            await client.transact_write().create(notes, Note("b", 2)).delete(notes, ("b", 1)).run()
            reads = client.transact_get()
            gone, there = reads.get(notes, ("b", 1)), reads.get(notes, ("b", 2))
            items = await reads.run()
            assert items[gone] is None and items[there] == Note("b", 2)
            with pytest.raises(tt.TransactionCanceledError):
                await client.transact_write().create(notes, Note("b", 2)).run()

    asyncio.run(run())


def test_an_injected_coroutine_sends_the_requests(tabletheory_client):
    from tabletheory.testing import transport_of

    seen = []

    async def transport(service, operation, body):
        await asyncio.sleep(0)
        seen.append((service, operation))
        return transport_of(tabletheory_client)(service, operation, body)

    async def run():
        async with tt.connect_async("memory:", transport=transport, **test_options()) as client:
            notes = client.table(Note)
            await notes.ensure_table()
            await asyncio.gather(*(notes.put(Note("b", n)) for n in range(5)))
            return await notes.query("b").count()

    assert asyncio.run(run()) == 5 and seen.count(("dynamodb", "PutItem")) == 5


def test_pauses_of_retries_are_awaited():
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)

    async def run():
        spy = Spy(FaultPlan([FaultRule("throttle", operation="PutItem", times=2, probability=1)]))
        async with tt.connect_async("memory:", transport=spy, sleep=sleep, **test_options()) as client:
            notes = client.table(Note)
            await notes.ensure_table()
            await notes.put(Note("b", 1))
        return spy.operations.count("PutItem")

    assert asyncio.run(run()) == 3 and len(pauses) == 2 and all(p >= 0 for p in pauses)


def test_an_asynchronous_client_says_so_in_the_child_of_a_fork(connect):
    async def run():
        async with connect() as client:
            notes = client.table(Note)
            await notes.ensure_table()
            child = os.fork()
            if child == 0:
                try:
                    notes.find(("b", 1)).send(None)
                    os._exit(1)
                except tt.TransportError as error:
                    os._exit(0 if "fork" in str(error) else 2)
                except BaseException:
                    os._exit(3)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    assert asyncio.run(run()) == 0
