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
#include <utility>
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

  struct Action {
    enum class Kind : std::uint8_t { kSet, kSetIfNotExists, kRemove, kAdd, kDelete, kAppend, kPrepend };
    Kind kind;
    std::string path;
    Value value{};                         // not for kRemove
    std::optional<std::size_t> element{};  // of the list at `path`
  };
  using Kind = Action::Kind;

  // Writes exactly what it is given, empty values too. To leave an attribute without a value, remove it.
  UpdateBuilder& set(std::string path, Value value) { return push({Kind::kSet, std::move(path), std::move(value)}); }
  UpdateBuilder& set_if_not_exists(std::string path, Value value) {
    return push({Kind::kSetIfNotExists, std::move(path), std::move(value)});
  }
  UpdateBuilder& remove(std::string path) { return push({Kind::kRemove, std::move(path)}); }
  // Number: adds to it (absent counts as 0). Set: adds elements.
  UpdateBuilder& add(std::string path, Value number_or_set) {
    return push({Kind::kAdd, std::move(path), std::move(number_or_set)});
  }
  UpdateBuilder& increment(std::string path, const Number& by = 1) {
    return push({Kind::kAdd, std::move(path), Value(by)});
  }
  UpdateBuilder& decrement(std::string path, const Number& by = 1) {
    return push({Kind::kAdd, std::move(path), Value(by.negated())});
  }
  // Takes elements out of a set.
  UpdateBuilder& delete_elements(std::string path, Value set) {
    return push({Kind::kDelete, std::move(path), std::move(set)});
  }
  // To the end of a list, or before its start; an absent list counts as empty.
  UpdateBuilder& append(std::string path, List elements) {
    return push({Kind::kAppend, std::move(path), Value(std::move(elements))});
  }
  UpdateBuilder& prepend(std::string path, List elements) {
    return push({Kind::kPrepend, std::move(path), Value(std::move(elements))});
  }
  // One element of a list, from 0. A set beyond the end appends.
  UpdateBuilder& set_element(std::string path, std::size_t index, Value value) {
    return push({Kind::kSet, std::move(path), std::move(value), index});
  }
  UpdateBuilder& remove_element(std::string path, std::size_t index) {
    return push({Kind::kRemove, std::move(path), Value(), index});
  }

  const std::vector<Action>& actions() const { return actions_; }
  bool requires_item() const { return mode_ == Mode::kUpdate; }

 private:
  UpdateBuilder& push(Action action) {
    actions_.push_back(std::move(action));
    return *this;
  }
  Mode mode_;
  std::vector<Action> actions_;
};

}  // namespace tabletheory::ops
