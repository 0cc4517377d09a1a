// UpdateBuilder: one update said action by action, for what whole items cannot say.
//
//     auto order = orders.update_builder({"CUSTOMER#1", "ORDER#7"})
//                      .set(&Order::state, "paid")
//                      .increment(&Order::attempts)
//                      .append(&Order::events, std::vector<std::string>{"paid"})
//                      .set("address.lines[0].city", "Berlin")
//                      .remove(&Order::note)
//                      .where(attr(&Order::total) < 1000)
//                      .if_version(3)
//                      .run_all_new();                                    // Result<Order>
//
// The item must exist (`upsert_builder` creates it otherwise); updatedAt is refreshed and the version goes up by one.
// Errors: ErrInvalidOperator without any action, ErrInvalidModel for keys, lifecycle attributes and values that do not
// fit, ErrProtectedFieldMutation, ErrConditionFailed (an absent item included), ErrVersionConflict.
// A value; one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tabletheory/detail/table_core.h"

namespace tabletheory {

template <class T>
class UpdateBuilder {
 public:
  UpdateBuilder(detail::TablePointer table, Key key, bool upsert) : table_(std::move(table)), key_(std::move(key)) {
    plan_.upsert = upsert;
  }

  // Paths are member pointers (operands are then type-checked), attr(…), or text such as `a.b[3].c`.
  template <class P, class V>
  UpdateBuilder& set(const P& path, const V& value) {
    return push(Kind::kSet, path, value);
  }
  template <class P, class V>
  UpdateBuilder& set_if_not_exists(const P& path, const V& value) {
    return push(Kind::kSetIfNotExists, path, value);
  }
  template <class P>
  UpdateBuilder& remove(const P& path) {
    plan_.steps.push_back({Kind::kRemove, typed(path), {}});
    return *this;
  }
  // A number to add, or a set whose elements are added; an absent attribute counts as 0 or empty.
  template <class P, class V>
  UpdateBuilder& add(const P& path, const V& number_or_set) {
    return push(Kind::kAdd, path, number_or_set);
  }
  template <class P>
  UpdateBuilder& increment(const P& path, Number by = 1) {
    return push(Kind::kIncrement, path, by);
  }
  template <class P>
  UpdateBuilder& decrement(const P& path, Number by = 1) {
    return push(Kind::kDecrement, path, by);
  }
  // Takes elements out of a set.
  template <class P, class V>
  UpdateBuilder& delete_elements(const P& path, const V& set) {
    return push(Kind::kDelete, path, set);
  }
  // Elements before or behind those of a list; an absent list counts as empty. `elements` is a List or a vector.
  template <class P, class V>
  UpdateBuilder& append(const P& path, const V& elements) {
    return push(Kind::kAppend, path, elements);
  }
  template <class P, class V>
  UpdateBuilder& prepend(const P& path, const V& elements) {
    return push(Kind::kPrepend, path, elements);
  }
  template <class P, class V>
  UpdateBuilder& set_element(const P& path, std::size_t index, const V& value) {
    return push(Kind::kSet, Path(typed(path))[index], value);
  }
  template <class P>
  UpdateBuilder& remove_element(const P& path, std::size_t index) {
    return remove(Path(typed(path))[index]);
  }

  // Further conditions are joined by AND.
  UpdateBuilder& where(Condition condition) {
    plan_.options.condition = plan_.options.condition && condition;
    return *this;
  }
  UpdateBuilder& if_version(std::int64_t version) {
    plan_.options.if_version = version;
    return *this;
  }
  UpdateBuilder& protect(std::string attribute) {
    plan_.options.protect.push_back(std::move(attribute));
    return *this;
  }
  // Error::item() holds the item as it stood when the condition failed.
  UpdateBuilder& return_item_on_failure(bool on = true) {
    plan_.options.return_item_on_failure = on;
    return *this;
  }

  // Returns nothing.
  Result<void> run() const {
    auto done = detail::update(table_, key_, plan_, detail::Returned::kNothing, nullptr, nullptr);
    if (!done) return std::unexpected(std::move(done).error());
    return {};
  }
  // The item after the update.
  Result<T> run_all_new() const {
    T item{};
    auto done = detail::update(table_, key_, plan_, detail::Returned::kAllNew, &item, nullptr);
    if (!done) return std::unexpected(std::move(done).error());
    return item;
  }
  // The item before it; none when an upsert made it.
  Result<std::optional<T>> run_all_old() const {
    T item{};
    auto done = detail::update(table_, key_, plan_, detail::Returned::kAllOld, &item, nullptr);
    if (!done) return std::unexpected(std::move(done).error());
    return *done ? std::optional<T>(std::move(item)) : std::nullopt;
  }
  // The touched attributes alone, after or before.
  Result<Item> run_updated_new() const { return part(detail::Returned::kUpdatedNew); }
  Result<Item> run_updated_old() const { return part(detail::Returned::kUpdatedOld); }

  // For the library.
  const detail::UpdatePlan& plan() const { return plan_; }
  const Key& key() const { return key_; }
  const detail::TablePointer& table() const { return table_; }

 private:
  using Kind = detail::UpdateStep::Kind;

  template <class P>
  static auto typed(const P& path) {
    if constexpr (std::is_member_object_pointer_v<P>) {
      return attr(path);
    } else if constexpr (detail::AnyPath<P>) {
      return path;
    } else {
      return Path(std::string(path));
    }
  }

  template <class P, class V>
  UpdateBuilder& push(Kind kind, const P& path, const V& value) {
    const auto target = typed(path);
    static_assert(detail::Meets<decltype(target), V>, "the value does not fit the member it is written to");
    plan_.steps.push_back({kind, Path(target), detail::side(value)});
    return *this;
  }

  Result<Item> part(detail::Returned returned) const {
    Item item;
    auto done = detail::update(table_, key_, plan_, returned, nullptr, &item);
    if (!done) return std::unexpected(std::move(done).error());
    return item;
  }

  detail::TablePointer table_;
  Key key_;
  detail::UpdatePlan plan_;
};

}  // namespace tabletheory
