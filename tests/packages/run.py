#!/usr/bin/env python3
"""Tests what is shipped, as a user has it: packages are made from BUILD_DIR, installed into empty places outside the
repository, and used there.

    tests/packages/run.py BUILD_DIR

The npm tarballs and the Go module are tested so by ts/run_tests.py and go/run_tests.py. Ends with
`N passed, N failed, N skipped`.
"""
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "tools")]
import environment  # noqa: E402
import package  # noqa: E402
import wheel_tests  # noqa: E402

passed = failed = 0


def check(name, test, *arguments) -> bool:
    """One test: a function that raises, or gives a text, when something is wrong."""
    global passed, failed
    try:
        problem = test(*arguments)
    except subprocess.CalledProcessError as error:
        problem = f"{error}\n{(error.stdout or '')[-3000:]}{(error.stderr or '')[-3000:]}"
    except Exception:
        problem = traceback.format_exc()
    passed, failed = passed + (not problem), failed + bool(problem)
    print(f"FAIL {name}: {problem}" if problem else f"ok {name}", flush=True)
    return not problem


def one_version() -> str | None:
    """Packages of one version are made from one version of the core."""
    said = {
        "CMakeLists.txt": package.version(),
        "py/pyproject.toml": tomllib.loads((ROOT / "py/pyproject.toml").read_text())["project"]["version"],
        "ts/package.json": json.loads((ROOT / "ts/package.json").read_text())["version"],
    }
    return None if len(set(said.values())) == 1 else f"they say {said}"


def make(build: pathlib.Path, out: pathlib.Path, *parts: str) -> None:
    subprocess.run([sys.executable, ROOT / "tools/package.py", build, out, *parts], check=True, capture_output=True, text=True)


def sums(out: pathlib.Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=out, check=True, capture_output=True,
                   text=True)
    assert len((out / "SHA256SUMS").read_text().splitlines()) == sum(path.is_file() for path in out.rglob("*")) - 1


def unpacked(tarball: pathlib.Path) -> None:
    """It is whole wherever it is unpacked; that CMake finds it, tests/consumer tests."""
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(tarball) as archive:
            archive.extractall(scratch, filter="data")
        (prefix,) = pathlib.Path(scratch).iterdir()
        assert subprocess.run([prefix / "bin/tabletheory", "help"], check=True, capture_output=True, text=True).stdout
        for wanted in ("include/tabletheory/tabletheory.h", "LICENSE", "THIRD-PARTY-NOTICES", "**/TableTheoryConfig.cmake", "**/libtabletheory_static.a"):
            assert list(prefix.glob(wanted)), f"it has no {wanted}"


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    out = build / "packages/tested"
    check("all packages say the same version", one_version)
    if check("the wheel and the CMake package are made", make, build, out, "py", "cmake"):
        check("SHA256SUMS has them all", sums, out)
        (wheel,), (tarball,) = out.glob("*.whl"), out.glob("*.tar.gz")
        for name, test in wheel_tests.tests(wheel):
            check(f"wheel: {name}", test)
        check("the CMake package is whole", unpacked, tarball)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
