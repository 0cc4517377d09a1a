#!/usr/bin/env python3
"""Fails when the documentation says something the tests do not run, or points at a file that is not there.

- The C++ program in README.md is tests/consumer/main.cpp, word for word.
- A block after `<!-- example: FILE -->` stands in that file, a test, line by line.
- Relative links in Markdown files lead to files of the repository.
- Paths in back-ticks that begin with src/, include/, data/, docs/, tools/, tests/, vectors/ or examples/ exist.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", re.S)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:src|include|data|docs|tools|tests|vectors|examples|schema|contract-tests)/[\w./-]+)`")


def is_part_of(block: str, file: pathlib.Path) -> bool:
    """Whether the lines of a block stand in the file, one after the other, however they are indented."""
    def lines(text: str) -> str:
        return "\n".join(line.strip() for line in text.strip().split("\n"))
    return file.exists() and lines(block) in lines(file.read_text())


def main() -> int:
    problems = []
    readme = (ROOT / "README.md").read_text()
    program = (ROOT / "tests/consumer/main.cpp").read_text().split("\n", 1)[1].strip()
    blocks = [block.strip() for block in re.findall(r"```cpp\n(.*?)```", readme, re.S)]
    if program not in blocks:
        problems.append("README.md: its C++ program is not the one of tests/consumer/main.cpp; copy it over")
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("contract-tests/**/*.md")]):
        text = page.read_text()
        for file, block in EXAMPLE.findall(text):
            if not is_part_of(block, ROOT / file):
                problems.append(f"{page.relative_to(ROOT)}: an example is not in {file} line by line: {block.split(chr(10))[0]}")
        prose = re.sub(r"```.*?```", "", text, flags=re.S)
        targets = [(page.parent / link, link) for link in LINK.findall(prose)]
        targets += [(ROOT / path, path) for path in PATH.findall(text)]
        for target, name in targets:
            if not target.exists():
                problems.append(f"{page.relative_to(ROOT)}: there is no {name}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
