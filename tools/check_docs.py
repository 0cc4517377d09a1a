#!/usr/bin/env python3
"""Fails when the documentation says something the tests do not run, or points at a file that is not there.

- The C++ program in README.md is tests/consumer/main.cpp, word for word.
- Every C++ block of a page in docs/ stands, line by line, in a test or example program, which runs it.
- Relative links in Markdown files lead to files of the repository.
- Paths in back-ticks that begin with src/, include/, data/, docs/, tools/, tests/, vectors/ or examples/ exist.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
INLINE_CODE = re.compile(r"`[^`\n]*`")
PATH = re.compile(r"`((?:src|include|data|docs|tools|tests|vectors|examples|schema|contract-tests)/[\w./-]+)`")


# Programs that `make test` runs.
RUN = ["src/**/*_test.cpp", "tests/**/*.cpp", "examples/**/*.cpp"]


def lines_of(text: str) -> str:
    """Its lines without indentation, so that a block may stand anywhere in a program."""
    return "".join(line.strip() + "\n" for line in text.strip().splitlines())


def blocks_nobody_runs() -> list[str]:
    programs = [lines_of(path.read_text()) for pattern in RUN for path in ROOT.glob(pattern)]
    problems = []
    for page in sorted(ROOT.glob("docs/*.md")):
        text = page.read_text()
        for block in re.finditer(r"```cpp\n(.*?)```", text, re.S):
            if not any("\n" + lines_of(block[1]) in "\n" + program for program in programs):
                line = text.count("\n", 0, block.start()) + 1
                problems.append(f"{page.relative_to(ROOT)}:{line}: no test runs this C++ block; take it from one "
                                "(src/sdk/pages holds those of the pages)")
    return problems


def main() -> int:
    problems = []
    readme = (ROOT / "README.md").read_text()
    program = (ROOT / "tests/consumer/main.cpp").read_text().split("\n", 1)[1].strip()
    blocks = [block.strip() for block in re.findall(r"```cpp\n(.*?)```", readme, re.S)]
    if program not in blocks:
        problems.append("README.md: its C++ program is not the one of tests/consumer/main.cpp; copy it over")
    problems += blocks_nobody_runs()
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("contract-tests/**/*.md")]):
        text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)  # code is not links
        targets = [(page.parent / link, link) for link in LINK.findall(INLINE_CODE.sub("code", text))]
        targets += [(ROOT / path, path) for path in PATH.findall(text)]
        for target, name in targets:
            if not target.exists():
                problems.append(f"{page.relative_to(ROOT)}: there is no {name}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
