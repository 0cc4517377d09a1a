#include "engine/catalog.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "engine/table_record.h"

namespace tabletheory::engine {
namespace {

// Storage id 0 is the catalog's: no table or index has it.
constexpr std::string_view kTablePrefix("\0\0\0\0table/", 10);
constexpr std::string_view kNextIdKey("\0\0\0\0next_storage_id", 19);
constexpr std::uint32_t kFirstStorageId = 1;

std::string key_of(std::string_view table) {
  return std::string(kTablePrefix).append(table);
}

Served<void> commit(Storage& storage, Mutation mutation) {
  std::vector<Mutation> batch;
  batch.push_back(std::move(mutation));
  if (auto done = storage.commit(std::move(batch)); !done) {
    return std::unexpected(ServiceError{"InternalServerError", done.error().message(), 500});
  }
  return {};
}

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace

struct Catalog::Impl {
  explicit Impl(Storage& in) : storage(in) {}
  void load();

  Storage& storage;
  std::uint32_t next_id = kFirstStorageId;  // used under the engine's write lock only
  std::optional<Error> problem;             // written by the constructor only
  mutable std::shared_mutex mutex;          // guards `tables`
  std::unordered_map<std::string, std::shared_ptr<const Table>, Hash, std::equal_to<>> tables;
};

Catalog::Catalog(Storage& storage) : impl_(std::make_shared<Impl>(storage)) {
  try {
    impl_->load();
  } catch (const StorageFailure& failure) {
    impl_->problem.emplace(ErrorCode::kInternal, failure.what());
  }
}

void Catalog::Impl::load() {
  const auto snapshot = storage.snapshot();
  if (const Blob next = snapshot->read(kNextIdKey)) {
    std::from_chars(next->data(), next->data() + next->size(), next_id);
  }
  const auto cursor = snapshot->cursor();
  for (cursor->seek(kTablePrefix); cursor->valid() && cursor->key().starts_with(kTablePrefix); cursor->next()) {
    auto table = read_table_record(cursor->value());
    if (!table) {
      problem = table.error();
      return;
    }
    std::string name = table->name;
    tables.emplace(std::move(name), std::make_shared<const Table>(std::move(*table)));
  }
}

const std::optional<Error>& Catalog::problem() const {
  return impl_->problem;
}

std::shared_ptr<const Table> Catalog::find(std::string_view name) const {
  const std::shared_lock lock(impl_->mutex);
  const auto found = impl_->tables.find(name);
  return found == impl_->tables.end() ? nullptr : found->second;
}

std::vector<std::string> Catalog::names() const {
  std::vector<std::string> out;
  {
    const std::shared_lock lock(impl_->mutex);
    out.reserve(impl_->tables.size());
    for (const auto& [name, table] : impl_->tables) out.push_back(name);
  }
  std::ranges::sort(out);
  return out;
}

Served<void> Catalog::put(Table table) {
  TT_CHECK(commit(impl_->storage, {key_of(table.name), table_record(table)}));
  auto shared = std::make_shared<const Table>(std::move(table));
  const std::unique_lock lock(impl_->mutex);
  impl_->tables.insert_or_assign(shared->name, shared);
  return {};
}

Served<void> Catalog::erase(std::string_view name) {
  TT_CHECK(commit(impl_->storage, {key_of(name), std::nullopt}));
  const std::unique_lock lock(impl_->mutex);
  const auto found = impl_->tables.find(name);
  if (found != impl_->tables.end()) impl_->tables.erase(found);
  return {};
}

Served<std::uint32_t> Catalog::next_storage_id() {
  const std::uint32_t id = impl_->next_id;
  // Persisted before use: entries written under the id must never meet a later table or index of the same id.
  TT_CHECK(commit(impl_->storage, {std::string(kNextIdKey), std::to_string(id + 1)}));
  impl_->next_id = id + 1;
  return id;
}

}  // namespace tabletheory::engine
