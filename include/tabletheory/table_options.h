// Options and results of table management (docs/tables-and-migration.md). Aggregates with defaults, plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tabletheory {

struct Throughput {
  std::int64_t read_units = 5;
  std::int64_t write_units = 5;
};

// What the records of a table's stream hold; kNone: no stream.
enum class StreamView : std::uint8_t { kNone, kKeysOnly, kNewImage, kOldImage, kNewAndOldImages };

// A KMS key of the account's own; an empty one is the managed key of the service.
struct EncryptionAtRest {
  std::string kms_key = {};
};

// Of a table that is made (and of its deletion, where only `wait` counts).
struct TableOptions {
  std::optional<Throughput> provisioned = {};  // of the table and each of its GSIs; on demand without
  std::vector<std::pair<std::string, std::string>> tags = {};
  bool deletion_protection = false;
  bool wait = true;        // until ACTIVE (or gone)
  bool enable_ttl = true;  // when a model has a ttl role; needs `wait`
  StreamView stream = StreamView::kNone;
  std::optional<EncryptionAtRest> encryption_at_rest = {};  // without: the service's own key
  bool point_in_time_recovery = false;                      // needs `wait`
};

// What to change about a table that is there; what is left out stays as it is.
struct TableChanges {
  std::optional<Throughput> provisioned = {};  // of the table and each of its GSIs
  bool on_demand = false;
  std::optional<bool> deletion_protection = {};
  std::optional<StreamView> stream = {};
  std::optional<EncryptionAtRest> encryption_at_rest = {};
  std::optional<bool> point_in_time_recovery = {};
  std::vector<std::pair<std::string, std::string>> tags = {};  // added or replaced
  std::vector<std::string> remove_tags = {};
  bool add_indexes = true;    // make the GSIs that the models declare and the table lacks
  bool drop_indexes = false;  // delete GSIs that no model declares, and make anew those declared otherwise
  bool ttl = true;            // expire items by the models' ttl attribute
  bool dry_run = false;       // tell what would be done, and do nothing
};

// One difference between a live table and its models.
struct TableDifference {
  std::string path;   // "keys.sort", "indexes.by-email.projection", "ttl"
  std::string model;  // what the models say; "(none)" when they have no such thing
  std::string live;   // what the table is
};

// How far a migration is (tabletheory/migration.h).
struct MigrationProgress {
  std::size_t copied = 0;   // items written so far, earlier runs included
  std::size_t skipped = 0;  // of another model, or left out by the transform
  std::string token;        // where to go on (MigrationOptions::resume_from); empty: all is copied
};

}  // namespace tabletheory
