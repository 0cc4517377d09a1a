#!/usr/bin/env python3
"""Fetches the sources that Debian has no position-independent static library of, from the npm registry.

  tools/fetch_sources.py DIRECTORY

Leaves DIRECTORY/simdjson/{simdjson.h,simdjson.cpp,LICENSE} and DIRECTORY/sqlite/{sqlite3.h,sqlite3.c}. Packages are pinned by
version and SHA-512; one that is there already is not fetched again. The registry is $NPM_CONFIG_REGISTRY, else npm's own.
"""
import hashlib
import io
import os
import pathlib
import sys
import tarfile
import time
import urllib.request

# What npm itself would have checked: `npm view NAME@VERSION dist.integrity` is the same digest in base64.
SOURCES = [
    {"folder": "simdjson", "package": "@nozbe/simdjson", "version": "3.9.4",
     "sha512": "ff7a023fc181a5dc9e8813049ee23a4b4ca5d327a40fa4317de77aee166a5351"
               "88567de8fef66013ca80366ebd4c77f0ec98072d2f738f1e7a17f74edeafa4a0",
     "files": ["src/simdjson.h", "src/simdjson.cpp", "LICENSE"]},
    {"folder": "sqlite", "package": "better-sqlite3", "version": "11.10.0",
     "sha512": "13084ea725e23842ff94acc7cfd016d66b1614dcc673fcfe2f3781dff8e7149a"
               "71bbeb61db2aafcec4966acd6ff6382cf7ec625c9703e40f02271006d936a085",
     "files": ["deps/sqlite3/sqlite3.h", "deps/sqlite3/sqlite3.c"]},
]
ATTEMPTS = 4


def download(url: str) -> bytes:
    for attempt in range(ATTEMPTS):
        try:
            with urllib.request.urlopen(url, timeout=120) as answer:
                return answer.read()
        except OSError as problem:
            if attempt + 1 == ATTEMPTS:
                sys.exit(f"fetch_sources: {url}: {problem}; set NPM_CONFIG_REGISTRY to a registry this machine reaches")
            time.sleep(2 ** attempt)
    raise AssertionError("unreachable")


def fetch(source: dict, target: pathlib.Path) -> None:
    folder = target / source["folder"]
    mark = folder / ".pinned"
    wanted = f"{source['package']} {source['version']}\n"
    files = {name: folder / pathlib.PurePosixPath(name).name for name in source["files"]}
    if mark.exists() and mark.read_text() == wanted and all(path.exists() for path in files.values()):
        return
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")
    base = source["package"].split("/")[-1]
    archive = download(f"{registry}/{source['package']}/-/{base}-{source['version']}.tgz")
    if hashlib.sha512(archive).hexdigest() != source["sha512"]:
        sys.exit(f"fetch_sources: {source['package']} {source['version']} is not the archive that was pinned")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        for name, path in files.items():
            content = package.extractfile(f"package/{name}").read()
            if not path.exists() or path.read_bytes() != content:  # what is unchanged is not compiled again
                path.write_bytes(content)
    mark.write_text(wanted)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for source in SOURCES:
        fetch(source, pathlib.Path(sys.argv[1]))


if __name__ == "__main__":
    main()
