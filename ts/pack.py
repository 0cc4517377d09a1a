#!/usr/bin/env python3
"""Packs the built SDK: pack.py OUT_DIR makes two npm tarballs, the package and this platform's addon, and prints their
paths. Build first (node build.mjs --addon)."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tools"))
import third_party_notices  # noqa: E402

NAME = "@theory-cloud/tabletheory-ts"
PLATFORM = "linux-x64"


def pack(folder, out):
    answer = subprocess.run(["npm", "pack", "--json", "--pack-destination", out], cwd=folder, check=True, capture_output=True, text=True)
    return pathlib.Path(out) / json.loads(answer.stdout)[0]["filename"]


def main():
    out = pathlib.Path(sys.argv[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    description = json.loads((HERE / "package.json").read_text())
    del description["devDependencies"]
    description["optionalDependencies"] = {f"{NAME}-{PLATFORM}": description["version"]}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        main_package, addon_package = scratch / "main", scratch / "addon"
        for kind in ("esm", "cjs"):
            shutil.copytree(HERE / "dist" / kind, main_package / "dist" / kind)
        shutil.copy(HERE / "README.md", main_package)
        shutil.copy(HERE.parent / "LICENSE", main_package)
        (main_package / "package.json").write_text(json.dumps(description, indent=2))
        addon_package.mkdir()
        shutil.copy(HERE / "dist" / "tabletheory.node", addon_package)
        shutil.copy(HERE.parent / "LICENSE", addon_package)
        third_party_notices.write(addon_package / third_party_notices.NAME)
        (addon_package / "package.json").write_text(json.dumps({
            "name": f"{NAME}-{PLATFORM}",
            "version": description["version"],
            "description": f"The addon of {NAME} for {PLATFORM}",
            "license": description["license"],
            "os": ["linux"],
            "cpu": ["x64"],
            "libc": ["glibc"],
            "files": ["tabletheory.node", third_party_notices.NAME],
        }, indent=2))
        print(pack(main_package, out))
        print(pack(addon_package, out))


if __name__ == "__main__":
    main()
