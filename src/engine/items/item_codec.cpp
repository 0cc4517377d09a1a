#include "engine/items/item_codec.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "engine/messages.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

constexpr std::size_t kHeaderBytes = 4;

std::unexpected<ServiceError> unreadable(std::string_view why) {
  return std::unexpected(ServiceError{"InternalServerError", fmt::format(messages::kUnreadableItem, why), 500});
}

}  // namespace

std::string encode_stored(const Item& item, std::size_t size_bytes) {
  std::string out;
  out.reserve(kHeaderBytes + size_bytes + size_bytes / 2 + 16 * item.size());
  for (std::size_t byte = 0; byte < kHeaderBytes; ++byte) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(size_bytes >> (8 * byte))));
  }
  value::WireWriter(out).item(item);
  return out;
}

std::size_t StoredItem::size_bytes() const {
  std::size_t size = 0;
  for (std::size_t byte = 0; byte < kHeaderBytes && byte < bytes_.size(); ++byte) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(bytes_[byte])) << (8 * byte);
  }
  return size;
}

std::string_view StoredItem::json() const {
  return bytes_.size() < kHeaderBytes ? std::string_view("{}") : bytes_.substr(kHeaderBytes);
}

Served<Item> StoredItem::parse() const {
  // One parser per thread: its buffers are worth more than the item's own parsing time.
  thread_local value::WireDocument document;
  const auto parsed = document.parse(json());
  if (!parsed) return unreadable(parsed.error().message());
  auto item = value::read_item(*parsed);
  if (!item) return unreadable(item.error().message());
  return std::move(*item);
}

}  // namespace tabletheory::engine
