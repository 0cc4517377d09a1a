// Several models in one table (DMS 0.3): typed and dynamic reads of them together, on the embedded engine.
#include "sdk/test_shop.h"

namespace tabletheory::shop {

struct Customer {
  std::string pk = {}, sk = {};
  std::string name = {};
  std::string email = {};
};
inline void describe(ModelBuilder<Customer>& m) {
  m.name("Customer").table("shop").dms_version("0.3").discriminator("kind", "customer");
  m.partition_key("PK", &Customer::pk);
  m.sort_key("SK", &Customer::sk);
  m.attribute("name", &Customer::name);
  m.attribute("email", &Customer::email, {.omit_empty = true});
  m.global_index("by-email", &Customer::email);
}

struct Purchase {
  std::string pk = {}, sk = {};
  Number total = {};
  Timestamp at = {};
  std::optional<Timestamp> expires = {};
};
inline void describe(ModelBuilder<Purchase>& m) {
  m.name("Purchase").table("shop").dms_version("0.3").discriminator("kind", "purchase");
  m.partition_key("PK", &Purchase::pk);
  m.sort_key("SK", &Purchase::sk);
  m.attribute("total", &Purchase::total);
  m.attribute("at", &Purchase::at);
  m.ttl("expires", &Purchase::expires);
}

struct Place {
  std::string id = {};
  std::string country = {}, city = {}, street = {};
  std::int64_t number = 0;
};
inline void describe(ModelBuilder<Place>& m) {
  m.name("Place").table("places").dms_version("0.3");
  m.partition_key("id", &Place::id);
  m.attribute("country", &Place::country).attribute("city", &Place::city);
  m.attribute("street", &Place::street).attribute("number", &Place::number);
  m.global_index("by-place", {&Place::country, &Place::city}, {&Place::street, &Place::number});
}

namespace {

using Entry = std::variant<Customer, Purchase>;

class SharedTables : public testing::Test {
 protected:
  static constexpr std::int64_t kNoon = 1'767'355'200;

  void SetUp() override {
    ASSERT_TRUE(customers_.ensure_table());
    ASSERT_TRUE(customers_.create({.pk = "C#1", .sk = "A", .name = "Ada", .email = "a@x"}));
    ASSERT_TRUE(purchases_.create({.pk = "C#1", .sk = "P#1", .total = 10, .at = Timestamp(kNoon, 0)}));
    ASSERT_TRUE(purchases_.create(
        {.pk = "C#1", .sk = "P#2", .total = 20, .at = Timestamp(kNoon + 60, 0), .expires = Timestamp(kNoon - 1, 0)}));
    Item memo{{"PK", "C#1"}, {"SK", "M#1"}, {"kind", "memo"}};
    ASSERT_TRUE(client_.documents("shop", {"PK", "SK"}).put(memo));
    ASSERT_TRUE(client_.documents("shop", {"PK", "SK"}).put(Item{{"PK", "C#1"}, {"SK", "N#1"}}));
  }

  ClientOptions options() {
    ClientOptions options;
    options.now = [] { return Timestamp(kNoon, 0); };
    return options;
  }

  Client client_ = Client::connect("memory:", options()).value();
  Table<Customer> customers_ = client_.table<Customer>().value();
  Table<Purchase> purchases_ = client_.table<Purchase>().value();
  SharedTable<Customer, Purchase> shop_ = SharedTable<Customer, Purchase>::of(customers_, purchases_).value();
};

TEST_F(SharedTables, AQueryGivesEachItemInItsOwnType) {
  const auto page = shop_.query("C#1").page();
  ASSERT_TRUE(page) << page.error().to_string();
  ASSERT_EQ(page->items.size(), 3U);
  ASSERT_TRUE(std::holds_alternative<Customer>(page->items[0]));
  EXPECT_EQ(std::get<Customer>(page->items[0]).name, "Ada");
  EXPECT_EQ(std::get<Purchase>(page->items[1]).total, Number(10));
  EXPECT_EQ(std::get<Purchase>(page->items[2]).sk, "P#2");
  EXPECT_EQ(page->skipped_count, 2U) << "a memo, and an item that says nothing";
  EXPECT_EQ(page->scanned_count, 5U);
}

TEST_F(SharedTables, FiltersAndProjectionsKnowTheAttributesOfAllModels) {
  const auto late = shop_.query("C#1").where(attr("at") == Timestamp(kNoon + 60, 0)).all();
  ASSERT_TRUE(late) << late.error().to_string();
  ASSERT_EQ(late->size(), 1U) << "a timestamp is compared in its stored form";
  EXPECT_EQ(std::get<Purchase>(late->front()).sk, "P#2");
  const auto names = shop_.scan().select({attr("name"), attr("total")}).all();
  ASSERT_TRUE(names) << names.error().to_string();
  ASSERT_EQ(names->size(), 3U);
  const auto unknown = shop_.scan().where(attr("nothing").exists()).all();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), ErrorCode::kInvalidModel);
}

TEST_F(SharedTables, LimitsCursorsAndCountsSeeTheModelsItemsOnly) {
  const auto first = shop_.query("C#1").limit(2).page();
  ASSERT_TRUE(first);
  ASSERT_EQ(first->items.size(), 2U);
  ASSERT_FALSE(first->cursor.empty());
  const auto rest = shop_.query("C#1").after(first->cursor).page();
  ASSERT_TRUE(rest) << rest.error().to_string();
  EXPECT_EQ(rest->items.size(), 1U);
  EXPECT_EQ(shop_.scan().count().value(), 3U);
  EXPECT_EQ(shop_.scan().hide_expired().count().value(), 2U);
  EXPECT_EQ(shop_.scan().hide_expired().all()->size(), 2U);
  EXPECT_EQ(customers_.scan().count().value(), 1U);
}

TEST_F(SharedTables, IndexesOfEveryModelCanBeQueried) {
  const auto found = shop_.query(attr("email") == "a@x").all();
  ASSERT_TRUE(found) << found.error().to_string();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(shop_.query(attr("email") == "a@x").explain()->index, "by-email");
}

TEST_F(SharedTables, DynamicResultsNameTheirModel) {
  const auto shop = DynamicSharedTable::of({client_.table(customers_.model()), client_.table(purchases_.model())});
  ASSERT_TRUE(shop) << shop.error().to_string();
  const auto all = shop->query("C#1").all();
  ASSERT_TRUE(all) << all.error().to_string();
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ((*all)[0].model, "Customer");
  EXPECT_EQ((*all)[2].model, "Purchase");
  EXPECT_EQ(*(*all)[2].item.find("total"), Value(20));
  EXPECT_EQ((*all)[2].item.find("name"), nullptr);
}

TEST_F(SharedTables, ReadsByKeyRefuseItemsOfAnotherModel) {
  const Key key{"C#1", "P#1"};
  EXPECT_EQ(customers_.get(key).error().code(), ErrorCode::kInvalidModel);
  const auto batch = customers_.batch_get({key});
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code(), ErrorCode::kInvalidModel);
  auto transaction = client_.transact_get();
  transaction.get(customers_, key);
  EXPECT_FALSE(transaction.run());
}

TEST_F(SharedTables, ModelsThatCannotBeToldApartAreRefused) {
  const auto twice = DynamicSharedTable::of({client_.table(customers_.model()), client_.table(customers_.model())});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code(), ErrorCode::kInvalidOperator);
  const auto places = client_.table<Place>().value();
  const auto apart = DynamicSharedTable::of({client_.table(customers_.model()), client_.table(places.model())});
  ASSERT_FALSE(apart);
  EXPECT_NE(apart.error().message().find("different tables"), std::string::npos) << apart.error().to_string();
  EXPECT_FALSE(DynamicSharedTable::of({}));
  const auto alone = DynamicSharedTable::of({client_.table(customers_.model())});
  ASSERT_TRUE(alone) << alone.error().to_string();
  EXPECT_EQ(alone->scan().all()->front().model, "Customer");
}

TEST_F(SharedTables, KeysOfSeveralAttributesAreQueriedFromTheFirstOn) {
  const auto places = client_.table<Place>().value();
  ASSERT_TRUE(places.ensure_table());
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(places.create({.id = std::to_string(i),
                               .country = "DE",
                               .city = i < 4 ? "Berlin" : "Bonn",
                               .street = i < 3 ? "A" : "B",
                               .number = i}));
  }
  const auto berlin = attr(&Place::country) == "DE" && attr(&Place::city) == "Berlin";
  EXPECT_EQ(places.query(berlin).all()->size(), 3U);
  const auto street = places.query(berlin).sort(attr(&Place::street) == "A" && attr(&Place::number) > 1).all();
  ASSERT_TRUE(street) << street.error().to_string();
  ASSERT_EQ(street->size(), 1U);
  EXPECT_EQ(street->front().id, "2");
  const auto first = places.query(berlin).limit(2).page();
  ASSERT_TRUE(first) << first.error().to_string();
  const auto rest = places.query(berlin).after(first->cursor).page();
  ASSERT_TRUE(rest) << rest.error().to_string();
  EXPECT_EQ(rest->items.size(), 1U);
  EXPECT_EQ(places.query(berlin).explain()->index, "by-place");
  for (const auto& wrong :
       {places.query(attr(&Place::country) == "DE"), places.query(berlin).sort(attr(&Place::number) > 1),
        places.query(berlin).sort(attr(&Place::street) > "A" && attr(&Place::number) > 1)}) {
    const auto refused = wrong.all();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidOperator);
  }
}

}  // namespace
}  // namespace tabletheory::shop
