// Scan: every item of a table or index, by the hash of the partition key; in parallel by segments of the hashes.
#include <fmt/format.h>

#include <array>

#include "engine/items/item_messages.h"
#include "engine/items/page.h"

namespace tabletheory::engine {
namespace {

constexpr std::array kScanSlots{Slot::kProjection, Slot::kFilter};
constexpr std::array<LegacyParameter, 3> kScanLegacy{{{"AttributesToGet", "ProjectionExpression"},
                                                      {"ScanFilter", "FilterExpression"},
                                                      {"ConditionalOperator", "FilterExpression"}}};
constexpr std::int64_t kMaxSegments = 1'000'000;

struct Segment {
  std::optional<std::int64_t> number;
  std::optional<std::int64_t> total;
};

Served<void> check_segment(const Segment& segment) {
  if (segment.number && !segment.total) return refuse(std::string(messages::kTotalSegmentsRequired));
  if (!segment.total) return {};
  if (!segment.number) return refuse(std::string(messages::kSegmentRequired));
  if (*segment.number >= *segment.total) {
    return refuse(fmt::format(messages::kSegmentTooGreat, *segment.number, *segment.total));
  }
  return {};
}

}  // namespace

Served<std::string> scan(Context& context, const Request& request) {
  ConstraintErrors errors;
  TT_SERVE(PageParameters parameters, read_page_parameters(request, kScanSlots, kScanLegacy, errors));
  Segment segment;
  TT_SERVE(segment.number, get_integer(request, "Segment"));
  TT_SERVE(segment.total, get_integer(request, "TotalSegments"));
  if (segment.number) errors.range(*segment.number, "segment", 0, kMaxSegments - 1);
  if (segment.total) errors.range(*segment.total, "totalSegments", 1, kMaxSegments);
  TT_SERVE_CHECK(errors.result());
  TT_SERVE_CHECK(parameters.expressions.check());
  TT_SERVE_CHECK(read_start_key(parameters));
  TT_SERVE_CHECK(check_segment(segment));
  TT_SERVE_CHECK(parameters.expressions.parse());
  TT_SERVE_CHECK(check_select(parameters));

  TT_SERVE(PageSource source, find_source(context, parameters));
  if (parameters.start_key) {
    TT_SERVE_CHECK(
        check_start_key(source, *parameters.start_key, fmt::format(messages::kStartKeyBecause, messages::kKeySchema)));
  }
  const KeyRange range = segment_range(source.storage_id(), segment.number.value_or(0), segment.total.value_or(1));
  if (parameters.start_key && !range.contains(source.key_of(*parameters.start_key))) {
    return refuse(fmt::format(messages::kStartKeySegment, *segment.total, *segment.number));
  }
  TT_SERVE_CHECK(check_attributes(source, parameters));
  return read_page(context, source, parameters, range, true);
}

}  // namespace tabletheory::engine
