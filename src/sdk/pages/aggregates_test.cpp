// The program of docs/aggregates.md.
#include <gtest/gtest.h>

#include <sstream>

#include "tabletheory/tabletheory.h"

namespace {

using namespace tabletheory;

struct Sale {
  std::string shop = {}, id = {};
  std::string article = {};
  Number price = {};
};

void describe(ModelBuilder<Sale>& m) {
  m.name("Sale").table("sales");
  m.partition_key("shop", &Sale::shop);
  m.sort_key("id", &Sale::id);
  m.attribute("article", &Sale::article);
  m.attribute("price", &Sale::price);
}

std::ostringstream out;

Result<void> report(const Table<Sale>& sales) {
  Result<std::vector<Item>> rows = aggregate(sales.query("Berlin"))
                                       .group_by({&Sale::article})
                                       .count("sold")
                                       .sum("revenue", &Sale::price)
                                       .average("mean", &Sale::price)
                                       .having(attr("sold") >= 2)
                                       .run();
  if (!rows) return std::unexpected(rows.error());
  for (const Item& row : *rows) {
    out << row.find("article")->text() << ' ' << row.find("revenue")->number().to_string() << '\n';
  }
  return {};
}

TEST(Pages, Aggregates) {
  const Client client = Client::connect("memory:").value();
  const Table<Sale> sales = client.table<Sale>().value();
  ASSERT_TRUE(sales.ensure_table());
  for (int i = 0; i < 5; ++i) {
    const Number price = Number::parse(i < 3 ? "0.1" : "7.25").value();
    ASSERT_TRUE(sales.create({.shop = "Berlin",
                              .id = std::to_string(i),
                              .article = i < 3    ? "pencil"
                                         : i == 3 ? "globe"
                                                  : "lamp",
                              .price = price}));
  }
  const Result<void> done = report(sales);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(out.str(), "pencil 0.3\n");
}

}  // namespace
