#include "ops/table_changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/guards.h"
#include "ops/stored_attributes.h"

namespace tabletheory::ops {
namespace {

using Models = TableOperation::Models;

std::string_view text_member(value::WireElement object, std::string_view name) {
  std::string_view text;
  return object.at_key(name).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// The object behind a member; nullopt when there is none.
std::optional<value::WireElement> object_member(value::WireElement object, std::string_view name) {
  value::WireElement member;
  if (object.at_key(name).get(member) != simdjson::SUCCESS || !member.is_object()) return std::nullopt;
  return member;
}

std::int64_t integer_member(value::WireElement object, std::string_view name) {
  std::int64_t integer = 0;
  return object.at_key(name).get(integer) == simdjson::SUCCESS ? integer : 0;
}

bool bool_member(value::WireElement object, std::string_view name) {
  bool flag = false;
  return object.at_key(name).get(flag) == simdjson::SUCCESS && flag;
}

Result<value::WireElement> read_description(value::WireDocument& document, const std::string& body) {
  TT_TRY(value::WireObject answer, read_body(document, body, "DescribeTable"));
  value::WireElement description;
  if (answer.at_key("Table").get(description) == simdjson::SUCCESS && description.is_object()) return description;
  return fail(ErrorCode::kTransport,
              "the answer to DescribeTable does not describe a table; check that the address is a DynamoDB endpoint");
}

struct LiveTtl {
  std::string attribute;  // empty: none
  bool settled = true;    // neither being enabled nor disabled
};

Result<LiveTtl> read_ttl(const std::string& body) {
  value::WireDocument document;
  TT_TRY(value::WireObject answer, read_body(document, body, "DescribeTimeToLive"));
  value::WireElement ttl;
  if (answer.at_key("TimeToLiveDescription").get(ttl) != simdjson::SUCCESS) return LiveTtl{};
  const std::string_view status = text_member(ttl, "TimeToLiveStatus");
  LiveTtl live;
  live.settled = status != "ENABLING" && status != "DISABLING";
  if (status == "ENABLED" || status == "ENABLING") live.attribute = text_member(ttl, "AttributeName");
  return live;
}

Error located_at(Error error, std::string_view operation, const TableShape& model) {
  return located(std::move(error), operation, nullptr, model.table);
}

}  // namespace

// ---- verify

TableVerify::TableVerify(const Environment& environment, TableShape model)
    : model_(std::move(model)), calls_(environment) {
  calls_.add("DescribeTable", by_table_name(model_.table), Repeat::kRead);
  if (environment.target.has(Capability::kTimeToLive)) {
    calls_.add("DescribeTimeToLive", by_table_name(model_.table), Repeat::kRead);
  }
}

TableVerify::Created TableVerify::start(const Environment& environment, Models models) {
  auto shape = shape_of(models);
  if (!shape) return std::unexpected(located(std::move(shape).error(), "verify_table", nullptr, {}));
  return std::unique_ptr<TableVerify>(new TableVerify(environment, std::move(*shape)));
}

Step TableVerify::next() {
  if (final_) return *final_;
  if (auto step = calls_.next()) return std::move(*step);
  auto taken = take();
  final_ = taken ? Step(Done{}) : Step(Failed{located_at(std::move(taken).error(), "verify_table", model_)});
  return *final_;
}

Result<void> TableVerify::take() {
  for (std::size_t call = 0; call < calls_.size(); ++call)
    if (!calls_.outcome(call).response) return std::unexpected(std::move(*calls_.outcome(call).error));
  value::WireDocument document;
  TT_TRY(const value::WireElement description, read_description(document, calls_.outcome(0).response->body));
  TableShape live = shape_of(description);
  if (calls_.size() > 1) {
    TT_TRY(LiveTtl ttl, read_ttl(calls_.outcome(1).response->body));
    live.ttl_attribute = std::move(ttl.attribute);
  }
  found_ = differences(model_, live);
  return {};
}

// ---- update

TableUpdate::TableUpdate(const Environment& environment, TableShape model, TableChanges changes)
    : model_(std::move(model)), changes_(std::move(changes)), calls_(environment) {}

TableUpdate::Created TableUpdate::start(const Environment& environment, Models models, TableChanges changes) {
  auto shape = shape_of(models);
  if (!shape) return std::unexpected(located(std::move(shape).error(), "update_table", nullptr, {}));
  const auto refused = [&](Error error) {
    return std::unexpected(located_at(std::move(error), "update_table", *shape));
  };
  if (auto able = check_able(environment.target, *shape, changes); !able) return refused(std::move(able).error());
  if (changes.provisioned && changes.on_demand) {
    return refused(Error(ErrorCode::kInvalidOperator,
                         "the table is to be both provisioned and on demand; give provisioned or on_demand"));
  }
  return std::unique_ptr<TableUpdate>(new TableUpdate(environment, std::move(*shape), std::move(changes)));
}

void TableUpdate::send() {
  calls_.clear();
  switch (stage_) {
    case Stage::kDescribe:
    case Stage::kAwaitActive:
      calls_.add("DescribeTable", by_table_name(model_.table), Repeat::kRead);
      break;
    case Stage::kDescribeTtl:
    case Stage::kAwaitTtl:
      calls_.add("DescribeTimeToLive", by_table_name(model_.table), Repeat::kRead);
      break;
    case Stage::kChange:
      calls_.add(plan_[next_change_].operation, plan_[next_change_].body, Repeat::kAlways);
      break;
  }
  in_flight_ = true;
}

Step TableUpdate::next() {
  while (!final_) {
    if (!in_flight_) send();
    if (auto step = calls_.next()) return std::move(*step);
    in_flight_ = false;
    auto taken = take(calls_.outcome(0));
    if (taken && !*taken) {
      auto pause = patience_.pause(stage_ == Stage::kAwaitTtl ? "done with its time to live" : "ACTIVE");
      if (pause) return std::move(*pause);
      taken = std::unexpected(std::move(pause).error());
    }
    if (!taken) final_ = Step(Failed{located_at(std::move(taken).error(), "update_table", model_)});
  }
  return *final_;
}

Result<bool> TableUpdate::take(Outcome& outcome) {
  if (stage_ == Stage::kChange) {
    // A repeat of what had been done after all is refused: the table says how far it is.
    const bool echo = outcome.earlier_unknown && outcome.refusal.has_value();
    if (!outcome.response && !echo) return std::unexpected(std::move(*outcome.error));
    stage_ = plan_[next_change_++].then;
    patience_.renew();
    if (stage_ == Stage::kChange) go_on();
    return true;
  }
  if (!outcome.response) return std::unexpected(std::move(*outcome.error));
  const bool is_ttl = stage_ == Stage::kDescribeTtl || stage_ == Stage::kAwaitTtl;
  return is_ttl ? take_ttl(outcome) : take_description(outcome, stage_ == Stage::kDescribe);
}

Result<bool> TableUpdate::take_description(Outcome& outcome, bool plan) {
  value::WireDocument document;
  TT_TRY(const value::WireElement description, read_description(document, outcome.response->body));
  if (!is_active(description)) return false;
  patience_.renew();
  if (!plan) {
    go_on();
    return true;
  }
  TT_CHECK(plan_table(description));
  if (changes_.ttl && !model_.ttl_attribute.empty()) {
    stage_ = Stage::kDescribeTtl;
  } else {
    go_on();
  }
  return true;
}

Result<bool> TableUpdate::take_ttl(Outcome& outcome) {
  TT_TRY(const LiveTtl live, read_ttl(outcome.response->body));
  if (!live.settled && stage_ == Stage::kAwaitTtl) return false;
  if (stage_ == Stage::kDescribeTtl) plan_ttl(live.attribute);
  patience_.renew();
  go_on();
  return true;
}

// To the next change, or the end.
void TableUpdate::go_on() {
  stage_ = Stage::kChange;
  if (changes_.dry_run || next_change_ == plan_.size()) final_ = Step(Done{});
}

void TableUpdate::add(std::string words, std::string_view operation, std::string body, Stage then) {
  words_.push_back(std::move(words));
  plan_.push_back({operation, std::move(body), then});
}

// `members`: each begun with a comma.
std::string TableUpdate::table_update(std::string_view members) const {
  std::string body = by_table_name(model_.table);
  body.pop_back();
  body += members;
  body += '}';
  return body;
}

Result<void> TableUpdate::plan_table(value::WireElement description) {
  const TableShape live = shape_of(description);
  plan_settings(description);
  plan_throughput(description, live);
  TT_CHECK(plan_indexes(live));
  plan_tags(description);
  if (changes_.point_in_time_recovery) {
    add(fmt::format("turn point-in-time recovery {}", *changes_.point_in_time_recovery ? "on" : "off"),
        "UpdateContinuousBackups", recovery_request(model_.table, *changes_.point_in_time_recovery), Stage::kChange);
  }
  return {};
}

void TableUpdate::plan_settings(value::WireElement description) {
  const auto update = [&](std::string words, const auto& write) {
    std::string members;
    value::WireWriter writer(members);
    write(writer);
    add(std::move(words), "UpdateTable", table_update(members), Stage::kAwaitActive);
  };
  if (changes_.deletion_protection &&
      *changes_.deletion_protection != bool_member(description, "DeletionProtectionEnabled")) {
    const bool on = *changes_.deletion_protection;
    update(fmt::format("turn deletion protection {}", on ? "on" : "off"), [&](value::WireWriter& writer) {
      writer.raw(on ? R"(,"DeletionProtectionEnabled":true)" : R"(,"DeletionProtectionEnabled":false)");
    });
  }
  if (changes_.stream) {
    const auto stream = object_member(description, "StreamSpecification");
    const bool has_stream = stream && bool_member(*stream, "StreamEnabled");
    const std::string_view view = has_stream ? text_member(*stream, "StreamViewType") : std::string_view();
    const auto write = [](StreamView wanted) {
      return [wanted](value::WireWriter& writer) { write_stream(writer, wanted); };
    };
    // The service changes no stream: one ends, another begins.
    if (view != stream_view_name(*changes_.stream)) {
      if (has_stream) update(fmt::format("end the stream of {}", view), write(StreamView::kNone));
      if (*changes_.stream != StreamView::kNone) {
        update(fmt::format("begin a stream of {}", stream_view_name(*changes_.stream)), write(*changes_.stream));
      }
    }
  }
  if (changes_.encryption_at_rest) {
    const auto sse = object_member(description, "SSEDescription");
    const std::string& key = changes_.encryption_at_rest->kms_key;
    const bool is_so =
        sse && text_member(*sse, "SSEType") == "KMS" && (key.empty() || text_member(*sse, "KMSMasterKeyArn") == key);
    if (!is_so) {
      update("encrypt at rest with KMS",
             [&](value::WireWriter& writer) { write_encryption_at_rest(writer, *changes_.encryption_at_rest); });
    }
  }
}

void TableUpdate::plan_throughput(value::WireElement description, const TableShape& live) {
  const auto billing = object_member(description, "BillingModeSummary");
  const bool is_on_demand = billing && text_member(*billing, "BillingMode") == "PAY_PER_REQUEST";
  index_throughput_ = changes_.provisioned;
  const auto own = object_member(description, "ProvisionedThroughput");
  if (!changes_.provisioned && !changes_.on_demand && !is_on_demand && own) {
    index_throughput_ =
        Throughput{integer_member(*own, "ReadCapacityUnits"), integer_member(*own, "WriteCapacityUnits")};
  }
  std::string members;
  value::WireWriter writer(members);
  if (changes_.on_demand && !is_on_demand) {
    writer.raw(R"(,"BillingMode":"PAY_PER_REQUEST")");
    return add("bill on demand", "UpdateTable", table_update(members), Stage::kAwaitActive);
  }
  if (!changes_.provisioned) return;
  const Throughput& wanted = *changes_.provisioned;
  const auto is_so = [&](value::WireElement described) {
    const auto throughput = object_member(described, "ProvisionedThroughput");
    return throughput && integer_member(*throughput, "ReadCapacityUnits") == wanted.read_units &&
           integer_member(*throughput, "WriteCapacityUnits") == wanted.write_units;
  };
  if (is_on_demand) writer.raw(R"(,"BillingMode":"PROVISIONED")");
  if (is_on_demand || !is_so(description)) write_throughput(writer, wanted);
  // Its indexes are given the same, those that have it already left out.
  bool first = true;
  value::WireArray described;
  if (description.at_key("GlobalSecondaryIndexes").get(described) == simdjson::SUCCESS) {
    for (const value::WireElement index : described) {
      if (!is_on_demand && is_so(index)) continue;
      writer.raw(first ? R"(,"GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":)" : R"(,{"Update":{"IndexName":)");
      first = false;
      writer.string(text_member(index, "IndexName"));
      write_throughput(writer, wanted);
      writer.raw("}}");
    }
  }
  if (!first) writer.raw(']');
  if (members.empty()) return;
  add(fmt::format("provision {} read and {} write units for the table and each of its {} GSIs", wanted.read_units,
                  wanted.write_units, std::ranges::count(live.indexes, true, &dms::Index::global)),
      "UpdateTable", table_update(members), Stage::kAwaitActive);
}

Result<void> TableUpdate::plan_indexes(const TableShape& live) {
  std::vector<const dms::Index*> made, dropped;
  std::string stuck;
  const auto stay = [&](std::string what) { stuck += (stuck.empty() ? "" : "; ") + std::move(what); };
  if (model_.partition != live.partition || model_.sort != live.sort) stay("the table has other keys");
  for (const dms::Index& index : model_.indexes) {
    const dms::Index* other = live.find_index(index.name);
    if (other != nullptr && same_index(index, *other)) continue;
    if (!index.global || (other != nullptr && !other->global)) {
      stay(fmt::format("local index {} {}", index.name, other == nullptr ? "is missing" : "is another"));
    } else if (other == nullptr) {
      if (changes_.add_indexes) made.push_back(&index);
    } else if (changes_.drop_indexes) {
      dropped.push_back(other);
      made.push_back(&index);
    } else {
      return fail(ErrorCode::kInvalidModel,
                  fmt::format("index {} of the table is another than the models declare; allow drop_indexes to make it "
                              "anew (it cannot be queried meanwhile), or declare it under another name",
                              index.name));
    }
  }
  for (const dms::Index& index : live.indexes) {
    if (index.global && changes_.drop_indexes && model_.find_index(index.name) == nullptr) dropped.push_back(&index);
  }
  if (!stuck.empty()) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("{}, which no update can change; make a new table and migrate the items into it", stuck));
  }
  for (const dms::Index* index : dropped) {
    std::string members = R"(,"GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":)";
    value::WireWriter writer(members);
    writer.string(index->name);
    writer.raw("}}]");
    add("delete index " + index->name, "UpdateTable", table_update(members), Stage::kAwaitActive);
  }
  for (const dms::Index* index : made) {
    std::vector<dms::KeyAttribute> keys = index->partition;
    for (const dms::KeyAttribute& key : index->sort)
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    std::string members = ",";
    value::WireWriter writer(members);
    write_definitions(writer, keys);
    writer.raw(R"(,"GlobalSecondaryIndexUpdates":[{"Create":{)");
    write_index(writer, *index);
    if (index_throughput_) write_throughput(writer, *index_throughput_);
    writer.raw("}}]");
    add("create index " + index->name, "UpdateTable", table_update(members), Stage::kAwaitActive);
  }
  return {};
}

void TableUpdate::plan_tags(value::WireElement description) {
  const auto resource = [&] {
    std::string body = R"({"ResourceArn":)";
    value::WireWriter(body).string(text_member(description, "TableArn"));
    return body;
  };
  if (!changes_.tags.empty()) {
    std::string body = resource() + R"(,"Tags":)";
    value::WireWriter writer(body);
    write_tags(writer, changes_.tags);
    writer.raw('}');
    add(fmt::format("set {} tags", changes_.tags.size()), "TagResource", std::move(body), Stage::kChange);
  }
  if (changes_.remove_tags.empty()) return;
  std::string body = resource() + R"(,"TagKeys":)";
  value::WireWriter writer(body);
  char separator = '[';
  for (const std::string& key : changes_.remove_tags) {
    writer.raw(separator);
    separator = ',';
    writer.string(key);
  }
  writer.raw("]}");
  add(fmt::format("remove {} tags", changes_.remove_tags.size()), "UntagResource", std::move(body), Stage::kChange);
}

void TableUpdate::plan_ttl(const std::string& live) {
  if (live == model_.ttl_attribute) return;
  // The service has one ttl attribute, and takes a while to let go of it.
  if (!live.empty()) {
    add(fmt::format("stop expiring items by \"{}\"", live), "UpdateTimeToLive", ttl_request(model_.table, live, false),
        Stage::kAwaitTtl);
  }
  add(fmt::format("expire items by \"{}\"", model_.ttl_attribute), "UpdateTimeToLive",
      ttl_request(model_.table, model_.ttl_attribute, true), Stage::kChange);
}

}  // namespace tabletheory::ops
