#include "ops/client_token.h"

#include <fmt/format.h>

namespace tabletheory::ops {

std::string random_token(const Environment& environment) {
  const std::uint64_t high = environment.random(), low = environment.random();
  // RFC 9562: version 4 in the third group, variant 10 in the fourth.
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFF,
                     ((low >> 48) & 0x3FFF) | 0x8000, low & 0xFFFF'FFFF'FFFF);
}

Result<void> check_token(const std::string& token) {
  constexpr std::size_t kMost = 36;
  if (!token.empty() && token.size() <= kMost) return {};
  return fail(ErrorCode::kInvalidOperator,
              fmt::format("the client token has {} characters; the service takes 1 to {}", token.size(), kMost));
}

}  // namespace tabletheory::ops
