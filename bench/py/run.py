#!/usr/bin/env python3
"""Measures the Python SDK beside boto3, PynamoDB and pydynox: run.py BUILD_DIR [--rounds N] [--only W1,W3].

All talk to one `tabletheory local`, so that every peer decodes identical bytes; peers and ours take turns within each round.
Printed is the median over the rounds of CPU time (user and system) of this process per unit of work, and the wall time
behind it. Peers are installed from PyPI into an environment of their own below build/.
"""
import argparse
import os
import pathlib
import platform
import re
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = ["boto3>=1.40", "pynamodb>=6.1", "pydynox>=1.8"]


def interpreter() -> pathlib.Path:
    home = ROOT / "build/bench-py-venv"
    python = home / "bin/python3"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
        (home / "ready").touch()
    return python


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    build = options.build.resolve()
    subprocess.run([sys.executable, ROOT / "py/build.py", build], check=True)
    with subprocess.Popen([build / "bin/tabletheory", "local", "--port", "0"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"http://\S+", server.stdout.readline())[0]
            print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}, library of {build}")
            environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "py/src"), "AWS_ACCESS_KEY_ID": "bench",
                           "AWS_SECRET_ACCESS_KEY": "bench", "AWS_DEFAULT_REGION": "eu-central-1", "AWS_EC2_METADATA_DISABLED": "true"}
            command = [interpreter(), HERE / "workloads.py", address, str(options.rounds), options.only]
            return subprocess.run(command, env=environment).returncode
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
