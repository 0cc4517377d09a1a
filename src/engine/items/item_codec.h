// The stored form of an item, and of an entry in an index: its size as the service counts it (4 bytes, little-endian),
// then its canonical typed JSON, so that a read without projection copies bytes and never parses them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/service_error.h"
#include "tabletheory/value.h"

namespace tabletheory::engine {

// `size_bytes` is item_size_bytes(item), which the caller knows already.
std::string encode_stored(const Item& item, std::size_t size_bytes);

// A view of stored bytes; valid as long as they are.
class StoredItem {
 public:
  explicit StoredItem(std::string_view bytes) : bytes_(bytes) {}

  std::size_t size_bytes() const;
  std::string_view json() const;
  // The item as a tree. InternalServerError when the bytes are not what encode_stored wrote.
  Served<Item> parse() const;

 private:
  std::string_view bytes_;
};

}  // namespace tabletheory::engine
