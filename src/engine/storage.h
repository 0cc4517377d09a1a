// Storage: ordered byte-string keys with snapshots and atomic batches. The seam between the engine's rules and where
// bytes lie: memory, or a file (engine/sqlite/file_storage.h).
//
// Thread-safety: a Storage may be used from several threads. A Snapshot sees the state at its creation, whatever is
// written later, and is used by one thread at a time. `commit` is atomic and, when it returns, as durable as the
// backend promises. Writers are serialised by the caller (the engine holds Context::writes, see operations.h).
//
// Group commit. A writer may `stage` a batch instead, let the next writer in, and `sync` before it answers; whoever
// syncs first makes durable what all have staged. What is staged is seen by `read_latest` alone until it is durable,
// so that no reader is ever told what a crash could still take back.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/error.h"

namespace tabletheory::engine {

struct Mutation {
  std::string key;
  std::optional<std::string> value;  // absent: erase
};

// Thrown by reads when the bytes cannot be had (a disk that fails, a damaged file): an absent value and an unreadable
// one must not be taken for each other. The engine turns it into an answer; it crosses no seam above.
class StorageFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
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
  // As `commit`, but visible only to `read_latest` and to later writers until `sync`.
  virtual Result<void> stage(std::vector<Mutation> batch) { return commit(std::move(batch)); }
  // Returns once everything staged before the call is durable and visible. After a failure nothing more is written:
  // what was staged is lost, the syncs that wait for it fail, and so does every later write.
  virtual Result<void> sync() { return {}; }
  // The newest value, staged or not. For writers, while the caller holds other writers off.
  virtual Blob read_latest(std::string_view key) const { return read(key); }
  // Whether the contents outlive the process.
  virtual bool durable() const { return false; }
  // Erases every key in [first, last), as durably as `commit`.
  virtual Result<void> erase_range(std::string_view first, std::string_view last) = 0;
};

std::unique_ptr<Storage> make_memory_storage();

}  // namespace tabletheory::engine
