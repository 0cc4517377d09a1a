// What CreateTable and UpdateTable say about a table's shape, read member by member and held against the constraints
// of the members; table_rules.h then holds the parts against each other. Views point into the parsed request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/request.h"
#include "engine/table.h"

namespace tabletheory::engine {

struct KeyElement {
  std::string_view attribute;
  bool hash = true;  // else RANGE
};

struct IndexRequest {
  std::string_view name;
  std::vector<KeyElement> keys;
  std::optional<Index::Projection> projection;            // absent: refused by the rules
  std::optional<std::vector<std::string_view>> included;  // NonKeyAttributes
  std::optional<Throughput> throughput;                   // global indexes only
};

enum class BillingMode : std::uint8_t { kProvisioned, kPayPerRequest };

// The members below `path` ("" at the top, else with a trailing dot), for the paths of constraint errors.
// Each reader adds what its constraints find to `errors`, and fails only when JSON types are wrong.

Served<std::vector<KeyAttribute>> read_attribute_definitions(const Request& request, ConstraintErrors& errors);
Served<std::vector<KeyElement>> read_key_schema(const Request& request, const std::string& path, std::size_t most,
                                                ConstraintErrors& errors);
Served<std::optional<Throughput>> read_throughput(const Request& request, const std::string& path,
                                                  ConstraintErrors& errors);
Served<std::optional<BillingMode>> read_billing_mode(const Request& request, ConstraintErrors& errors);
// One index; `global` says whether throughput and a key of several attributes are read.
Served<IndexRequest> read_index(const Request& index, const std::string& path, bool global, ConstraintErrors& errors);
// The list member `name`; nullopt when absent.
Served<std::optional<std::vector<IndexRequest>>> read_indexes(const Request& request, std::string_view name,
                                                              bool global, ConstraintErrors& errors);

// Everything else a table can be given, the same in CreateTable and UpdateTable; absent: as it is.
struct TableSettings {
  std::optional<BillingMode> billing_mode;
  std::optional<Throughput> throughput;
  std::optional<bool> deletion_protection;
  std::optional<std::string> table_class;  // "" for STANDARD
  std::optional<bool> stream_enabled;
  std::optional<bool> sse_enabled;
};
Served<TableSettings> read_table_settings(const Request& request, ConstraintErrors& errors);

// What the service does and this engine does not is refused, lest a table be believed to have it: streams, encryption
// at rest, replicas, … . To be asked once the constraints hold.
Served<void> check_supported(const Request& request, const TableSettings& settings);

// {"Key":…,"Value":…} pairs; nullopt when the member is absent.
struct Tag {
  std::string_view key;
  std::string_view value;
};
Served<std::optional<std::vector<Tag>>> read_tags(const Request& request, ConstraintErrors& errors);

// The table a control operation names: present, of the right length, well-formed. (These operations have wordings of
// their own for the first two.)
Served<std::string_view> read_table_name(const Request& request, ConstraintErrors& errors);

}  // namespace tabletheory::engine
