#include "engine/items/request_digest.h"

#include <cstdint>
#include <cstring>

#include "tabletheory/number.h"

namespace tabletheory::engine {
namespace {

using simdjson::dom::element_type;
using value::WireElement;

// Two independent 64-bit lanes.
struct Digest {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

constexpr std::uint64_t kFirstFactor = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kSecondFactor = 0xc2b2ae3d27d4eb4f;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Uint128 product = static_cast<Uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

void absorb(Digest& digest, std::uint64_t word) {
  digest.first = fold(digest.first ^ word ^ kFirstFactor, kFirstFactor | 1) + word;
  digest.second = fold((digest.second + kSecondFactor) ^ word, kSecondFactor) ^ (word << 1);
}

void absorb(Digest& digest, const Digest& other) {
  absorb(digest, other.first);
  absorb(digest, other.second);
}

void absorb(Digest& digest, std::string_view text) {
  absorb(digest, text.size());
  for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    absorb(digest, word);
  }
  if (text.empty()) return;
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), text.size());
  absorb(digest, word);
}

Digest digest_of(WireElement element);

// Members are added, not chained, so that their order does not count.
Digest digest_of(value::WireObject object, std::string_view except) {
  Digest sum;
  std::uint64_t members = 0;
  for (const auto field : object) {
    if (!except.empty() && field.key == except) continue;
    Digest one;
    absorb(one, field.key);
    absorb(one, digest_of(field.value));
    sum.first += one.first;
    sum.second += one.second;
    ++members;
  }
  Digest digest{1, 1};
  absorb(digest, members);
  absorb(digest, sum);
  return digest;
}

// Recursion is bounded by the parser's own depth limit.
Digest digest_of(WireElement element) {
  Digest digest{static_cast<std::uint64_t>(element.type()), 0};
  switch (element.type()) {
    case element_type::OBJECT:
      return digest_of(value::WireObject(element), {});
    case element_type::ARRAY:
      for (const WireElement child : value::WireArray(element)) absorb(digest, digest_of(child));
      break;
    case element_type::STRING:
      absorb(digest, std::string_view(element));
      break;
    case element_type::INT64:
      absorb(digest, static_cast<std::uint64_t>(std::int64_t(element)));
      break;
    case element_type::UINT64:
      absorb(digest, std::uint64_t(element));
      break;
    case element_type::DOUBLE: {
      std::uint64_t bits = 0;
      const double number(element);
      std::memcpy(&bits, &number, sizeof bits);
      absorb(digest, bits);
      break;
    }
    case element_type::BOOL:
      absorb(digest, bool(element) ? 1 : 0);
      break;
    case element_type::NULL_VALUE:
      break;
  }
  return digest;
}

}  // namespace

std::string request_digest(const Request& request, std::string_view except) {
  const Digest digest = digest_of(request, except);
  std::string out(2 * sizeof(std::uint64_t), '\0');
  std::memcpy(out.data(), &digest.first, sizeof digest.first);
  std::memcpy(out.data() + sizeof digest.first, &digest.second, sizeof digest.second);
  return out;
}

}  // namespace tabletheory::engine
