#!/usr/bin/env python3
"""Writes vectors/tape.json: golden tapes of docs/tape.md, made by an implementation that shares nothing with the core's.

  tools/tape_vectors.py           rewrite the file
  tools/tape_vectors.py --check   exit 1 if it differs from what would be written

The notation of values is described in docs/tape.md ("Golden tapes").
"""
import json
import pathlib
import struct
import sys
from typing import Any, Iterable

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "vectors/tape.json"
TAGS = {entry["name"]: entry["value"] for entry in json.loads((ROOT / "data/abi.json").read_text())["tags"]}
NAMES = {value: name for name, value in TAGS.items()}
MAGIC = 0x31505454
LONG, SLOT, ASCII, DEPTH = 0xFFFFFF, 1 << 31, 1 << 31, 64
ELEMENTS = {"STRING_SET": {"STRING"}, "NUMBER_SET": {"INT32", "INT64", "NUMBER", "DOUBLE"}, "BYTES_SET": {"BYTES"},
            "PATH": {"STRING", "INT32"}, "SIZE": {"PATH", "PATH_TEXT"}}


def text_of(content: Any) -> bytes:
    return (content["repeat"] * content["times"] if isinstance(content, dict) else content).encode()


class Writer:
    def __init__(self) -> None:
        self.words: list[int] = []
        self.pool = bytearray()

    def head(self, tag: str, count: int = 0) -> None:
        self.words += [TAGS[tag] | count << 8] if count < LONG else [TAGS[tag] | LONG << 8, count]

    def entries(self, entries: Iterable[Any]) -> None:
        for name, value in entries:
            if isinstance(name, int):
                self.words.append(SLOT | name)
            else:
                self.words.append(len(name.encode()))
                self.pool += name.encode()
            self.value(value)

    def value(self, value: dict[str, Any]) -> None:
        (tag, content), = value.items()
        if tag in ("ABSENT", "NULL", "FALSE", "TRUE"):
            self.head(tag)
        elif tag == "INT32":
            self.head(tag)
            self.words.append(int(content) & 0xFFFFFFFF)
        elif tag == "INT64":
            self.head(tag)
            self.words += struct.unpack("<II", struct.pack("<q", int(content)))
        elif tag == "DOUBLE":
            self.head(tag)
            self.words += struct.unpack("<II", bytes.fromhex(content)[::-1])
        elif tag == "TIME":
            self.head(tag)
            self.words += [*struct.unpack("<II", struct.pack("<q", int(content[0]))), content[1]]
        elif tag in ("NUMBER", "STRING", "PATH_TEXT", "BYTES"):
            data = bytes.fromhex(content) if tag == "BYTES" else text_of(content)
            self.head(tag, len(data))
            self.pool += data
        elif tag == "MAP":
            self.head(tag, len(content))
            self.entries(content)
        elif tag == "ITEM":
            self.head(tag, len(content["entries"]))
            at, begin = len(self.words), len(self.pool)
            self.words += [0, content["table"]]
            self.entries(content["entries"])
            data = self.pool[begin:]
            self.words[at] = len(data) | (ASCII if data.isascii() else 0)
        elif tag == "SIZE":
            self.head(tag)
            self.value(content)
        elif isinstance(content, dict):
            self.head(tag, content["times"])
            for _ in range(content["times"]):
                self.value(content["repeat"])
        else:
            self.head(tag, len(content))
            for element in content:
                self.value(element)

    def finish(self) -> bytes:
        return tape(self.words, bytes(self.pool))


def tape(words: list[int], pool: bytes = b"") -> bytes:
    return struct.pack(f"<4I{len(words)}I", MAGIC, len(words), len(pool), 0, *words) + pool


def encode(value: dict[str, Any]) -> bytes:
    writer = Writer()
    writer.value(value)
    return writer.finish()


class Broken(Exception):
    pass


class Reader:
    def __init__(self, data: bytes) -> None:
        if len(data) < 16:
            raise Broken("header")
        magic, words, pool, zero = struct.unpack_from("<4I", data)
        if magic != MAGIC or zero or len(data) != 16 + 4 * words + pool:
            raise Broken("header")
        self.words = struct.unpack_from(f"<{words}I", data, 16)
        self.pool = data[16 + 4 * words:]
        self.word = self.at = 0

    def read(self) -> dict[str, Any]:
        value = self.value(0)
        if self.word != len(self.words) or self.at != len(self.pool):
            raise Broken("left over")
        return value

    def take(self) -> int:
        if self.word == len(self.words):
            raise Broken("words end")
        self.word += 1
        return self.words[self.word - 1]

    def signed(self) -> str:
        return str(struct.unpack("<q", struct.pack("<II", self.take(), self.take()))[0])

    def bytes(self, size: int) -> bytes:
        if size > len(self.pool) - self.at:
            raise Broken("pool ends")
        self.at += size
        return self.pool[self.at - size:self.at]

    def text(self, size: int) -> str:
        try:
            return self.bytes(size).decode()
        except UnicodeDecodeError:
            raise Broken("UTF-8") from None

    def entries(self, count: int, depth: int) -> list[Any]:
        entries = []
        for _ in range(count):
            name = self.take()
            entries.append([name & ~SLOT if name & SLOT else self.text(name), self.value(depth)])
        return entries

    def elements(self, tag: str, count: int, depth: int) -> list[dict[str, Any]]:
        elements = []
        for _ in range(count):
            elements.append(self.value(depth))
            if tag in ELEMENTS and not elements[-1].keys() <= ELEMENTS[tag]:
                raise Broken("element")
        return elements

    def value(self, depth: int) -> dict[str, Any]:
        if depth > DEPTH:
            raise Broken("depth")
        word = self.take()
        count = word >> 8
        if count == LONG:
            count = self.take()
        tag = NAMES.get(word & 0xFF)
        if tag is None:
            raise Broken("tag")
        if tag in ("ABSENT", "NULL", "FALSE", "TRUE"):
            return {tag: None}
        if tag == "INT32":
            return {tag: str(struct.unpack("<i", struct.pack("<I", self.take()))[0])}
        if tag == "INT64":
            return {tag: self.signed()}
        if tag == "DOUBLE":
            return {tag: struct.pack("<II", self.take(), self.take())[::-1].hex()}
        if tag == "TIME":
            seconds, nanoseconds = self.signed(), self.take()
            if nanoseconds >= 10**9:
                raise Broken("nanoseconds")
            return {tag: [seconds, nanoseconds]}
        if tag == "BYTES":
            return {tag: self.bytes(count).hex()}
        if tag in ("NUMBER", "STRING", "PATH_TEXT"):
            return {tag: self.text(count)}
        if tag == "MAP":
            return {tag: self.entries(count, depth + 1)}
        if tag == "ITEM":
            self.take()  # what a reader makes of the first word is its own affair
            return {tag: {"table": self.take(), "entries": self.entries(count, depth + 1)}}
        if tag == "SIZE":
            return {tag: self.elements(tag, 1, depth + 1)[0]}
        return {tag: self.elements(tag, count, depth + 1)}


def expanded(value: Any) -> Any:
    """The value with its repetitions written out."""
    if isinstance(value, dict):
        if "repeat" in value:
            one = value["repeat"]
            return one * value["times"] if isinstance(one, str) else [one] * value["times"]
        return {tag: expanded(content) for tag, content in value.items()}
    return [expanded(element) for element in value] if isinstance(value, list) else value


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"NULL": None}
    for _ in range(depth):
        value = {"LIST": [value]}
    return value


def s(text: str) -> dict[str, Any]:
    return {"STRING": text}


def i(value: int) -> dict[str, Any]:
    return {"INT32" if -2**31 <= value < 2**31 else "INT64": str(value)}


NULL: dict[str, Any] = {"NULL": None}

# Tapes of the form that every writer gives. "both": in requests and in results.
BOTH = {
    "ABSENT": {"ABSENT": None}, "NULL": NULL, "FALSE": {"FALSE": None}, "TRUE": {"TRUE": None},
    **{f"whole number {n}": i(n) for n in (0, 1, -1, 127, 128, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**32, 2**53, 2**53 + 1,
                                           -2**53 - 1, 2**63 - 1, -2**63)},
    "a fraction": {"NUMBER": "2.5"}, "a negative fraction": {"NUMBER": "-0.001"},
    "a whole number above INT64": {"NUMBER": "9223372036854775808"},
    "a whole number below INT64": {"NUMBER": "-9223372036854775809"},
    "38 digits": {"NUMBER": "99999999999999999999999999999999999999"},
    "the largest number": {"NUMBER": "9.9999999999999999999999999999999999999E+125"},
    "the smallest number": {"NUMBER": "1E-130"},
    "empty text": s(""), "ASCII text": s("Ada"), "text with a NUL": s("a\0b"), "text of two bytes a letter": s("Grüße"),
    "text beyond the basic plane": s("𝄞 clef, 日本"), "text with quotes and backslashes": s('"\\\n'),
    "no bytes": {"BYTES": ""}, "bytes": {"BYTES": "00ff80c3"},
    "an empty list": {"LIST": []}, "a list": {"LIST": [i(1), s("two"), NULL, {"TRUE": None}]},
    "an empty map": {"MAP": []},
    "the example of the page": {"MAP": [["PK", s("a")], ["n", {"LIST": [i(1), {"NUMBER": "2.5"}]}]]},
    "a map with an empty name": {"MAP": [["", i(1)]]}, "a map with names beyond ASCII": {"MAP": [["größe", i(1)], ["大", i(2)]]},
    "maps within maps": {"MAP": [["a", {"MAP": [["b", {"MAP": []}], ["c", {"LIST": [{"MAP": [["d", s("deep")]]}]}]]}], ["e", NULL]]},
    "a set of text": {"STRING_SET": [s("a"), s("é"), s("c")]},
    "a set of numbers": {"NUMBER_SET": [i(1), i(2**40), {"NUMBER": "0.5"}]},
    "a set of bytes": {"BYTES_SET": [{"BYTES": "00"}, {"BYTES": "0102"}]},
    "the epoch": {"TIME": ["0", 0]}, "an instant": {"TIME": ["1767225600", 123456789]},
    "an instant before the epoch": {"TIME": ["-1", 999999999]},
    "an item without attributes": {"ITEM": {"table": 0, "entries": []}},
    "an item with slots, all ASCII": {"ITEM": {"table": 0, "entries": [[0, s("USER#1")], [3, i(7)], [12, {"BYTES": "7f"}]]}},
    "an item that is not all ASCII": {"ITEM": {"table": 0, "entries": [[0, s("é")], [1, s("ascii")]]}},
    "an item whose bytes are not ASCII": {"ITEM": {"table": 0, "entries": [[0, {"BYTES": "80"}]]}},
    "an item with names and slots": {"ITEM": {"table": 0, "entries": [[2, {"MAP": [["x", i(1)]]}], ["other", s("kept")]]}},
    "an item of the second table": {"ITEM": {"table": 1, "entries": [[0, s("a")]]}},
    "nested as deep as allowed": nested(DEPTH),
    "255 elements": {"LIST": {"repeat": NULL, "times": 255}}, "256 elements": {"LIST": {"repeat": NULL, "times": 256}},
    "65536 bytes of text": s({"repeat": "0123456789abcdef", "times": 4096}),  # type: ignore[arg-type]
    "the longest count in one word": s({"repeat": "abc", "times": (LONG - 1) // 3}),  # type: ignore[arg-type]
    "the shortest count in a word of its own": s({"repeat": "abc", "times": LONG // 3}),  # type: ignore[arg-type]
}
RESULT = {
    "a page": {"MAP": [["cursor", s("")], ["count", i(2)], ["scanned_count", i(3)], ["skipped_count", i(0)],
                       ["consumed_capacity", {"NUMBER": "0.5"}],
                       ["items", {"LIST": [{"ITEM": {"table": 0, "entries": [[0, s("a")], [1, i(1)]]}},
                                           {"ITEM": {"table": 0, "entries": [[0, s("ü")], [2, {"STRING_SET": [s("x")]}]]}}]}]]},
    "items of which one is not there": {"MAP": [["items", {"LIST": [{"ITEM": {"table": 0, "entries": [[0, s("a")]]}}, {"ABSENT": None}]}]]},
    "items of several tables": {"LIST": [{"ITEM": {"table": 2, "entries": [[1, s("a")]]}}, {"ITEM": {"table": 0, "entries": [["n", i(1)]]}}]},
    "an error": {"MAP": [["code", i(1)], ["codes", {"LIST": [i(1)]}], ["name", s("ErrItemNotFound")], ["message", s("no such item")],
                         ["retryable", {"FALSE": None}]]},
}
REQUEST = {
    "a double": {"DOUBLE": "3ff8000000000000"}, "a double with many digits": {"DOUBLE": "3fb999999999999a"},
    "a set with doubles": {"NUMBER_SET": [{"DOUBLE": "3ff8000000000000"}, i(1)]},
    "a path as text": {"PATH_TEXT": "a.b[3].c"}, "a path": {"PATH": [s("a.b"), i(3), s("c")]},
    "a size": {"SIZE": {"PATH_TEXT": "tags"}}, "a size by path": {"SIZE": {"PATH": [s("tags")]}},
    "a get": {"MAP": [["op", i(8)], ["table", i(1)], ["key", {"LIST": [s("a"), i(1)]}], ["projection", {"LIST": [{"PATH_TEXT": "a.b"}]}]]},
    "a condition": {"LIST": [s("and"), {"LIST": [s(">"), {"SIZE": {"PATH_TEXT": "tags"}}, i(2)]},
                             {"LIST": [s("="), {"PATH_TEXT": "due"}, {"TIME": ["1767225600", 0]}]}]},
}
# Readers take these too, though our writers do not write them so.
LOOSE = {
    "a short count in a word of its own": ("both", tape([TAGS["STRING"] | LONG << 8, 3], b"abc"), s("abc")),
    "a whole number as INT64": ("request", tape([TAGS["INT64"], 1, 0]), {"INT64": "1"}),
    "a whole number as text": ("request", tape([TAGS["NUMBER"] | 1 << 8], b"7"), {"NUMBER": "7"}),
    "an item whose first word is ignored": ("request", tape([TAGS["ITEM"] | 1 << 8, 12345, 0, SLOT, TAGS["TRUE"]]),
                                           {"ITEM": {"table": 0, "entries": [[0, {"TRUE": None}]]}}),
}
T = TAGS
MALFORMED = {
    "nothing at all": (b"", "shorter than its header"),
    "half a header": (tape([T["NULL"]])[:12], "shorter than its header"),
    "another magic": (b"TTP2" + tape([T["NULL"]])[4:], "another magic word"),
    "a reserved word in use": (tape([T["NULL"]])[:12] + b"\x01\0\0\0" + tape([T["NULL"]])[16:], "the fourth word is not 0"),
    "cut short": (encode(s("abc"))[:-1], "shorter than its header says"),
    "a byte too many": (encode(s("abc")) + b"!", "longer than its header says"),
    "more words than bytes": (struct.pack("<5I", MAGIC, 0x40000001, 0, 0, 1), "shorter than its header says; 4 times the words is 4 in 32 bits"),
    "no words": (tape([]), "no value"),
    "two values": (tape([T["NULL"], T["NULL"]]), "words after the value"),
    "pool left over": (tape([T["STRING"] | 2 << 8], b"abc"), "bytes after those in use"),
    "the pool ends too early": (tape([T["STRING"] | 4 << 8], b"abc"), "text reaches beyond the pool"),
    "a long count beyond the pool": (tape([T["BYTES"] | LONG << 8, 0xFFFFFFFF], b"abc"), "bytes reach beyond the pool"),
    "a name beyond the pool": (tape([T["MAP"] | 1 << 8, 3, T["NULL"]], b"ab"), "a name reaches beyond the pool"),
    "a long count without its word": (tape([T["STRING"] | LONG << 8]), "the words end too early"),
    "INT32 without its word": (tape([T["INT32"]]), "the words end too early"),
    "INT64 without its second word": (tape([T["INT64"], 1]), "the words end too early"),
    "DOUBLE without its second word": (tape([T["DOUBLE"], 1]), "the words end too early"),
    "TIME without its nanoseconds": (tape([T["TIME"], 1, 0]), "the words end too early"),
    "ITEM without its second word": (tape([T["ITEM"], ASCII]), "the words end too early"),
    "a list without its elements": (tape([T["LIST"] | 2 << 8, T["NULL"]]), "the words end too early"),
    "a list that claims four thousand million": (tape([T["LIST"] | LONG << 8, 0xFFFFFFFF, T["NULL"]]), "the words end too early"),
    "a map without a value": (tape([T["MAP"] | 1 << 8, SLOT]), "the words end too early"),
    "SIZE of nothing": (tape([T["SIZE"]]), "the words end too early"),
    "an unknown tag": (tape([20]), "20 is no tag"), "the tag 255": (tape([255]), "255 is no tag"),
    "text that is no UTF-8": (tape([T["STRING"] | 2 << 8], b"\xc3\x28"), "text is not UTF-8"),
    "an overlong letter": (tape([T["STRING"] | 2 << 8], b"\xc0\x80"), "text is not UTF-8"),
    "a lone surrogate": (tape([T["STRING"] | 3 << 8], b"\xed\xa0\x80"), "text is not UTF-8"),
    "a name that is no UTF-8": (tape([T["MAP"] | 1 << 8, 1, T["NULL"]], b"\x80"), "a name is not UTF-8"),
    "a letter split between two texts": (tape([T["LIST"] | 2 << 8, T["STRING"] | 1 << 8, T["STRING"] | 1 << 8], "é".encode()), "text is not UTF-8"),
    "a set of text with a number": (tape([T["STRING_SET"] | 1 << 8, T["INT32"], 1]), "INT32 is no element of STRING_SET"),
    "a set of numbers with text": (tape([T["NUMBER_SET"] | 1 << 8, T["STRING"] | 1 << 8], b"1"), "STRING is no element of NUMBER_SET"),
    "a set of bytes with text": (tape([T["BYTES_SET"] | 1 << 8, T["STRING"] | 1 << 8], b"1"), "STRING is no element of BYTES_SET"),
    "a path with NULL": (tape([T["PATH"] | 1 << 8, T["NULL"]]), "NULL is no element of PATH"),
    "the size of a number": (tape([T["SIZE"], T["INT32"], 1]), "INT32 is no element of SIZE"),
    "a second of 10^9 nanoseconds": (tape([T["TIME"], 0, 0, 10**9]), "more nanoseconds than a second has"),
    "nested deeper than allowed": (encode(nested(DEPTH + 1)), "nested deeper than 64"),
}


def pieces(data: bytes) -> str | list[dict[str, Any]]:
    """Hex; of a long text the head, and what is repeated."""
    if len(data) < 8192:
        return data.hex()
    words = struct.unpack_from("<I", data, 4)[0]
    head, pool = data[:16 + 4 * words], data[16 + 4 * words:]
    unit = next(size for size in (3, 16) if pool == pool[:size] * (len(pool) // size))
    return [{"hex": head.hex(), "times": 1}, {"hex": pool[:unit].hex(), "times": len(pool) // unit}]


def document() -> str:
    good = []
    for direction, values in (("both", BOTH), ("result", RESULT), ("request", REQUEST)):
        for name, value in values.items():
            data = encode(value)
            if Reader(data).read() != expanded(value):
                raise SystemExit(f"{name}: its tape gives another value")
            good.append({"name": name, "direction": direction, "written": True, "value": value, "tape": pieces(data)})
    for name, (direction, data, value) in LOOSE.items():
        if Reader(data).read() != value:
            raise SystemExit(f"{name}: its tape gives another value")
        good.append({"name": name, "direction": direction, "written": False, "value": value, "tape": pieces(data)})
    bad = []
    for name, (data, reason) in MALFORMED.items():
        try:
            Reader(data).read()
        except Broken:
            bad.append({"name": name, "reason": reason, "tape": pieces(data)})
        else:
            raise SystemExit(f"{name}: is not refused")
    about = "Golden tapes (docs/tape.md, \"Golden tapes\"). Written by tools/tape_vectors.py; do not edit."
    lines = [f'{{\n  "about": {json.dumps(about)},\n  "tapes": [']
    lines.append(",\n".join("    " + json.dumps(entry) for entry in good))
    lines.append('  ],\n  "malformed": [')
    lines.append(",\n".join("    " + json.dumps(entry) for entry in bad))
    lines.append("  ]\n}\n")
    return "\n".join(lines)


def main() -> int:
    text = document()
    if "--check" in sys.argv[1:]:
        if FILE.exists() and FILE.read_text() == text:
            return 0
        print("vectors/tape.json is not what tools/tape_vectors.py writes; run it")
        return 1
    FILE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
