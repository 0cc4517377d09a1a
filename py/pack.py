#!/usr/bin/env python3
"""Makes the wheel: pack.py BUILD_DIR OUT links BUILD_DIR/lib/libtabletheory_static.a into it, and prints its path.

One wheel serves CPython 3.11 and everything later (the limited API), and every Linux with glibc 2.34 or later; the
tests (tests/packages/run.py) hold it to both.
"""
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

import environment

PY = pathlib.Path(__file__).resolve().parent
ROOT = PY.parent
sys.path.append(str(ROOT / "tools"))
import third_party_notices  # noqa: E402

PLATFORM = f"manylinux_2_34_{platform.machine()}"
# What a wheel is made of; not the sources' own build products.
IGNORED = shutil.ignore_patterns("*.so", "__pycache__", "*.egg-info", "build")

# What pip does to make a wheel, in one process.
BACKEND = """
import sys
from setuptools import build_meta
build_meta.build_wheel(sys.argv[2], {"--build-option": ["--plat-name=" + sys.argv[1]]})
"""
EPOCH = "1735689600"  # the same bytes whenever it is made


def stage(folder: pathlib.Path) -> None:
    """A copy of the sources, with the licences, so that nothing is left behind among them."""
    shutil.copytree(PY / "src", folder / "src", ignore=IGNORED)
    for path in (PY / "pyproject.toml", PY / "setup.py", PY / "exports.map", PY / "README.md", ROOT / "LICENSE"):
        shutil.copy(path, folder)
    third_party_notices.write(folder / third_party_notices.NAME)


def pack(build: pathlib.Path, out: pathlib.Path) -> pathlib.Path:
    python = environment.interpreter("wheel")
    with tempfile.TemporaryDirectory() as scratch:
        source, made = pathlib.Path(scratch) / "source", pathlib.Path(scratch) / "made"
        source.mkdir()
        stage(source)
        made.mkdir()
        subprocess.run([python, "-c", BACKEND, PLATFORM, made], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       cwd=source, env={**os.environ, "TABLETHEORY_LIB_DIR": str(build / "lib"),
                                        "TABLETHEORY_INCLUDE_DIR": str(ROOT / "include"), "SOURCE_DATE_EPOCH": EPOCH})
        (wheel,) = made.glob("*.whl")
        out.mkdir(parents=True, exist_ok=True)
        return pathlib.Path(shutil.move(wheel, out / wheel.name))


def main() -> int:
    if len(sys.argv) != 3:
        print("usage: pack.py BUILD_DIR OUT", file=sys.stderr)
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    if not (build / "lib/libtabletheory_static.a").is_file():
        print(f"{build}/lib holds no libtabletheory_static.a; run `make build` first", file=sys.stderr)
        return 1
    print(pack(build, pathlib.Path(sys.argv[2]).resolve()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
