#!/usr/bin/env python3
"""Tells one story in four languages on one table, and prints the four transcripts side by side.

  examples/orders/demo.py [BUILD_DIR]     the build whose SDKs are used (`make sdks`); build/release unless said

A `file:` table belongs to one process at a time, so the languages take turns, one process each, step by step. Exits with 1
where their transcripts disagree, or a step of the story does not go as it must.
"""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "build/demo"
CARD = b"4242 4242 4242 4242"  # of all orders; stored encrypted
GAP = "  "
NARROWEST = 24  # a column narrower than this is no help to a reader


@dataclasses.dataclass(frozen=True)
class Language:
    name: str
    order: str  # the one it writes
    command: list


class Failed(Exception):
    """The story did not go as it must."""


# --- building -----------------------------------------------------------------------------------------------------------


def run(command: list, **options) -> str:
    """Its output; Failed with what it said where it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        shown = " ".join(map(str, command))
        raise Failed(f"{shown}\n  exit {done.returncode}\n{textwrap.indent(done.stdout + done.stderr, '  ')}")
    return done.stdout


def built(path: pathlib.Path) -> pathlib.Path:
    if not path.exists():
        raise Failed(f"there is no {path.relative_to(ROOT)}; run `make sdks`")
    return path


def go_program(build: pathlib.Path) -> pathlib.Path:
    run([sys.executable, ROOT / "go/place_library.py", build])
    tags = (ROOT / "go/lib/tags").read_text().strip()
    run(["go", "build", f"-tags={tags}", "-o", OUT / "orders", "."], cwd=HERE / "go")
    return OUT / "orders"


def typescript_program() -> pathlib.Path:
    """Compiled into build/demo, where the SDK lies as npm would put it."""
    built(ROOT / "ts/dist/tabletheory.node")
    packages = OUT / "node_modules/@theory-cloud"
    packages.mkdir(parents=True, exist_ok=True)
    (packages / "tabletheory-ts").unlink(missing_ok=True)
    (packages / "tabletheory-ts").symlink_to(ROOT / "ts")
    shutil.copy(HERE / "ts/package.json", OUT)
    run(["node", built(ROOT / "ts/node_modules/typescript/bin/tsc"), "-p", HERE / "ts"])
    return OUT / "orders.js"


def languages(build: pathlib.Path) -> list[Language]:
    """All four, ready to run."""
    OUT.mkdir(parents=True, exist_ok=True)
    run([sys.executable, ROOT / "py/build.py", build])
    return [Language("C++", "ORDER#cpp", [built(build / "bin/demo_cpp")]),
            Language("Go", "ORDER#go", [go_program(build)]),
            Language("TypeScript", "ORDER#ts", ["node", typescript_program()]),
            Language("Python", "ORDER#py", [sys.executable, HERE / "py/orders.py"])]


# --- telling --------------------------------------------------------------------------------------------------------------


def in_columns(names: list[str], transcripts: list[str], width: int) -> str:
    """Side by side, or one below the other where the columns would be too narrow."""
    column = (width - len(GAP) * (len(names) - 1)) // len(names)
    if column < NARROWEST:
        return "".join(f"{name}:\n{textwrap.indent(text, '  ')}" for name, text in zip(names, transcripts))
    columns = [[name, "─" * column, *wrapped(text, column)] for name, text in zip(names, transcripts)]
    rows = [GAP.join(cell.ljust(column) for cell in row).rstrip() for row in zip(*padded(columns))]
    return "".join(row + "\n" for row in rows)


def wrapped(text: str, width: int) -> list[str]:
    """Its lines, broken between words where there are some; what follows a break keeps the line's indentation."""
    lines = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        lines += textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return lines


def padded(columns: list[list[str]]) -> list[list[str]]:
    longest = max(map(len, columns))
    return [column + [""] * (longest - len(column)) for column in columns]


class Story:
    """The languages' turns on one table."""

    def __init__(self, told_by: list[Language], table: pathlib.Path, width: int) -> None:
        self.told_by, self.table, self.width = told_by, table, width

    def turn(self, language: Language, step: str, argument: str = "") -> str:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "py/src")}
        command = [*language.command, f"file:{self.table}", HERE / "orders.dms.yml", step, argument]
        return run(command, env=environment)

    def tell(self, title: str, transcripts: list[str]) -> None:
        print(f"\n── {title}\n")
        print(in_columns([language.name for language in self.told_by], transcripts, self.width), end="", flush=True)

    def agree(self, title: str, step: str, arguments: list[str] | None = None, same_names: bool = False) -> list[str]:
        """One turn each. The transcripts must be the same, but for the names of orders unless `same_names`."""
        arguments = arguments or [""] * len(self.told_by)
        transcripts = [self.turn(language, step, argument) for language, argument in zip(self.told_by, arguments)]
        self.tell(title, transcripts)
        compared = {text if same_names else re.sub(r"ORDER#\w+", "ORDER#…", text) for text in transcripts}
        if len(compared) != 1 or not transcripts[0].strip():
            raise Failed(f"{step}: the languages do not agree")
        return transcripts

    def neighbours(self, distance: int) -> list[str]:
        """The order that each language takes from another."""
        orders = [language.order for language in self.told_by]
        return [orders[(i + distance) % len(orders)] for i in range(len(orders))]

    def hand_on_cursors(self) -> None:
        """Each reads one page and hands its cursor to the next."""
        cursor, transcripts, seen = "", [], []
        for language in self.told_by:
            text = self.turn(language, "page", cursor)
            page = re.fullmatch(r"paid: (ORDER#\w+)\ncursor (\S*)\n", text)
            if not page:
                raise Failed(f"page: {language.name} did not read one order:\n{text}")
            seen.append(page[1])
            start = f"from {cursor[:12]}…" if cursor else "from the start"
            cursor = page[2]
            transcripts.append(f"{start}\n{page[1]}\n→ {cursor[:12]}…\n")
        self.tell("One page each; the cursor goes from language to language", transcripts)
        # by-state is sorted by the time of the order, which is the languages' order.
        if seen != [language.order for language in self.told_by]:
            raise Failed(f"page: the four pages are not the four orders, in order of their time: {seen}")

    def ship(self) -> None:
        """Transactions; what they count goes up by one from language to language."""
        transcripts = [self.turn(language, "ship", order) for language, order in zip(self.told_by, self.neighbours(1))]
        self.tell("A transaction: ship it and count it, or neither", transcripts)
        for count, (order, text) in enumerate(zip(self.neighbours(1), transcripts), start=1):
            if text != f"shipped {order}; that makes {count}\nagain: ErrTransactionCanceled\nthat leaves {count}\n":
                raise Failed(f"ship: transaction {count} did not do what it must")

    def look_for_plaintext(self) -> None:
        """SQLite's file and its log, byte by byte."""
        files = sorted(self.table.parent.iterdir())
        if not files or any(CARD in file.read_bytes() for file in files):
            raise Failed("the encrypted attribute lies in the clear in the table's file, or there is no file")
        print(f"\nNo byte of a card number lies in the clear in {', '.join(file.name for file in files)}.")

    def tell_all(self) -> None:
        print("One table, in a file, and four languages that take turns")
        self.agree("Each writes an order; a second time it is refused", "write")
        self.agree("Each reads what all wrote: key, time, 38 digits, a set, bytes, an encrypted card", "read", same_names=True)
        self.agree("Each pays what another wrote", "pay", self.neighbours(-1))
        self.agree("Each cancels its own order, too late: the version went on", "late")
        self.hand_on_cursors()
        self.ship()
        final = self.agree("In the end", "read", same_names=True)[0]
        if re.findall(r"^ORDER#\w+ (.*)$", final, re.M) != ["shipped, version 2"] * len(self.told_by):
            raise Failed("read: in the end every order should be shipped, at version 2")
        self.look_for_plaintext()


def main() -> int:
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release").resolve()
    width = min(shutil.get_terminal_size((120, 24)).columns, 120)
    try:
        with tempfile.TemporaryDirectory() as folder:
            Story(languages(build), pathlib.Path(folder) / "shop.db", width).tell_all()
    except Failed as failure:
        print(f"\ndemo: {failure}", file=sys.stderr)
        return 1
    print("All four told the same story.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
