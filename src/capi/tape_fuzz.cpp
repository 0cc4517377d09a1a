// A tape of nonsense is refused, or read within its bounds; nothing else.
// Built with: capi/tape.cpp
// Over: value
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "capi/tape.h"

namespace {

// Looks at everything a node gives, so that the sanitizers do too.
std::uint64_t digest(const tabletheory::capi::Node& node, int depth) {
  if (depth > tabletheory::capi::kTapeDepth) std::abort();
  std::uint64_t sum = static_cast<std::uint64_t>(node.tag) + node.slot + static_cast<std::uint64_t>(node.integer);
  for (const char c : node.text) sum = sum * 31 + static_cast<unsigned char>(c);
  for (const char c : node.name) sum = sum * 31 + static_cast<unsigned char>(c);
  std::uint32_t count = 0;
  for (const tabletheory::capi::Node& child : node.children()) {
    sum = sum * 31 + digest(child, depth + 1);
    ++count;
  }
  if (count != node.count) std::abort();
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The input is words and pool; a header that fits is put before it, as guessing one would take the fuzzer long.
  if (size < 1) return 0;
  const std::size_t words = (size - 1) / 4 * data[0] / 255;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::uint32_t head[4] = {tabletheory::capi::kTapeMagic, static_cast<std::uint32_t>(words),
                                 static_cast<std::uint32_t>(body.size() - 4 * words), 0};
  std::string bytes(reinterpret_cast<const char*>(head), sizeof head);
  bytes += body;
  const auto tape = tabletheory::capi::Tape::read(bytes);
  volatile std::uint64_t seen = tape ? digest(tape->root(), 0) : 0;
  static_cast<void>(seen);
  static_cast<void>(tabletheory::capi::Tape::read(body));
  return 0;
}
