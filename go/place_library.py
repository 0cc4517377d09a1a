#!/usr/bin/env python3
"""Puts the built core where cgo looks for it: place_library.py [BUILD_DIR] [--static].

BUILD_DIR/lib holds libtabletheory.so or libtabletheory_static.a; without an argument build/release or build/quick is taken.
go/internal/lib/<os>_<arch>/ gets a link to the shared library, or with --static (or where there is no shared one) the static
one as the module carries it (closed_archive.py). go/lib/tags then holds the build tags: none for the static library,
tabletheory_shared for the shared one.
"""
import pathlib
import platform
import sys

import closed_archive

GO = pathlib.Path(__file__).resolve().parent
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
HOME = GO / "internal/lib" / f"linux_{ARCH}"
SHARED, STATIC = "libtabletheory.so", "libtabletheory_static.a"


def build_directory(arguments):
    if arguments:
        return pathlib.Path(arguments[0]).resolve()
    for preset in ("release", "quick"):
        build = GO.parent / "build" / preset
        if (build / "lib").is_dir():
            return build
    sys.exit("no build/release/lib or build/quick/lib; run `make build` first, or name the build directory")


def place_shared(library):
    place, wanted = HOME / SHARED, (library / SHARED).resolve()
    if place.is_symlink() and place.readlink() == wanted:  # another run may be linking against it
        return
    place.unlink(missing_ok=True)
    place.symlink_to(wanted)


def main():
    library = build_directory([word for word in sys.argv[1:] if not word.startswith("--")]) / "lib"
    shared = (library / SHARED).exists() and "--static" not in sys.argv
    if shared:
        place_shared(library)
    elif (library / STATIC).exists():
        closed_archive.close((library / STATIC).resolve(), HOME / STATIC)
    else:
        sys.exit(f"{library} holds neither {STATIC} nor {SHARED}; build them first")
    (GO / "lib").mkdir(exist_ok=True)
    tags, wanted = GO / "lib/tags", "tabletheory_shared\n" if shared else "\n"
    if not tags.exists() or tags.read_text() != wanted:  # as above: another run may be reading it
        tags.write_text(wanted)


if __name__ == "__main__":
    main()
