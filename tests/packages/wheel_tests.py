"""Tests of the Python wheel."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator

import environment

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NEWEST_GLIBC = (2, 34)
SYSTEM = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
# The wheel serves them all; it is tried with those there are on this machine, and with the one that runs this.
VERSIONS = ["3.11", "3.12", "3.13", "3.14"]


def output(*command: str | pathlib.Path, **options) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, **options).stdout


def quickstart() -> str:
    """The first program of py/README.md."""
    return re.search(r"```python\n(.*?)```", (ROOT / "py/README.md").read_text(), re.S)[1]


def interpreters() -> list[pathlib.Path]:
    """One for each version: those of the path, and those that pyenv keeps beside the path."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": pathlib.Path(sys.executable)}
    for version in VERSIONS:
        places = [shutil.which(f"python{version}"), *sorted(pathlib.Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))]
        for place in filter(None, places):
            said = subprocess.run([place, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"], capture_output=True,
                                  text=True)  # pyenv's shims exist for versions that are not chosen, and fail
            if said.returncode == 0 and said.stdout.strip() == version:
                found.setdefault(version, pathlib.Path(place))
    return [found[version] for version in sorted(found)]


def names_are_right(wheel: pathlib.Path) -> None:
    assert re.fullmatch(r"tabletheory_py-[\d.]+-cp311-abi3-manylinux_2_34_\w+\.whl", wheel.name), wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    assert {"tabletheory/_native.abi3.so", "tabletheory/py.typed", "tabletheory/_native.pyi"} <= set(names), names
    assert [n for n in names if n.endswith("/LICENSE")], names
    (notices,) = [n for n in names if n.endswith("/THIRD-PARTY-NOTICES")]
    said = zipfile.ZipFile(wheel).read(notices).decode()
    assert all(part in said for part in ("OpenSSL", "LibYAML", "zlib", "simdjson authors", "SQLite")), said[:500]
    strangers = [n for n in names if not n.startswith(("tabletheory/", "tabletheory_py-")) or n.endswith((".c", ".h"))]
    assert not strangers, strangers


def abi_is_stable(wheel: pathlib.Path) -> None:
    output(environment.interpreter("wheel"), "-m", "abi3audit", "--strict", wheel)


def platform_is_true(wheel: pathlib.Path) -> None:
    said = output(environment.interpreter("wheel"), "-m", "auditwheel", "show", wheel)
    tag = re.search(r'consistent with the following platform tag: "manylinux_(\d+)_(\d+)_', re.sub(r"\s+", " ", said))
    assert tag and (int(tag[1]), int(tag[2])) <= NEWEST_GLIBC, said


def extension_shows_its_entry_only(wheel: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        extension = zipfile.ZipFile(wheel).extract("tabletheory/_native.abi3.so", scratch)
        exported = [line.split()[-1] for line in output("nm", "-D", "--defined-only", extension).splitlines()]
        assert exported == ["PyInit__native"], exported
        dynamic = output("readelf", "-dW", extension)
        needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic))
        assert "libc.so.6" in needed and needed <= SYSTEM, needed
        assert "RPATH" not in dynamic and "RUNPATH" not in dynamic, "it looks for libraries where it was built"
        assert re.search(r"GNU_STACK.*RW\s", output("readelf", "-lW", extension)), "its stack is executable"


def quickstart_runs(wheel: pathlib.Path, python: pathlib.Path) -> None:
    """In an empty environment, outside the repository, with nothing but the wheel and what Python itself has."""
    with tempfile.TemporaryDirectory() as scratch:
        home = pathlib.Path(scratch) / "venv"
        clean = {"PATH": "/usr/bin:/bin", "HOME": scratch}
        output(python, "-m", "venv", "--without-pip", home, env=clean)
        output(environment.interpreter("wheel"), "-m", "pip", "--python", home / "bin/python", "install", "--no-index", "--no-compile",
               "--disable-pip-version-check", wheel, env=clean, cwd=scratch)
        program = pathlib.Path(scratch) / "quickstart.py"
        program.write_text(quickstart())
        said = output(home / "bin/python", "-W", "error", program, env=clean, cwd=scratch)
        assert said == "1 paid 1\n", said
        told = output(home / "bin/python", "-c", "import tabletheory; print(tabletheory.__version__, tabletheory.__file__)",
                      env=clean, cwd=scratch).split()
        assert told[0] == wheel.name.split("-")[1] and told[1].startswith(scratch), told


def tests(wheel: pathlib.Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Names and tests."""
    yield "its name and contents", lambda: names_are_right(wheel)
    yield "abi3audit", lambda: abi_is_stable(wheel)
    yield "auditwheel", lambda: platform_is_true(wheel)
    yield "the extension shows its entry only and needs the C library only", lambda: extension_shows_its_entry_only(wheel)
    for python in interpreters():
        version = output(python, "-c", "import platform; print(platform.python_version())").strip()
        yield f"the quickstart runs in an empty environment of {version}", lambda python=python: quickstart_runs(wheel, python)
