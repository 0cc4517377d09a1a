#!/usr/bin/env python3
"""Clients we did not write against `tabletheory local`, and an engine we did not write beside ours.

    tests/interop/server/run.py BUILD_DIR      ends with `N passed, N failed, N skipped`

What they need is installed below build/interop, in the versions of requirements.txt and package.json; when that fails,
the tests fail.
"""
import os
import pathlib
import re
import subprocess
import sys

import toolbox


def counted(name: str, command: list, **kwargs) -> tuple[int, int]:
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          cwd=toolbox.HERE, **kwargs)
    text = done.stdout + done.stderr
    total = re.search(r"(\d+) passed, (\d+) failed", text)
    if total:
        passed, failed = int(total[1]), int(total[2])
    else:  # node:test, in its TAP form
        passed, failed = (int((re.search(rf"# {word} (\d+)", text) or [0, 0])[1]) for word in ("pass", "fail"))
    if done.returncode and not failed or passed + failed == 0:
        failed += 1
    print(f"   {name}: {passed} passed, {failed} failed", flush=True)
    if failed:
        print(text[-8000:], flush=True)
    return passed, failed


def main() -> int:
    program = str(pathlib.Path(sys.argv[1]).resolve() / "bin/tabletheory")
    python = toolbox.python()
    node, packages = toolbox.node()
    javascript = {**os.environ, "TABLETHEORY_PROGRAM": program, "TABLETHEORY_PACKAGES": str(packages)}
    results = [
        counted("boto3", [python, "boto3_client.py", program]),
        counted("AWS SDK for JavaScript", [node, "--test", "--test-reporter=tap", "aws_sdk_client.mjs"], env=javascript),
        counted("beside dynalite", [python, "differential.py", program, node, packages]),
    ]
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
