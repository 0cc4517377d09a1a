// Table: what the catalog knows of one table. Immutable once published; a change publishes a new one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/timestamp.h"
#include "tabletheory/value.h"

namespace tabletheory::engine {

struct KeyAttribute {
  std::string name;
  Type type = Type::kS;  // S, N or B
  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

// Tables and LSIs have one hash and at most one range attribute; a GSI has one to four hash and none to four range.
struct KeySchema {
  std::vector<KeyAttribute> hash;
  std::vector<KeyAttribute> range;
  const KeyAttribute* find(std::string_view name) const;
  friend bool operator==(const KeySchema&, const KeySchema&) = default;
};

struct Throughput {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
};

struct Index {
  enum class Projection : std::uint8_t { kAll, kKeysOnly, kInclude };
  std::string name;
  std::uint32_t storage_id = 0;  // prefix of its entries in storage; never reused
  bool global = true;
  KeySchema keys;
  Projection projection = Projection::kAll;
  std::vector<std::string> included;  // kInclude: non-key attributes
  Throughput throughput;              // provisioned GSIs
};

struct Table {
  std::string name;
  std::string arn;
  std::string id;  // UUID text
  std::uint32_t storage_id = 0;
  KeySchema keys;
  std::vector<KeyAttribute> attribute_definitions;  // as given, sorted by name
  std::vector<Index> indexes;                       // LSIs and GSIs, in the order given
  bool on_demand = true;
  Timestamp on_demand_since;  // of the last change to on-demand
  Throughput throughput;
  Timestamp created;
  bool deletion_protection = false;
  std::optional<std::string> ttl_attribute;  // set when TTL is enabled
  std::map<std::string, std::string> tags;
  std::string table_class;  // empty: default

  const Index* find_index(std::string_view index_name) const;
};

}  // namespace tabletheory::engine
