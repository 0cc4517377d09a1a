// UpdateBuilder: the actions of one update, exactly as the caller says them (docs/spec/operations.md, "Update
// builder").
//
//     UpdateBuilder update;
//     update.set("status", "paid").increment("total", 5).append("events", List{"paid"});
//     auto write = ItemWrite::build(environment, orders, key, update, {.if_version = 3});
//
// The condition, the version lock and the return values are WriteOptions. A path is an attribute name or a document
// path `a.b[3].c`. Values are logical (a whole attribute is stored its own way: timestamps, `json`, sets). What is
// wrong with an action is said when the write is built. Plain data; reusable.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tabletheory/value.h"

namespace tabletheory::ops {

class UpdateBuilder {
 public:
  enum class Mode : std::uint8_t {
    kUpdate,  // the item must exist
    kUpsert,  // an absent item is created: `upsert_builder`
  };
  explicit UpdateBuilder(Mode mode = Mode::kUpdate) : mode_(mode) {}

  UpdateBuilder& set(std::string path, Value value);
  UpdateBuilder& set_if_not_exists(std::string path, Value value);
  UpdateBuilder& remove(std::string path);
  // Number: adds to it (absent counts as 0). Set: adds elements.
  UpdateBuilder& add(std::string path, Value number_or_set);
  UpdateBuilder& increment(std::string path, Number by = 1);
  UpdateBuilder& decrement(std::string path, Number by = 1);
  // Takes elements out of a set.
  UpdateBuilder& delete_elements(std::string path, Value set);
  UpdateBuilder& append(std::string path, List elements);   // to the end of a list; absent counts as empty
  UpdateBuilder& prepend(std::string path, List elements);  // before its start
  UpdateBuilder& set_element(std::string path, std::size_t index, Value value);
  UpdateBuilder& remove_element(std::string path, std::size_t index);

  struct Action {
    enum class Kind : std::uint8_t { kSet, kSetIfNotExists, kRemove, kAdd, kDelete, kAppend, kPrepend, kIncrement };
    Kind kind;
    std::string path;
    Value value;                           // not for kRemove
    std::optional<std::size_t> element{};  // of the list at `path`
  };
  const std::vector<Action>& actions() const { return actions_; }
  Mode mode() const { return mode_; }
  bool requires_item() const { return mode_ == Mode::kUpdate; }

 private:
  UpdateBuilder& push(Action action);
  Mode mode_;
  std::vector<Action> actions_;
};

}  // namespace tabletheory::ops
