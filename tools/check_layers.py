#!/usr/bin/env python3
"""Fails when a source includes a header of a layer it may not use. The order is that of CMakeLists.txt."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#include\s+"([a-z_]+)/[^"]+"', re.M)
LAYER = re.compile(r"^tt_layer\((\w+)\s+DEPS([^)]*)\)", re.M)


def allowed() -> dict[str, set[str]]:
    direct = {}
    for name, rest in LAYER.findall((ROOT / "CMakeLists.txt").read_text()):
        direct[name] = set(rest.split("EXTERNAL")[0].replace("INTERNAL", "").split())
    closed: dict[str, set[str]] = {}
    for name, deps in direct.items():  # lowest first
        closed[name] = {name, "tabletheory"}.union(deps, *(closed[d] for d in deps))
    return closed


def main() -> int:
    layers, wrong = allowed(), 0
    for path in sorted((ROOT / "src").rglob("*.[ch]*")):
        layer = path.relative_to(ROOT / "src").parts[0]
        if layer not in layers:
            print(f"{path.relative_to(ROOT)}: layer '{layer}' is not in CMakeLists.txt")
            wrong += 1
            continue
        for used in INCLUDE.findall(path.read_text()):
            if used not in layers[layer]:
                print(f"{path.relative_to(ROOT)}: '{layer}' may not use '{used}' (dependencies point down only)")
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
