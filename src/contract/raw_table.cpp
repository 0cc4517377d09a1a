#include "contract/raw_table.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <thread>

#include "value/wire.h"

namespace tabletheory::contract {
namespace {

constexpr int kMostPolls = 600;  // a minute: services take seconds to make a table
constexpr std::chrono::milliseconds kPollInterval{100};

std::string json_string(std::string_view text) {
  std::string out;
  value::WireWriter(out).string(text);
  return out;
}

std::string key_schema(const std::vector<dms::KeyAttribute>& partition, const std::vector<dms::KeyAttribute>& sort) {
  std::vector<std::string> elements;
  const auto add = [&elements](const std::vector<dms::KeyAttribute>& keys, std::string_view kind) {
    for (const auto& key : keys) {
      elements.push_back(fmt::format(R"({{"AttributeName":{},"KeyType":"{}"}})", json_string(key.attribute), kind));
    }
  };
  add(partition, "HASH");
  add(sort, "RANGE");
  return fmt::format("[{}]", fmt::join(elements, ","));
}

std::string projection(const dms::Index& index) {
  std::string out = fmt::format(R"({{"ProjectionType":"{}")", dms::projection_name(index.projection));
  if (index.projection == dms::Index::Projection::kInclude) {
    std::vector<std::string> fields;
    for (const std::string& field : index.fields) fields.push_back(json_string(field));
    out += fmt::format(R"(,"NonKeyAttributes":[{}])", fmt::join(fields, ","));
  }
  return out + "}";
}

std::string index_list(const dms::Model& model, bool global) {
  std::vector<std::string> indexes;
  for (const dms::Index& index : model.indexes) {
    if (index.global != global) continue;
    indexes.push_back(fmt::format(R"({{"IndexName":{},"KeySchema":{},"Projection":{}}})", json_string(index.name),
                                  key_schema(index.partition, index.sort), projection(index)));
  }
  if (indexes.empty()) return {};
  return fmt::format(R"(,"{}":[{}])", global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes",
                     fmt::join(indexes, ","));
}

std::vector<dms::KeyAttribute> sort_keys(const dms::Model& model) {
  return model.sort ? std::vector{*model.sort} : std::vector<dms::KeyAttribute>{};
}

std::string attribute_definitions(const dms::Model& model) {
  std::map<std::string, Type> types;
  const auto add = [&types](const std::vector<dms::KeyAttribute>& keys) {
    for (const auto& key : keys) types.emplace(key.attribute, key.type);
  };
  add({model.partition});
  add(sort_keys(model));
  for (const dms::Index& index : model.indexes) {
    add(index.partition);
    add(index.sort);
  }
  std::vector<std::string> definitions;
  for (const auto& [name, type] : types) {
    definitions.push_back(
        fmt::format(R"({{"AttributeName":{},"AttributeType":"{}"}})", json_string(name), type_name(type)));
  }
  return fmt::format("[{}]", fmt::join(definitions, ","));
}

std::unexpected<Error> unreadable_answer(std::string_view operation) {
  return fail(ErrorCode::kTransport, fmt::format("the answer to {} is not what DynamoDB answers", operation));
}

}  // namespace

std::string create_table_request(const dms::Model& model, std::string_view table) {
  return fmt::format(
      R"({{"TableName":{},"AttributeDefinitions":{},"KeySchema":{},"BillingMode":"PAY_PER_REQUEST"{}{}}})",
      json_string(table), attribute_definitions(model), key_schema({model.partition}, sort_keys(model)),
      index_list(model, true), index_list(model, false));
}

Result<void> RawTable::create(const dms::Model& model) const {
  TT_CHECK(drop());
  TT_CHECK(client_.raw_call("CreateTable", create_table_request(model, name_)));
  return wait_for("ACTIVE");
}

Result<void> RawTable::drop() const {
  const auto dropped = client_.raw_call("DeleteTable", fmt::format(R"({{"TableName":{}}})", json_string(name_)));
  if (!dropped && dropped.error().is(ErrorCode::kTableNotFound)) return {};
  if (!dropped) return std::unexpected(dropped.error());
  return wait_for("");
}

Result<std::string> RawTable::status() const {
  const auto answer = client_.raw_call("DescribeTable", fmt::format(R"({{"TableName":{}}})", json_string(name_)));
  if (!answer && answer.error().is(ErrorCode::kTableNotFound)) return std::string();
  if (!answer) return std::unexpected(answer.error());
  value::WireDocument document;
  TT_TRY(const value::WireElement body, document.parse(*answer));
  std::string_view status;
  if (body["Table"]["TableStatus"].get(status) != simdjson::SUCCESS) return unreadable_answer("DescribeTable");
  return std::string(status);
}

Result<void> RawTable::wait_for(std::string_view wanted) const {
  for (int poll = 0; poll < kMostPolls; ++poll) {
    TT_TRY(const std::string now, status());
    if (now == wanted) return {};
    std::this_thread::sleep_for(kPollInterval);
  }
  return fail(ErrorCode::kTimeout,
              fmt::format("table {} did not become {} within a minute", name_, wanted.empty() ? "absent" : wanted));
}

Result<std::optional<Item>> RawTable::get(const Item& key) const {
  const std::string request =
      fmt::format(R"({{"TableName":{},"Key":{},"ConsistentRead":true}})", json_string(name_), to_wire_json(key));
  TT_TRY(const std::string answer, client_.raw_call("GetItem", request));
  value::WireDocument document;
  TT_TRY(const value::WireElement body, document.parse(answer));
  value::WireElement stored;
  if (body["Item"].get(stored) != simdjson::SUCCESS) return std::optional<Item>();
  auto item = value::read_item(stored);
  if (!item) return unreadable_answer("GetItem");
  return std::optional<Item>(std::move(*item));
}

}  // namespace tabletheory::contract
