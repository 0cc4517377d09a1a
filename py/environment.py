"""Python environments below build/: one for each of the dependency-groups of pyproject.toml."""
import fcntl
import hashlib
import pathlib
import subprocess
import sys
import tomllib
import venv

PY = pathlib.Path(__file__).resolve().parent


def interpreter(group: str) -> pathlib.Path:
    """The interpreter of `group`'s environment; made the first time, and again when its list or this Python has changed."""
    home = PY.parent / f"build/py-{group}-venv"
    wanted = tomllib.loads((PY / "pyproject.toml").read_text())["dependency-groups"][group]
    mark = hashlib.sha256(repr((wanted, sys.version)).encode()).hexdigest()
    home.parent.mkdir(parents=True, exist_ok=True)
    with open(home.with_suffix(".lock"), "w") as lock:  # two tests may want it at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = home / "ready"
        if not ready.is_file() or ready.read_text() != mark:
            venv.create(home, with_pip=True, clear=True)
            subprocess.run([home / "bin/python3", "-m", "pip", "install", "--quiet", "--no-compile", *wanted], check=True)
            ready.write_text(mark)
    return home / "bin/python3"
