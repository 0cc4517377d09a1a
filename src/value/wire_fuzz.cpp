// Fuzzes the wire reader: what reads as an item must write, and read back as an equal one with the same bytes.
#include <cstdint>
#include <cstdlib>

#include "value/wire.h"

using namespace tabletheory;  // NOLINT(google-build-using-namespace): a program of one function

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  value::WireDocument document;
  const auto element = document.parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!element) return 0;
  const auto item = value::read_item(*element);
  if (!item) {
    require(!item.error().message().empty());
    require(value::is_valid_utf8(item.error().message()));
    return 0;
  }
  for (const auto& [name, attribute] : *item) require(value::check_value(attribute).has_value());
  const std::string json = to_wire_json(*item);
  const auto back = item_from_wire_json(json);
  require(back.has_value());
  require(*back == *item);
  require(to_wire_json(*back) == json);
  return 0;
}
