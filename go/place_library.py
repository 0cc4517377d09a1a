#!/usr/bin/env python3
"""Puts the built core where cgo looks for it: place_library.py [BUILD_DIR].

BUILD_DIR/lib holds libtabletheory_static.a or libtabletheory.so; without an argument build/release or build/quick is taken.
go/lib/<os>_<arch>/ gets links to what there is, go/lib/tags the build tags: none for the static archive, tabletheory_shared
for the shared library.
"""
import pathlib
import platform
import sys

GO = pathlib.Path(__file__).resolve().parent
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def build_directory(arguments):
    if arguments:
        return pathlib.Path(arguments[0]).resolve()
    for preset in ("release", "quick"):
        build = GO.parent / "build" / preset
        if (build / "lib").is_dir():
            return build
    sys.exit("no build/release/lib or build/quick/lib; run `make build` first, or name the build directory")


def main():
    library = build_directory([word for word in sys.argv[1:] if not word.startswith("--")]) / "lib"
    home = GO / "lib" / f"linux_{ARCH}"
    home.mkdir(parents=True, exist_ok=True)
    found = []
    for name in ("libtabletheory_static.a", "libtabletheory.so"):
        place = home / name
        place.unlink(missing_ok=True)
        if (library / name).exists():
            place.symlink_to((library / name).resolve())
            found.append(name)
    if not found:
        sys.exit(f"{library} holds neither libtabletheory_static.a nor libtabletheory.so; build them first")
    shared = "libtabletheory.so" in found and "--static" not in sys.argv
    (GO / "lib" / "tags").write_text("tabletheory_shared\n" if shared else "\n")


if __name__ == "__main__":
    main()
