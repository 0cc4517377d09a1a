#!/usr/bin/env python3
"""Our client beside what we did not write, and over the wire.

    tests/interop/client/run.py BUILD_DIR      ends with `N passed, N failed, N skipped`

- The golden signatures in vectors/ are what botocore makes today.
- Every contract scenario passes over http:// against `tabletheory local` that verifies signatures.
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/interop/server"))
import local_server  # noqa: E402
import toolbox  # noqa: E402

KEYS = ("AKIDINTEROP", "interop-secret")


def signatures() -> tuple[int, int]:
    done = subprocess.run([toolbox.python(), ROOT / "tests/interop/client/sigv4_vectors.py", "--check",
                           ROOT / "vectors/sigv4.json"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return (0, 1) if done.returncode else (1, 0)


def scenarios(program: str) -> tuple[int, int]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_ACCESS_KEY_ID": KEYS[0], "AWS_SECRET_ACCESS_KEY": KEYS[1]}
    with local_server.LocalServer(program, "--credentials", ":".join(KEYS)) as server:
        done = subprocess.run([program, "contract", "--lang", "cpp", "--address", server.endpoint,
                               "--dms", "contract-tests/dms", "contract-tests/scenarios"],
                              cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    total = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", lines[-1] if lines else "")
    if not total or total[2] != "0" or done.returncode:
        print("\n".join(line for line in lines if not line.startswith("ok")) + done.stderr, flush=True)
    return (int(total[1]), int(total[2])) if total else (0, 1)


def main() -> int:
    results = [signatures(), scenarios(str(pathlib.Path(sys.argv[1]).resolve() / "bin/tabletheory"))]
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
