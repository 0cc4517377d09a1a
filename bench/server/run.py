#!/usr/bin/env python3
"""Measures `tabletheory local` under wrk, beside dynalite: requests a second, CPU time a request, start, idle memory.

    bench/server/run.py BUILD_DIR [--seconds N] [--rounds N] [--connections N]

Figures are medians; ours and the peer's rounds are interleaved. wrk runs on the same machine and takes its share.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/interop/server"))
import toolbox  # noqa: E402
from differential import AUTHORIZATION, free_port, wait_for  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


class Target:
    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.port = name, free_port()
        start = time.monotonic()
        self.process = subprocess.Popen([*command, "--port", str(self.port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        if name == "dynalite":
            wait_for(self.port)
        else:
            self.process.stdout.readline()
        self.start_ms = (time.monotonic() - start) * 1000
        self.idle_kb = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1])
        self.results: dict[str, list[tuple[float, float]]] = {}
        self.call("CreateTable", {"TableName": "bench", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                                  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                                  "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}})
        while self.call("DescribeTable", {"TableName": "bench"})["Table"]["TableStatus"] != "ACTIVE":
            time.sleep(0.05)

    def call(self, operation: str, request: dict) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", "/", json.dumps(request), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + operation,
            "Authorization": AUTHORIZATION, "X-Amz-Date": "20260101T000000Z"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        connection.close()
        return json.loads(body)

    def cpu_seconds(self) -> float:
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def measure(self, operation: str, seconds: int, connections: int) -> None:
        before = self.cpu_seconds()
        done = subprocess.run(["wrk", "-t", "2", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "-s", pathlib.Path(__file__).parent / "item.lua",
                               f"http://127.0.0.1:{self.port}"], capture_output=True, text=True, env={**os.environ, "OPERATION": operation})
        found = re.search(r"RESULT (\d+) (\d+) (\d+)", done.stdout)
        assert found and found[3] == "0", done.stdout + done.stderr
        requests, duration_us = int(found[1]), int(found[2])
        cpu_us = (self.cpu_seconds() - before) * 1e6 / requests
        self.results.setdefault(operation, []).append((requests * 1e6 / duration_us, cpu_us))

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    program = str(pathlib.Path(options.build).resolve() / "bin/tabletheory")
    node, packages = toolbox.node()
    with tempfile.TemporaryDirectory(dir=options.build) as folder:
        targets = [Target("tabletheory local", [program, "local"]),
                   Target("tabletheory local --file", [program, "local", "--file", f"{folder}/bench.db"]),
                   Target("dynalite", [node, f"{packages}/node_modules/dynalite/cli.js", "--createTableMs", "0"])]
        try:
            for _ in range(options.rounds):
                for operation in ("PutItem", "GetItem"):
                    for target in targets:
                        target.measure(operation, options.seconds, options.connections)
        finally:
            for target in targets:
                target.stop()
    print(f"{'':26}{'start':>8}{'idle':>9}" + "".join(f"{operation + '/s':>12}{'CPU':>10}" for operation in targets[0].results))
    for target in targets:
        row = f"{target.name:26}{target.start_ms:6.0f}ms{target.idle_kb / 1024:7.1f}MB"
        for samples in target.results.values():
            row += f"{statistics.median(s[0] for s in samples):12.0f}{statistics.median(s[1] for s in samples):8.1f}µs"
        print(row)
    stripped = subprocess.run(["sh", "-c", f"strip -o {options.build}/stripped {program} && stat -c %s {options.build}/stripped && "
                               f"rm {options.build}/stripped"], capture_output=True, text=True).stdout
    print(f"the command, stripped: {int(stripped) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
