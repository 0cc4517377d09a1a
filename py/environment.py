"""The Python environment of the SDK's tools, below build/: what `dependency-groups.dev` of pyproject.toml lists."""
import fcntl
import hashlib
import pathlib
import subprocess
import sys
import tomllib
import venv

PY = pathlib.Path(__file__).resolve().parent
HOME = PY.parent / "build/py-venv"


def interpreter() -> pathlib.Path:
    """Its interpreter; made the first time, and again when the list or the Python that runs this has changed."""
    wanted = tomllib.loads((PY / "pyproject.toml").read_text())["dependency-groups"]["dev"]
    mark = hashlib.sha256(repr((wanted, sys.version)).encode()).hexdigest()
    HOME.parent.mkdir(parents=True, exist_ok=True)
    with open(HOME.with_suffix(".lock"), "w") as lock:  # two tests may want it at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = HOME / "ready"
        if not ready.is_file() or ready.read_text() != mark:
            venv.create(HOME, with_pip=True, clear=True)
            subprocess.run([HOME / "bin/python3", "-m", "pip", "install", "--quiet", "--no-compile", *wanted], check=True)
            ready.write_text(mark)
    return HOME / "bin/python3"
