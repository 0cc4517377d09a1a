#include "engine/items/capacity.h"

#include <algorithm>

#include "value/wire.h"

namespace tabletheory::engine {
namespace {

constexpr std::size_t kReadUnitBytes = 4096;
constexpr std::size_t kWriteUnitBytes = 1024;

std::int64_t units(std::size_t size_bytes, std::size_t unit_bytes) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>((size_bytes + unit_bytes - 1) / unit_bytes));
}

void append_units(std::int64_t halves, std::string& out) {
  out += std::to_string(halves / 2);
  out += halves % 2 != 0 ? ".5" : ".0";
}

}  // namespace

std::int64_t read_halves(std::size_t size_bytes, ReadKind kind) {
  const std::int64_t factor = kind == ReadKind::kEventual ? 1 : kind == ReadKind::kConsistent ? 2 : 4;
  return factor * units(size_bytes, kReadUnitBytes);
}

std::int64_t write_halves(std::size_t size_bytes) {
  return 2 * units(size_bytes, kWriteUnitBytes);
}

void CapacityMeter::add_index(const Index& index, std::int64_t halves) {
  for (auto& [known, sum] : indexes_) {
    if (known->storage_id == index.storage_id) {
      sum += halves;
      return;
    }
  }
  indexes_.emplace_back(&index, halves);
}

void CapacityMeter::double_all() {
  table_ *= 2;
  for (auto& [index, sum] : indexes_) sum *= 2;
}

void CapacityMeter::write(std::string_view table_name, std::string_view total_member, std::string& out) const {
  std::int64_t total = table_;
  for (const auto& [index, halves] : indexes_) total += halves;
  value::WireWriter writer(out);
  writer.raw("{\"TableName\":");
  writer.string(table_name);
  writer.raw(",\"CapacityUnits\":");
  append_units(total, out);
  if (!total_member.empty()) {
    writer.raw(",\"");
    writer.raw(total_member);
    writer.raw("\":");
    append_units(total, out);
  }
  if (mode_ == ConsumedCapacity::kIndexes) {
    writer.raw(",\"Table\":{\"CapacityUnits\":");
    append_units(table_, out);
    writer.raw('}');
    write_indexes(false, "LocalSecondaryIndexes", out);
    write_indexes(true, "GlobalSecondaryIndexes", out);
  }
  writer.raw('}');
}

void CapacityMeter::write_indexes(bool global, std::string_view member, std::string& out) const {
  bool first = true;
  value::WireWriter writer(out);
  for (const auto& [index, halves] : indexes_) {
    if (index->global != global) continue;
    if (first) {
      writer.raw(",\"");
      writer.raw(member);
      writer.raw("\":{");
    } else {
      writer.raw(',');
    }
    first = false;
    writer.key(index->name);
    writer.raw("{\"CapacityUnits\":");
    append_units(halves, out);
    writer.raw('}');
  }
  if (!first) writer.raw('}');
}

}  // namespace tabletheory::engine
