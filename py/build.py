#!/usr/bin/env python3
"""Builds the extension of the Python SDK beside its sources: build.py [BUILD_DIR].

BUILD_DIR/lib holds libtabletheory.so, against which it is linked where that lies; without an argument build/release or
build/quick is taken. Nothing is done when what there is is as new as its sources. For wheels, see README.md.
"""
import os
import pathlib
import subprocess
import sys
import sysconfig

PY = pathlib.Path(__file__).resolve().parent
ROOT = PY.parent
PACKAGE = PY / "src/tabletheory"
EXTENSION = PACKAGE / "_native.abi3.so"
# The command that made the extension: another library or compiler makes another one.
STAMP = ROOT / "build/py-extension"
SOURCES = [PACKAGE / "_native.c", PACKAGE / "_native_calls.h", *(ROOT / "include/tabletheory").glob("c_*.h")]


def library_of(build: pathlib.Path | None) -> pathlib.Path:
    """The folder of the core's library; exits where there is none."""
    for candidate in [build] if build else [ROOT / "build/release", ROOT / "build/quick"]:
        if (candidate / "lib/libtabletheory.so").exists():
            return (candidate / "lib").resolve()
    sys.exit(f"no libtabletheory.so in {build / 'lib' if build else 'build/release/lib or build/quick/lib'}; "
             "run `make sdks`, or name the build: py/build.py BUILD_DIR")


def command_of(library: pathlib.Path) -> list[str]:
    include = sysconfig.get_path("include")
    if not (pathlib.Path(include) / "Python.h").exists():
        sys.exit(f"the Python SDK cannot be built: no {include}/Python.h; run `make sdks`, which installs it (python3-dev)")
    return [*os.environ.get("CC", "gcc").split(), "-O2", "-std=c11", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra",
            "-Werror", f"-I{ROOT}/include", f"-I{include}", str(PACKAGE / "_native.c"), f"-L{library}", "-ltabletheory",
            f"-Wl,-rpath,{library}"]


def is_current(command: list[str]) -> bool:
    if not EXTENSION.exists() or not STAMP.exists() or STAMP.read_text() != repr(command):
        return False
    return EXTENSION.stat().st_mtime >= max(source.stat().st_mtime for source in SOURCES)


def build(directory: pathlib.Path | None) -> None:
    """The extension; several may build at once."""
    command = command_of(library_of(directory))
    if is_current(command):
        return
    made = EXTENSION.with_name(f".{EXTENSION.name}.{os.getpid()}")
    try:
        if subprocess.run([*command, "-o", str(made)], check=False).returncode != 0:
            sys.exit("the Python SDK cannot be built: the compiler refused it, above; `make sdks` builds it with what it needs")
        made.replace(EXTENSION)  # a process that has the old one loaded keeps it
    except FileNotFoundError as missing:
        sys.exit(f"the Python SDK cannot be built: no {missing.filename}; run `make sdks`, which installs a compiler")
    finally:
        made.unlink(missing_ok=True)
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(repr(command))


if __name__ == "__main__":
    build(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None)
