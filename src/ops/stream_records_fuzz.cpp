// Any bytes are stream records or an error; what is read can be asked for.
#include <cstddef>
#include <cstdint>

#include "ops/stream_records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tabletheory;
  value::WireDocument document;
  const auto entries = ops::read_stream_records(document, {reinterpret_cast<const char*>(data), size});
  if (!entries) return 0;
  const ops::DocumentTable table{.name = "orders", .key = {}};
  for (const ops::StreamEntry& entry : *entries) {
    (void)ops::is_record_of(table, entry);
    (void)value::read_item(entry.keys);
    for (const auto& image : {entry.old_image, entry.new_image})
      if (image) (void)value::read_item(*image);
    (void)ops::batch_item_failures(entry.sequence_number);
  }
  return 0;
}
