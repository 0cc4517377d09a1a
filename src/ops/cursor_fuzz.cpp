// Any text is either refused or a cursor that encodes to a text with the same meaning.
// Built with: ops/cursor.cpp
#include <cstdlib>

#include "ops/cursor.h"
#include "value/base64.h"

using tabletheory::ops::Cursor;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Once as the text, once as the JSON behind it, which the fuzzer reaches far more easily.
  for (const std::string& candidate : {std::string(text), tabletheory::value::base64url(text)}) {
    const auto cursor = Cursor::decode(candidate);
    if (!cursor) continue;
    const std::string encoded = cursor->encode();
    const auto again = Cursor::decode(encoded);
    if (!again || again->encode() != encoded || !(again->last_key == cursor->last_key)) std::abort();
  }
  return 0;
}
