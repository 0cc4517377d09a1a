#include "ops/write_plan.h"

#include "ops/guards.h"
#include "value/wire.h"

namespace tabletheory::ops {
namespace {

constexpr std::string_view kAskForItem = R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")";

std::string_view name_of(ReturnValues values) {
  switch (values) {
    case ReturnValues::kAllOld:
      return "ALL_OLD";
    case ReturnValues::kUpdatedOld:
      return "UPDATED_OLD";
    case ReturnValues::kAllNew:
      return "ALL_NEW";
    case ReturnValues::kUpdatedNew:
      return "UPDATED_NEW";
    case ReturnValues::kNone:
      break;
  }
  return "NONE";
}

}  // namespace

std::string_view WritePlan::service_operation() const {
  switch (kind) {
    case Kind::kCreate:
    case Kind::kPut:
      return "PutItem";
    case Kind::kUpsert:
    case Kind::kUpdate:
      return "UpdateItem";
    case Kind::kDelete:
      return "DeleteItem";
    case Kind::kCondition:
      break;
  }
  return "ConditionCheck";  // exists within transactions only
}

// `"TableName":…,"Item":…` and the expressions.
void WritePlan::append_members(std::string& out) const {
  value::WireWriter writer(out);
  writer.raw(R"("TableName":)");
  writer.string(table);
  writer.raw(is_put() ? R"(,"Item":)" : R"(,"Key":)");
  writer.raw(is_put() ? item : key);
  writer.raw(expressions);
}

std::string WritePlan::request(ReturnValues return_values) const {
  std::string out;
  out.reserve(table.size() + item.size() + key.size() + expressions.size() + 160);
  out += '{';
  append_members(out);
  if (return_values != ReturnValues::kNone) {
    out += R"(,"ReturnValues":")";
    out += name_of(return_values);
    out += '"';
  }
  if (asks_item()) out += kAskForItem;
  out += '}';
  return sealed(std::move(out));
}

std::string WritePlan::transact_action() const {
  std::string out = "{";
  switch (kind) {
    case Kind::kCreate:
    case Kind::kPut:
      out += R"("Put":{)";
      break;
    case Kind::kUpsert:
    case Kind::kUpdate:
      out += R"("Update":{)";
      break;
    case Kind::kDelete:
      out += R"("Delete":{)";
      break;
    case Kind::kCondition:
      out += R"("ConditionCheck":{)";
      break;
  }
  append_members(out);
  if (asks_item()) out += kAskForItem;
  out += "}}";
  return sealed(std::move(out));
}

std::string WritePlan::batch_request() const {
  return is_put() ? sealed(R"({"PutRequest":{"Item":)" + item + "}}") : R"({"DeleteRequest":{"Key":)" + key + "}}";
}

std::string WritePlan::item_in_the_clear() const {
  return unsealed.empty() ? item : unsealed.in_the_clear(item);
}

std::string WritePlan::identity() const {
  return key.empty() ? std::string() : table + '/' + key;
}

Error WritePlan::locate(Error error) const {
  return located(std::move(error), name, model.get(), table);
}

}  // namespace tabletheory::ops
