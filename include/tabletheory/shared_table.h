// SharedTable: several models that live in one table, read together (DMS 0.3, docs/several-models-in-one-table.md).
//
//     auto shop = tabletheory::SharedTable<Customer, Order>::of(customers, orders);    // Result<SharedTable<…>>
//     for (auto& entry : shop->query("CUSTOMER#1").items()) {
//       if (!entry) return entry.error();
//       if (auto* order = std::get_if<Order>(&*entry)) …
//     }
//
// Each model has a discriminator (ModelBuilder::discriminator); results are std::variant<Customer, Order>. Items of
// none of the models are left out and counted in PageInfo::skipped_count. Filters, projections and the choice of the
// index know the attributes and indexes of all the models. Writing and reading by key go through the tables themselves.
//
// Handles: cheap to copy, immutable, safe to share between threads.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tabletheory/table.h"

namespace tabletheory {

// What a dynamic read of several models gives: an item, and whose it is.
struct ModelItem {
  std::string model;  // its name
  Item item;
};

// Query and scan over several models. `Entry` is the variant or ModelItem.
template <class Entry>
class EntryTable {
 public:
  using value_type = Entry;

  const std::string& name() const { return detail::table_name(*core_); }

  // As of ItemTable.
  template <class V>
    requires std::constructible_from<Value, const V&> && (!std::same_as<V, Condition>)
  Query<Entry> query(const V& partition) const {
    detail::ReadPlan plan;
    plan.partition_value = Value(partition);
    return Query<Entry>(core_, std::move(plan));
  }
  Query<Entry> query(Condition partition) const {
    detail::ReadPlan plan;
    plan.partition = std::move(partition);
    return Query<Entry>(core_, std::move(plan));
  }
  Scan<Entry> scan() const {
    detail::ReadPlan plan;
    plan.is_scan = true;
    return Scan<Entry>(core_, std::move(plan));
  }

  // The table of all the models: as of ModelTable.
  Result<void> create_table(const TableOptions& options = {}) const {
    return detail::manage_table(core_, detail::TableCall::kCreate, options);
  }
  Result<void> ensure_table(const TableOptions& options = {}) const {
    return detail::manage_table(core_, detail::TableCall::kEnsure, options);
  }
  Result<std::vector<TableDifference>> verify_table() const { return detail::verify_table(core_); }
  Result<std::vector<std::string>> update_table(const TableChanges& changes = {}) const {
    return detail::update_table(core_, changes);
  }

 protected:
  explicit EntryTable(detail::TablePointer core) : core_(std::move(core)) {}
  detail::TablePointer core_;
};

namespace detail {

// Makes the entry one of the model at a position and gives the place its item is read into.
template <class... Ts>
void* choose_alternative(void* entry, std::size_t position, const std::string& /*model*/) {
  using Entry = std::variant<Ts...>;
  return [&]<std::size_t... Is>(std::index_sequence<Is...>) {
    static constexpr std::array<void* (*)(Entry&), sizeof...(Ts)> kEmplace{
        [](Entry& chosen) -> void* { return &chosen.template emplace<Is>(); }...};
    return kEmplace[position](*static_cast<Entry*>(entry));
  }(std::index_sequence_for<Ts...>());
}

inline void* choose_model(void* entry, std::size_t /*position*/, const std::string& model) {
  auto& chosen = *static_cast<ModelItem*>(entry);
  chosen.model = model;
  return &chosen.item;
}

}  // namespace detail

template <class... Ts>
class SharedTable : public EntryTable<std::variant<Ts...>> {
  static_assert(sizeof...(Ts) >= 2, "one model needs no SharedTable; use its Table");
  using Base = EntryTable<std::variant<Ts...>>;

 public:
  // ErrInvalidOperator when the models are in different tables, lack discriminators or contradict each other.
  static Result<SharedTable> of(const Table<Ts>&... tables) {
    auto core = detail::open_shared({tables.core()...}, detail::choose_alternative<Ts...>);
    if (!core) return std::unexpected(std::move(core).error());
    return SharedTable(std::move(*core));
  }
  // The same table with limits on every call.
  SharedTable with(CallLimits limits) const { return SharedTable(detail::with_limits(this->core_, std::move(limits))); }

 private:
  explicit SharedTable(detail::TablePointer core) : Base(std::move(core)) {}
};

// The same for models that were loaded at run time.
//
//     auto shop = tabletheory::DynamicSharedTable::of({client.table(customer), client.table(order)});
//     for (auto& entry : shop->scan().items()) std::cout << entry->model << '\n';
class DynamicSharedTable : public EntryTable<ModelItem> {
 public:
  static Result<DynamicSharedTable> of(const std::vector<DynamicTable>& tables) {
    std::vector<detail::TablePointer> cores;
    for (const DynamicTable& table : tables) cores.push_back(table.core());
    auto core = detail::open_shared(std::move(cores), detail::choose_model);
    if (!core) return std::unexpected(std::move(core).error());
    return DynamicSharedTable(std::move(*core));
  }
  DynamicSharedTable with(CallLimits limits) const {
    return DynamicSharedTable(detail::with_limits(core_, std::move(limits)));
  }

 private:
  explicit DynamicSharedTable(detail::TablePointer core) : EntryTable(std::move(core)) {}
};

}  // namespace tabletheory
