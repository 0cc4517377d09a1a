// Any bytes, read as a scenario: a scenario or its problems, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "contract/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view file : {"fuzz.yml", "fuzz.json"}) {
    auto document = tabletheory::contract::parse_document(text, file);
    if (!document) continue;
    const auto scenario = tabletheory::contract::load_scenario(std::move(*document), file);
    if (!scenario && scenario.error().empty()) __builtin_trap();  // refused without a reason
  }
  return 0;
}
