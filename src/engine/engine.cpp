#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/items/transaction_tokens.h"
#include "engine/messages.h"
#include "engine/operations.h"
#include "engine/service_error.h"
#include "value/limits.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

struct Operation {
  std::string_view name;
  Handler handler;
};

// Sorted by name.
constexpr auto kOperations = std::to_array<Operation>({
    {"BatchGetItem", batch_get_item},
    {"BatchWriteItem", batch_write_item},
    {"CreateTable", create_table},
    {"DeleteItem", delete_item},
    {"DeleteTable", delete_table},
    {"DescribeTable", describe_table},
    {"DescribeTimeToLive", describe_time_to_live},
    {"GetItem", get_item},
    {"ListTables", list_tables},
    {"ListTagsOfResource", list_tags_of_resource},
    {"PutItem", put_item},
    {"Query", query},
    {"Scan", scan},
    {"TagResource", tag_resource},
    {"TransactGetItems", transact_get_items},
    {"TransactWriteItems", transact_write_items},
    {"UntagResource", untag_resource},
    {"UpdateItem", update_item},
    {"UpdateTable", update_table},
    {"UpdateTimeToLive", update_time_to_live},
});
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

Handler handler_of(std::string_view operation) {
  const auto found = std::ranges::lower_bound(kOperations, operation, {}, &Operation::name);
  return found != kOperations.end() && found->name == operation ? found->handler : nullptr;
}

// Errors that the protocol layers in front of the service give (docs/spec/engine.md, "Operations").
constexpr auto kProtocolErrors = std::to_array<std::string_view>({
    "AccessDeniedException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SerializationException",
    "UnknownOperationException",
    "UnrecognizedClientException",
});

std::string_view prefix_of(std::string_view type) {
  if (type == "ValidationException") return "com.amazon.coral.validate#";
  if (std::ranges::find(kProtocolErrors, type) != kProtocolErrors.end()) return "com.amazon.coral.service#";
  return "com.amazonaws.dynamodb.v20120810#";
}

Answer error_answer(const ServiceError& error) {
  Answer answer{error.status, {}};
  value::WireWriter writer(answer.body);
  writer.raw(R"({"__type":")");
  writer.raw(prefix_of(error.type));
  writer.raw(error.type);
  writer.raw(R"(","message":)");
  // A message may quote bytes of the request, cut anywhere; the answer is valid JSON all the same.
  writer.string(value::is_valid_utf8(error.message) ? std::string_view(error.message)
                                                    : std::string_view(messages::kUnprintable));
  writer.raw(error.members);
  writer.raw('}');
  return answer;
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
      : storage(std::move(in)), options(complete(std::move(given))), catalog(*storage) {}

  Served<std::string> serve(std::string_view operation, std::string_view body) {
    const Handler handler = handler_of(operation);
    if (handler == nullptr) {
      return refuse("UnknownOperationException", fmt::format(messages::kUnknownOperation, operation));
    }
    if (const auto& problem = catalog.problem()) {
      return std::unexpected(ServiceError{"InternalServerError", problem->message(), 500});
    }
    if (body.size() > kMostBodyBytes) {
      return std::unexpected(ServiceError{"RequestEntityTooLargeException", std::string(messages::kBodyTooLarge), 413});
    }
    auto parser = parsers.take();
    auto answer = serve_parsed(*parser, handler, body);
    parsers.give_back(std::move(parser), body.size());
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
  } catch (const std::exception& error) {  // out of memory, or a fault of ours: nothing crosses this seam
    return error_answer({"InternalServerError", fmt::format(messages::kInternal, error.what()), 500});
  }
}

}  // namespace tabletheory::engine
