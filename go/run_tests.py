#!/usr/bin/env python3
"""Runs the tests of the Go SDK: run_tests.py BUILD_DIR. BUILD_DIR/lib holds the core's library.

gofmt and go vet, `go test` (the fuzzer's seeds and the examples with it), `go test -race`, the module awssdk against
`tabletheory local`, and the packed module in an empty folder (packed_test.py). TABLETHEORY_NO_RACE leaves out the race
detector, TABLETHEORY_SDK_ONLY the last two. The last line is `N passed, N failed, N skipped`, counted in Go tests; checks
that are no test count as one each.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import place_library

GO = pathlib.Path(__file__).resolve().parent
AWSSDK = GO / "awssdk"
RUNNER = GO.parent / "contract-tests/runners/go"


def tests(arguments, tally, directory=GO, **environment):
    run = subprocess.run(["go", "test", "-json", *arguments, "./..."], cwd=directory, stdout=subprocess.PIPE, text=True,
                         env={**os.environ, **environment})
    output = {}
    failed_before = tally["fail"]
    for line in run.stdout.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            print(line)
            continue
        name = event.get("Test")
        if event["Action"] in ("output", "build-output"):
            output.setdefault(name, []).append(event["Output"])
        elif name and event["Action"] in tally and "/" not in name:
            tally[event["Action"]] += 1
        if event["Action"] == "fail":
            print("".join(output.get(name, [])), end="")
    if run.returncode != 0 and tally["fail"] == failed_before:  # it did not build
        print("".join(sum(output.values(), [])))
        tally["fail"] += 1


def check(name, command, directory, tally):
    run = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    good = run.returncode == 0 and (name != "gofmt" or not run.stdout.strip())
    tally["pass" if good else "fail"] += 1
    if not good:
        print(f"{name}:\n{run.stdout}")


def packed(build, tally):
    run = subprocess.run([sys.executable, GO / "packed_test.py", build], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    total = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\s*$", run.stdout)
    counts = total.groups() if total else (0, 1, 0)
    for outcome, count in zip(("pass", "fail", "skip"), counts):
        tally[outcome] += int(count)
    print(run.stdout)


def main():
    build = place_library.build_directory(sys.argv[1:])
    subprocess.run([sys.executable, GO / "place_library.py", *sys.argv[1:2]], check=True)
    tags = "-tags=" + (GO / "lib/tags").read_text().strip()
    tally = {"pass": 0, "fail": 0, "skip": 0}
    check("gofmt", ["gofmt", "-l", str(GO), str(RUNNER)], GO, tally)
    check("go vet", ["go", "vet", tags, "./..."], GO, tally)
    check("go vet of the runner", ["go", "vet", tags, "."], RUNNER, tally)
    tests([tags, "-count=1"], tally)
    if not os.environ.get("TABLETHEORY_NO_RACE"):
        tests([tags, "-count=1", "-race"], tally)
    if not os.environ.get("TABLETHEORY_SDK_ONLY"):
        check("go vet of awssdk", ["go", "vet", tags, "./..."], AWSSDK, tally)
        tests([tags, "-count=1"], tally, AWSSDK, TABLETHEORY_COMMAND=str(build / "bin/tabletheory"))
        packed(build, tally)
    print(f"{tally['pass']} passed, {tally['fail']} failed, {tally['skip']} skipped")
    return 1 if tally["fail"] else 0


if __name__ == "__main__":
    sys.exit(main())
