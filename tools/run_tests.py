#!/usr/bin/env python3
"""Runs the tests and ends with one line: `N passed, N failed, N skipped`.

  tools/run_tests.py quick                     drift checks, unit tests and contract scenarios
  tools/run_tests.py all [--fuzz-seconds N]    the same, the examples, an installed consumer, programs we did not write
                                               (tests/interop), the SDKs of other languages, generated
                                               code, and, unless 45 minutes have passed, the fuzzers of values, expressions,
                                               schemas and cursors
  tools/run_tests.py packages                  the wheel, npm tarballs, Go module and CMake package as users install them,
                                               Vitest, the adapter for aws-sdk-go-v2, mypy and pyright
  tools/run_tests.py targets                   our client against moto and dynalite (tests/interop/targets)
  tools/run_tests.py sanitize                  all unit tests and scenarios with clang's address and undefined-behaviour
                                               sanitizers, tests that start threads with ThreadSanitizer
  tools/run_tests.py fuzz [--fuzz-seconds N]   all fuzzers

What counts as one test: one GoogleTest case, one contract scenario, one check of this script, one fuzzer run.
"""
import argparse
import collections.abc
import concurrent.futures
import contextlib
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import fetch_toolchains

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = str(os.cpu_count() or 2)
# The SDKs beside C++'s, by folder, and the languages that have a runner of scenarios.
SDKS = ["ts", "go", "py"]
RUNNERS = ["cpp", "py", "ts", "go"]
# `all` fuzzes where time allows: what is compiled for it is compiled a second time, by another compiler.
MOST_MINUTES_BEFORE_FUZZING = 45
# Tests that start threads of their own; the thread sanitizer has nothing to say about the others.
CONCURRENT = "*Concurren*:*Thread*:*Parallel*"
CONCURRENT_PROGRAMS = ["test_engine", "test_net", "test_sdk", "test_server"]


class Tally:
    """The counts so far, and what failed. Threads may add at once."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0
        self.failures: list[str] = []
        self.lock = threading.Lock()

    def add(self, passed: int, failed: int, skipped: int, name: str = "") -> None:
        with self.lock:
            self.passed += passed
            self.failed += failed
            self.skipped += skipped
            if failed:
                self.failures.append(name)

    def check(self, name: str, command: list[str], **kwargs) -> bool:
        """A command that passes or fails as a whole; its output is shown only when it fails."""
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, **kwargs)
        self.add(done.returncode == 0, done.returncode != 0, 0, name)
        if done.returncode:
            show(f"FAIL {name} (exit {done.returncode})\n{done.stdout[-6000:]}{done.stderr[-6000:]}")
        return done.returncode == 0


# What the job of this thread has to say, until it is done; none outside of jobs.
held = threading.local()


def show(text: str) -> None:
    lines = getattr(held, "lines", None)
    if lines is None:
        print(text, flush=True)
    else:
        lines.append(text)


def say(text: str) -> None:
    show(f"== {text} [{time.strftime('%H:%M:%S')}]")


def side_by_side(jobs: list[collections.abc.Callable[[], None]]) -> None:
    """Runs them, as many at once as there are processors, first come first served; shows what each says when it is done."""

    def run(job) -> str:
        held.lines = []
        begun = time.monotonic()
        job()
        return "\n".join(held.lines) + f"\n   ({time.monotonic() - begun:.0f} s)"

    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run, job) for job in jobs]):
            print(done.result(), flush=True)


def build(tally: Tally, preset: str, *targets: str) -> pathlib.Path | None:
    say(f"build {preset}")
    configured = tally.check(f"configure {preset}", ["cmake", "--preset", preset, "-DTABLETHEORY_TESTS=ON"])
    command = ["cmake", "--build", f"build/{preset}", "-j", JOBS, *(["--target", *targets] if targets else [])]
    return ROOT / "build" / preset if configured and tally.check(f"build {preset}", command) else None


def unit(tally: Tally, folder: pathlib.Path, label: str, only: str = "*") -> None:
    say(f"unit tests, {label}")
    programs = [path for path in sorted(folder.glob("test_*")) if path.is_file() and os.access(path, os.X_OK)]
    side_by_side([functools.partial(unit_program, tally, program, label, only) for program in programs])


def unit_program(tally: Tally, program: pathlib.Path, label: str, only: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "report.json"
        done = subprocess.run([program, f"--gtest_filter={only}", f"--gtest_output=json:{report}", "--gtest_brief=1"],
                              cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        cases = []
        if report.exists():
            cases = [case for suite in json.loads(report.read_text()).get("testsuites", []) for case in suite["testsuite"]]
    ran = [case for case in cases if case["status"] == "RUN"]
    failed = sum("failures" in case for case in ran)
    skipped = sum(case.get("result") == "SKIPPED" for case in ran)
    crashed = done.returncode != 0 and failed == 0
    tally.add(len(ran) - failed - skipped, failed + crashed, skipped, f"{label}/{program.name}")
    show(f"   {program.name}: {len(ran) - failed - skipped} passed, {failed + crashed} failed")
    if done.returncode:
        show(done.stdout[-8000:] + done.stderr[-8000:])


def contract(tally: Tally, folder: pathlib.Path, label: str) -> None:
    """The scenarios on the engine, in memory and in a file; tests/interop has them over HTTP."""
    with tempfile.TemporaryDirectory() as scratch:
        side_by_side([functools.partial(contract_at, tally, folder, label, address)
                      for address in ("memory:", f"file:{scratch}/contract.db")])


def contract_at(tally: Tally, folder: pathlib.Path, label: str, address: str, languages: str = "cpp") -> None:
    label = f"{label}, {languages}, {address.split(':')[0]}:"
    say(f"contract scenarios, {label}")
    command = [folder / "bin/tabletheory", "contract", "--lang", languages, "--address", address,
               "--dms", "contract-tests/dms", "contract-tests/scenarios"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    total = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", lines[-1] if lines else "")
    if not total or (done.returncode == 0) != (total[2] == "0"):
        tally.add(0, 1, 0, f"{label}/contract runner")
        show(done.stdout[-4000:] + done.stderr[-4000:])
        return
    tally.add(*(int(n) for n in total.groups()), f"{label}/contract")
    show("\n".join("   " + line for line in lines if not line.startswith("ok")))


def beside_cpp(tally: Tally, folder: pathlib.Path) -> None:
    """All that follows the unit tests: what programs we did not write see of us, and the SDKs of the other languages."""
    # Go's race detector, its adapter for another SDK and its package have targets of their own, for time.
    sdk = {language: functools.partial(run_script, tally, folder, ROOT / language / "run_tests.py", f"SDK, {language}",
                                       TABLETHEORY_NO_RACE="1", TABLETHEORY_SDK_ONLY="1") for language in SDKS}
    side_by_side([*sdk.values(),
                  lambda: interop(tally, folder, ["client", "server"]),
                  lambda: example_and_consumer(tally, folder),
                  lambda: run_script(tally, folder, ROOT / "tests/abi/run.py", "the C ABI from outside")])
    # What stands on SDKs that are built.
    side_by_side([lambda: contract_at(tally, folder, "SDKs", "memory:", ",".join(RUNNERS)),
                  lambda: contract_over_http(tally, folder),
                  lambda: run_script(tally, folder, ROOT / "tests/codegen/run.py", "generated code"),
                  lambda: demo(tally, folder)])


def example_and_consumer(tally: Tally, folder: pathlib.Path) -> None:
    say("example and consumer")
    tally.check("the shop runs", [str(folder / "bin/demo_shop"), "examples/shop"])
    tally.check("an installed package serves a consumer", ["bash", "tests/consumer/run.sh", str(folder)])


def contract_over_http(tally: Tally, folder: pathlib.Path) -> None:
    with local_server(folder) as address:
        contract_at(tally, folder, "SDKs", address, ",".join(RUNNERS[1:]))


def demo(tally: Tally, folder: pathlib.Path) -> None:
    say("demo")
    tally.check("the demo tells one story in four languages", [sys.executable, "examples/orders/demo.py", str(folder)])


@contextlib.contextmanager
def local_server(folder: pathlib.Path):
    """`tabletheory local` on a free port; ended by its process id."""
    with subprocess.Popen([folder / "bin/tabletheory", "local", "--port", "0"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True) as server:
        try:
            yield re.search(r"http://\S+", server.stdout.readline())[0]
        finally:
            server.terminate()


def run_script(tally: Tally, folder: pathlib.Path, script: pathlib.Path, label: str, *more: str, **environment: str) -> None:
    """A script that takes the build's folder and ends with a tally."""
    say(label)
    done = subprocess.run([sys.executable, script, folder, *more], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env={**os.environ, **environment})
    lines = done.stdout.splitlines()
    total = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", lines[-1] if lines else "")
    if not total or (done.returncode == 0) != (total[2] == "0"):
        tally.add(0, 1, 0, label)
    else:
        tally.add(*(int(n) for n in total.groups()), label)
    show(done.stdout + done.stderr)


def interop(tally: Tally, folder: pathlib.Path, names: list[str]) -> None:
    """Programs we did not write: each of these folders of tests/interop has a run.py."""
    for name in names:
        run_script(tally, folder, ROOT / "tests/interop" / name / "run.py", f"interop, {name}")


def fuzz(tally: Tally, folder: pathlib.Path, names: list[str], seconds: int) -> None:
    programs = [folder / name for name in names]
    say(f"{len(programs)} fuzzers, {seconds} s each")
    queue, running = list(programs), []
    while queue or running:
        while queue and len(running) < int(JOBS):
            program = queue.pop(0)
            corpus = folder / "corpus" / program.name
            corpus.mkdir(parents=True, exist_ok=True)
            log = open(folder / f"{program.name}.log", "w+")
            command = [program, f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=4096",
                       f"-artifact_prefix={folder}/{program.name}-", corpus]
            running.append((program, subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log), log))
        for entry in list(running):
            program, process, log = entry
            if process.poll() is None:
                continue
            running.remove(entry)
            log.seek(0)
            text = log.read()
            log.close()
            # A run of no inputs would find nothing whatever the code does.
            ran = re.search(r"Done (\d+) runs", text)
            good = process.returncode == 0 and ran is not None and int(ran[1]) > 100
            tally.add(good, not good, 0, program.name)
            print(f"   {program.name}: {ran[0] if ran else 'crashed'}", flush=True)
            if not good:
                print(text[-4000:], flush=True)
        time.sleep(0.2)


def drift(tally: Tally) -> None:
    say("drift and layers")
    tally.check("generated files match their tables", [sys.executable, "tools/generate_tables.py", "--check"])
    tally.check("golden tapes match their generator", [sys.executable, "tools/tape_vectors.py", "--check"])
    tally.check("layers point down", [sys.executable, "tools/check_layers.py"])
    tally.check("documentation matches", [sys.executable, "tools/check_docs.py"])


def is_quickly_built(fuzzer: pathlib.Path) -> bool:
    layer = fuzzer.relative_to(ROOT / "src").parts[0]
    return layer in ("value", "expr", "dms") or (layer == "ops" and "// Built with: " in fuzzer.read_text())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["quick", "all", "packages", "targets", "sanitize", "fuzz"])
    parser.add_argument("--fuzz-seconds", type=int, default=20)
    options = parser.parse_args()
    tally, begun = Tally(), time.monotonic()
    if options.what in ("all", "packages", "sanitize"):  # where SDKs of other languages are tested
        os.environ["PATH"] = fetch_toolchains.search_path()
    if options.what in ("quick", "all"):
        drift(tally)
        # Without optimisation and with assertions: the build that is compiled fastest and tells most.
        if folder := build(tally, "quick"):
            unit(tally, folder, "quick")
            contract(tally, folder, "quick")
            if options.what == "all":
                beside_cpp(tally, folder)
    if options.what == "packages":
        if folder := build(tally, "quick"):
            run_script(tally, folder, ROOT / "go/run_tests.py", "SDK, go, with its adapter and its package", TABLETHEORY_NO_RACE="1")
            run_script(tally, folder, ROOT / "ts/run_tests.py", "SDK, ts, under Vitest and from its tarballs")
            run_script(tally, folder, ROOT / "tests/packages/run.py", "packages, installed and used")
            tally.check("every public header compiles by itself", ["bash", "tests/consumer/run.sh", str(folder), "ON"])
            run_script(tally, folder, ROOT / "py/run_tests.py", "SDK, py, with its types", "--types")
            run_script(tally, folder, ROOT / "tests/codegen/run.py", "generated code, with Python's types", "--types")
    if options.what == "targets":
        if folder := build(tally, "quick"):
            interop(tally, folder, ["targets"])
    if options.what == "sanitize":
        if folder := build(tally, "tsan", *CONCURRENT_PROGRAMS):
            unit(tally, folder, "tsan", CONCURRENT)
        if folder := build(tally, "fuzz"):
            unit(tally, folder, "asan")
            contract(tally, folder, "asan")
        if folder := build(tally, "quick"):
            run_script(tally, folder, ROOT / "go/run_tests.py", "SDK, go, with the race detector")
    if options.what in ("all", "fuzz"):
        # With clang's address and undefined-behaviour sanitizers. The parsers of the lower layers are built in minutes;
        # those above them take all the layers.
        sources = sorted((ROOT / "src").glob("**/*_fuzz.cpp"))
        if options.what == "all":
            sources = [path for path in sources if is_quickly_built(path)]
        fuzzers = [f"fuzz_{path.relative_to(ROOT / 'src').parts[0]}_{path.stem}" for path in sources]
        minutes = (time.monotonic() - begun) / 60
        if options.what == "all" and minutes > MOST_MINUTES_BEFORE_FUZZING:
            say(f"{len(fuzzers)} fuzzers are left out, for {minutes:.0f} minutes have passed; `make fuzz` runs them")
            tally.add(0, 0, len(fuzzers))
        elif folder := build(tally, "fuzz", *fuzzers):
            fuzz(tally, folder, fuzzers, options.fuzz_seconds)
    if tally.failures:
        print("failed: " + ", ".join(tally.failures))
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped", flush=True)
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
