#!/usr/bin/env python3
"""Models generated from every DMS document of the repository, in every language: run.py BUILD_DIR [LANGUAGE…] [--types].

BUILD_DIR/bin/tabletheory generates, each language's own tools compile (with all warnings as errors, gofmt, go vet, tsc
--strict; with --types mypy), and each SDK's equivalence gate compares every model with its document. One test is a
model in a language, or a tool's check. The last line is `N passed, N failed, N skipped`.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "py"))
import environment  # noqa: E402

BUILD = pathlib.Path(sys.argv[1]).resolve()
DOCUMENTS = [*sorted((ROOT / "contract-tests/dms").rglob("*.yml")), *sorted((ROOT / "examples").rglob("*.yml")),
             ROOT / "tests/codegen/names.yml"]
# How a generated file declares a type, in each language; the model it stands for follows in the order of the document.
TYPES = {"cpp": r"^struct (\w+) \{", "go": r"^type (\w+) struct \{", "ts": r"^export type (\w+) = .*'\w+'>;\n/\*\*",
         "py": r"^class (\w+):"}
passed = failed = 0
counting = threading.Lock()


def report(name: str, good: bool, output: str = "") -> bool:
    global passed, failed
    with counting:
        passed, failed = passed + good, failed + (not good)
    if not good:
        print(f"FAIL {name}\n{output[-6000:]}", flush=True)
    return good


def run(name: str, command: list, **options) -> bool:
    """One test that is a command."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    return report(name, done.returncode == 0, f"exit {done.returncode}\n{done.stdout}{done.stderr}")


class Generated:
    """One document's code in one language."""

    def __init__(self, language: str, number: int, document: pathlib.Path, folder: pathlib.Path) -> None:
        self.document, self.number = document, number
        self.path = folder / f"d{number}" / f"models.{language}" if language == "go" else folder / f"d{number}.{language}"
        if language == "cpp":
            self.path = self.path.with_suffix(".h")
        done = subprocess.run([BUILD / "bin/tabletheory", "generate", "--lang", language, document, "--out", self.path],
                              capture_output=True, text=True)
        text = self.path.read_text() if done.returncode == 0 else ""
        self.types = re.findall(TYPES[language], text, re.M)
        self.names = re.findall(r"^  - name: (\w+)", document.read_text(), re.M)
        self.namespace = "::".join(re.findall(r"^namespace (\S+) \{", text, re.M))
        report(f"{language}: {document.name} is generated", len(self.types) == len(self.names) > 0,
               done.stdout + done.stderr + text)

    def models(self) -> list[tuple[str, str]]:
        """(type, model)"""
        return list(zip(self.types, self.names))


def generate(language: str, folder: pathlib.Path) -> list[Generated]:
    return [Generated(language, number, document, folder) for number, document in enumerate(DOCUMENTS)]


def compared(language: str, command: list, all_code: list[Generated], **options) -> None:
    """A program that prints `ok DOCUMENT MODEL` for each model the gate accepts, and what it says otherwise."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    lines = set(done.stdout.splitlines())
    for code in all_code:
        for _, model in code.models():
            report(f"{language}: {model} of {code.document.relative_to(ROOT)} is equivalent",
                   f"ok {code.document} {model}" in lines, f"exit {done.returncode}\n{done.stdout}{done.stderr}")


# --- C++ ------------------------------------------------------------------------------------------------------------

CPP_CHECK = """
template <class T>
void check(const char* file, std::string_view name) {
  const auto schema = tabletheory::Schema::load_file(file);
  const auto code = tabletheory::Model::of<T>();
  if (!code) {
    std::cout << file << ' ' << name << ": " << code.error().to_string() << '\\n';
    return;
  }
  const auto same = tabletheory::check_against<T>(*schema);
  if (!same) std::cout << file << ' ' << name << ": " << same.error().to_string() << '\\n';
  if (same && code->name() == name && code->dms_version() == schema->dms_version())
    std::cout << "ok " << file << ' ' << name << '\\n';
}
"""


def cpp(folder: pathlib.Path) -> None:
    all_code = generate("cpp", folder)
    # Documents may share a namespace, so each header lies in one more. What the headers include is included before.
    includes = sorted(set(re.findall(r"^#include .*$", "\n".join(code.path.read_text() for code in all_code), re.M)))
    program = "\n".join([*includes, "#include <tabletheory/schema.h>", "#include <iostream>",
                         *(f'namespace d{code.number} {{\n#include "{code.path.name}"\n}}' for code in all_code), CPP_CHECK,
                         "int main() {"])
    for code in all_code:
        for name, model in code.models():
            program += f'\n  check<d{code.number}::{code.namespace}::{name}>({json.dumps(str(code.document))}, "{model}");'
    (folder / "check.cpp").write_text(program + "\n}\n")
    flags = ["-std=c++23", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
    if run("cpp: the headers compile without warnings",
           ["g++", *flags, f"-I{ROOT}/include", "-c", folder / "check.cpp", "-o", folder / "check.o"]):
        libraries = [BUILD / "lib/libtabletheory_static.a", "-lpthread", "-ldl"]
        if run("cpp: the program links", ["g++", folder / "check.o", *libraries, "-o", folder / "check"]):
            compared("cpp", [folder / "check"], all_code)


# --- Go -------------------------------------------------------------------------------------------------------------

def go(folder: pathlib.Path) -> None:
    subprocess.run([sys.executable, ROOT / "go/place_library.py", BUILD], check=True)
    tags = "-tags=" + (ROOT / "go/lib/tags").read_text().strip()
    all_code = generate("go", folder)
    (folder / "go.mod").write_text("module generated\n\ngo 1.24\n\nrequire github.com/theory-cloud/tabletheory/go v0.0.0\n\n"
                                   f"replace github.com/theory-cloud/tabletheory/go => {ROOT}/go\n")
    program = 'package main\n\nimport (\n\t"fmt"\n\n\t"github.com/theory-cloud/tabletheory/go"\n'
    program += "".join(f'\td{code.number} "generated/d{code.number}"\n' for code in all_code) + """)

func check[T any](file, name string) {
	schema, err := tabletheory.LoadSchemaFile(file)
	if err != nil {
		panic(err)
	}
	code, err := tabletheory.SchemaOf[T]()
	if err == nil {
		err = tabletheory.CheckAgainst[T](schema, false)
	}
	if err != nil {
		fmt.Println(file, name, err)
	} else if code.Models()[0].Name == name && code.Version() == schema.Version() {
		fmt.Println("ok", file, name)
	}
}

func main() {
"""
    for code in all_code:
        for name, model in code.models():
            program += f'\tcheck[d{code.number}.{name}]({json.dumps(str(code.document))}, "{model}")\n'
    (folder / "main.go").write_text(program + "}\n")
    formatted = subprocess.run(["gofmt", "-l", "-d", *(code.path for code in all_code)], capture_output=True, text=True)
    report("go: gofmt changes nothing", formatted.returncode == 0 and not formatted.stdout, formatted.stdout + formatted.stderr)
    if run("go: go vet", ["go", "vet", tags, "./..."], cwd=folder):
        compared("go", ["go", "run", tags, "."], all_code, cwd=folder)


# --- TypeScript -----------------------------------------------------------------------------------------------------

# The types that follow from a generated document, seen from outside.
TS_TYPES = """
export function age(order: orders.Order, fresh: orders.NewOrder): number {
  const tags: Set<string> | undefined = order.tags;
  const total: string = order.total;
  // @ts-expect-error: a new order needs its key
  const missing: orders.NewOrder = { SK: 'x', state: fresh.state, placedAt: fresh.placedAt, total };
  return order.createdAt.getTime() + order.version + (tags?.size ?? 0) + Object.keys(missing).length;
}
"""


def ts(folder: pathlib.Path) -> None:
    sdk = ROOT / "ts"
    if not (sdk / "dist/tabletheory.node").exists():
        where = {**os.environ, "TABLETHEORY_LIB_DIR": str(BUILD / "lib")}
        run("ts: npm ci", ["npm", "ci", "--no-audit", "--no-fund"], cwd=sdk)
        run("ts: the SDK is built", ["node", "build.mjs", "--addon"], cwd=sdk, env=where)
    all_code = generate("ts", folder)
    (folder / "node_modules/@theory-cloud").mkdir(parents=True)
    (folder / "node_modules/@theory-cloud/tabletheory-ts").symlink_to(sdk)
    (folder / "package.json").write_text('{"type": "module"}')
    options = {"target": "es2022", "lib": ["es2023"], "module": "nodenext", "strict": True, "outDir": "out", "skipLibCheck": True,
               "noUncheckedIndexedAccess": True, "noUnusedLocals": True, "exactOptionalPropertyTypes": True,
               "types": ["node"], "typeRoots": [str(sdk / "node_modules/@types")]}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["*.ts"]}))
    program = "import { Schema } from '@theory-cloud/tabletheory-ts';\n"
    program += "".join(f"import * as d{code.number} from './d{code.number}.js';\n" for code in all_code)
    orders = next(code for code in all_code if code.document.parent.name == "shop")
    program += f"import type * as orders from './d{orders.number}.js';\n" + TS_TYPES
    for code in all_code:
        for _, model in code.models():
            program += f"d{code.number}.schema.checkEquivalent(Schema.loadSync({json.dumps(str(code.document))}), '{model}');\n"
            program += f"console.log({json.dumps(f'ok {code.document} {model}')});\n"
    (folder / "check.ts").write_text(program)
    if run("ts: tsc --strict", ["node", sdk / "node_modules/typescript/bin/tsc", "-p", folder]):
        compared("ts", ["node", "out/check.js"], all_code, cwd=folder)


# --- Python ---------------------------------------------------------------------------------------------------------

PY_CHECK = """
import importlib
import sys

from tabletheory import Schema
from tabletheory.models import info_of


def check(module, name, file, model):
    schema = Schema.load(file)
    try:
        code = info_of(getattr(importlib.import_module(module), name))
        schema.check(code.schema, model)
    except Exception as problem:
        print(file, model, problem)
        return
    if code.name == model and code.schema.dms_version == schema.dms_version:
        print("ok", file, model)


for line in sys.stdin.read().splitlines():
    check(*line.split())
"""


def py(folder: pathlib.Path) -> None:
    if not run("py: the extension is built", [sys.executable, ROOT / "py/build.py", BUILD]):
        return
    all_code = generate("py", folder)
    (folder / "check.py").write_text(PY_CHECK)
    (folder / "models.txt").write_text("".join(f"d{code.number} {name} {code.document} {model}\n"
                                               for code in all_code for name, model in code.models()))
    compared("py", ["sh", "-c", f"{sys.executable} check.py < models.txt"], all_code, cwd=folder,
             env={**os.environ, "PYTHONPATH": str(ROOT / "py/src")})
    if "--types" in sys.argv:
        run("py: mypy --strict", [environment.interpreter("types"), "-m", "mypy", "--strict", "--follow-imports=silent",
                                  f"--cache-dir={folder}/.mypy_cache", *(code.path for code in all_code)],
            env={**os.environ, "MYPYPATH": str(ROOT / "py/src")})


def in_a_folder(language) -> None:
    with tempfile.TemporaryDirectory() as folder:
        language(pathlib.Path(folder))


def main() -> int:
    wanted = [word for word in sys.argv[2:] if not word.startswith("--")]
    languages = [language for language in (cpp, go, ts, py) if not wanted or language.__name__ in wanted]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in [pool.submit(in_a_folder, language) for language in languages]:
            done.result()
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
