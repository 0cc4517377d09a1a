#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/error_answer.h"
#include "engine/items/transaction_tokens.h"
#include "engine/messages.h"
#include "engine/operations.h"
#include "engine/service_error.h"
#include "value/limits.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

enum class Access : std::uint8_t { kReads, kWrites };

struct Operation {
  std::string_view name;
  Handler handler;
  Access access;
};

// Sorted by name.
constexpr auto kOperations = std::to_array<Operation>({
    {"BatchGetItem", batch_get_item, Access::kReads},
    {"BatchWriteItem", batch_write_item, Access::kWrites},
    {"CreateTable", create_table, Access::kWrites},
    {"DeleteItem", delete_item, Access::kWrites},
    {"DeleteTable", delete_table, Access::kWrites},
    {"DescribeEndpoints", describe_endpoints, Access::kReads},
    {"DescribeLimits", describe_limits, Access::kReads},
    {"DescribeTable", describe_table, Access::kReads},
    {"DescribeTimeToLive", describe_time_to_live, Access::kReads},
    {"GetItem", get_item, Access::kReads},
    {"ListTables", list_tables, Access::kReads},
    {"ListTagsOfResource", list_tags_of_resource, Access::kReads},
    {"PutItem", put_item, Access::kWrites},
    {"Query", query, Access::kReads},
    {"Scan", scan, Access::kReads},
    {"TagResource", tag_resource, Access::kWrites},
    {"TransactGetItems", transact_get_items, Access::kReads},
    {"TransactWriteItems", transact_write_items, Access::kWrites},
    {"UntagResource", untag_resource, Access::kWrites},
    {"UpdateItem", update_item, Access::kWrites},
    {"UpdateTable", update_table, Access::kWrites},
    {"UpdateTimeToLive", update_time_to_live, Access::kWrites},
});
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

const Operation* find_operation(std::string_view name) {
  const auto found = std::ranges::lower_bound(kOperations, name, {}, &Operation::name);
  return found != kOperations.end() && found->name == name ? &*found : nullptr;
}

Timestamp system_now() {
  return Timestamp::from(std::chrono::system_clock::now());
}

EngineOptions complete(EngineOptions options) {
  if (!options.now) options.now = system_now;
  return options;
}

// Parsers are kept between calls, since their buffers are dear; as many as callers were at once, up to a bound.
class ParserPool {
 public:
  using Parser = std::unique_ptr<value::WireDocument>;

  Parser take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<value::WireDocument>();
    Parser parser = std::move(free_.back());
    free_.pop_back();
    return parser;
  }

  void give_back(Parser parser, std::size_t body_bytes) {
    if (body_bytes > kKeptBodyBytes) return;  // its buffers are several times the body
    const std::lock_guard lock(mutex_);
    if (free_.size() < kKeptParsers) free_.push_back(std::move(parser));
  }

 private:
  static constexpr std::size_t kKeptParsers = 16;
  static constexpr std::size_t kKeptBodyBytes = 1 << 20;
  std::mutex mutex_;
  std::vector<Parser> free_;
};

}  // namespace

struct Engine::State {
  State(std::unique_ptr<Storage> in, EngineOptions given)
      : storage(std::move(in)), options(complete(std::move(given))), catalog(*storage), tokens(*storage) {}

  Served<std::string> serve(std::string_view name, std::string_view body) {
    const Operation* operation = find_operation(name);
    if (operation == nullptr) {
      return refuse("UnknownOperationException", fmt::format(messages::kUnknownOperation, name));
    }
    if (const auto& problem = catalog.problem()) {
      return std::unexpected(ServiceError{"InternalServerError", problem->message(), 500});
    }
    if (const auto& problem = tokens.problem()) {
      return std::unexpected(ServiceError{"InternalServerError", problem->message(), 500});
    }
    if (body.size() > kMostBodyBytes) {
      return std::unexpected(ServiceError{"RequestEntityTooLargeException", std::string(messages::kBodyTooLarge), 413});
    }
    auto parser = parsers.take();
    auto answer = serve_parsed(*parser, operation->handler, body);
    parsers.give_back(std::move(parser), body.size());
    if (operation->access == Access::kReads) return answer;
    // Also for a write that was refused: what it was refused for may be staged only.
    if (auto synced = storage->sync(); !synced) {
      return std::unexpected(ServiceError{"InternalServerError", synced.error().message(), 500});
    }
    return answer;
  }

  Served<std::string> serve_parsed(value::WireDocument& parser, Handler handler, std::string_view body) {
    const auto parsed = parser.parse(body);
    if (!parsed) return refuse("SerializationException", parsed.error().message());
    value::WireObject request;
    if (parsed->get(request) != simdjson::SUCCESS) {
      return refuse("SerializationException", std::string(messages::kBodyNotObject));
    }
    Context context{*storage, catalog, writes, options, tokens};
    return handler(context, request);
  }

  // The service's limit, and some slack for what surrounds the data.
  static constexpr std::size_t kMostBodyBytes = limits::kRequestBytes + (1 << 16);

  const std::unique_ptr<Storage> storage;
  const EngineOptions options;
  Catalog catalog;
  std::mutex writes;
  TransactionTokens tokens;
  ParserPool parsers;
};

Engine::Engine(std::unique_ptr<Storage> storage, EngineOptions options)
    : state_(std::make_unique<State>(std::move(storage), std::move(options))) {}

Engine::~Engine() = default;

Answer Engine::handle(std::string_view operation, std::string_view body) {
  try {
    auto served = state_->serve(operation, body);
    if (!served) return error_answer(served.error());
    return {200, std::move(*served)};
  } catch (const StorageFailure& failure) {
    return error_answer({"InternalServerError", failure.what(), 500});
  } catch (const std::exception& error) {  // out of memory, or a fault of ours: nothing crosses this seam
    return error_answer({"InternalServerError", fmt::format(messages::kInternal, error.what()), 500});
  }
}

}  // namespace tabletheory::engine
