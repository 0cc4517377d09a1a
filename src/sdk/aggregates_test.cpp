// Aggregates over queries and scans of the three kinds of tables.
#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

class Aggregates : public Shop {
 protected:
  void SetUp() override {
    Shop::SetUp();
    for (int i = 1; i <= 6; ++i) ASSERT_TRUE(orders_.create(order(i, i <= 4 ? "open" : "paid")));
    spy_->calls.clear();
  }
};

TEST_F(Aggregates, OverAQueryPageByPageReadingOnlyWhatIsNeeded) {
  const auto rows = aggregate(orders_.query("C#1").page_size(2).where(attr(&Order::total) > 10))
                        .group_by({&Order::state})
                        .count("orders")
                        .sum("revenue", &Order::total)
                        .average("mean", &Order::total)
                        .run();
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(*rows, (std::vector<Item>{{{"state", "open"}, {"orders", 3}, {"revenue", 90}, {"mean", 30}},
                                      {{"state", "paid"}, {"orders", 2}, {"revenue", 110}, {"mean", 55}}}));
  EXPECT_GE(spy_->calls.size(), 3U);
  EXPECT_NE(spy_->calls[0].body.find("ProjectionExpression"), std::string::npos);
  EXPECT_EQ(spy_->calls[0].body.find("createdAt"), std::string::npos);
}

TEST_F(Aggregates, HavingAndMinAndMax) {
  const auto rows = aggregate(orders_.scan())
                        .group_by({&Order::state})
                        .min("least", &Order::total)
                        .max("last", &Order::sk)
                        .having(attr("least") >= 50)
                        .having(attr("state") == "paid")
                        .run();
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(*rows, (std::vector<Item>{{{"state", "paid"}, {"least", 50}, {"last", "O#006"}}}));
}

TEST_F(Aggregates, LimitsIndexesAndParallelScansCount) {
  EXPECT_EQ(aggregate(orders_.query("C#1").limit(2)).sum("sum", &Order::total).run()->front().find("sum")->number(),
            Number(30));
  EXPECT_EQ(aggregate(orders_.query(attr(&Order::state) == "paid"))
                .sum("sum", &Order::total)
                .run()
                ->front()
                .find("sum")
                ->number(),
            Number(110));
  EXPECT_EQ(aggregate(orders_.scan().parallel(3)).count("n").run()->front().find("n")->number(), Number(6));
}

TEST_F(Aggregates, DynamicAndDocumentTables) {
  const Model model = Schema::load_text(kOrderSchema)->model("Order").value();
  const auto dynamic = aggregate(client_.table(model).scan()).count_distinct("states", "state").run();
  ASSERT_TRUE(dynamic) << dynamic.error().to_string();
  EXPECT_EQ(dynamic->front().find("states")->number(), Number(2));
  const auto documents =
      aggregate(client_.documents("orders", {"PK", "SK"}).scan()).group_by({Path("address.city")}).count("n").run();
  ASSERT_TRUE(documents) << documents.error().to_string();
  EXPECT_EQ(*documents, (std::vector<Item>{{{"address.city", ""}, {"n", 6}}}));
}

struct Cat {
  std::string id = {};
  std::int64_t lives = 0;
};
void describe(ModelBuilder<Cat>& m) {
  m.name("Cat").table("pets").dms_version("0.3").discriminator("kind", "cat");
  m.partition_key("id", &Cat::id);
  m.attribute("lives", &Cat::lives);
}
struct Dog {
  std::string id = {};
};
void describe(ModelBuilder<Dog>& m) {
  m.name("Dog").table("pets").dms_version("0.3").discriminator("kind", "dog");
  m.partition_key("id", &Dog::id);
}

TEST_F(Aggregates, SeveralModelsOfOneTable) {
  const Table<Cat> cats = client_.table<Cat>().value();
  const Table<Dog> dogs = client_.table<Dog>().value();
  ASSERT_TRUE(cats.ensure_table());
  ASSERT_TRUE(cats.create({.id = "1", .lives = 9}));
  ASSERT_TRUE(cats.create({.id = "2", .lives = 7}));
  ASSERT_TRUE(dogs.create({.id = "3"}));
  const auto pets = SharedTable<Cat, Dog>::of(cats, dogs);
  ASSERT_TRUE(pets) << pets.error().to_string();
  const auto rows = aggregate(pets->scan()).count("pets").sum("lives", "lives").run();
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(*rows, (std::vector<Item>{{{"pets", 3}, {"lives", 16}}}));
}

TEST_F(Aggregates, ErrorsSayWhere) {
  const auto unknown = aggregate(orders_.scan()).sum("sum", "totl").run();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(unknown.error().operation(), "aggregate");
  EXPECT_EQ(unknown.error().table(), "orders");
  const auto text = aggregate(orders_.scan()).sum("sum", &Order::state).run();
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code(), ErrorCode::kInvalidModel);
  EXPECT_FALSE(aggregate(orders_.scan()).run());
  EXPECT_FALSE(aggregate(orders_.scan().using_index("nowhere")).count("n").run());
}

}  // namespace
}  // namespace tabletheory::shop
