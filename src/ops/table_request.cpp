// CreateTable requests from models.
#include <fmt/format.h>

#include <algorithm>

#include "ops/tables.h"
#include "value/limits.h"

namespace tabletheory::ops {
namespace {

using Models = TableOperation::Models;

std::unexpected<Error> misfit(std::string message) {
  return fail(ErrorCode::kInvalidModel, std::move(message));
}

// One table that several models share: what they agree on, and what each adds.
class SharedTable {
 public:
  Result<void> add(const model::Model& model) {
    const dms::Model& definition = model.definition();
    if (first_ == nullptr) {
      first_ = &model;
    } else if (model.table() != first_->table()) {
      return misfit(fmt::format("models {} and {} are in different tables ({} and {}); make each table by itself",
                                first_->name(), model.name(), first_->table(), model.table()));
    } else if (definition.partition != first_->definition().partition || definition.sort != first_->definition().sort) {
      return misfit(fmt::format("models {} and {} share table {} but not its key; give them the same keys",
                                first_->name(), model.name(), model.table()));
    }
    TT_CHECK(add_key(definition.partition));
    if (definition.sort) TT_CHECK(add_key(*definition.sort));
    for (const dms::Index& index : definition.indexes) TT_CHECK(add_index(model, index));
    return {};
  }

  std::string request(const TableOptions& options) const {
    std::string body = R"({"TableName":)";
    value::WireWriter writer(body);
    writer.string(first_->table());
    writer.raw(R"(,"AttributeDefinitions":[)");
    for (const dms::KeyAttribute& key : keys_) {
      if (&key != keys_.data()) writer.raw(',');
      writer.raw(R"({"AttributeName":)");
      writer.string(key.attribute);
      writer.raw(R"(,"AttributeType":)");
      writer.string(type_name(key.type));
      writer.raw('}');
    }
    writer.raw("],");
    const auto& sort = first_->definition().sort;
    key_schema(writer, {first_->definition().partition}, sort ? std::vector{*sort} : std::vector<dms::KeyAttribute>());
    writer.raw(R"(,"BillingMode":)");
    writer.string(options.provisioned ? "PROVISIONED" : "PAY_PER_REQUEST");
    throughput(writer, options);
    indexes(writer, options, true);
    indexes(writer, options, false);
    tags(writer, options);
    if (options.deletion_protection) writer.raw(R"(,"DeletionProtectionEnabled":true)");
    writer.raw('}');
    return body;
  }

 private:
  Result<void> add_key(const dms::KeyAttribute& key) {
    const auto known = std::ranges::find(keys_, key.attribute, &dms::KeyAttribute::attribute);
    if (known == keys_.end()) {
      keys_.push_back(key);
    } else if (known->type != key.type) {
      return misfit(
          fmt::format("the key attribute \"{}\" of table {} is {} in one model and {} in another; give it one "
                      "type",
                      key.attribute, first_->table(), type_name(known->type), type_name(key.type)));
    }
    return {};
  }

  Result<void> add_index(const model::Model& model, const dms::Index& index) {
    const auto known = std::ranges::find(indexes_, index.name, [](const dms::Index* other) { return other->name; });
    if (known == indexes_.end()) {
      for (const auto* keys : {&index.partition, &index.sort})
        for (const dms::KeyAttribute& key : *keys) TT_CHECK(add_key(key));
      indexes_.push_back(&index);
      return {};
    }
    const dms::Index& other = **known;
    if (other.global == index.global && other.partition == index.partition && other.sort == index.sort &&
        other.projection == index.projection && sorted(other.fields) == sorted(index.fields)) {
      return {};
    }
    return misfit(fmt::format("model {} declares index {} of table {} otherwise than model {}; declare it alike",
                              model.name(), index.name, first_->table(), first_->name()));
  }

  static std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
  }

  static void key_schema(value::WireWriter& writer, const std::vector<dms::KeyAttribute>& partition,
                         const std::vector<dms::KeyAttribute>& sort) {
    writer.raw(R"("KeySchema":[)");
    bool first = true;
    const auto add = [&](const dms::KeyAttribute& key, std::string_view kind) {
      if (!first) writer.raw(',');
      first = false;
      writer.raw(R"({"AttributeName":)");
      writer.string(key.attribute);
      writer.raw(R"(,"KeyType":)");
      writer.string(kind);
      writer.raw('}');
    };
    for (const dms::KeyAttribute& key : partition) add(key, "HASH");
    for (const dms::KeyAttribute& key : sort) add(key, "RANGE");
    writer.raw(']');
  }

  static void throughput(value::WireWriter& writer, const TableOptions& options) {
    if (!options.provisioned) return;
    writer.raw(R"(,"ProvisionedThroughput":{"ReadCapacityUnits":)");
    writer.integer(options.provisioned->read_units);
    writer.raw(R"(,"WriteCapacityUnits":)");
    writer.integer(options.provisioned->write_units);
    writer.raw('}');
  }

  void indexes(value::WireWriter& writer, const TableOptions& options, bool global) const {
    bool first = true;
    for (const dms::Index* index : indexes_) {
      if (index->global != global) continue;
      writer.raw(!first ? "," : global ? R"(,"GlobalSecondaryIndexes":[)" : R"(,"LocalSecondaryIndexes":[)");
      first = false;
      writer.raw(R"({"IndexName":)");
      writer.string(index->name);
      writer.raw(',');
      key_schema(writer, index->partition, index->sort);
      writer.raw(R"(,"Projection":{"ProjectionType":)");
      writer.string(dms::projection_name(index->projection));
      if (index->projection == dms::Index::Projection::kInclude) {
        char separator = '[';
        writer.raw(R"(,"NonKeyAttributes":)");
        for (const std::string& field : index->fields) {
          writer.raw(separator);
          writer.string(field);
          separator = ',';
        }
        writer.raw(']');
      }
      writer.raw('}');
      if (global) throughput(writer, options);
      writer.raw('}');
    }
    if (!first) writer.raw(']');
  }

  static void tags(value::WireWriter& writer, const TableOptions& options) {
    if (options.tags.empty()) return;
    char separator = '[';
    writer.raw(R"(,"Tags":)");
    for (const auto& [key, tag] : options.tags) {
      writer.raw(separator);
      writer.raw(R"({"Key":)");
      writer.string(key);
      writer.raw(R"(,"Value":)");
      writer.string(tag);
      writer.raw('}');
      separator = ',';
    }
    writer.raw(']');
  }

  const model::Model* first_ = nullptr;
  std::vector<dms::KeyAttribute> keys_;     // in the order met, each once
  std::vector<const dms::Index*> indexes_;  // by name, each once
};

}  // namespace

Result<std::string> create_table_request(Models models, const TableOptions& options) {
  if (models.empty()) return misfit("a table is made from at least one model; give one");
  SharedTable table;
  for (const auto& model : models) TT_CHECK(table.add(*model));
  return table.request(options);
}

}  // namespace tabletheory::ops
