#include "engine/sqlite/readers.h"

#include <utility>

namespace tabletheory::engine::sqlite {
namespace {

// A read transaction, from its making to the end of the last snapshot or cursor on it.
class Transaction {
 public:
  explicit Transaction(std::shared_ptr<Readers> readers) : readers_(std::move(readers)), reader_(readers_->take()) {
    reader_->begin.run();
    reader_->touch.step();
    reader_->touch.reset();
  }
  ~Transaction() {
    try {
      reader_->end.run();
      readers_->give_back(std::move(reader_));
    } catch (const StorageFailure&) {  // the connection is given up, and with it the transaction
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Reader& reader() { return *reader_; }

 private:
  std::shared_ptr<Readers> readers_;
  std::unique_ptr<Reader> reader_;
};

// One direction of a cursor: a statement of the reader, taken when it is first needed.
class Walk {
 public:
  Walk(Reader& reader, std::vector<Statement>& kept, const char* text) : reader_(reader), kept_(kept), text_(text) {}
  ~Walk() {
    if (!statement_) return;
    statement_->reset();
    kept_.push_back(std::move(*statement_));
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // Whether there is an entry; then key and value are those of `row`.
  bool start(std::string key) {
    if (!statement_) {
      if (kept_.empty()) {
        statement_.emplace(reader_.connection, text_);
      } else {
        statement_.emplace(std::move(kept_.back()));
        kept_.pop_back();
      }
    }
    statement_->reset();
    bound_ = std::move(key);
    statement_->bind(1, bound_);
    return statement_->step();
  }
  bool step() { return statement_->step(); }
  const Statement& row() const { return *statement_; }

 private:
  Reader& reader_;
  std::vector<Statement>& kept_;
  const char* text_;
  std::string bound_;
  std::optional<Statement> statement_;
};

class FileCursor final : public Cursor {
 public:
  explicit FileCursor(std::shared_ptr<Transaction> transaction)
      : transaction_(std::move(transaction)),
        upward_(transaction_->reader(), transaction_->reader().upward,
                "SELECT key, value FROM entries WHERE key >= ?1 ORDER BY key"),
        downward_(transaction_->reader(), transaction_->reader().downward,
                  "SELECT key, value FROM entries WHERE key < ?1 ORDER BY key DESC") {}

  bool valid() const override { return valid_; }
  std::string_view key() const override { return walk_->row().column(0); }
  std::string_view value() const override { return walk_->row().column(1); }
  void seek(std::string_view key) override { start(upward_, std::string(key)); }
  void seek_before(std::string_view key) override { start(downward_, std::string(key)); }
  void next() override {
    if (walk_ == &downward_) {
      start(upward_, std::string(key()) + '\0');  // the least key above this one
    } else {
      valid_ = walk_->step();
    }
  }
  void previous() override {
    if (walk_ == &upward_) {
      start(downward_, std::string(key()));
    } else {
      valid_ = walk_->step();
    }
  }

 private:
  void start(Walk& walk, std::string key) {
    walk_ = &walk;
    valid_ = walk.start(std::move(key));
  }

  std::shared_ptr<Transaction> transaction_;  // outlives the walks
  Walk upward_;
  Walk downward_;
  Walk* walk_ = nullptr;
  bool valid_ = false;
};

class FileSnapshot final : public Snapshot {
 public:
  explicit FileSnapshot(std::shared_ptr<Transaction> transaction) : transaction_(std::move(transaction)) {}
  Blob read(std::string_view key) const override { return transaction_->reader().read(key); }
  std::unique_ptr<Cursor> cursor() const override { return std::make_unique<FileCursor>(transaction_); }

 private:
  std::shared_ptr<Transaction> transaction_;
};

}  // namespace

Blob Reader::read(std::string_view key) {
  find.bind(1, key);
  Blob found = find.step() ? std::make_shared<const std::string>(find.column(0)) : nullptr;
  find.reset();
  return found;
}

std::unique_ptr<Reader> Readers::take() {
  check_process();
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto reader = std::move(free_.back());
      free_.pop_back();
      return reader;
    }
  }
  return std::make_unique<Reader>(path_);
}

void Readers::give_back(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(mutex_);
  if (free_.size() < kKept) free_.push_back(std::move(reader));
}

std::shared_ptr<const Snapshot> Readers::snapshot() {
  return std::make_shared<FileSnapshot>(std::make_shared<Transaction>(shared_from_this()));
}

bool Readers::is_forked() const {
  return ::getpid() != process_;
}

void Readers::check_process() const {
  if (!is_forked()) return;
  throw StorageFailure("the storage file " + path_ +
                       " was opened before this process was forked; connect again, after the parent has closed it");
}

void Readers::abandon() {
  for (auto& reader : free_) static_cast<void>(reader.release());
  free_.clear();
}

}  // namespace tabletheory::engine::sqlite
