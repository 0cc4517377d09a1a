// PersistentTree: an ordered map of byte strings whose copies are snapshots.
//
// A B+ tree of immutable records. Copying a tree shares all its nodes (one reference count); changing a tree copies
// only the nodes on the path that another copy can also see, and writes the others in place. Records are shared
// between all copies, so copying a node copies no keys and no values.
//
//     PersistentTree tree;
//     tree.put("a", "1");
//     const PersistentTree before = tree;  // O(1)
//     tree.erase("a");                     // `before` still holds it
//
// Thread-safety: one tree object is used by one thread at a time (const use by several is fine); different trees that
// share nodes may be used, changed and destroyed by different threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tabletheory::engine {

class PersistentTree {
 public:
  struct Record {
    std::string key;
    std::string value;
  };
  using RecordPointer = std::shared_ptr<const Record>;
  class Walker;

  PersistentTree() = default;  // empty
  PersistentTree(const PersistentTree& other);
  PersistentTree(PersistentTree&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  PersistentTree& operator=(PersistentTree other) noexcept;
  ~PersistentTree();

  bool empty() const { return root_ == nullptr; }
  RecordPointer find(std::string_view key) const;  // nullptr when absent
  void put(std::string key, std::string value);    // inserts or replaces
  bool erase(std::string_view key);                // false when absent
  // Erases the keys in [first, last). Cost: the nodes at the two edges, and one release for each subtree between.
  void erase_range(std::string_view first, std::string_view last);
  // Whether no other tree shares the root, so that a change copies no more than it must.
  bool unshared() const;

 private:
  struct Node;
  struct Leaf;
  struct Branch;
  struct Editor;

  Node* root_ = nullptr;  // nullptr: empty
};

// A position in a tree, which must outlive it unchanged. Starts invalid.
class PersistentTree::Walker {
 public:
  explicit Walker(const PersistentTree& tree) : root_(tree.root_) {}

  bool valid() const { return leaf_ != nullptr; }
  const Record& record() const;            // precondition: valid()
  void next();                             // precondition: valid()
  void previous();                         // precondition: valid()
  void seek(std::string_view key);         // first record with a key >= `key`
  void seek_before(std::string_view key);  // last record with a key < `key`

 private:
  struct Step {
    const Branch* branch;
    std::size_t child;
  };

  void descend_first(const Node* node);
  void descend_last(const Node* node);

  const Node* root_;
  std::vector<Step> path_;  // from the root to leaf_
  const Leaf* leaf_ = nullptr;
  std::size_t entry_ = 0;
};

}  // namespace tabletheory::engine
