#include "engine/table_record.h"

#include <fmt/format.h>

#include "value/wire.h"

namespace tabletheory::engine {
namespace {

constexpr std::int64_t kFormat = 1;

// --- Writing -----------------------------------------------------------------------------------------------------

void write_attributes(const std::vector<KeyAttribute>& attributes, value::WireWriter& writer) {
  writer.raw('[');
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (i > 0) writer.raw(',');
    writer.raw('[');
    writer.string(attributes[i].name);
    writer.raw(',');
    writer.string(type_name(attributes[i].type));
    writer.raw(']');
  }
  writer.raw(']');
}

void write_member(std::string_view name, std::int64_t number, value::WireWriter& writer) {
  writer.raw(',');
  writer.key(name);
  writer.integer(number);
}

void write_member(std::string_view name, std::string_view text, value::WireWriter& writer) {
  writer.raw(',');
  writer.key(name);
  writer.string(text);
}

void write_time(std::string_view name, Timestamp time, value::WireWriter& writer) {
  write_member(name, time.to_string(), writer);
}

void write_keys(const KeySchema& keys, value::WireWriter& writer) {
  writer.raw(R"(,"hash":)");
  write_attributes(keys.hash, writer);
  writer.raw(R"(,"range":)");
  write_attributes(keys.range, writer);
}

void write_throughput(const Throughput& throughput, value::WireWriter& writer) {
  write_member("read_units", throughput.read_units, writer);
  write_member("write_units", throughput.write_units, writer);
}

void write_index(const Index& index, value::WireWriter& writer) {
  writer.raw(R"({"name":)");
  writer.string(index.name);
  write_member("storage_id", index.storage_id, writer);
  write_member("global", index.global ? 1 : 0, writer);
  write_keys(index.keys, writer);
  write_member("projection", static_cast<std::int64_t>(index.projection), writer);
  writer.raw(R"(,"included":[)");
  for (std::size_t i = 0; i < index.included.size(); ++i) {
    if (i > 0) writer.raw(',');
    writer.string(index.included[i]);
  }
  writer.raw(']');
  write_throughput(index.throughput, writer);
  writer.raw('}');
}

// --- Reading -----------------------------------------------------------------------------------------------------

// Reads members of one record; after any mismatch `good` is false and the values read are defaults.
class Reader {
 public:
  Reader(value::WireObject object, bool& good) : object_(object), good_(good) {}

  std::string text(std::string_view name) const {
    std::string_view out;
    require(object_.at_key(name).get(out));
    return std::string(out);
  }
  std::int64_t number(std::string_view name) const {
    std::int64_t out = 0;
    require(object_.at_key(name).get(out));
    return out;
  }
  Timestamp time(std::string_view name) const {
    const auto read = Timestamp::parse(text(name));
    good_ = good_ && read.has_value();
    return read.value_or(Timestamp());
  }
  value::WireArray array(std::string_view name) const {
    value::WireArray out;
    require(object_.at_key(name).get(out));
    return out;
  }
  bool has(std::string_view name) const { return object_.at_key(name).error() == simdjson::SUCCESS; }
  Reader object(std::string_view name) const {
    value::WireObject out;
    require(object_.at_key(name).get(out));
    return {out, good_};
  }
  value::WireObject raw() const { return object_; }
  bool good() const { return good_; }

  std::vector<KeyAttribute> attributes(std::string_view name) const {
    std::vector<KeyAttribute> out;
    const auto pairs = array(name);
    if (!good_) return out;
    for (const value::WireElement pair : pairs) {
      std::string_view attribute;
      std::string_view type;
      KeyAttribute read;
      require(pair.at(0).get(attribute));
      require(pair.at(1).get(type));
      if (!good_ || !parse_type_name(type, read.type)) {
        good_ = false;
        return out;
      }
      read.name = attribute;
      out.push_back(std::move(read));
    }
    return out;
  }
  KeySchema keys() const { return {attributes("hash"), attributes("range")}; }
  Throughput throughput() const { return {number("read_units"), number("write_units")}; }

 private:
  void require(simdjson::error_code error) const { good_ = good_ && error == simdjson::SUCCESS; }

  value::WireObject object_;
  bool& good_;
};

Index read_index(const Reader& reader) {
  Index index;
  index.name = reader.text("name");
  index.storage_id = static_cast<std::uint32_t>(reader.number("storage_id"));
  index.global = reader.number("global") != 0;
  index.keys = reader.keys();
  index.projection = static_cast<Index::Projection>(reader.number("projection"));
  index.throughput = reader.throughput();
  const auto included = reader.array("included");
  if (!reader.good()) return index;
  for (const value::WireElement element : included) {
    std::string_view name;
    if (element.get(name) == simdjson::SUCCESS) index.included.emplace_back(name);
  }
  return index;
}

Table read_table(const Reader& reader, bool& good) {
  Table table;
  table.name = reader.text("name");
  table.arn = reader.text("arn");
  table.id = reader.text("id");
  table.storage_id = static_cast<std::uint32_t>(reader.number("storage_id"));
  table.keys = reader.keys();
  table.attribute_definitions = reader.attributes("attributes");
  table.on_demand = reader.number("on_demand") != 0;
  table.throughput = reader.throughput();
  table.on_demand_since = reader.time("on_demand_since");
  table.created = reader.time("created");
  table.deletion_protection = reader.number("deletion_protection") != 0;
  table.table_class = reader.text("table_class");
  if (reader.has("ttl_attribute")) table.ttl_attribute = reader.text("ttl_attribute");
  const auto indexes = reader.array("indexes");
  const auto tags = reader.object("tags");
  if (!good) return table;
  for (const value::WireElement element : indexes) {
    value::WireObject object;
    good = good && element.get(object) == simdjson::SUCCESS;
    if (!good) return table;
    table.indexes.push_back(read_index({object, good}));
  }
  for (const auto field : tags.raw()) {
    std::string_view text;
    good = good && field.value.get(text) == simdjson::SUCCESS;
    table.tags.emplace(field.key, text);
  }
  return table;
}

}  // namespace

std::string table_record(const Table& table) {
  std::string out;
  value::WireWriter writer(out);
  writer.raw(R"({"format":)");
  writer.integer(kFormat);
  write_member("name", table.name, writer);
  write_member("arn", table.arn, writer);
  write_member("id", table.id, writer);
  write_member("storage_id", table.storage_id, writer);
  write_keys(table.keys, writer);
  writer.raw(R"(,"attributes":)");
  write_attributes(table.attribute_definitions, writer);
  writer.raw(R"(,"indexes":[)");
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (i > 0) writer.raw(',');
    write_index(table.indexes[i], writer);
  }
  writer.raw(']');
  write_member("on_demand", table.on_demand ? 1 : 0, writer);
  write_time("on_demand_since", table.on_demand_since, writer);
  write_throughput(table.throughput, writer);
  write_time("created", table.created, writer);
  write_member("deletion_protection", table.deletion_protection ? 1 : 0, writer);
  if (table.ttl_attribute) write_member("ttl_attribute", *table.ttl_attribute, writer);
  write_member("table_class", table.table_class, writer);
  writer.raw(R"(,"tags":{)");
  bool first = true;
  for (const auto& [key, text] : table.tags) {
    if (!std::exchange(first, false)) writer.raw(',');
    writer.key(key);
    writer.string(text);
  }
  writer.raw("}}");
  return out;
}

Result<Table> read_table_record(std::string_view record) {
  value::WireDocument document;
  const auto parsed = document.parse(record);
  value::WireObject object;
  if (!parsed || parsed->get(object) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInternal, "a table definition in storage is damaged; restore the file from a backup");
  }
  bool good = true;
  const Reader reader(object, good);
  const std::int64_t format = reader.number("format");
  if (good && format > kFormat) {
    return fail(ErrorCode::kInternal, fmt::format("a table definition in storage has format {}, and this version reads "
                                                  "up to {}; open it with a newer TableTheory",
                                                  format, kFormat));
  }
  Table table = read_table(reader, good);
  if (!good) {
    return fail(ErrorCode::kInternal, "a table definition in storage is damaged; restore the file from a backup");
  }
  return table;
}

}  // namespace tabletheory::engine
