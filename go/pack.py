#!/usr/bin/env python3
"""Packs the Go modules as a module proxy serves them: pack.py BUILD_DIR OUT [--version v0.1.0].

OUT becomes (part of) a tree that GOPROXY=file://OUT serves: `<module>/@v/` with list, .info, .mod and .zip, for
github.com/theory-cloud/tabletheory/go and for its nested module awssdk. The first carries the core's library for this
machine's platform (closed_archive.py), the C header, licence and README. Equal input gives equal zips. The last line says
how large they are.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

import closed_archive
import place_library

GO = pathlib.Path(__file__).resolve().parent
ROOT = GO.parent
sys.path.append(str(ROOT / "tools"))
import third_party_notices  # noqa: E402

MODULE = "github.com/theory-cloud/tabletheory/go"
NESTED = ["awssdk"]
HEADERS = ["c_api.h", "c_constants.h"]
MOST_BYTES = 500 << 20  # the largest module that the go command takes
EPOCH = (1980, 1, 1, 0, 0, 0)


def project_version() -> str:
    return "v" + re.search(r"project\(TableTheory VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]


def packed(path: str) -> bool:
    """Tests that read the repository's vectors stay behind; examples go along, for the documentation."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith("_test.go"):
        return name.startswith("example")
    return name.endswith(".go") or name in ("go.mod", "go.sum", "README.md")


def sources(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """The files of a module in the repository, those of modules within it left out."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=folder, check=True,
                            stdout=subprocess.PIPE, text=True).stdout.split()
    nested = {str(pathlib.PurePosixPath(path).parent) for path in listed if path.endswith("/go.mod")}
    return {path: folder / path for path in listed
            if packed(path) and not any(path.startswith(module + "/") for module in nested)}


def library(build: pathlib.Path, scratch: pathlib.Path) -> dict[str, pathlib.Path]:
    archive = place_library.HOME / place_library.STATIC
    source = build / "lib" / place_library.STATIC
    if not source.exists():
        raise SystemExit(f"{source} is not there; build it first")
    closed_archive.close(source.resolve(), archive)
    shutil.copy(archive, scratch / place_library.STATIC)
    home = str(place_library.HOME.relative_to(GO))
    files = {f"{home}/{place_library.STATIC}": scratch / place_library.STATIC}
    files |= {f"internal/lib/include/tabletheory/{name}": ROOT / "include/tabletheory" / name for name in HEADERS}
    return files


def mod_file(folder: pathlib.Path, version: str) -> str:
    """Its go.mod, with the modules of this repository at the version that is packed instead of in their folders."""
    text = re.sub(r"\nreplace .*\n", "\n", (folder / "go.mod").read_text())
    return re.sub(rf"({re.escape(MODULE)}(?:/\w+)?) v[\w.-]+", rf"\1 {version}", text).rstrip() + "\n"


def write_module(out: pathlib.Path, module: str, version: str, files: dict[str, pathlib.Path], mod: str) -> int:
    home = out / module / "@v"
    home.mkdir(parents=True, exist_ok=True)
    archive = home / f"{version}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{module}@{version}/{path}", EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(entry, mod if path == "go.mod" else files[path].read_bytes())
    whole = sum(entry.file_size for entry in zipfile.ZipFile(archive).infolist())
    if whole > MOST_BYTES:
        raise SystemExit(f"{module} is {whole >> 20} MB unpacked; the go command takes {MOST_BYTES >> 20}: pack an "
                         "optimised build")
    (home / f"{version}.mod").write_text(mod)
    (home / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "1980-01-01T00:00:00Z"}) + "\n")
    listed = home / "list"
    known = set(listed.read_text().split()) if listed.exists() else set()
    listed.write_text("".join(line + "\n" for line in sorted(known | {version})))
    return archive.stat().st_size


def pack(build: pathlib.Path, out: pathlib.Path, version: str) -> dict[str, int]:
    """Packs both modules, and says how many bytes each zip has."""
    licence = {"LICENSE": ROOT / "LICENSE"}
    sizes = {}
    with tempfile.TemporaryDirectory() as scratch:
        notices = pathlib.Path(scratch) / third_party_notices.NAME
        third_party_notices.write(notices)
        files = sources(GO) | licence | {third_party_notices.NAME: notices} | library(build, pathlib.Path(scratch))
        sizes[MODULE] = write_module(out, MODULE, version, files, mod_file(GO, version))
    for name in NESTED:
        sizes[f"{MODULE}/{name}"] = write_module(out, f"{MODULE}/{name}", version, sources(GO / name) | licence,
                                                 mod_file(GO / name, version))
    return sizes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--version", default=project_version())
    given = parser.parse_args()
    sizes = pack(given.build.resolve(), given.out.resolve(), given.version)
    print("; ".join(f"{module}@{given.version}: {size / 1e6:.1f} MB" for module, size in sizes.items()))


if __name__ == "__main__":
    main()
