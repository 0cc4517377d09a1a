// ScriptedTarget: what tests of this layer drive operations with — a fixed clock, repeatable randomness, and answers
// laid down beforehand. Tests only.
//
//     ScriptedTarget target;
//     target.answer(R"({"Item":{…}})");
//     auto read = ItemRead::get(target.environment(), users(), key);
//     EXPECT_FALSE(target.run(**read));                  // no error
//     EXPECT_EQ(target.requests.front().body, …);
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/dynamic_item.h"
#include "model/model.h"
#include "ops/environment.h"
#include "ops/operation.h"

namespace tabletheory::ops {

class ScriptedTarget {
 public:
  // 2026-01-02T03:04:05.678901234Z: the library cuts its clock to milliseconds.
  static constexpr std::int64_t kNowSeconds = 1'767'323'045;

  ScriptedTarget() {
    environment_.now = [] { return Timestamp(kNowSeconds, 678'901'234); };
    // The same draw each time, one half of the range: full jitter then gives half of its ceiling.
    environment_.random = [] { return std::uint64_t{1} << 63; };
  }

  Environment& environment() { return environment_; }

  // The next answers, in order.
  void answer(std::string body) { answers_.emplace_back(Response{200, std::move(body), "request-1"}); }
  void refuse(int status, std::string_view type, std::string_view members = R"("message":"no")") {
    std::string body = R"({"__type":"com.amazonaws.dynamodb.v20120810#)";
    body.append(type).append("\",").append(members).append("}");
    answers_.emplace_back(Response{status, std::move(body), "request-1"});
  }
  void fail_with(Error error) { answers_.emplace_back(std::unexpected(std::move(error))); }

  // Drives up to the end or the next page. nullopt: Done or PageReady (see `at_page`).
  std::optional<Error> run(Operation& operation) {
    at_page = false;
    constexpr int kMaxSteps = 1000;
    for (int i = 0; i < kMaxSteps; ++i) {
      Step step = operation.next();
      if (auto* send = std::get_if<Send>(&step)) {
        parallel = std::max(parallel, send->requests.size());
        for (Request& request : send->requests) {
          const std::uint32_t id = request.id;
          requests.push_back(std::move(request));
          if (kms && requests.back().service == Service::kKms) {
            operation.on_response(id, kms(requests.back()));
            continue;
          }
          if (answers_.empty()) {
            ADD_FAILURE() << "no answer left for " << requests.back().operation << " " << requests.back().body;
            return Error(ErrorCode::kInternal, "the script has ended");
          }
          Result<Response> next = std::move(answers_.front());
          answers_.pop_front();
          operation.on_response(id, std::move(next));
        }
      } else if (auto* sleep = std::get_if<Sleep>(&step)) {
        sleeps.push_back(static_cast<int>(sleep->duration.count()));
      } else if (auto* failed = std::get_if<Failed>(&step)) {
        return failed->error;
      } else {
        at_page = std::holds_alternative<PageReady>(step);
        return std::nullopt;
      }
    }
    ADD_FAILURE() << "the operation does not end";
    return Error(ErrorCode::kInternal, "endless");
  }

  bool finished() const { return answers_.empty(); }

  // Answers for the key service; without it, its calls take the next scripted answer.
  std::function<Result<Response>(const Request&)> kms;

  std::vector<Request> requests;
  std::vector<int> sleeps;   // in milliseconds
  std::size_t parallel = 0;  // most requests in flight at once
  bool at_page = false;

 private:
  Environment environment_;
  std::deque<Result<Response>> answers_;
};

// The instant above as it is stored.
inline constexpr std::string_view kNow = "2026-01-02T03:04:05.678000000Z";

// A model of a DMS text. `name`: which of the document's models; the first without.
inline std::shared_ptr<const model::Model> compile(std::string_view yaml, std::string_view name = {}) {
  const auto document = dms::load_text(yaml, "test.yml");
  if (!document) {
    ADD_FAILURE() << document.error().to_string();
    return nullptr;
  }
  return model::Model::compile(name.empty() ? document->models.front() : *document->find(name));
}

// A map bound to a model that owns its map.
class Bound final : public model::ItemSource {
 public:
  Bound(const std::shared_ptr<const model::Model>& model, Item item)
      : model_(model), item_(std::move(item)), source_(*model_, item_) {}
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;
  model::Presence presence(std::size_t slot) const override { return source_.presence(slot); }
  Result<void> write(std::size_t slot, std::string& out) const override { return source_.write(slot, out); }
  Result<void> check_names() const override { return source_.check_names(); }

 private:
  std::shared_ptr<const model::Model> model_;
  Item item_;
  model::DynamicItem source_;
};

// The model most tests use: keys, every lifecycle role, ttl, omit_empty, a required attribute, indexes.
inline const std::shared_ptr<const model::Model>& orders() {
  static const auto model = compile(R"(
dms_version: "0.2"
models:
  - name: Order
    table: {name: orders}
    keys: {partition: {attribute: PK, type: S}, sort: {attribute: SK, type: S}}
    attributes:
      - {attribute: PK, type: S, roles: [pk]}
      - {attribute: SK, type: S, roles: [sk]}
      - {attribute: status, type: S, required: true}
      - {attribute: note, type: S, omit_empty: true}
      - {attribute: total, type: N}
      - {attribute: tags, type: SS}
      - {attribute: events, type: L}
      - {attribute: customer, type: S, omit_empty: true}
      - {attribute: createdAt, type: S, roles: [created_at]}
      - {attribute: updatedAt, type: S, roles: [updated_at]}
      - {attribute: version, type: N, roles: [version]}
      - {attribute: expiresAt, type: N, roles: [ttl], omit_empty: true}
    indexes:
      - {name: by-status, type: GSI, partition: {attribute: status, type: S}, sort: {attribute: createdAt, type: S}, projection: {type: INCLUDE, fields: [total]}}
      - {name: by-customer, type: GSI, partition: {attribute: customer, type: S}}
      - {name: by-total, type: LSI, partition: {attribute: PK, type: S}, sort: {attribute: total, type: N}}
)");
  return model;
}

// A model without any lifecycle role.
inline const std::shared_ptr<const model::Model>& notes() {
  static const auto model = compile(R"(
dms_version: "0.2"
models:
  - name: Note
    table: {name: notes}
    keys: {partition: {attribute: id, type: N}}
    attributes:
      - {attribute: id, type: N, roles: [pk]}
      - {attribute: text, type: S}
      - {attribute: profile, type: M}
)");
  return model;
}

inline Item order_key() {
  return Item{{"PK", "U#1"}, {"SK", "O#1"}};
}

}  // namespace tabletheory::ops
