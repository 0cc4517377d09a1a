#include "engine/persistent_tree.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <compare>
#include <cstring>
#include <iterator>
#include <optional>

namespace tabletheory::engine {
namespace {

constexpr std::size_t kFanout = 32;           // entries of a full node
constexpr std::size_t kSparse = kFanout / 4;  // a node below this looks for a neighbour to merge with
constexpr std::size_t kMerged = kFanout * 3 / 4;

// The first 16 bytes of a key, padded with zeros, as a number: unequal heads order as their keys do, so that most
// comparisons touch no key. (A storage key has its table id and partition hash there.)
struct Head {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Head&, const Head&) = default;
};

std::uint64_t load_big_endian(const char* bytes) {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word;
}

Head head_of(std::string_view key) {
  if (key.size() >= 16) return {load_big_endian(key.data()), load_big_endian(key.data() + 8)};
  char padded[16] = {};
  std::memcpy(padded, key.data(), key.size());
  return {load_big_endian(padded), load_big_endian(padded + 8)};
}

// A key being looked for.
struct Probe {
  explicit Probe(std::string_view text) : head(head_of(text)), key(text) {}
  bool operator>(std::pair<const Head&, const std::string&> other) const {
    return head == other.first ? key > other.second : head > other.first;
  }
  Head head;
  std::string_view key;
};

}  // namespace

struct PersistentTree::Node {
  explicit Node(bool is_leaf) : leaf(is_leaf) {}
  Node(const Node& other) : leaf(other.leaf) {}
  std::atomic<std::uint32_t> references{1};
  const bool leaf;
};

struct PersistentTree::Leaf : Node {
  struct Entry {
    Head head;
    RecordPointer record;
  };
  Leaf() : Node(true) { entries.reserve(kFanout); }
  Leaf(const Leaf& other) : Node(other) {
    entries.reserve(kFanout);
    entries.assign(other.entries.begin(), other.entries.end());
  }
  // First entry with a key >= the probe's.
  std::size_t lower_bound(const Probe& probe) const {
    const auto found = std::ranges::partition_point(entries, [&](const Entry& entry) {
      return probe > std::pair<const Head&, const std::string&>(entry.head, entry.record->key);
    });
    return static_cast<std::size_t>(found - entries.begin());
  }
  std::vector<Entry> entries;
};

// Child i holds the keys in [low(i), low(i+1)); low(0) is not looked at: the first child holds everything below low(1).
struct PersistentTree::Branch : Node {
  struct Child {
    Head head;
    std::shared_ptr<const std::string> low;
    Node* node;
  };
  Branch() : Node(false) { children.reserve(kFanout); }
  Branch(const Branch& other) : Node(other) {
    children.reserve(kFanout);
    children.assign(other.children.begin(), other.children.end());
    for (const Child& child : children) child.node->references.fetch_add(1, std::memory_order_relaxed);
  }
  // The child that holds, or would hold, a key.
  std::size_t child_of(const Probe& probe) const {
    const auto found = std::partition_point(children.begin() + 1, children.end(), [&](const Child& child) {
      if (child.head != probe.head) return child.head < probe.head;
      return *child.low <= probe.key;
    });
    return static_cast<std::size_t>(found - children.begin()) - 1;
  }
  std::vector<Child> children;
};

// Changes to nodes. A `slot` is where a node is held: a tree's root or a child of a node that only this tree sees.
struct PersistentTree::Editor {
  static Leaf& as_leaf(Node* node) { return static_cast<Leaf&>(*node); }
  static Branch& as_branch(Node* node) { return static_cast<Branch&>(*node); }

  static Node* share(Node* node) {
    if (node != nullptr) node->references.fetch_add(1, std::memory_order_relaxed);
    return node;
  }

  static void release(Node* node) {
    if (node == nullptr || node->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (node->leaf) {
      delete &as_leaf(node);
      return;
    }
    for (const Branch::Child& child : as_branch(node).children) release(child.node);
    delete &as_branch(node);
  }

  static bool unshared(const Node* node) { return node->references.load(std::memory_order_acquire) == 1; }

  // The node in the slot, replaced by a copy when others see it too.
  static Node* own(Node*& slot) {
    if (!unshared(slot)) {
      Node* copy = slot->leaf ? static_cast<Node*>(new Leaf(as_leaf(slot))) : new Branch(as_branch(slot));
      release(slot);
      slot = copy;
    }
    return slot;
  }

  static std::size_t size(const Node* node) {
    return node->leaf ? static_cast<const Leaf*>(node)->entries.size()
                      : static_cast<const Branch*>(node)->children.size();
  }

  // The new right neighbour of a node that was full.
  static Branch::Child split(Leaf& leaf, std::size_t at) {
    auto right = std::make_unique<Leaf>();
    const auto middle = leaf.entries.begin() + static_cast<std::ptrdiff_t>(at);
    right->entries.assign(std::make_move_iterator(middle), std::make_move_iterator(leaf.entries.end()));
    leaf.entries.erase(middle, leaf.entries.end());
    const Leaf::Entry& first = right->entries.front();
    return {first.head, std::make_shared<const std::string>(first.record->key), right.release()};
  }
  static Branch::Child split(Branch& branch, std::size_t at) {
    auto right = std::make_unique<Branch>();
    const auto middle = branch.children.begin() + static_cast<std::ptrdiff_t>(at);
    right->children.assign(middle, branch.children.end());
    branch.children.erase(middle, branch.children.end());
    const Branch::Child& first = right->children.front();
    return {first.head, first.low, right.release()};
  }
  // Where to split a full node into which an element came at `at`: keys that arrive in order leave full nodes behind.
  static std::size_t split_point(std::size_t at) { return at + 1 >= kFanout ? kFanout - 1 : kFanout / 2; }

  static std::optional<Branch::Child> put(Node*& slot, const Probe& probe, RecordPointer record) {
    Node* node = own(slot);
    return node->leaf ? put(as_leaf(node), probe, std::move(record)) : put(as_branch(node), probe, std::move(record));
  }
  static std::optional<Branch::Child> put(Leaf& leaf, const Probe& probe, RecordPointer record) {
    const std::size_t at = leaf.lower_bound(probe);
    if (at < leaf.entries.size() && leaf.entries[at].record->key == probe.key) {
      leaf.entries[at].record = std::move(record);
      return std::nullopt;
    }
    leaf.entries.insert(leaf.entries.begin() + static_cast<std::ptrdiff_t>(at), {probe.head, std::move(record)});
    if (leaf.entries.size() < kFanout) return std::nullopt;
    return split(leaf, split_point(at));
  }
  static std::optional<Branch::Child> put(Branch& branch, const Probe& probe, RecordPointer record) {
    const std::size_t at = branch.child_of(probe);
    auto added = put(branch.children[at].node, probe, std::move(record));
    if (!added) return std::nullopt;
    branch.children.insert(branch.children.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(*added));
    if (branch.children.size() < kFanout) return std::nullopt;
    return split(branch, split_point(at + 1));
  }

  // Precondition: the key is there.
  static void erase(Node*& slot, const Probe& probe) {
    Node* node = own(slot);
    if (node->leaf) {
      auto& entries = as_leaf(node).entries;
      entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(as_leaf(node).lower_bound(probe)));
      return;
    }
    Branch& branch = as_branch(node);
    const std::size_t at = branch.child_of(probe);
    erase(branch.children[at].node, probe);
    tidy(branch, at);
  }

  // Drops the child when it is empty, merges it with its right or left neighbour when both are sparse.
  static void tidy(Branch& branch, std::size_t at) {
    const auto position = branch.children.begin() + static_cast<std::ptrdiff_t>(at);
    const std::size_t count = size(position->node);
    if (count == 0) {
      release(position->node);
      branch.children.erase(position);
    } else if (count < kSparse) {
      if (at + 1 < branch.children.size() && merge(branch, at)) return;
      if (at > 0) merge(branch, at - 1);
    }
  }

  // Moves the content of the child after `at` into the child at `at`, when it fits well.
  static bool merge(Branch& branch, std::size_t at) {
    Node* right = branch.children[at + 1].node;
    if (size(branch.children[at].node) + size(right) > kMerged) return false;
    Node* left = own(branch.children[at].node);
    if (left->leaf) {
      const auto& entries = as_leaf(right).entries;
      as_leaf(left).entries.insert(as_leaf(left).entries.end(), entries.begin(), entries.end());
    } else {
      auto& children = as_branch(left).children;
      const std::size_t seam = children.size();
      for (const Branch::Child& child : as_branch(right).children) {
        share(child.node);
        children.push_back(child);
      }
      // The first child of `right` had no low of its own; its bound is that of `right`.
      children[seam].head = branch.children[at + 1].head;
      children[seam].low = branch.children[at + 1].low;
    }
    release(right);
    branch.children.erase(branch.children.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    return true;
  }

  // Erases from `first` (nullptr: from the start) up to `last` (nullptr: to the end).
  static void erase_range(Node*& slot, const Probe* first, const Probe* last) {
    Node* node = own(slot);
    if (node->leaf) {
      Leaf& leaf = as_leaf(node);
      const std::size_t from = first != nullptr ? leaf.lower_bound(*first) : 0;
      const std::size_t to = last != nullptr ? leaf.lower_bound(*last) : leaf.entries.size();
      leaf.entries.erase(leaf.entries.begin() + static_cast<std::ptrdiff_t>(from),
                         leaf.entries.begin() + static_cast<std::ptrdiff_t>(to));
      return;
    }
    Branch& branch = as_branch(node);
    const std::size_t from = first != nullptr ? branch.child_of(*first) : 0;
    const std::size_t to = last != nullptr ? branch.child_of(*last) : branch.children.size() - 1;
    if (from == to) {
      erase_range(branch.children[from].node, first, last);
      return tidy(branch, from);
    }
    for (std::size_t between = from + 1; between < to; ++between) release(branch.children[between].node);
    branch.children.erase(branch.children.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                          branch.children.begin() + static_cast<std::ptrdiff_t>(to));
    erase_range(branch.children[from].node, first, nullptr);
    erase_range(branch.children[from + 1].node, nullptr, last);
    tidy(branch, from + 1);
    tidy(branch, from);
  }

  // An empty root goes; a root with one child gives way to it.
  static void shrink(Node*& root) {
    while (root != nullptr && size(root) == 0) {
      release(root);
      root = nullptr;
    }
    while (root != nullptr && !root->leaf && size(root) == 1) {
      Node* child = share(as_branch(root).children.front().node);
      release(root);
      root = child;
    }
  }
};

PersistentTree::PersistentTree(const PersistentTree& other) : root_(Editor::share(other.root_)) {}

PersistentTree& PersistentTree::operator=(PersistentTree other) noexcept {
  std::swap(root_, other.root_);
  return *this;
}

PersistentTree::~PersistentTree() {
  Editor::release(root_);
}

bool PersistentTree::unshared() const {
  return root_ == nullptr || Editor::unshared(root_);
}

PersistentTree::RecordPointer PersistentTree::find(std::string_view key) const {
  if (root_ == nullptr) return nullptr;
  const Probe probe(key);
  const Node* node = root_;
  while (!node->leaf) {
    const auto& branch = static_cast<const Branch&>(*node);
    node = branch.children[branch.child_of(probe)].node;
  }
  const auto& leaf = static_cast<const Leaf&>(*node);
  const std::size_t at = leaf.lower_bound(probe);
  if (at == leaf.entries.size() || leaf.entries[at].record->key != key) return nullptr;
  return leaf.entries[at].record;
}

void PersistentTree::put(std::string key, std::string value) {
  const auto record = std::make_shared<const Record>(Record{std::move(key), std::move(value)});
  if (root_ == nullptr) root_ = new Leaf;
  auto added = Editor::put(root_, Probe(record->key), record);
  if (!added) return;
  auto root = std::make_unique<Branch>();
  root->children.push_back({{}, nullptr, root_});
  root->children.push_back(std::move(*added));
  root_ = root.release();
}

bool PersistentTree::erase(std::string_view key) {
  if (find(key) == nullptr) return false;
  Editor::erase(root_, Probe(key));
  Editor::shrink(root_);
  return true;
}

void PersistentTree::erase_range(std::string_view first, std::string_view last) {
  if (root_ == nullptr || first >= last) return;
  const Probe from(first);
  const Probe to(last);
  Editor::erase_range(root_, &from, &to);
  Editor::shrink(root_);
}

const PersistentTree::Record& PersistentTree::Walker::record() const {
  assert(valid());
  return *leaf_->entries[entry_].record;
}

void PersistentTree::Walker::descend_first(const Node* node) {
  while (!node->leaf) {
    const auto& branch = static_cast<const Branch&>(*node);
    path_.push_back({&branch, 0});
    node = branch.children.front().node;
  }
  leaf_ = static_cast<const Leaf*>(node);
  entry_ = 0;
}

void PersistentTree::Walker::descend_last(const Node* node) {
  while (!node->leaf) {
    const auto& branch = static_cast<const Branch&>(*node);
    path_.push_back({&branch, branch.children.size() - 1});
    node = branch.children.back().node;
  }
  leaf_ = static_cast<const Leaf*>(node);
  entry_ = leaf_->entries.size() - 1;
}

void PersistentTree::Walker::next() {
  assert(valid());
  if (++entry_ < leaf_->entries.size()) return;
  leaf_ = nullptr;
  while (!path_.empty()) {
    Step& step = path_.back();
    if (++step.child < step.branch->children.size()) return descend_first(step.branch->children[step.child].node);
    path_.pop_back();
  }
}

void PersistentTree::Walker::previous() {
  assert(valid());
  if (entry_-- > 0) return;
  leaf_ = nullptr;
  while (!path_.empty()) {
    Step& step = path_.back();
    if (step.child-- > 0) return descend_last(step.branch->children[step.child].node);
    path_.pop_back();
  }
}

void PersistentTree::Walker::seek(std::string_view key) {
  path_.clear();
  leaf_ = nullptr;
  if (root_ == nullptr) return;
  const Probe probe(key);
  const Node* node = root_;
  while (!node->leaf) {
    const auto& branch = static_cast<const Branch&>(*node);
    path_.push_back({&branch, branch.child_of(probe)});
    node = branch.children[path_.back().child].node;
  }
  leaf_ = static_cast<const Leaf*>(node);
  entry_ = leaf_->lower_bound(probe);
  if (entry_ < leaf_->entries.size()) return;
  --entry_;  // the leaf holds only smaller keys, at least one: the next record is the answer
  next();
}

void PersistentTree::Walker::seek_before(std::string_view key) {
  seek(key);
  if (valid()) return previous();
  path_.clear();
  if (root_ != nullptr) descend_last(root_);
}

}  // namespace tabletheory::engine
