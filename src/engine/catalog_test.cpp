#include "engine/catalog.h"

#include <gtest/gtest.h>

#include "engine/table_record.h"

namespace tabletheory::engine {
namespace {

Table full_table() {
  Table table;
  table.name = "orders";
  table.arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
  table.id = "0b5c";
  table.storage_id = 3;
  table.keys = {{{"pk", Type::kS}}, {{"sk", Type::kN}}};
  table.attribute_definitions = {{"g\"1", Type::kB}, {"pk", Type::kS}, {"sk", Type::kN}};
  Index index;
  index.name = "by_g";
  index.storage_id = 4;
  index.keys = {{{"g\"1", Type::kB}}, {}};
  index.projection = Index::Projection::kInclude;
  index.included = {"a", "b"};
  index.throughput = {5, 6};
  Index local;
  local.name = "local";
  local.storage_id = 5;
  local.global = false;
  local.keys = {{{"pk", Type::kS}}, {{"g\"1", Type::kB}}};
  local.projection = Index::Projection::kKeysOnly;
  table.indexes = {index, local};
  table.on_demand = false;
  table.on_demand_since = Timestamp(5, 6);
  table.throughput = {7, 8};
  table.created = Timestamp(1'700'000'000, 123'456'789);
  table.deletion_protection = true;
  table.ttl_attribute = "expires";
  table.tags = {{"team", "core"}, {"é", ""}};
  table.table_class = "STANDARD_INFREQUENT_ACCESS";
  return table;
}

void expect_same(const Table& a, const Table& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.arn, b.arn);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.storage_id, b.storage_id);
  EXPECT_EQ(a.keys, b.keys);
  EXPECT_EQ(a.attribute_definitions, b.attribute_definitions);
  EXPECT_EQ(a.on_demand, b.on_demand);
  EXPECT_EQ(a.on_demand_since, b.on_demand_since);
  EXPECT_EQ(a.throughput.read_units, b.throughput.read_units);
  EXPECT_EQ(a.throughput.write_units, b.throughput.write_units);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.deletion_protection, b.deletion_protection);
  EXPECT_EQ(a.ttl_attribute, b.ttl_attribute);
  EXPECT_EQ(a.tags, b.tags);
  EXPECT_EQ(a.table_class, b.table_class);
  ASSERT_EQ(a.indexes.size(), b.indexes.size());
  for (std::size_t i = 0; i < a.indexes.size(); ++i) {
    EXPECT_EQ(a.indexes[i].name, b.indexes[i].name);
    EXPECT_EQ(a.indexes[i].storage_id, b.indexes[i].storage_id);
    EXPECT_EQ(a.indexes[i].global, b.indexes[i].global);
    EXPECT_EQ(a.indexes[i].keys, b.indexes[i].keys);
    EXPECT_EQ(a.indexes[i].projection, b.indexes[i].projection);
    EXPECT_EQ(a.indexes[i].included, b.indexes[i].included);
    EXPECT_EQ(a.indexes[i].throughput.read_units, b.indexes[i].throughput.read_units);
    EXPECT_EQ(a.indexes[i].throughput.write_units, b.indexes[i].throughput.write_units);
  }
}

TEST(TableRecord, ReadsBackWhatItWrote) {
  const auto read = read_table_record(table_record(full_table()));
  ASSERT_TRUE(read) << read.error().message();
  expect_same(full_table(), *read);
}

TEST(TableRecord, ReadsBackATableWithoutAnythingOptional) {
  Table table;
  table.name = "bare";
  const auto read = read_table_record(table_record(table));
  ASSERT_TRUE(read) << read.error().message();
  expect_same(table, *read);
}

TEST(TableRecord, RefusesWhatIsNotARecord) {
  const std::string whole = table_record(full_table());
  EXPECT_FALSE(read_table_record(""));
  EXPECT_FALSE(read_table_record("[]"));
  EXPECT_FALSE(read_table_record("{}"));
  EXPECT_FALSE(read_table_record(whole.substr(0, whole.size() / 2)));
}

TEST(TableRecord, RefusesARecordOfANewerFormat) {
  const auto read = read_table_record(R"({"format":2,"name":"t"})");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message().find("format 2"), std::string::npos) << read.error().message();
}

TEST(Catalog, IsEmptyOverEmptyStorage) {
  const auto storage = make_memory_storage();
  const Catalog catalog(*storage);
  EXPECT_TRUE(catalog.names().empty());
  EXPECT_EQ(catalog.find("orders"), nullptr);
  EXPECT_FALSE(catalog.problem());
}

TEST(Catalog, NamesAreSorted) {
  const auto storage = make_memory_storage();
  Catalog catalog(*storage);
  for (const char* name : {"beta", "alpha", "gamma"}) {
    Table table;
    table.name = name;
    ASSERT_TRUE(catalog.put(table));
  }
  EXPECT_EQ(catalog.names(), (std::vector<std::string>{"alpha", "beta", "gamma"}));
}

TEST(Catalog, AFoundTableStaysAsItWas) {
  const auto storage = make_memory_storage();
  Catalog catalog(*storage);
  ASSERT_TRUE(catalog.put(full_table()));
  const auto found = catalog.find("orders");
  Table changed = full_table();
  changed.ttl_attribute = std::nullopt;
  ASSERT_TRUE(catalog.put(changed));
  EXPECT_EQ(found->ttl_attribute, "expires");
  EXPECT_EQ(catalog.find("orders")->ttl_attribute, std::nullopt);
  ASSERT_TRUE(catalog.erase("orders"));
  EXPECT_EQ(catalog.find("orders"), nullptr);
  EXPECT_EQ(found->name, "orders");
}

TEST(Catalog, IsReadBackFromStorage) {
  const auto storage = make_memory_storage();
  {
    Catalog catalog(*storage);
    ASSERT_TRUE(catalog.put(full_table()));
    Table other;
    other.name = "gone";
    ASSERT_TRUE(catalog.put(other));
    ASSERT_TRUE(catalog.erase("gone"));
  }
  const Catalog again(*storage);
  EXPECT_EQ(again.names(), std::vector<std::string>{"orders"});
  expect_same(full_table(), *again.find("orders"));
}

TEST(Catalog, StorageIdsAreNeverUsedAgain) {
  const auto storage = make_memory_storage();
  std::uint32_t last = 0;
  for (int reload = 0; reload < 3; ++reload) {
    Catalog catalog(*storage);
    for (int i = 0; i < 5; ++i) {
      const auto id = catalog.next_storage_id();
      ASSERT_TRUE(id);
      EXPECT_GT(*id, last);
      last = *id;
    }
  }
}

TEST(Catalog, TellsOfADefinitionItCannotRead) {
  const auto storage = make_memory_storage();
  ASSERT_TRUE(storage->commit({{std::string("\0\0\0\0table/t", 11), R"({"format":99})"}}));
  const Catalog catalog(*storage);
  ASSERT_TRUE(catalog.problem());
  EXPECT_NE(catalog.problem()->message().find("newer"), std::string::npos);
}

}  // namespace
}  // namespace tabletheory::engine
