#!/usr/bin/env python3
"""Makes what is shipped: package.py BUILD_DIR OUT [PART…], where BUILD_DIR was built with CMake.

  py     the wheel of tabletheory-py                 py/pack.py
  ts     the npm tarballs, package and addon         ts/pack.py; needs `make sdks`
  go     the Go module, as a module proxy serves it  go/pack.py
  cmake  the CMake package: headers, libraries and the command, to unpack anywhere

All parts when none is named. OUT/SHA256SUMS holds their sums, for `sha256sum -c`. Prints what was made.
"""
import gzip
import hashlib
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import third_party_notices

ROOT = pathlib.Path(__file__).resolve().parent.parent


def version() -> str:
    """The project's; CMakeLists.txt says it."""
    return re.search(r"project\(TableTheory VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]


def run(*command: str | pathlib.Path) -> None:
    subprocess.run(command, check=True, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def pack_py(build: pathlib.Path, out: pathlib.Path) -> None:
    run(sys.executable, "py/pack.py", build, out)


def pack_ts(_build: pathlib.Path, out: pathlib.Path) -> None:
    if not (ROOT / "ts/dist/tabletheory.node").exists():
        sys.exit("ts/dist holds no addon; run `make sdks` first")
    run(sys.executable, "ts/pack.py", out)


def pack_go(build: pathlib.Path, out: pathlib.Path) -> None:
    run(sys.executable, "go/pack.py", build, out)


def as_nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without owner and time: the same files give the same archive."""
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


def pack_cmake(build: pathlib.Path, out: pathlib.Path) -> None:
    name = f"tabletheory-{version()}-linux-{platform.machine()}"
    with tempfile.TemporaryDirectory() as scratch:
        prefix = pathlib.Path(scratch) / name
        run("cmake", "--install", build, "--prefix", prefix, "--strip")
        shutil.copy(ROOT / "LICENSE", prefix)
        third_party_notices.write(prefix / third_party_notices.NAME)
        with gzip.GzipFile(out / f"{name}.tar.gz", "wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(prefix, name, filter=as_nobodys)


PARTS = {"py": pack_py, "ts": pack_ts, "go": pack_go, "cmake": pack_cmake}


def write_sums(out: pathlib.Path) -> list[pathlib.Path]:
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(out)}\n" for path in files]
    (out / "SHA256SUMS").write_text("".join(lines))
    return files


def main() -> int:
    if len(sys.argv) < 3 or not set(sys.argv[3:]) <= set(PARTS):
        print(__doc__, file=sys.stderr)
        return 2
    build, out = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for part in sys.argv[3:] or PARTS:
        PARTS[part](build, out)
    for path in write_sums(out):
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
