// Client: a connection to DynamoDB, or to the engine embedded in this library.
//
//     auto client = tabletheory::Client::connect("memory:");     // Result<Client>
//     auto orders = client->table<Order>();                      // Result<Table<Order>>
//     orders->ensure_table();
//     orders->create({.pk = "CUSTOMER#1", .sk = "ORDER#1", .total = 12});
//
// Addresses: `memory:` (embedded, new and empty per connect), `memory:<name>` (shared within the process for as long as
// a client holds it), `file:<path>` (embedded and durable, the rest taken literally as a path),
// `http(s)://host[:port]` (anything that speaks DynamoDB's protocol), `aws:` or `aws:<region>` (the service). Of the
// last two, nothing is read and nobody asked before the first request.
//
// Thread-safe: share one client, copy it freely (copies share everything). No thread, timer or connection is started
// by itself; every call returns when its work is done.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "tabletheory/aws.h"
#include "tabletheory/capabilities.h"
#include "tabletheory/encryption.h"
#include "tabletheory/error.h"
#include "tabletheory/schema.h"
#include "tabletheory/timestamp.h"
#include "tabletheory/transport.h"

namespace tabletheory {

namespace detail {
class ClientCore;
class TableCore;
}  // namespace detail

template <class T>
class Table;
class DynamicTable;
class DocumentTable;
class BatchGet;
class BatchWrite;
class TransactGet;
class TransactWrite;

// docs/spec/operations.md, "Retries and deadlines".
struct RetryPolicy {
  int max_attempts = 3;
  std::chrono::milliseconds base_delay{50};
  std::chrono::milliseconds throttle_base_delay{100};
  std::chrono::milliseconds max_delay{20'000};
  int batch_rounds = 8;  // for what the service leaves unprocessed
};

struct ClientOptions {
  // Injected for tests; empty: the system's. Called from any thread.
  std::function<Timestamp()> now = {};
  std::function<std::uint64_t()> random = {};
  std::function<void(std::chrono::milliseconds)> sleep = {};

  RetryPolicy retry = {};

  // What the target can do (tabletheory/capabilities.h). Empty: the embedded engine's for memory:, else DynamoDB's.
  std::optional<Capabilities> target = {};
  // Keys of encrypted attributes; none: models that have such attributes cannot be used.
  Encryption encryption = {};

  // The table a model is stored in: `table_names` by the document's name, else the prefix before that name.
  std::map<std::string, std::string> table_names = {};
  std::string table_prefix = {};

  // Of http(s):// and aws: addresses (tabletheory/aws.h).
  AwsOptions aws = {};
  NetworkOptions network = {};
};

// Limits of calls made through a handle: see Client::with and Table::with.
struct CallLimits {
  std::optional<std::chrono::milliseconds> timeout = {};  // per operation, retries included: ErrTimeout
  std::stop_token cancel = {};                            // ErrCancelled
  // The moment no call goes on past, by the client's clock: ErrTimeout. With a timeout too, what comes first.
  // Lambda's: tabletheory/lambda.h.
  std::optional<Timestamp> deadline = {};
};

class Client {
 public:
  // ErrInvalidModel for an address that is none, ErrTransport for one that cannot be reached.
  static Result<Client> connect(std::string_view address, ClientOptions options = {});
  // Over a transport of your own.
  static Client over(std::shared_ptr<Transport> transport, ClientOptions options = {});

  // The same connection with limits on every call: `client.with({.timeout = 2s})`.
  Client with(CallLimits limits) const;

  // Typed: items are T, declared by `describe(ModelBuilder<T>&)` (tabletheory/model_builder.h). ErrInvalidModel with
  // every mistake of the declaration.
  template <class T>
  Result<Table<T>> table() const;
  // Typed, by a schema's model: refused (ErrInvalidModel) unless the declaration says the same.
  template <class T>
  Result<Table<T>> table(const Model& model) const;
  // Dynamic: items are maps bound to a model. `table_name` goes before the options' names.
  DynamicTable table(const Model& model, std::string table_name = {}) const;
  // Document: no model. `key` names the key attributes, partition key first.
  DocumentTable documents(std::string table_name, std::vector<std::string> key = {}) const;

  // Several tables and models in one call.
  BatchGet batch_get() const;
  BatchWrite batch_write() const;
  TransactGet transact_get() const;
  TransactWrite transact_write() const;

  // DynamoDB's API itself: one call, one answer, nothing added, nothing retried. Fails as the library's calls do.
  //
  //     client.raw_call("GetItem", R"({"TableName":"orders","Key":{…}})");    // Result<std::string>
  Result<std::string> raw_call(std::string_view operation, std::string_view json,
                               Service service = Service::kDynamoDb) const;

  // The transport, to wrap it: `Client::over(std::make_shared<Spy>(client.transport()))`.
  std::shared_ptr<Transport> transport() const;

  // For the library.
  explicit Client(std::shared_ptr<const detail::ClientCore> core) : core_(std::move(core)) {}
  const std::shared_ptr<const detail::ClientCore>& core() const { return core_; }

 private:
  std::shared_ptr<const detail::ClientCore> core_;
};

}  // namespace tabletheory
