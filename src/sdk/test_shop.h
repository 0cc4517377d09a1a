// A little shop: the typed models that the tests of the SDK share, and a client on an engine of its own with a clock
// that the test sets.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tabletheory/tabletheory.h"

namespace tabletheory::shop {

struct Address {
  std::string city = {};
  std::vector<std::string> lines = {};
  std::optional<int> floor = {};
  friend bool operator==(const Address&, const Address&) = default;
};
inline void describe(ModelBuilder<Address>& m) {
  m.attribute("city", &Address::city);
  m.attribute("lines", &Address::lines);
  m.attribute("floor", &Address::floor, {.omit_empty = true});
}

struct Order {
  std::string pk = {}, sk = {};
  std::string state = {};
  Number total = {};
  std::optional<std::string> note = {};
  std::set<std::string> tags = {};
  std::vector<std::string> events = {};
  Address address = {};
  std::int64_t attempts = 0;
  Timestamp created_at = {}, updated_at = {};
  std::int64_t version = 0;
  friend bool operator==(const Order&, const Order&) = default;
};
inline void describe(ModelBuilder<Order>& m) {
  m.name("Order").table("orders");
  m.partition_key("PK", &Order::pk);
  m.sort_key("SK", &Order::sk);
  m.attribute("state", &Order::state, {.omit_empty = true});  // keys an index, which refuses ""
  m.attribute("total", &Order::total);
  m.attribute("note", &Order::note);
  m.attribute("tags", &Order::tags, {.omit_empty = true});
  m.attribute("events", &Order::events, {.omit_empty = true});
  m.attribute("address", &Order::address);
  m.attribute("attempts", &Order::attempts);
  m.created_at("createdAt", &Order::created_at);
  m.updated_at("updatedAt", &Order::updated_at);
  m.version("version", &Order::version);
  m.global_index("by-state", &Order::state, &Order::created_at);
  m.local_index("by-total", &Order::total, {.projection = Projection::kKeysOnly});
}

// No sort key, no lifecycle, a ttl.
struct Session {
  std::string id = {};
  std::string user = {};
  std::optional<Timestamp> expires = {};
  friend bool operator==(const Session&, const Session&) = default;
};
inline void describe(ModelBuilder<Session>& m) {
  m.name("Session").table("sessions");
  m.partition_key("id", &Session::id);
  m.attribute("user", &Session::user, {.required = true});
  m.ttl("expires", &Session::expires);
}

inline constexpr const char* kOrderSchema = R"(dms_version: "0.2"
models:
  - name: Order
    table: {name: orders}
    keys:
      partition: {attribute: PK, type: S}
      sort: {attribute: SK, type: S}
    attributes:
      - {attribute: PK, type: S, roles: [pk]}
      - {attribute: SK, type: S, roles: [sk]}
      - {attribute: state, type: S, omit_empty: true}
      - {attribute: total, type: N}
      - {attribute: note, type: S}
      - {attribute: tags, type: SS, omit_empty: true}
      - {attribute: events, type: L, omit_empty: true}
      - {attribute: address, type: M}
      - {attribute: attempts, type: N}
      - {attribute: createdAt, type: S, roles: [created_at]}
      - {attribute: updatedAt, type: S, roles: [updated_at]}
      - {attribute: version, type: N, roles: [version]}
    indexes:
      - {name: by-state, type: GSI, partition: {attribute: state, type: S}, sort: {attribute: createdAt, type: S}}
      - {name: by-total, type: LSI, partition: {attribute: PK, type: S}, sort: {attribute: total, type: N},
         projection: {type: KEYS_ONLY}}
)";

// Counts and keeps the calls that pass through it.
class Spy final : public Transport {
 public:
  struct Call {
    std::string operation, body;
  };
  explicit Spy(std::shared_ptr<Transport> next) : next_(std::move(next)) {}
  Result<TransportAnswer> call(const TransportCall& call) override {
    calls.push_back({std::string(call.operation), std::string(call.body)});
    if (!answers.empty()) {
      Result<TransportAnswer> answer = std::move(answers.front());
      answers.erase(answers.begin());
      return answer;
    }
    return next_->call(call);
  }
  std::vector<Call> calls;                       // of one thread at a time
  std::vector<Result<TransportAnswer>> answers;  // given before the next transport is asked

 private:
  std::shared_ptr<Transport> next_;
};

class Shop : public testing::Test {
 protected:
  static constexpr std::int64_t kNoon = 1'767'355'200;  // 2026-01-02T12:00:00Z

  ClientOptions options() {
    ClientOptions options;
    options.now = [this] { return Timestamp(seconds_.load(), 123'456'789); };
    options.random = [state = std::make_shared<std::atomic<std::uint64_t>>(1)] {
      return state->fetch_add(1) * 0x9E3779B97F4A7C15U;
    };
    options.sleep = [this](std::chrono::milliseconds duration) { slept_ += duration.count(); };
    return options;
  }

  void SetUp() override {
    ASSERT_TRUE(orders_.ensure_table());
    ASSERT_TRUE(sessions_.ensure_table());
    spy_->calls.clear();
  }

  static Order order(int number, std::string state = "open") {
    Order order;
    order.pk = "C#1";
    order.sk = "O#" + std::string(number < 10 ? "00" : number < 100 ? "0" : "") + std::to_string(number);
    order.state = std::move(state);
    order.total = Number(number * 10);
    return order;
  }

  std::atomic<std::int64_t> seconds_ = kNoon;
  std::atomic<std::int64_t> slept_ = 0;
  std::shared_ptr<Spy> spy_ = std::make_shared<Spy>(Client::connect("memory:", options()).value().transport());
  Client client_ = Client::over(spy_, options());
  Table<Order> orders_ = client_.table<Order>().value();
  Table<Session> sessions_ = client_.table<Session>().value();
};

}  // namespace tabletheory::shop
