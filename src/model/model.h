// Model: a DMS model compiled once — names to slots, roles, keys, indexes, and the bytes that requests repeat.
//
// Immutable and shared (`std::shared_ptr<const Model>`); safe to use from any number of threads.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dms/document.h"
#include "tabletheory/value.h"

namespace tabletheory::model {

inline constexpr std::size_t kNoSlot = static_cast<std::size_t>(-1);

struct Attribute {
  dms::Attribute definition;
  std::string json_key;  // `"name":`, escaped
  bool is_table_key = false;
  bool keys_index = false;  // partition or sort key of an index
  bool is_protected = false;
  const std::string& name() const { return definition.attribute; }
  Type type() const { return definition.type; }
};

struct Index {
  dms::Index definition;
  std::vector<std::size_t> partition_slots, sort_slots;
};

class Model {
 public:
  // `table_name` overrides the document's. The DMS model has been validated.
  static std::shared_ptr<const Model> compile(const dms::Model& definition, std::string table_name = {});

  const std::string& name() const { return definition_.name; }
  const std::string& table() const { return table_; }                           // as used at run time
  const std::string& document_table() const { return definition_.table_name; }  // as in the document
  dms::Version version() const { return definition_.version; }
  const dms::Model& definition() const { return definition_; }

  std::span<const Attribute> attributes() const { return attributes_; }
  const Attribute& attribute(std::size_t slot) const { return attributes_[slot]; }
  // kNoSlot when the model has no such attribute. `hint` is the slot to try first: items tend to repeat their order.
  std::size_t slot_of(std::string_view name, std::size_t hint = 0) const;
  // The closest attribute name, for "did you mean"; empty when none is close.
  std::string closest_name(std::string_view name) const;

  // Slots by role; kNoSlot when there is none.
  std::size_t partition_slot() const { return partition_; }
  std::size_t sort_slot() const { return sort_; }
  std::size_t created_at_slot() const { return created_at_; }
  std::size_t updated_at_slot() const { return updated_at_; }
  std::size_t version_slot() const { return version_; }
  std::size_t ttl_slot() const { return ttl_; }
  bool has_lifecycle() const;  // any of created_at, updated_at, version

  std::span<const Index> indexes() const { return indexes_; }
  const Index* find_index(std::string_view name) const;

  bool is_write_once() const { return definition_.write_mode == dms::WriteMode::kWriteOnce; }
  bool has_encrypted_attributes() const { return has_encrypted_; }

 private:
  Model() = default;
  dms::Model definition_;
  std::string table_;
  std::vector<Attribute> attributes_;
  std::vector<Index> indexes_;
  std::vector<std::pair<std::string, std::size_t>> by_name_;  // sorted
  std::size_t partition_ = kNoSlot, sort_ = kNoSlot, created_at_ = kNoSlot, updated_at_ = kNoSlot, version_ = kNoSlot,
              ttl_ = kNoSlot;
  bool has_encrypted_ = false;
};

}  // namespace tabletheory::model
