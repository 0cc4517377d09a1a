// What a stream record says besides its items, as the public StreamInfo.
#pragma once

#include "ops/stream_records.h"
#include "tabletheory/streams.h"

namespace tabletheory::detail {

StreamInfo to_stream_info(const ops::StreamEntry& entry);

}  // namespace tabletheory::detail
