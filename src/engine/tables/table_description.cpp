#include "engine/tables/table_description.h"

#include <fmt/format.h>

#include "engine/items/item_codec.h"
#include "engine/key_codec.h"
#include "value/wire.h"

namespace tabletheory::engine {
namespace {

struct Extent {
  std::int64_t items = 0;
  std::int64_t bytes = 0;
};

Extent extent_of(std::uint32_t storage_id, const Snapshot& snapshot) {
  Extent extent;
  const std::string prefix = storage_prefix(storage_id);
  const auto cursor = snapshot.cursor();
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    ++extent.items;
    extent.bytes += static_cast<std::int64_t>(StoredItem(cursor->value()).size_bytes());
  }
  return extent;
}

std::string_view projection_name(Index::Projection projection) {
  switch (projection) {
    case Index::Projection::kKeysOnly:
      return "KEYS_ONLY";
    case Index::Projection::kInclude:
      return "INCLUDE";
    default:
      return "ALL";
  }
}

class Description {
 public:
  explicit Description(std::string& out) : writer_(out) {}

  // Begins a member of the object under way; `json` is written as it is.
  void member(std::string_view name, std::string_view json) {
    separate();
    writer_.key(name);
    writer_.raw(json);
  }
  void text(std::string_view name, std::string_view value) {
    member(name, {});
    writer_.string(value);
  }
  void number(std::string_view name, std::int64_t value) { member(name, fmt::to_string(value)); }

  void attribute_definitions(const std::vector<KeyAttribute>& definitions) {
    list("AttributeDefinitions", definitions, [&](const KeyAttribute& definition) {
      text("AttributeName", definition.name);
      text("AttributeType", type_name(definition.type));
    });
  }

  void key_schema(const KeySchema& keys) {
    std::vector<std::pair<std::string_view, std::string_view>> elements;
    for (const KeyAttribute& attribute : keys.hash) elements.emplace_back(attribute.name, "HASH");
    for (const KeyAttribute& attribute : keys.range) elements.emplace_back(attribute.name, "RANGE");
    list("KeySchema", elements, [&](const auto& element) {
      text("AttributeName", element.first);
      text("KeyType", element.second);
    });
  }

  void throughput(const Throughput& throughput) {
    object("ProvisionedThroughput", [&] {
      number("NumberOfDecreasesToday", 0);
      number("ReadCapacityUnits", throughput.read_units);
      number("WriteCapacityUnits", throughput.write_units);
    });
  }

  void index(const Table& table, const Index& index, const Snapshot& snapshot) {
    text("IndexName", index.name);
    key_schema(index.keys);
    object("Projection", [&] {
      text("ProjectionType", projection_name(index.projection));
      if (index.projection != Index::Projection::kInclude) return;
      member("NonKeyAttributes", "[");
      for (std::size_t i = 0; i < index.included.size(); ++i) {
        if (i > 0) writer_.raw(',');
        writer_.string(index.included[i]);
      }
      writer_.raw(']');
    });
    if (index.global) {
      text("IndexStatus", "ACTIVE");
      throughput(index.throughput);
    }
    const Extent extent = extent_of(index.storage_id, snapshot);
    number("IndexSizeBytes", extent.bytes);
    number("ItemCount", extent.items);
    text("IndexArn", fmt::format("{}/index/{}", table.arn, index.name));
  }

  void indexes(const Table& table, bool global, const Snapshot& snapshot) {
    std::vector<const Index*> chosen;
    for (const Index& index : table.indexes) {
      if (index.global == global) chosen.push_back(&index);
    }
    if (chosen.empty()) return;
    list(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes", chosen,
         [&](const Index* one) { index(table, *one, snapshot); });
  }

  template <class Body>
  void object(std::string_view name, Body body) {
    member(name, {});
    braced(body);
  }

  template <class Elements, class Body>
  void list(std::string_view name, const Elements& elements, Body body) {
    member(name, "[");
    bool first = true;
    for (const auto& element : elements) {
      if (!std::exchange(first, false)) writer_.raw(',');
      braced([&] { body(element); });
    }
    writer_.raw(']');
  }

  template <class Body>
  void braced(Body body) {
    writer_.raw('{');
    body();
    writer_.raw('}');
  }

 private:
  void separate() {
    if (writer_.out().back() != '{') writer_.raw(',');
  }

  value::WireWriter writer_;
};

// Seconds with milliseconds, as the service prints times.
std::string seconds(Timestamp time) {
  const std::int64_t milliseconds = time.unix_milliseconds();
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

void write_settings(const Table& table, Description& out) {
  if (table.on_demand) {
    out.object("BillingModeSummary", [&] {
      out.text("BillingMode", "PAY_PER_REQUEST");
      out.member("LastUpdateToPayPerRequestDateTime", seconds(table.on_demand_since));
    });
  }
  if (!table.table_class.empty()) {
    out.object("TableClassSummary", [&] { out.text("TableClass", table.table_class); });
  }
  out.member("DeletionProtectionEnabled", table.deletion_protection ? "true" : "false");
}

}  // namespace

std::string describe(std::string_view member, const Table& table, const Snapshot& snapshot, std::string_view status) {
  std::string text;
  Description out(text);
  out.braced([&] {
    out.object(member, [&] {
      out.attribute_definitions(table.attribute_definitions);
      out.text("TableName", table.name);
      out.key_schema(table.keys);
      out.text("TableStatus", status);
      out.member("CreationDateTime", seconds(table.created));
      out.throughput(table.throughput);
      const Extent extent = extent_of(table.storage_id, snapshot);
      out.number("TableSizeBytes", extent.bytes);
      out.number("ItemCount", extent.items);
      out.text("TableArn", table.arn);
      out.text("TableId", table.id);
      write_settings(table, out);
      out.indexes(table, false, snapshot);
      out.indexes(table, true, snapshot);
    });
  });
  return text;
}

}  // namespace tabletheory::engine
