#!/usr/bin/env python3
"""Runs the tests of the Python SDK: run_tests.py BUILD_DIR. BUILD_DIR/lib holds the core's library.

Builds the extension beside its sources, and runs pytest (docstrings included) in an environment of its own below build/. The
last line is `N passed, N failed, N skipped`.
"""
import pathlib
import re
import subprocess
import sys
import venv

from build import build

PY = pathlib.Path(__file__).resolve().parent
ROOT = PY.parent


def interpreter() -> pathlib.Path:
    home = ROOT / "build/py-venv"
    python = home / "bin/python3"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pytest>=8"], check=True)
        (home / "ready").touch()
    return python


def main() -> int:
    build(pathlib.Path(sys.argv[1]))
    unasync = subprocess.run([sys.executable, PY / "tools/unasync.py", "--check"], cwd=ROOT)
    tests = subprocess.run([interpreter(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--doctest-modules",
                            "tests", "src"], cwd=PY, env={"PYTHONPATH": str(PY / "src"), "PATH": "/usr/bin:/bin",
                                "TABLETHEORY_BUILD": str(pathlib.Path(sys.argv[1]).resolve())},
                           capture_output=True, text=True)
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", tests.stdout)}
    if tests.returncode != 0:
        print(tests.stdout[-6000:], tests.stderr[-2000:])
    failed = counts.get("failed", 0) + counts.get("error", 0) + (unasync.returncode != 0)
    if tests.returncode != 0 and failed == 0:
        failed = 1
    print(f"{counts.get('passed', 0) + (unasync.returncode == 0)} passed, {failed} failed, {counts.get('skipped', 0)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
