"""What every test has: nothing native and no file is left behind; and a server of the engine for those that ask."""
import gc
import os
import pathlib
import re
import subprocess

import pytest

from tabletheory import _native

pytest_plugins = ["tabletheory.testing"]

ROOT = pathlib.Path(__file__).resolve().parents[2]


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture(autouse=True)
def nothing_is_left():
    """A leak check for each test: handles of the core, and files, sockets and eventfds."""
    gc.collect()
    gc.freeze()  # what lives now (boto3's modules alone are half a million objects) is not walked again for every test
    handles, files = _native.live_handles(), open_files()
    yield
    gc.collect()
    assert (_native.live_handles(), open_files()) == (handles, files)


def command() -> pathlib.Path:
    given = os.environ.get("TABLETHEORY_BUILD")
    for build in [pathlib.Path(given)] if given else [ROOT / "build/release", ROOT / "build/quick"]:
        if (build / "bin/tabletheory").exists():
            return build / "bin/tabletheory"
    raise FileNotFoundError("these tests need the command: run py/run_tests.py BUILD_DIR after make build")


@pytest.fixture(scope="session")
def server():
    """The address of a `tabletheory local` on a free port; ended by its process id."""
    with subprocess.Popen([command(), "local", "--port", "0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as local:
        try:
            yield re.search(r"http://\S+", local.stdout.readline())[0]
        finally:
            local.terminate()
