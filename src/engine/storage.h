// Storage: ordered byte-string keys with snapshots and atomic batches. The seam between the engine's rules and where
// bytes lie (memory today; SQLite behind the same interface).
//
// Thread-safety: a Storage may be used from several threads. A Snapshot sees the state at its creation, whatever is
// written later, and is used by one thread at a time. `commit` is atomic and, when it returns, as durable as the
// backend promises. Writers are serialised by the caller (the engine holds Context::writes, see operations.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/error.h"

namespace tabletheory::engine {

struct Mutation {
  std::string key;
  std::optional<std::string> value;  // absent: erase
};

// A stored value, shared and immutable: reading copies no bytes, and the bytes outlive the entry while held.
using Blob = std::shared_ptr<const std::string>;

class Cursor {  // positioned walk over a snapshot, in byte order
 public:
  virtual ~Cursor() = default;
  virtual bool valid() const = 0;
  virtual std::string_view key() const = 0;    // valid until the cursor moves
  virtual std::string_view value() const = 0;  // the same
  virtual void next() = 0;
  virtual void previous() = 0;
  virtual void seek(std::string_view key) = 0;         // first key >= `key`
  virtual void seek_before(std::string_view key) = 0;  // last key < `key`
};

class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual Blob read(std::string_view key) const = 0;  // nullptr when absent
  virtual std::unique_ptr<Cursor> cursor() const = 0;

  // A copy of the value.
  std::optional<std::string> get(std::string_view key) const {
    const Blob found = read(key);
    return found ? std::optional(*found) : std::nullopt;
  }
};

class Storage {
 public:
  virtual ~Storage() = default;
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  // Newest value; as `snapshot()->read(key)`, cheaper. nullptr when absent.
  virtual Blob read(std::string_view key) const = 0;
  std::optional<std::string> get(std::string_view key) const {
    const Blob found = read(key);
    return found ? std::optional(*found) : std::nullopt;
  }
  virtual Result<void> commit(std::vector<Mutation> batch) = 0;
  // Erases every key in [first, last).
  virtual Result<void> erase_range(std::string_view first, std::string_view last) = 0;
};

std::unique_ptr<Storage> make_memory_storage();

}  // namespace tabletheory::engine
