// The default storage backend: a persistent tree in memory. A snapshot is a copy of the tree, which is one reference
// count; readers then work without any lock, and writers copy the few nodes that a reader still sees.
#include <mutex>
#include <utility>

#include "engine/persistent_tree.h"
#include "engine/storage.h"

namespace tabletheory::engine {
namespace {

// A batch up to this size is written in place while readers wait (about a microsecond a mutation); a larger one is
// written aside and swapped in.
constexpr std::size_t kInPlaceMutations = 8;

Blob blob_of(PersistentTree::RecordPointer record) {
  if (!record) return nullptr;
  const std::string* value = &record->value;
  return Blob(std::move(record), value);
}

class MemoryCursor final : public Cursor {
 public:
  explicit MemoryCursor(PersistentTree tree) : tree_(std::move(tree)), walker_(tree_) {}
  bool valid() const override { return walker_.valid(); }
  std::string_view key() const override { return walker_.record().key; }
  std::string_view value() const override { return walker_.record().value; }
  void next() override { walker_.next(); }
  void previous() override { walker_.previous(); }
  void seek(std::string_view key) override { walker_.seek(key); }
  void seek_before(std::string_view key) override { walker_.seek_before(key); }

 private:
  const PersistentTree tree_;
  PersistentTree::Walker walker_;
};

class MemorySnapshot final : public Snapshot {
 public:
  explicit MemorySnapshot(PersistentTree tree) : tree_(std::move(tree)) {}
  Blob read(std::string_view key) const override { return blob_of(tree_.find(key)); }
  std::unique_ptr<Cursor> cursor() const override { return std::make_unique<MemoryCursor>(tree_); }

 private:
  const PersistentTree tree_;
};

class MemoryStorage final : public Storage {
 public:
  std::shared_ptr<const Snapshot> snapshot() const override { return std::make_shared<MemorySnapshot>(current()); }

  Blob read(std::string_view key) const override { return blob_of(current().find(key)); }

  Result<void> commit(std::vector<Mutation> batch) override {
    const std::lock_guard writing(writing_);
    if (batch.size() <= kInPlaceMutations) {
      const std::lock_guard lock(mutex_);
      if (tree_.unshared()) {
        apply(std::move(batch), tree_);
        return {};
      }
    }
    PersistentTree next = current();
    apply(std::move(batch), next);
    publish(std::move(next));
    return {};
  }

  Result<void> erase_range(std::string_view first, std::string_view last) override {
    const std::lock_guard writing(writing_);
    PersistentTree next = current();
    next.erase_range(first, last);
    publish(std::move(next));
    return {};
  }

 private:
  PersistentTree current() const {
    const std::lock_guard lock(mutex_);
    return tree_;
  }

  // The tree replaced here is released after the lock, where nobody waits for it.
  void publish(PersistentTree next) {
    const std::lock_guard lock(mutex_);
    std::swap(tree_, next);
  }

  static void apply(std::vector<Mutation> batch, PersistentTree& tree) {
    for (Mutation& mutation : batch) {
      if (mutation.value) {
        tree.put(std::move(mutation.key), std::move(*mutation.value));
      } else {
        tree.erase(mutation.key);
      }
    }
  }

  std::mutex writing_;        // held by a writer from its read of tree_ to its publication
  mutable std::mutex mutex_;  // guards tree_
  PersistentTree tree_;
};

}  // namespace

std::unique_ptr<Storage> make_memory_storage() {
  return std::make_unique<MemoryStorage>();
}

}  // namespace tabletheory::engine
