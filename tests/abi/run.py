#!/usr/bin/env python3
"""Tests the libraries of the C ABI from outside: what they export and need, and programs in plain C that use them.

    tests/abi/run.py BUILD_DIR

Each program is linked in the ways of docs/c-abi.md, "Linking": with the shared library; with the static one and C++'s
own library as the system has it; and with everything static but libc, as what is shipped to others. Ends with
`N passed, N failed, N skipped`.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NEWEST_GLIBC = (2, 34)
SYSTEM = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
C_FLAGS = ["-std=c11", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", f"-I{ROOT / 'include'}"]
passed = failed = 0


def check(name: str, problem: str | None) -> None:
    global passed, failed
    passed, failed = passed + (problem is None), failed + (problem is not None)
    print(f"ok {name}" if problem is None else f"FAIL {name}: {problem}", flush=True)


def output(*command: str | pathlib.Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def needed(binary: pathlib.Path) -> set[str]:
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", output("readelf", "-dW", binary)))


def too_new(binary: pathlib.Path) -> str | None:
    """Symbols of a C library newer than the oldest we promise to run with."""
    new = []
    for line in output("objdump", "-T", binary).splitlines():
        version = re.search(r"\(?GLIBC_(\d+)\.(\d+)", line)
        if "*UND*" in line and version and (int(version[1]), int(version[2])) > NEWEST_GLIBC:
            new.append(line.split()[-1] + "@" + version[0].strip("("))
    return ", ".join(new) or None


def executable_stack(binary: pathlib.Path) -> str | None:
    flags = re.search(r"GNU_STACK.*?(\S+)\s+0x\d+$", output("readelf", "-lW", binary), re.M)
    if flags is None:
        return "it does not say whether its stack is executable"
    return "its stack is executable" if "E" in flags[1] else None


def other_than_system(binary: pathlib.Path) -> str | None:
    return ", ".join(sorted(needed(binary) - SYSTEM)) or None


def check_exports(library: pathlib.Path) -> None:
    exported = {line.split()[-1].split("@")[0] for line in output("nm", "-D", "--defined-only", library).splitlines()}
    header = (ROOT / "include/tabletheory/c_api.h").read_text()
    declared = set(re.findall(r"^TT_API [^;(]*?\b(tt_\w+)\(", header, re.M))
    foreign = sorted(name for name in exported if not name.startswith("tt_"))
    check("the shared library exports tt_* only", ", ".join(foreign) or None)
    missing, surplus = sorted(declared - exported), sorted(exported - declared)
    check("it exports what the header declares, all of it and no more",
          f"missing {missing}, not declared {surplus}" if missing or surplus or not declared else None)


def run_program(name: str, program: pathlib.Path, environment: dict[str, str]) -> None:
    try:
        done = subprocess.run([program], capture_output=True, text=True, timeout=120, env=os.environ | environment,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        check(name, "it does not end")
        return
    lines = done.stdout.splitlines()
    for line in lines:
        if match := re.fullmatch(r"(ok|FAIL) (\w+)", line):
            check(f"{name}: {match[2].replace('_', ' ')}", None if match[1] == "ok" else "see below")
    ended_well = done.returncode == (1 if any(line.startswith("FAIL ") for line in lines) else 0)
    if done.returncode or not ended_well or not lines:
        check(name, f"exit {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def main() -> int:
    libraries = pathlib.Path(sys.argv[1]).resolve() / "lib"
    shared, static = libraries / "libtabletheory.so", libraries / "libtabletheory_static.a"
    check_exports(shared)
    check("the shared library needs the C library only", other_than_system(shared))
    check("it runs with glibc 2.34", too_new(shared))
    check("its stack is not executable", executable_stack(shared))

    shipped = ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL"]
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        os.symlink(static, work / "libtabletheory_static.a")
        ways = {
            "shared": ["gcc", f"-L{libraries}", "-ltabletheory", "-lpthread"],
            "static": ["gcc", f"-L{work}", "-ltabletheory_static", "-lstdc++", "-lm", "-lpthread"],
            "shipped": ["g++", f"-L{work}", "-ltabletheory_static", *shipped, "-lm", "-lpthread"],
            "shipped by gcc": ["gcc", f"-L{work}", "-ltabletheory_static", "-Wl,-Bstatic", "-lstdc++", "-Wl,-Bdynamic",
                               "-static-libgcc", "-lm", "-lpthread"],
        }
        for source in sorted(HERE.glob("*.c")):
            compiled = work / f"{source.stem}.o"
            done = subprocess.run(["gcc", *C_FLAGS, "-c", source, "-o", compiled], capture_output=True, text=True)
            check(f"{source.name} is plain C11", done.stderr if done.returncode else None)
            # Linking takes longest. One program tries every way; the others the one that is loaded and the one that is inside.
            tried = ways if source.name == "calls.c" else {way: ways[way] for way in ("shared", "shipped by gcc")}
            for way, (driver, *flags) in tried.items():
                program = work / f"{source.stem}_{way.replace(' ', '_')}"
                done = subprocess.run([driver, compiled, "-o", program, *flags], capture_output=True, text=True)
                check(f"{source.name} links, {way}", done.stderr[-4000:] if done.returncode else None)
                if done.returncode:
                    continue
                if way.startswith("shipped"):
                    check(f"{source.name}, {way}, needs the C library only", other_than_system(program))
                    check(f"{source.name}, {way}, runs with glibc 2.34", too_new(program))
                    check(f"{source.name}, {way}: its stack is not executable", executable_stack(program))
                run_program(f"{source.stem}, {way}", program, {"LD_LIBRARY_PATH": str(libraries)} if way == "shared" else {})
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
