// Scan: every item of a table or index, by the hash of the partition key; in parallel by segments of the hashes.
#include <fmt/format.h>

#include <array>

#include "engine/items/page.h"
#include "engine/messages.h"

namespace tabletheory::engine {
namespace {

constexpr std::array kScanSlots{Slot::kProjection, Slot::kFilter};
constexpr std::array<LegacyParameter, 3> kScanLegacy{{{"AttributesToGet", "ProjectionExpression"},
                                                      {"ScanFilter", "FilterExpression"},
                                                      {"ConditionalOperator", "FilterExpression"}}};

Served<void> check_segment(const PageParameters& parameters) {
  const auto& segment = parameters.segment;
  const auto& total = parameters.total_segments;
  if (segment && !total) return refuse(std::string(messages::kTotalSegmentsRequired));
  if (!total) return {};
  if (!segment) return refuse(std::string(messages::kSegmentRequired));
  if (*segment >= *total) return refuse(fmt::format(messages::kSegmentTooGreat, *segment, *total));
  return {};
}

}  // namespace

Served<std::string> scan(Context& context, const Request& request) {
  TT_SERVE(PageParameters parameters, read_page_parameters(request, kScanSlots, kScanLegacy, true));
  TT_SERVE_CHECK(parameters.expressions.check());
  TT_SERVE_CHECK(read_start_key(parameters));
  TT_SERVE_CHECK(check_segment(parameters));
  TT_SERVE_CHECK(parameters.expressions.parse());
  TT_SERVE_CHECK(check_select(parameters));

  TT_SERVE(PageSource source, find_source(context, parameters));
  if (parameters.start_key) TT_SERVE_CHECK(check_start_key(source, *parameters.start_key, false));
  const std::int64_t segment = parameters.segment.value_or(0);
  const std::int64_t total = parameters.total_segments.value_or(1);
  const KeyRange range = segment_range(source.storage_id(), segment, total);
  if (parameters.start_key && !range.contains(source.key_of(*parameters.start_key))) {
    return refuse(fmt::format(messages::kStartKeySegment, total, segment));
  }
  TT_SERVE_CHECK(check_attributes(source, parameters));
  return read_page(source, parameters, range, true);
}

}  // namespace tabletheory::engine
