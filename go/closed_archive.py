"""The core's static library as a Go module carries it: one object, which shows `tt_*` and hides everything else.

A Go program may hold other C libraries, SQLite or OpenSSL among them; linked from a plain archive, theirs and ours would
stand in for each other. So all that the core is made of is linked into one relocatable object, C++'s library included (with
it the user needs no g++, and none of our version), and its own symbols are made local. What it needs from outside is libc
and gcc's support library.
"""
import pathlib
import re
import struct
import subprocess
import tempfile

HEADER = pathlib.Path(__file__).resolve().parent.parent / "include/tabletheory/c_api.h"
SHT_SYMTAB = 2
STB_WEAK, STB_GNU_UNIQUE = 2, 10


def functions() -> list[str]:
    """What the header declares."""
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    return sorted(set(re.findall(r"TT_API[^;]*?\b(tt_\w+)\(", text)))


def make_unique_symbols_weak(path: pathlib.Path) -> None:
    """objcopy leaves symbols of STB_GNU_UNIQUE (statics of templates) global; weak ones it does hide."""
    image = bytearray(path.read_bytes())
    if image[:6] != b"\x7fELF\x02\x01":
        raise SystemExit(f"{path} is no little-endian ELF object of 64 bits")
    (sections,) = struct.unpack_from("<Q", image, 0x28)
    size, count = struct.unpack_from("<HH", image, 0x3A)
    if count == 0:  # more than fit: the first section says how many
        (count,) = struct.unpack_from("<Q", image, sections + 0x20)
    for section in range(count):
        kind, _, _, offset, length = struct.unpack_from("<IQQQQ", image, sections + section * size + 4)
        if kind != SHT_SYMTAB:
            continue
        for info in range(offset + 4, offset + length, 24):
            if image[info] >> 4 == STB_GNU_UNIQUE:
                image[info] = STB_WEAK << 4 | image[info] & 15
    path.write_bytes(image)


def close(archive: pathlib.Path, out: pathlib.Path, compiler: str = "g++") -> None:
    """Makes `out`, an archive of that one object, of a libtabletheory_static.a. Nothing is done when it is there already."""
    if out.is_file() and not out.is_symlink() and out.stat().st_mtime >= archive.stat().st_mtime:
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    named = subprocess.run([compiler, "-print-file-name=libstdc++.a"], check=True, stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        whole, made = pathlib.Path(folder) / "libtabletheory_core.o", pathlib.Path(folder) / out.name
        roots = [word for name in functions() for word in ("-u", name)]
        # -d: common symbols become ordinary ones, which can be made local.
        subprocess.run(["ld", "-r", "--force-group-allocation", "-d", "--strip-debug", "-o", whole, *roots, "--start-group",
                        archive, named.stdout.strip(), "--end-group"], check=True)
        make_unique_symbols_weak(whole)
        subprocess.run(["objcopy", "--wildcard", "--keep-global-symbol=tt_*", "--strip-unneeded", whole], check=True)
        subprocess.run(["ar", "rcsD", made, whole], check=True)
        made.replace(out)
