#!/usr/bin/env python3
"""Fails when the documentation says something the tests do not run, or points at a file that is not there.

- The C++ program in README.md is tests/consumer/main.cpp, word for word.
- Relative links in Markdown files lead to files of the repository.
- Paths in back-ticks that begin with src/, include/, data/, docs/, tools/, tests/, vectors/ or examples/ exist.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:src|include|data|docs|tools|tests|vectors|examples|schema|contract-tests)/[\w./-]+)`")


def main() -> int:
    problems = []
    readme = (ROOT / "README.md").read_text()
    program = (ROOT / "tests/consumer/main.cpp").read_text().split("\n", 1)[1].strip()
    blocks = [block.strip() for block in re.findall(r"```cpp\n(.*?)```", readme, re.S)]
    if program not in blocks:
        problems.append("README.md: its C++ program is not the one of tests/consumer/main.cpp; copy it over")
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("contract-tests/**/*.md")]):
        text = page.read_text()
        targets = [(page.parent / link, link) for link in LINK.findall(text)]
        targets += [(ROOT / path, path) for path in PATH.findall(text)]
        for target, name in targets:
            if not target.exists():
                problems.append(f"{page.relative_to(ROOT)}: there is no {name}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
