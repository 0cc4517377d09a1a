// Queries, scans and counts of a CppSession.
#include <algorithm>
#include <string>

#include "contract/cpp_session.h"
#include "contract/logical.h"

namespace tabletheory::contract {

using value::JsonNode;

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// What `contains` looks for is a part of the attribute: text in text, an element of a set or list.
Result<Value> element_value(const dms::Attribute* attribute, const JsonNode& node) {
  if (attribute == nullptr) return logical_value(nullptr, node);
  dms::Attribute element = *attribute;
  element.json = false;
  if (attribute->type == Type::kSS || attribute->type == Type::kNS || attribute->type == Type::kBS) {
    element.type = attribute->type == Type::kSS ? Type::kS : attribute->type == Type::kNS ? Type::kN : Type::kB;
    return logical_value(&element, node);
  }
  return attribute->type == Type::kL ? logical_value(nullptr, node) : logical_value(&element, node);
}

// A condition of a query's key or of a filter: the operator is handed on by name, for the SDK to judge.
Result<Condition> condition_of(const dms::Model& model, const JsonNode& node) {
  const std::string& name = node.find("attribute")->text;
  const std::string& op = node.find("operator")->text;
  const dms::Attribute* attribute = model.find_attribute(name);
  const auto read = lower(op) == "contains" ? element_value : logical_value;
  std::vector<Value> values;
  if (const JsonNode* one = node.find("value")) {
    TT_TRY(auto value, read(attribute, *one));
    values.push_back(std::move(value));
  }
  if (const JsonNode* several = node.find("values")) {
    for (const JsonNode& each : several->elements) {
      TT_TRY(auto value, read(attribute, each));
      values.push_back(std::move(value));
    }
  }
  // A name the model has is that attribute, whatever is in it; any other is a path such as profile.city.
  const Path path = attribute != nullptr ? Path::named(name) : attr(name);
  return path.compare(op, values);
}

// What queries and scans share.
template <class Read>
Result<void> configure(const dms::Model& model, const JsonNode& node, Read& read) {
  if (const JsonNode* index = node.find("index")) read.using_index(index->text);
  if (const JsonNode* filter = node.find("filter")) {
    for (const JsonNode& each : filter->elements) {
      TT_TRY(auto condition, condition_of(model, each));
      read.where(std::move(condition));
    }
  }
  if (const JsonNode* projection = node.find("projection")) read.select(paths_of(projection));
  if (const JsonNode* limit = node.find("limit")) read.page_size(static_cast<std::size_t>(integer_of(*limit)));
  if (const JsonNode* cursor = node.find("cursor")) read.after(cursor->text);
  if (const JsonNode* secret = node.find("cursor_key")) read.sign_cursors(secret->text);
  return {};
}

template <class Read>
Result<Observation> one_page(const dms::Model& model, const Read& read) {
  TT_TRY(auto page, read.page());
  Observation seen;
  seen.items = std::move(page.items);
  seen.item_models.assign(seen.items.size(), &model);
  seen.cursor = std::move(page.cursor);
  seen.count = seen.items.size();
  return seen;
}

}  // namespace

Result<Query<Item>> CppSession::query_of(const LoadedModel& model, const JsonNode& node) const {
  TT_TRY(auto partition, condition_of(model.definition, *node.find("partition")));
  auto query = table_of(model).query(std::move(partition));
  if (const JsonNode* sort = node.find("sort")) {
    TT_TRY(auto condition, condition_of(model.definition, *sort));
    query.sort(std::move(condition));
  }
  TT_CHECK(configure(model.definition, node, query));
  const JsonNode* direction = node.find("sort_direction");
  if (direction != nullptr && direction->text == "DESC") query.descending();
  if (const JsonNode* consistent = node.find("consistent_read")) query.consistent(consistent->boolean);
  return query;
}

Result<Scan<Item>> CppSession::scan_of(const LoadedModel& model, const JsonNode& node) const {
  auto scan = table_of(model).scan();
  TT_CHECK(configure(model.definition, node, scan));
  return scan;
}

Result<Observation> CppSession::run_query(const Step& step) const {
  const LoadedModel& model = model_of(step);
  TT_TRY(const auto query, query_of(model, *step.argument("query")));
  return one_page(model.definition, query);
}

Result<Observation> CppSession::run_scan(const Step& step) const {
  const LoadedModel& model = model_of(step);
  TT_TRY(const auto scan, scan_of(model, *step.argument("scan")));
  return one_page(model.definition, scan);
}

Result<Observation> CppSession::run_count(const Step& step) const {
  const LoadedModel& model = model_of(step);
  const JsonNode& counted = *step.argument("count");
  Observation seen;
  if (const JsonNode* query = counted.find("query")) {
    TT_TRY(const auto read, query_of(model, *query));
    TT_TRY(seen.count, read.count());
  } else {
    TT_TRY(const auto read, scan_of(model, *counted.find("scan")));
    TT_TRY(seen.count, read.count());
  }
  return seen;
}

}  // namespace tabletheory::contract
