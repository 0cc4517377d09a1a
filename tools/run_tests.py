#!/usr/bin/env python3
"""Runs the tests and ends with one line: `N passed, N failed, N skipped`.

  tools/run_tests.py quick                     drift checks, unit tests and contract scenarios
  tools/run_tests.py all [--fuzz-seconds N]    the same, the examples, an installed consumer, programs we did not write
                                               (tests/interop), the SDKs of other languages, generated
                                               code, the fuzzers of
                                               values, expressions, schemas and cursors
  tools/run_tests.py packages                  the wheel, npm tarballs, Go module and CMake package as users install them,
                                               Vitest, and the adapter for aws-sdk-go-v2
  tools/run_tests.py targets                   our client against moto and dynalite (tests/interop/targets)
  tools/run_tests.py sanitize                  all unit tests and scenarios with clang's address and undefined-behaviour
                                               sanitizers, tests that start threads with ThreadSanitizer
  tools/run_tests.py fuzz [--fuzz-seconds N]   all fuzzers

What counts as one test: one GoogleTest case, one contract scenario, one check of this script, one fuzzer run.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import fetch_toolchains

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = str(os.cpu_count() or 2)
# The SDKs beside C++'s, by folder, and the languages that have a runner of scenarios.
SDKS = ["ts", "go", "py"]
RUNNERS = ["cpp", "py", "ts", "go"]
# Tests that start threads of their own; the thread sanitizer has nothing to say about the others.
CONCURRENT = "*Concurren*:*Thread*:*Parallel*"
CONCURRENT_PROGRAMS = ["test_engine", "test_net", "test_sdk", "test_server"]


class Tally:
    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0
        self.failures: list[str] = []

    def add(self, passed: int, failed: int, skipped: int, name: str = "") -> None:
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
            print(f"FAIL {name} (exit {done.returncode})\n{done.stdout[-6000:]}{done.stderr[-6000:]}", flush=True)
        return done.returncode == 0


def say(text: str) -> None:
    print(f"== {text} [{time.strftime('%H:%M:%S')}]", flush=True)


def build(tally: Tally, preset: str, *targets: str) -> pathlib.Path | None:
    say(f"build {preset}")
    configured = tally.check(f"configure {preset}", ["cmake", "--preset", preset, "-DTABLETHEORY_TESTS=ON"])
    command = ["cmake", "--build", f"build/{preset}", "-j", JOBS, *(["--target", *targets] if targets else [])]
    return ROOT / "build" / preset if configured and tally.check(f"build {preset}", command) else None


def unit(tally: Tally, folder: pathlib.Path, label: str, only: str = "*") -> None:
    say(f"unit tests, {label}")
    for program in sorted(folder.glob("test_*")):
        if not program.is_file() or not os.access(program, os.X_OK):
            continue
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
        print(f"   {program.name}: {len(ran) - failed - skipped} passed, {failed + crashed} failed", flush=True)
        if done.returncode:
            print(done.stdout[-8000:] + done.stderr[-8000:], flush=True)


def contract(tally: Tally, folder: pathlib.Path, label: str) -> None:
    """The scenarios on the engine, in memory and in a file; tests/interop has them over HTTP."""
    with tempfile.TemporaryDirectory() as scratch:
        for address in ("memory:", f"file:{scratch}/contract.db"):
            contract_at(tally, folder, label, address)


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
        print(done.stdout[-4000:] + done.stderr[-4000:], flush=True)
        return
    tally.add(*(int(n) for n in total.groups()), f"{label}/contract")
    print("\n".join("   " + line for line in lines if not line.startswith("ok")), flush=True)


def sdks(tally: Tally, folder: pathlib.Path) -> None:
    """The SDKs of the other languages: their own tests, then the scenarios through all of them."""
    say("SDKs: " + ", ".join(SDKS))
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:  # much of each is one program after another
        # Go's race detector, its adapter for another SDK and its package have targets of their own, for time.
        runs = {language: pool.submit(finished, folder, ROOT / language / "run_tests.py", TABLETHEORY_NO_RACE="1",
                                         TABLETHEORY_SDK_ONLY="1")
                for language in SDKS}
        for language, run in runs.items():
            done = run.result()
            say(f"SDK, {language}")
            count(tally, f"SDK, {language}", done)
    contract_at(tally, folder, "SDKs", "memory:", ",".join(RUNNERS))
    with local_server(folder) as address:
        contract_at(tally, folder, "SDKs", address, ",".join(RUNNERS[1:]))
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


def run_script(tally: Tally, folder: pathlib.Path, script: pathlib.Path, label: str, **environment: str) -> None:
    """A script that takes the build's folder and ends with a tally."""
    say(label)
    count(tally, label, finished(folder, script, **environment))


def finished(folder: pathlib.Path, script: pathlib.Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, script, folder], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          env={**os.environ, **environment})


def count(tally: Tally, label: str, done: subprocess.CompletedProcess) -> None:
    lines = done.stdout.splitlines()
    total = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", lines[-1] if lines else "")
    if not total or (done.returncode == 0) != (total[2] == "0"):
        tally.add(0, 1, 0, label)
    else:
        tally.add(*(int(n) for n in total.groups()), label)
    print(done.stdout + done.stderr, flush=True)


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
    tally = Tally()
    if options.what in ("all", "packages", "sanitize"):  # where SDKs of other languages are tested
        os.environ["PATH"] = fetch_toolchains.search_path()
    if options.what in ("quick", "all"):
        drift(tally)
        # Without optimisation and with assertions: the build that is compiled fastest and tells most.
        if folder := build(tally, "quick"):
            unit(tally, folder, "quick")
            contract(tally, folder, "quick")
            run_script(tally, folder, ROOT / "tests/abi/run.py", "the C ABI from outside")
            if options.what == "all":
                say("example and consumer")
                tally.check("the shop runs", [str(folder / "bin/demo_shop"), "examples/shop"])
                tally.check("an installed package serves a consumer", ["bash", "tests/consumer/run.sh", str(folder)])
                interop(tally, folder, ["client", "server"])
                sdks(tally, folder)
                run_script(tally, folder, ROOT / "tests/codegen/run.py", "generated code")
    if options.what == "packages":
        if folder := build(tally, "quick"):
            run_script(tally, folder, ROOT / "go/run_tests.py", "SDK, go, with its adapter and its package", TABLETHEORY_NO_RACE="1")
            run_script(tally, folder, ROOT / "ts/run_tests.py", "SDK, ts, under Vitest and from its tarballs")
            run_script(tally, folder, ROOT / "tests/packages/run.py", "packages, installed and used")
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
        if folder := build(tally, "fuzz", *fuzzers):
            fuzz(tally, folder, fuzzers, options.fuzz_seconds)
    if tally.failures:
        print("failed: " + ", ".join(tally.failures))
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped", flush=True)
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
