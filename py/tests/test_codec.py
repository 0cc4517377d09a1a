"""Tapes: what is encoded is what is decoded, and malformed ones are refused."""
import random
import struct
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from tabletheory import TableTheoryError, _native, connect, native
from tabletheory.errors import InvalidModelError, NumberPrecisionLossError

VALUES = [
    None, True, False, 0, -1, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**63 - 1, -2**63, "", "é\U0001F600", b"\0\xff",
    Decimal("1.5"), [], {}, [1, [2, {"a": None}]], {"b": {"c": [Decimal("0.1"), "x"]}}, {"x", "y"}, {1, 2}, {b"a", b"b"},
    datetime(2025, 6, 1, 12, 0, 0, 123456, tzinfo=timezone.utc), datetime(1950, 1, 1, tzinfo=timezone.utc),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_from_its_tape(value):
    decoded = _native.decode(_native.encode(value))
    assert decoded == value and type(decoded) is type(value)


def test_the_example_of_the_documentation():
    words = bytes.fromhex("".join(
        struct.pack("<I", int(w, 16)).hex() for w in
        "20B 2 108 1 20A 4 1 306".split()))
    expected = struct.pack("<4I", 0x31505454, 8, 7, 0) + words + b"PKan2.5"
    assert _native.encode({"PK": "a", "n": [1, Decimal("2.5")]}) == expected


def test_whole_numbers_beyond_64_bits_cross_as_text():
    assert _native.decode(_native.encode(10**30)) == Decimal(10**30)


def test_random_values_survive_the_core_too():
    rng = random.Random(7)

    def value(depth):
        kind = rng.randrange(8 if depth < 4 else 5)
        if kind == 0:
            return rng.randrange(-10**20, 10**20)
        if kind == 1:
            return "".join(chr(rng.choice([65, 233, 0x4E2D, 0x1F600])) for _ in range(rng.randrange(6)))
        if kind == 2:
            return rng.randbytes(rng.randrange(5))
        if kind == 3:
            return Decimal(rng.randrange(10**9)) / 1000
        if kind == 4:
            return rng.choice([None, True, False])
        if kind == 5:
            return {rng.randrange(100) for _ in range(3)}
        if kind == 6:
            return [value(depth + 1) for _ in range(rng.randrange(4))]
        return {f"k{i}": value(depth + 1) for i in range(rng.randrange(4))}

    with connect("memory:") as client:
        for _ in range(200):
            sent = value(0)
            assert client.echo(sent) == sent


def test_every_prefix_of_a_tape_and_every_flipped_byte_is_refused_or_read_without_harm():
    tape = _native.encode({"a": [1, "x", {"s", "t"}], "b": {"c": b"123", "t": VALUES[-1]}})
    for size in range(len(tape)):
        with pytest.raises(ValueError):
            _native.decode(tape[:size])
    for position in range(len(tape)):
        for bit in range(8):
            broken = bytearray(tape)
            broken[position] ^= 1 << bit
            try:
                _native.decode(bytes(broken))
            except (ValueError, ArithmeticError, TypeError, TableTheoryError):
                pass


@pytest.mark.parametrize("value", [object(), {1: 2}, {1, "a"}, "\ud800", datetime(2025, 1, 1)], ids=repr)
def test_what_cannot_be_stored_is_an_invalid_model_error(value):
    with pytest.raises(InvalidModelError):
        _native.encode(value)


def test_nesting_beyond_64_is_refused():
    value = 1
    for _ in range(70):
        value = [value]
    with pytest.raises(InvalidModelError):
        _native.encode(value)


def test_nanoseconds_that_a_datetime_has_not_are_no_datetime():
    assert native.join_time(0, 1000).microsecond == 1
    with pytest.raises(NumberPrecisionLossError):
        native.join_time(0, 1)
