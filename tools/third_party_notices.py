#!/usr/bin/env python3
"""The licences of what is linked into our packages: third_party_notices.py OUT_FILE.

The texts are those that came with the parts on this machine: Debian's /usr/share/doc/PACKAGE/copyright, and the licence in the
archives that tools/fetch_sources.py fetched. The repository holds none of them.
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAME = "THIRD-PARTY-NOTICES"
# What cmake/dependencies.cmake links.
DEBIAN = {"OpenSSL": "libssl-dev", "LibYAML": "libyaml-dev", "zlib": "zlib1g-dev", "{fmt}": "libfmt-dev",
          "CLI11 (the command)": "libcli11-dev"}
FETCHED = {"simdjson": "simdjson/LICENSE"}
# Those that ask for no text beside what is compiled from them.
FREE = {"SQLite": "is in the public domain (https://sqlite.org/copyright.html).",
        "Boost": "is under the Boost Software License 1.0 (https://www.boost.org/LICENSE_1_0.txt).",
        "The GNU C++ library": "is under the GPL 3 with the GCC Runtime Library Exception 3.1."}
RULE = "=" * 80


def text() -> str:
    parts = {name: pathlib.Path("/usr/share/doc") / package / "copyright" for name, package in DEBIAN.items()}
    parts |= {name: ROOT / "build/sources" / path for name, path in FETCHED.items()}
    missing = [str(path) for path in parts.values() if not path.is_file()]
    if missing:
        sys.exit(f"third_party_notices: there is no {', '.join(missing)}; run `make build` on Debian 12, which installs them")
    out = f"TableTheory stands on these; our own licence is in LICENSE.\n\n{RULE}\n"
    out += "".join(f"{name}\n{RULE}\n\n{path.read_text(errors='replace').strip()}\n\n{RULE}\n" for name, path in parts.items())
    return out + "".join(f"{name} {what}\n" for name, what in FREE.items())


def write(path: pathlib.Path) -> None:
    path.write_text(text())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(pathlib.Path(sys.argv[1]))
