"""Builds the extension with the core inside: TABLETHEORY_LIB_DIR names the folder of libtabletheory_static.a.

Everything else is in pyproject.toml. `pack.py BUILD_DIR OUT` makes the wheel that is shipped.
"""
import os
import pathlib
import shutil

from setuptools import Extension, setup

HERE = pathlib.Path(__file__).resolve().parent


def core() -> pathlib.Path:
    folder = os.environ.get("TABLETHEORY_LIB_DIR", "")
    archive = pathlib.Path(folder).resolve() / "libtabletheory_static.a"
    if not folder or not archive.is_file():
        raise SystemExit("set TABLETHEORY_LIB_DIR to the folder of libtabletheory_static.a; `make build` leaves it in "
                         "build/release/lib of a clone of the repository")
    return archive


# C++'s own libraries and all others but the C library's go inside, and only the entry shows: the extension cannot get
# mixed up with another copy of OpenSSL or SQLite in the process.
LINK = ["-Wl,-Bstatic", "-lstdc++", "-Wl,-Bdynamic", "-static-libgcc", "-Wl,--exclude-libs,ALL", "-Wl,-Bsymbolic",
        "-Wl,--gc-sections", "-Wl,-z,noexecstack", "-Wl,-z,relro,-z,now", f"-Wl,--version-script={HERE / 'exports.map'}", "-s",
        "-lm", "-lpthread", "-ldl"]
if shutil.which("mold"):
    LINK.append("-fuse-ld=mold")
# Python's own would have the library look where that Python was built.
os.environ["LDSHARED"] = f"{os.environ.get('CC', 'gcc')} -shared"
INCLUDE = os.environ.get("TABLETHEORY_INCLUDE_DIR", str(HERE.parent / "include"))

setup(
    ext_modules=[
        Extension(
            "tabletheory._native",
            ["src/tabletheory/_native.c"],
            depends=["src/tabletheory/_native_calls.h"],
            include_dirs=[INCLUDE],
            extra_compile_args=["-std=c11", "-O2", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror"],
            extra_link_args=[str(core()), *LINK],
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
