// ClientState: what a tt_client is — a client of the SDK, and its tables by number. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "capi/clock.h"
#include "capi/recorded_transport.h"
#include "capi/tape.h"
#include "capi/values.h"
#include "sdk/table_core.h"
#include "tabletheory/client.h"

namespace tabletheory::capi {

// A table of a client, as requests name it.
struct TableEntry {
  detail::TablePointer table;
  bool instants = false;
  ItemFormat format(std::size_t position = 0) const { return {table->model().get(), instants, position}; }
};

class ClientState {
 public:
  // `options`: null for none.
  static Result<std::shared_ptr<ClientState>> connect(std::string_view address, const Node* options);

  const Client& client() const { return client_; }
  ManualClock* clock() const { return clock_.get(); }
  // Operations end without waiting for anything outside the process.
  bool is_immediate() const { return is_immediate_; }
  // Of a recorded: client, that exchanges are left over.
  Result<void> check_end() const;
  // ErrTransport in the child of a fork.
  Result<void> check_process() const;

  std::size_t open_table(const Model& model, const std::string& table_name, bool instants);
  std::size_t open_documents(const std::string& table_name, const std::vector<std::string>& key);
  // nullptr: there is no such number. Valid as long as the client.
  const TableEntry* table(std::int64_t number) const;

 private:
  ClientState(Client client, std::shared_ptr<ManualClock> clock, std::shared_ptr<RecordedTransport> recorded,
              bool is_immediate);
  struct Opened {
    const void* model;  // of a document table: null
    std::string name;
    std::vector<std::string> key;
    bool instants;
    bool operator==(const Opened&) const = default;
  };
  template <class Make>
  std::size_t open(Opened opened, Make make);

  Client client_;
  std::shared_ptr<ManualClock> clock_;
  std::shared_ptr<RecordedTransport> recorded_;  // null: of another address
  bool is_immediate_;
  std::int64_t process_;
  mutable std::mutex mutex_;
  std::deque<TableEntry> tables_;  // grows; entries stay where they are
  std::vector<Opened> opened_;     // by number
};

}  // namespace tabletheory::capi
