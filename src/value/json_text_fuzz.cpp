// Fuzzes the reader of JSON text beside simdjson's: they agree on what is JSON, but for what each refuses on its own
// account; and plain JSON that reads has a canonical form that reads as an equal value.
#include <cstdint>
#include <cstdlib>

#include "value/json_text.h"
#include "value/wire.h"

using namespace tabletheory;  // NOLINT(google-build-using-namespace): a program of one function

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto node = value::parse_json_text(text);
  value::WireDocument document;
  // simdjson refuses numbers beyond its types, so only one direction is certain.
  if (document.parse(text)) {
    const bool own_rule = !node && (node.error().message.find("occurs twice") != std::string::npos ||
                                    node.error().message.find("nested deeper") != std::string::npos);
    require(node.has_value() || own_rule);
  }
  if (!node) {
    require(node.error().line >= 1 && node.error().column >= 1 && !node.error().message.empty());
    require(value::is_valid_utf8(node.error().message));
    return 0;
  }
  const auto plain = value::parse_plain_json(text);
  if (!plain) return 0;
  std::string canonical;
  value::append_plain_json(*plain, canonical);
  const auto back = value::parse_plain_json(canonical);
  require(back.has_value());
  require(*back == *plain);
  return 0;
}
