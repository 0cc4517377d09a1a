#!/usr/bin/env python3
"""Runs the tests of the Python SDK: run_tests.py BUILD_DIR [--types]. BUILD_DIR/lib holds the core's library, BUILD_DIR/bin the command.

Builds the extension beside its sources, and runs pytest (docstrings and the README's programs included) in an environment of
its own below build/; with --types, mypy --strict and pyright too. The last line is `N passed, N failed, N skipped`.
"""
import os
import pathlib
import re
import subprocess
import sys

from build import build
from environment import interpreter

PY = pathlib.Path(__file__).resolve().parent
ROOT = PY.parent
# What is typed: the SDK itself, and programs that use it rightly and wrongly.
TYPED = ["src", "tests/typing"]


def check(name: str, command: list[str | pathlib.Path], **environment: str) -> int:
    """A command that is one test: 1 when it fails, with what it said."""
    done = subprocess.run(command, cwd=PY, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env={**os.environ, **environment})
    if done.returncode:
        print(f"FAIL {name} (exit {done.returncode})\n{done.stdout[-6000:]}{done.stderr[-2000:]}", flush=True)
    return int(done.returncode != 0)


def checks() -> list[int]:
    """Whether each of the checks that are no pytest failed."""
    twins = check("the blocking half is made of the asynchronous one", [sys.executable, PY / "tools/unasync.py", "--check"])
    if "--types" not in sys.argv:
        return [twins]
    python = interpreter("types")
    return [
        twins,
        check("mypy --strict", [python, "-m", "mypy", "--cache-dir", ROOT / "build/mypy-cache", *TYPED]),
        # Node.js as the machine has it; pyright's own files come inside its package.
        check("pyright", [python, "-m", "pyright", "--project", PY, "--pythonpath", python],
              PYRIGHT_PYTHON_GLOBAL_NODE="1", PYRIGHT_PYTHON_IGNORE_WARNINGS="1"),
    ]


def main() -> int:
    directory = pathlib.Path(sys.argv[1]).resolve()
    build(directory)
    environment = {"PYTHONPATH": str(PY / "src"), "PATH": "/usr/bin:/bin", "TABLETHEORY_BUILD": str(directory)}
    tests = subprocess.run([interpreter("test"), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--doctest-modules",
                            "--ignore", "tests/typing", "tests", "src"], cwd=PY, env=environment, capture_output=True, text=True)
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", tests.stdout)}
    if tests.returncode != 0:
        print(tests.stdout[-6000:], tests.stderr[-2000:])
    others = checks()
    failed = counts.get("failed", 0) + counts.get("error", 0)
    failed = max(failed, int(tests.returncode != 0)) + sum(others)
    passed = counts.get("passed", 0) + len(others) - sum(others)
    print(f"{passed} passed, {failed} failed, {counts.get('skipped', 0)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
