// RawTable: the table of a scenario, made, looked into and dropped through `raw_call` alone, so that what is *stored*
// is seen without the typed path (docs/spec/scenarios.md, "Expectations").
//
// One thread at a time. The client must outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dms/document.h"
#include "tabletheory/client.h"
#include "tabletheory/value.h"

namespace tabletheory::contract {

// The CreateTable request of a model: its keys and indexes, on demand.
std::string create_table_request(const dms::Model& model, std::string_view table);

class RawTable {
 public:
  RawTable(const Client& client, std::string name) : client_(client), name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  // Makes the table anew: one that is there is dropped first. Waits until it is active.
  Result<void> create(const dms::Model& model) const;
  // Absent is fine.
  Result<void> drop() const;
  // The item as it is stored, by a consistent GetItem; none when absent.
  Result<std::optional<Item>> get(const Item& key) const;

 private:
  // ACTIVE, …; empty when there is no such table.
  Result<std::string> status() const;
  Result<void> wait_for(std::string_view wanted) const;

  const Client& client_;
  std::string name_;
};

}  // namespace tabletheory::contract
