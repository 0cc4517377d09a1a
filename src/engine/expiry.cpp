#include "engine/expiry.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "value/wire.h"

namespace tabletheory::engine {
namespace {

// An older time is taken for a mistake, as by the service.
constexpr std::int64_t kOldestSeconds = std::int64_t{5} * 365 * 24 * 60 * 60;
constexpr std::string_view kExpired = "#ttl < :now AND #ttl > :oldest";

std::string quoted(std::string_view text) {
  std::string out;
  value::WireWriter(out).string(text);
  return out;
}

// A request's answer. Absent tables and failed conditions are no errors here: others write at the same time.
class Call {
 public:
  Result<void> make(Engine& engine, std::string_view operation, const std::string& request) {
    const Answer answer = engine.handle(operation, request);
    TT_TRY(body_, document_.parse(answer.body));
    if (answer.status == 200) {
      done_ = true;
      return {};
    }
    std::string_view type, message;
    if (body_["__type"].get(type) != simdjson::SUCCESS) type = "";
    if (body_["message"].get(message) != simdjson::SUCCESS) message = "";
    if (type.ends_with("#ResourceNotFoundException") || type.ends_with("#ConditionalCheckFailedException")) return {};
    return fail(ErrorCode::kServiceUnavailable, fmt::format("expired items cannot be removed: {}", message));
  }
  bool done() const { return done_; }
  value::WireElement body() const { return body_; }

 private:
  value::WireDocument document_;
  value::WireElement body_;
  bool done_ = false;
};

class TableSweep {
 public:
  TableSweep(Engine& engine, std::string_view table, Timestamp now) : engine_(engine), table_(quoted(table)) {
    values_ = fmt::format(R"("ExpressionAttributeValues":{{":now":{{"N":"{}"}},":oldest":{{"N":"{}"}}}})",
                          now.unix_seconds(), now.unix_seconds() - kOldestSeconds);
  }

  Result<std::size_t> run(const std::stop_token& stop) {
    TT_TRY(const bool has_ttl, read_table());
    std::size_t removed = 0;
    std::string start;  // `,"ExclusiveStartKey":…`
    while (has_ttl && !stop.stop_requested()) {
      Call scan;
      TT_CHECK(scan.make(engine_, "Scan",
                         fmt::format(R"({{"TableName":{},"FilterExpression":"{}","ProjectionExpression":"{}",)"
                                     R"("ExpressionAttributeNames":{{{},{}}},{}{}}})",
                                     table_, kExpired, projection_, ttl_name_, key_names_, values_, start)));
      if (!scan.done()) break;
      TT_TRY(const std::size_t here, remove(scan.body()["Items"].get_array(), stop));
      removed += here;
      value::WireElement last;
      if (scan.body()["LastEvaluatedKey"].get(last) != simdjson::SUCCESS) break;
      start = R"(,"ExclusiveStartKey":)" + simdjson::minify(last);
    }
    return removed;
  }

 private:
  // Whether the table has a time to live; its attribute's name and those of the keys.
  Result<bool> read_table() {
    Call ttl, description;
    const std::string request = fmt::format(R"({{"TableName":{}}})", table_);
    TT_CHECK(ttl.make(engine_, "DescribeTimeToLive", request));
    std::string_view attribute;
    if (!ttl.done() || ttl.body()["TimeToLiveDescription"]["AttributeName"].get(attribute) != simdjson::SUCCESS) {
      return false;
    }
    ttl_name_ = R"("#ttl":)" + quoted(attribute);
    TT_CHECK(description.make(engine_, "DescribeTable", request));
    if (!description.done()) return false;
    int number = 0;
    for (const value::WireElement key : description.body()["Table"]["KeySchema"].get_array()) {
      const std::string_view comma = number == 0 ? "" : ",";
      projection_ += fmt::format("{}#k{}", comma, number);
      key_names_ += fmt::format(R"({}"#k{}":{})", comma, number, quoted(key["AttributeName"].get_string().value()));
      ++number;
    }
    return true;
  }

  Result<std::size_t> remove(value::WireArray keys, const std::stop_token& stop) {
    std::size_t removed = 0;
    for (const value::WireElement key : keys) {
      if (stop.stop_requested()) break;
      Call removal;
      TT_CHECK(removal.make(engine_, "DeleteItem",
                            fmt::format(R"({{"TableName":{},"Key":{},"ConditionExpression":"{}",)"
                                        R"("ExpressionAttributeNames":{{{}}},{}}})",
                                        table_, simdjson::minify(key), kExpired, ttl_name_, values_)));
      removed += removal.done() ? 1 : 0;
    }
    return removed;
  }

  Engine& engine_;
  const std::string table_;
  std::string values_;
  std::string ttl_name_;  // `"#ttl":"…"`
  std::string key_names_, projection_;
};

Result<std::vector<std::string>> table_names(Engine& engine) {
  std::vector<std::string> names;
  std::string start;
  for (;;) {
    Call list;
    TT_CHECK(list.make(engine, "ListTables", fmt::format("{{{}}}", start)));
    for (const value::WireElement name : list.body()["TableNames"].get_array()) {
      names.emplace_back(name.get_string().value());
    }
    std::string_view last;
    if (list.body()["LastEvaluatedTableName"].get(last) != simdjson::SUCCESS) return names;
    start = R"("ExclusiveStartTableName":)" + quoted(last);
  }
}

}  // namespace

Result<std::size_t> remove_expired(Engine& engine, Timestamp now, const std::stop_token& stop) {
  TT_TRY(const std::vector<std::string> names, table_names(engine));
  std::size_t removed = 0;
  for (const std::string& name : names) {
    if (stop.stop_requested()) break;
    TT_TRY(const std::size_t here, TableSweep(engine, name, now).run(stop));
    removed += here;
  }
  return removed;
}

}  // namespace tabletheory::engine
