// Queries, scans, pages, ranges, counts and explanations on the embedded engine.
#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

class Reads : public Shop {
 protected:
  void SetUp() override {
    Shop::SetUp();
    std::vector<Order> all;
    for (int i = 1; i <= 30; ++i) all.push_back(order(i, i % 3 == 0 ? "paid" : "open"));
    Order other = order(1);
    other.pk = "C#2";
    all.push_back(other);
    ASSERT_TRUE(orders_.batch_write({.puts = all}));
    spy_->calls.clear();
  }

  static std::vector<std::string> sort_keys(const std::vector<Order>& orders) {
    std::vector<std::string> keys;
    for (const Order& order : orders) keys.push_back(order.sk);
    return keys;
  }
};

TEST_F(Reads, QueryByPartitionKeyInOrder) {
  const auto all = orders_.query("C#1").all();
  ASSERT_TRUE(all) << all.error().to_string();
  ASSERT_EQ(all->size(), 30U);
  EXPECT_EQ(all->front().sk, "O#001");
  EXPECT_EQ(all->back().sk, "O#030");
  EXPECT_EQ(orders_.query("C#1").descending().first().value()->sk, "O#030");
  EXPECT_EQ(orders_.query("nobody").first().value(), std::nullopt);
}

TEST_F(Reads, QueryByTheSortKey) {
  EXPECT_EQ(sort_keys(orders_.query("C#1").sort(attr(&Order::sk).begins_with("O#02")).all().value()).size(), 10U);
  EXPECT_EQ(sort_keys(orders_.query("C#1").sort(attr(&Order::sk).between("O#004", "O#006")).all().value()),
            (std::vector<std::string>{"O#004", "O#005", "O#006"}));
  EXPECT_EQ(orders_.query("C#1").sort(attr(&Order::sk) > "O#028").count().value(), 2U);
  EXPECT_EQ(orders_.query("C#1").sort(attr("SK").compare("EQ", {"O#007"})).all()->size(), 1U);
}

TEST_F(Reads, FiltersAreJoined) {
  const auto found = orders_.query("C#1").where(attr(&Order::state) == "paid").where(attr(&Order::total) > 250).all();
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(sort_keys(*found), (std::vector<std::string>{"O#027", "O#030"}));
}

TEST_F(Reads, TheIndexIsChosenByItsKeys) {
  const auto explained = orders_.query(attr(&Order::state) == "paid").explain();
  ASSERT_TRUE(explained) << explained.error().to_string();
  EXPECT_EQ(explained->index, "by-state");
  EXPECT_EQ(explained->operation, "Query");
  EXPECT_TRUE(spy_->calls.empty());
  EXPECT_EQ(orders_.query(attr(&Order::state) == "paid").all()->size(), 10U);
  EXPECT_EQ(orders_.query("paid").using_index("by-state").count().value(), 10U);
  EXPECT_EQ(orders_.query("C#1").sort(attr(&Order::total) >= 290).using_index("by-total").count().value(), 2U);
}

TEST_F(Reads, RefuseWhatNoKeyCanAnswer) {
  EXPECT_EQ(orders_.query(attr(&Order::note) == "x").all().error().code(), ErrorCode::kInvalidOperator);
  EXPECT_EQ(orders_.query(attr(&Order::pk) > "x").all().error().code(), ErrorCode::kInvalidOperator);
  EXPECT_EQ(orders_.query(attr(&Order::pk) == "x" || attr(&Order::pk) == "y").all().error().code(),
            ErrorCode::kInvalidOperator);
  EXPECT_EQ(orders_.query("C#1").sort(attr(&Order::sk).contains("x")).all().error().code(),
            ErrorCode::kInvalidOperator);
  EXPECT_EQ(orders_.query("open").using_index("by-state").consistent().all().error().code(),
            ErrorCode::kInvalidOperator);
  EXPECT_EQ(orders_.query("open").using_index("by-color").all().error().code(), ErrorCode::kIndexNotFound);
  EXPECT_TRUE(spy_->calls.empty());
}

TEST_F(Reads, PagesFollowByCursor) {
  std::vector<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = orders_.query("C#1").limit(7).after(cursor).page();
    ASSERT_TRUE(page) << page.error().to_string();
    for (const Order& order : page->items) seen.push_back(order.sk);
    cursor = page->cursor;
    ASSERT_LT(++pages, 10);
  } while (!cursor.empty());
  EXPECT_EQ(seen, sort_keys(orders_.query("C#1").all().value()));
}

TEST_F(Reads, ALimitCountsReturnedItemsThroughAFilter) {
  const auto page = orders_.query("C#1").where(attr(&Order::state) == "paid").page_size(4).limit(5).page();
  ASSERT_TRUE(page) << page.error().to_string();
  EXPECT_EQ(sort_keys(page->items), (std::vector<std::string>{"O#003", "O#006", "O#009", "O#012", "O#015"}));
  const auto rest = orders_.query("C#1").where(attr(&Order::state) == "paid").after(page->cursor).page();
  EXPECT_EQ(rest->items.front().sk, "O#018");
}

TEST_F(Reads, ACursorOfAnotherQueryIsRefused) {
  const std::string cursor = orders_.query("C#1").limit(3).page()->cursor;
  EXPECT_EQ(orders_.query("C#1").descending().after(cursor).page().error().code(), ErrorCode::kInvalidOperator);
  EXPECT_EQ(orders_.query("open").using_index("by-state").after(cursor).page().error().code(),
            ErrorCode::kInvalidOperator);
  EXPECT_EQ(orders_.query("C#1").after("garbage").page().error().code(), ErrorCode::kInvalidModel);
}

TEST_F(Reads, RangesAreLazy) {
  auto items = orders_.query("C#1").page_size(10).items();
  EXPECT_TRUE(spy_->calls.empty());
  int count = 0;
  for (Result<Order>& order : items) {
    ASSERT_TRUE(order);
    if (++count == 5) break;
  }
  EXPECT_EQ(spy_->calls.size(), 1U);
}

TEST_F(Reads, RangesOfPagesGiveEveryItemOnce) {
  std::vector<std::string> seen;
  for (auto& page : orders_.query("C#1").page_size(8).pages()) {
    ASSERT_TRUE(page);
    EXPECT_LE(page->items.size(), 8U);
    for (const Order& order : page->items) seen.push_back(order.sk);
  }
  EXPECT_EQ(seen.size(), 30U);
}

TEST_F(Reads, ARangeEndsWithItsError) {
  auto items = orders_.query("C#1").page_size(10).items();
  int good = 0, bad = 0;
  for (Result<Order>& order : items) {
    if (order)
      ++good;
    else
      ++bad;
    if (good == 10 && bad == 0) {
      spy_->answers.emplace_back(
          TransportAnswer{400, R"({"__type":"x#AccessDeniedException","message":"no"})", "id-1"});
    }
  }
  EXPECT_EQ(good, 10);
  EXPECT_EQ(bad, 1);
}

TEST_F(Reads, ScanReadsEverything) {
  EXPECT_EQ(orders_.scan().all()->size(), 31U);
  EXPECT_EQ(orders_.scan().where(attr(&Order::pk) == "C#2").all()->size(), 1U);
  EXPECT_EQ(orders_.scan().count().value(), 31U);
  EXPECT_EQ(orders_.scan().using_index("by-state").count().value(), 31U);
}

TEST_F(Reads, SegmentsPartitionTheTable) {
  std::size_t total = 0;
  for (std::uint32_t i = 0; i < 3; ++i) total += orders_.scan().segment(i, 3).all()->size();
  EXPECT_EQ(total, 31U);
}

TEST_F(Reads, ProjectionsDropWhatWasFetchedForTheCursor) {
  const auto page = orders_.query("C#1").select({&Order::state}).limit(2).page();
  ASSERT_TRUE(page) << page.error().to_string();
  EXPECT_EQ(page->items[0].state, "open");
  EXPECT_EQ(page->items[0].sk, "");
  EXPECT_FALSE(page->cursor.empty());
  EXPECT_EQ(orders_.query("C#1").after(page->cursor).limit(1).page()->items[0].sk, "O#003");
}

// The spy is for one thread, so parallel scans go to the engine directly.
TEST_F(Reads, AParallelScanReadsEverythingOnce) {
  const Client direct = Client::over(Client::connect("memory:parallel-scan").value().transport(), options());
  const auto orders = direct.table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  std::vector<Order> many;
  for (int i = 0; i < 200; ++i) {
    many.push_back(order(i));
    many.back().pk = "C#" + std::to_string(i);
  }
  ASSERT_TRUE(orders.batch_write({.puts = many}, {.parallel = 4}));
  std::set<std::string> seen;
  for (Result<Order>& order : orders.scan().parallel(4).page_size(7).items()) {
    ASSERT_TRUE(order) << order.error().to_string();
    EXPECT_TRUE(seen.insert(order->pk).second) << order->pk;
  }
  EXPECT_EQ(seen.size(), 200U);
  EXPECT_EQ(orders.scan().parallel(4).count().value(), 200U);
}

// Fails every scan of one segment.
class BrokenSegment final : public Transport {
 public:
  explicit BrokenSegment(std::shared_ptr<Transport> next) : next_(std::move(next)) {}
  Result<TransportAnswer> call(const TransportCall& call) override {
    ++calls;
    if (call.body.find(R"("Segment":2)") == std::string_view::npos) return next_->call(call);
    return TransportAnswer{400, R"({"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"})", "r"};
  }
  std::atomic<int> calls = 0;

 private:
  std::shared_ptr<Transport> next_;
};

TEST_F(Reads, TheFirstErrorOfAParallelScanEndsItAndAllWorkersAreJoined) {
  const Client direct = Client::connect("memory:broken-segment", options()).value();
  auto transport = std::make_shared<BrokenSegment>(direct.transport());
  const auto orders = Client::over(transport, options()).table<Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  const auto all = orders.scan().parallel(4).all();
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code(), ErrorCode::kRequestRejected);
  const int calls = transport->calls;
  EXPECT_EQ(transport->calls, calls);  // nothing runs on
}

}  // namespace
}  // namespace tabletheory::shop
