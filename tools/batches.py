#!/usr/bin/env python3
"""Groups C++ sources into batches that one translation unit can include together (cmake/layers.cmake, TABLETHEORY_UNITY).

  tools/batches.py ROOT OUTPUT_PREFIX SIZE FILE...

Writes OUTPUT_PREFIX_<n>_<m>.cpp, each including about SIZE of the files by their path below ROOT, and prints the batches
followed by the files that have to stay alone, separated by semicolons. A file's name decides its batch, so that a new
file leaves the others where they are. A name that a file keeps to itself (in its unnamed namespace) is mentioned by no
other file of its batch.
"""
import pathlib
import re
import sys
import zlib

# Compile definitions of its own, or a header that must be the first.
ALONE = re.compile(r"TABLETHEORY_SOURCE_DIR|format-inl\.h")
UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.M | re.S)
NAMES = [re.compile(pattern) for pattern in (
    r"(?:class|struct|enum class|union)\s+(\w+)",
    r"using\s+(\w+)\s*=",
    r"TEST(?:_[FP])?\((\w+, \w+)",
    r".*?\b(k[A-Z]\w*)\b\s*(?:=|\{|\[|;|\()",
    r"[\w:<>,&*\[\] ]+?[ &*](\w+)\(",
)]


def names_of(text: str) -> set[str]:
    found = set()
    for body in UNNAMED.findall(text):
        for line in body.splitlines():
            if line[:1] in ("", " ", "}", "/", "#") or line.startswith("template"):
                continue
            for pattern in NAMES:
                if match := pattern.match(line):
                    found.add(match[1])
                    break
    # A macro of one file would reach the next ones.
    found.update(re.findall(r"^#define (\w+)", text, re.M))
    return {name for name in found if "," not in name} | {name.replace(", ", "_") for name in found if "," in name}


class Batch:
    def __init__(self) -> None:
        self.members: list[str] = []
        self.own: set[str] = set()
        self.words: set[str] = set()

    def takes(self, own: set[str], words: set[str]) -> bool:
        return not (own & self.words) and not (self.own & words)

    def add(self, path: str, own: set[str], words: set[str]) -> None:
        self.members.append(path)
        self.own |= own
        self.words |= words


def main() -> int:
    root, prefix, size, files = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    buckets = 1
    while buckets * size < len(files):
        buckets *= 2
    batches: dict[int, list[Batch]] = {}
    alone = []
    for file in sorted(files):
        text = pathlib.Path(file).read_text()
        if ALONE.search(text):
            alone.append(file)
            continue
        own = names_of(text)
        words = set(re.findall(r"\w+", text)) | own
        path = str(pathlib.Path(file).relative_to(root))
        bucket = batches.setdefault(zlib.crc32(path.encode()) % buckets, [])
        batch = next((batch for batch in bucket if batch.takes(own, words)), None)
        if batch is None:
            bucket.append(batch := Batch())
        batch.add(path, own, words)
    result = []
    prefix.parent.mkdir(parents=True, exist_ok=True)
    for number, bucket in sorted(batches.items()):
        for part, batch in enumerate(bucket):
            path = prefix.with_name(f"{prefix.name}_{number}_{part}.cpp")
            text = "".join(f'#include "{member}"\n' for member in batch.members)
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
            result.append(str(path))
    print(";".join(result + alone), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
