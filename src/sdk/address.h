// Addresses: the one form in which every language says where to connect (docs/spec/operations.md, "Connecting").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tabletheory/error.h"

namespace tabletheory::sdk {

struct Address {
  enum class Kind : std::uint8_t { kMemory, kFile, kHttp, kAws };
  Kind kind = Kind::kMemory;
  std::string name;  // kMemory: the shared engine's name, empty for a private one; kFile: the path; kHttp: the whole
                     // URL; kAws: the region, empty for the configured one
};

// ErrInvalidModel, listing the forms there are, for anything else.
Result<Address> parse_address(std::string_view text);

}  // namespace tabletheory::sdk
