#!/usr/bin/env python3
"""Measures Go's SDK beside its peers: bench/go/run.py BUILD_DIR [--rounds N] [--ms N].

Builds one program with all three libraries in it, linked with BUILD_DIR's core, and prints a Markdown table (main.go says
what is measured and how). W14 is whole processes, started in turn.
"""
import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
GO = HERE.parent.parent / "go"
PEERS = ["TableTheory", "aws-sdk-go-v2", "guregu/dynamo"]


def build(build_dir: str, program: pathlib.Path) -> None:
    subprocess.run([sys.executable, GO / "place_library.py", build_dir, "--static"], check=True)
    subprocess.run(["go", "build", "-o", program, "."], cwd=HERE, check=True)


def lines(program: pathlib.Path, *arguments: str) -> list[dict]:
    done = subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def cold(program: pathlib.Path, address: str, rounds: int) -> list[str]:
    """Start to end of a process that reads one item; the peers' is the same program, which has our library in it, too."""
    wall, cpu, memory = ({peer: [] for peer in PEERS} for _ in range(3))
    for _ in range(rounds):
        for peer in PEERS:
            started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            said = subprocess.run([program, "cold", peer, address], check=True, stdout=subprocess.PIPE, text=True).stdout
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            wall[peer].append((time.perf_counter() - started) * 1e3)
            cpu[peer].append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3)
            memory[peer].append(int(said.split()[0]) / 1024)
    return [f"| W14 process, one get | {peer} | {statistics.median(cpu[peer]):.1f} ms | {statistics.median(wall[peer]):.1f} ms | | "
            f"peak {statistics.median(memory[peer]):.1f} MB |" for peer in PEERS]


def row(line: dict) -> str:
    tail = f"p50 {line['p50_us']:.0f} µs, p99 {line['p99_us']:.0f} µs" if line.get("p99_us") else ""
    return f"| {line['work']} | {line['peer']} | {line['cpu_us']:.2f} µs | {line['wall_us']:.2f} µs | {line['allocs']:.1f} | {tail} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build_dir")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ms", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        program = pathlib.Path(scratch) / "bench"
        build(given.build_dir, program)
        print("| work | library | CPU | wall | allocations | |\n|---|---|---|---|---|---|", flush=True)
        for line in lines(program, "work", "-rounds", str(given.rounds), "-ms", str(given.ms)):
            print(row(line), flush=True)
        with subprocess.Popen([program, "serve"], stdout=subprocess.PIPE, text=True) as server:
            try:
                address = server.stdout.readline().strip()
                for line in lines(program, "concurrency", address):
                    print(row(line), flush=True)
                print("\n".join(cold(program, address, given.rounds)))
            finally:
                server.terminate()
        print(f"\nThe program with all three: {program.stat().st_size / 1e6:.1f} MB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
