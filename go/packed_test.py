#!/usr/bin/env python3
"""Packs the module and uses it as a stranger would: packed_test.py BUILD_DIR.

An empty module in an empty folder, a proxy of files, and the program of README.md. The last line is
`N passed, N failed, N skipped`.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import pack
import place_library

README = place_library.GO / "README.md"
PRINTED = "somebody was faster\nORDER#1 paid 12.5 version 1\n"


def quickstart() -> str:
    """The program that README.md begins with."""
    return next(block for block in re.findall(r"```go\n(.*?)```", README.read_text(), re.S) if block.startswith("package main"))


class Stranger:
    """A program's folder, with a module cache of its own."""

    def __init__(self, folder: pathlib.Path, proxy: pathlib.Path) -> None:
        self.folder = folder / "program"
        self.folder.mkdir()
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("CGO_", "GO")) or name == "GOCACHE"}
        self.environment |= {"GOPROXY": f"file://{proxy}", "GOMODCACHE": str(folder / "modules"), "GONOSUMDB": "*",
                             "GOFLAGS": "-mod=mod -modcacherw", "GOTOOLCHAIN": "local", "GOWORK": "off"}

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(command, cwd=self.folder, env=self.environment | environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def shows_its_own_names_only() -> str:
    archive = place_library.HOME / place_library.STATIC
    shown = subprocess.run(["nm", "-g", "--defined-only", archive], check=True, stdout=subprocess.PIPE, text=True).stdout
    others = [line for line in shown.splitlines() if len(line.split()) == 3 and not line.split()[2].startswith("tt_")]
    return "" if "tt_connect" in shown and not others else f"the library shows {len(others)} names of others: {others[:5]}"


def installs_and_runs(stranger: Stranger, version: str) -> str:
    (stranger.folder / "main.go").write_text(quickstart())
    for command in (["go", "mod", "init", "example.org/shop"], ["go", "get", f"{pack.MODULE}@{version}"]):
        done = stranger.run(*command)
        if done.returncode:
            return f"{' '.join(command)}: {done.stdout}"
    done = stranger.run("go", "run", ".")
    return "" if (done.returncode, done.stdout) == (0, PRINTED) else f"go run .: exit {done.returncode}, it printed\n{done.stdout}"


def says_what_to_do_without_cgo(stranger: Stranger) -> str:
    # The package at fault alone: for the program, Go's own packages would be compiled anew, without cgo.
    done = stranger.run("go", "build", f"{pack.MODULE}/internal/native", CGO_ENABLED="0")
    told = "tabletheory_needs_cgo__set_CGO_ENABLED_1_and_install_a_C_compiler" in done.stdout
    return "" if done.returncode and told else f"exit {done.returncode}: {done.stdout}"


def says_what_there_is_elsewhere(stranger: Stranger) -> str:
    # `go vet` and `go build` need the other platform's C compiler for cgo; the list of files does not.
    done = stranger.run("go", "list", "-f", "{{.GoFiles}} {{.CgoFiles}}", f"{pack.MODULE}/internal/native", CGO_ENABLED="1", GOOS="darwin", GOARCH="arm64")
    return "" if "unsupported.go" in done.stdout else done.stdout


def is_vendored_whole(stranger: Stranger) -> str:
    done = stranger.run("go", "mod", "vendor")
    home = stranger.folder / "vendor" / pack.MODULE / "internal/lib"
    needed = [home / place_library.HOME.name / place_library.STATIC, *(home / "include/tabletheory" / name for name in pack.HEADERS)]
    missing = [str(path) for path in needed if not path.exists()]
    return f"{done.stdout} not vendored: {missing}" if missing else ""


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder, version = pathlib.Path(scratch), pack.project_version()
        sizes = pack.pack(pathlib.Path(sys.argv[1]).resolve(), folder / "proxy", version)
        print("; ".join(f"{module}@{version}: {size / 1e6:.1f} MB" for module, size in sizes.items()))
        stranger = Stranger(folder, folder / "proxy")
        checks = [
            ("the library shows its own names only", shows_its_own_names_only),
            ("an empty module gets it and runs the quickstart", lambda: installs_and_runs(stranger, version)),
            ("without cgo the build says what to do", lambda: says_what_to_do_without_cgo(stranger)),
            ("on other platforms the build says what there is", lambda: says_what_there_is_elsewhere(stranger)),
            ("vendoring takes library and header along", lambda: is_vendored_whole(stranger)),
        ]
        for name, check in checks:
            problem = check()
            failed += bool(problem)
            if problem:
                print(f"FAIL {name}: {problem}")
    print(f"{len(checks) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
