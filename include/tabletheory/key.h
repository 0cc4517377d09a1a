// Key: which item. By position, or by the attributes' names.
//
//     orders.get({"CUSTOMER#1", "ORDER#7"});                                   // partition key, sort key
//     users.get("USER#1");                                                     // a table without sort key
//     orders.get(tabletheory::Key::named({{"PK", "CUSTOMER#1"}, {"SK", "ORDER#7"}}));
//
// A value. Whether it fits the table is checked by the call: ErrMissingPrimaryKey, ErrInvalidModel.
#pragma once

#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

#include "tabletheory/value.h"

namespace tabletheory {

class Key {
 public:
  template <class P>
    requires std::constructible_from<Value, P> && (!std::same_as<std::remove_cvref_t<P>, Key>)
  Key(P&& partition) : partition_(std::forward<P>(partition)) {}  // NOLINT(google-explicit-constructor)
  template <class P, class S>
    requires std::constructible_from<Value, P> && std::constructible_from<Value, S>
  Key(P&& partition, S&& sort) : partition_(std::forward<P>(partition)), sort_(std::in_place, std::forward<S>(sort)) {}
  // Attribute names and values; nothing but key attributes.
  static Key named(Item attributes) {
    Key key{Value()};
    key.named_ = std::move(attributes);
    return key;
  }

  const Value& partition() const { return partition_; }
  const std::optional<Value>& sort() const { return sort_; }
  const std::optional<Item>& by_name() const { return named_; }

 private:
  Value partition_;
  std::optional<Value> sort_;
  std::optional<Item> named_;
};

}  // namespace tabletheory
