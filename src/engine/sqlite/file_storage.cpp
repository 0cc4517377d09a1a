#include "engine/sqlite/file_storage.h"

#include <fmt/format.h>

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/file_format.h"
#include "engine/sqlite/file_lock.h"
#include "engine/sqlite/readers.h"

namespace tabletheory::engine {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::FileLock;
using sqlite::Readers;
using sqlite::Statement;

// Changes by key, nullptr to erase: what is staged. In the order of keys, which is the order the file likes.
using Changes = std::map<std::string, Blob, std::less<>>;

// The connection that writes. Used by one thread at a time.
class Writer {
 public:
  Writer(const std::string& path, Durability durability) : connection_(path) {
    sqlite::establish_format(connection_);
    Statement mode(connection_, "PRAGMA journal_mode = WAL");
    if (!mode.step() || mode.column(0) != "wal") {
      throw StorageFailure(
          fmt::format("the storage file {} is on a file system that cannot share memory between its "
                      "users, such as one across a network; use a local one",
                      path));
    }
    mode.reset();
    connection_.execute(durability == Durability::kPowerLoss ? "PRAGMA synchronous = FULL"
                                                             : "PRAGMA synchronous = OFF");
    put_.emplace(connection_,
                 "INSERT INTO entries (key, value) VALUES (?1, ?2) "
                 "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    erase_.emplace(connection_, "DELETE FROM entries WHERE key = ?1");
    erase_range_.emplace(connection_, "DELETE FROM entries WHERE key >= ?1 AND key < ?2");
  }

  void write(const Changes& changes) {
    in_transaction([&] {
      for (const auto& [key, value] : changes) {
        Statement& statement = value ? *put_ : *erase_;
        statement.bind(1, key);
        if (value) statement.bind(2, *value);
        statement.run();
      }
    });
  }

  void erase_range(std::string_view first, std::string_view last) {
    in_transaction([&] {
      erase_range_->bind(1, first);
      erase_range_->bind(2, last);
      erase_range_->run();
    });
  }

 private:
  template <class Work>
  void in_transaction(const Work& work) {
    begin_.run();
    try {
      work();
      commit_.run();
    } catch (const StorageFailure&) {
      // The failure is what counts; SQLite may have rolled back by itself.
      sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
      throw;
    }
  }

  Connection connection_;
  Statement begin_{connection_, "BEGIN IMMEDIATE"};
  Statement commit_{connection_, "COMMIT"};
  std::optional<Statement> put_, erase_, erase_range_;
};

class FileStorage final : public Storage {
 public:
  FileStorage(FileLock lock, const std::string& path, Durability durability)
      : lock_(std::move(lock)),
        writer_(std::make_unique<Writer>(path, durability)),
        readers_(std::make_shared<Readers>(path)) {}

  ~FileStorage() override {
    if (!readers_->is_forked()) return;
    static_cast<void>(writer_.release());
    readers_->abandon();
    lock_.abandon();
  }

  std::shared_ptr<const Snapshot> snapshot() const override { return readers_->snapshot(); }

  Blob read(std::string_view key) const override {
    auto reader = readers_->take();
    Blob found = reader->read(key);
    readers_->give_back(std::move(reader));
    return found;
  }

  Blob read_latest(std::string_view key) const override {
    {
      const std::lock_guard lock(mutex_);
      for (const Changes* changes : {&staged_, &flushing_}) {
        if (const auto found = changes->find(key); found != changes->end()) return found->second;
      }
    }
    return read(key);
  }

  Result<void> stage(std::vector<Mutation> batch) override {
    const std::lock_guard lock(mutex_);
    if (failure_) return std::unexpected(*failure_);
    for (Mutation& mutation : batch) {
      Blob value = mutation.value ? std::make_shared<const std::string>(std::move(*mutation.value)) : nullptr;
      staged_.insert_or_assign(std::move(mutation.key), std::move(value));
    }
    ++staged_batches_;
    return {};
  }

  Result<void> sync() override {
    std::unique_lock lock(mutex_);
    return sync_until(staged_batches_, lock);
  }

  Result<void> commit(std::vector<Mutation> batch) override {
    TT_CHECK(stage(std::move(batch)));
    return sync();
  }

  Result<void> erase_range(std::string_view first, std::string_view last) override {
    std::unique_lock lock(mutex_);
    TT_CHECK(sync_until(staged_batches_, lock));
    done_.wait(lock, [&] { return !writing_; });
    if (failure_) return outcome();
    write(lock, [&] { writer_->erase_range(first, last); });
    return outcome();
  }

  bool durable() const override { return true; }

 private:
  // The first to come writes all that is staged; those who come meanwhile wait, and the first of them writes the rest.
  Result<void> sync_until(std::uint64_t batches, std::unique_lock<std::mutex>& lock) {
    while (durable_batches_ < batches && !failure_) {
      if (writing_) {
        done_.wait(lock);
        continue;
      }
      flushing_ = std::exchange(staged_, {});
      const std::uint64_t flushed = staged_batches_;
      write(lock, [&] { writer_->write(flushing_); });
      if (!failure_) durable_batches_ = flushed;
      flushing_.clear();
    }
    return durable_batches_ >= batches ? Result<void>() : outcome();
  }

  // Lets others in while `work` writes. A failure is kept: what was staged is lost, and writers have built on it.
  template <class Work>
  void write(std::unique_lock<std::mutex>& lock, const Work& work) {
    writing_ = true;
    lock.unlock();
    std::optional<Error> failure;
    try {
      readers_->check_process();
      work();
    } catch (const StorageFailure& problem) {
      failure.emplace(ErrorCode::kInternal, problem.what());
    }
    lock.lock();
    writing_ = false;
    if (failure) failure_ = std::move(failure);
    done_.notify_all();
  }

  Result<void> outcome() const { return failure_ ? Result<void>(std::unexpected(*failure_)) : Result<void>(); }

  FileLock lock_;  // released last
  std::unique_ptr<Writer> writer_;
  std::shared_ptr<Readers> readers_;  // closed before the writer, which then folds the log in

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable done_;
  Changes staged_;
  Changes flushing_;
  bool writing_ = false;  // somebody uses the writer
  std::uint64_t staged_batches_ = 0;
  std::uint64_t durable_batches_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

std::string storage_path(const std::string& path) {
  std::error_code problem;
  const fs::path absolute = fs::weakly_canonical(fs::absolute(path, problem), problem);
  return problem ? path : absolute.string();
}

Result<std::unique_ptr<Storage>> open_file_storage(const std::string& path, Durability durability) {
  try {
    const std::string whole = storage_path(path);
    TT_TRY(FileLock lock, FileLock::acquire(whole));
    TT_CHECK(sqlite::check_format(whole));
    return std::make_unique<FileStorage>(std::move(lock), whole, durability);
  } catch (const StorageFailure& problem) {
    return fail(ErrorCode::kTransport, problem.what());
  } catch (const fs::filesystem_error& problem) {
    return fail(ErrorCode::kTransport, fmt::format("the storage path {} cannot be used: {}", path, problem.what()));
  }
}

}  // namespace tabletheory::engine
