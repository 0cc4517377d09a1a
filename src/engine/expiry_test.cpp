// The sweep of expired items: which go, and which stay.
#include "engine/expiry.h"

#include <thread>

#include "engine/items/item_fixture.h"

namespace tabletheory::engine {
namespace {

constexpr std::int64_t kFiveYears = std::int64_t{5} * 365 * 24 * 60 * 60;

class Expiry : public ItemFixture {
 protected:
  Expiry() {
    create_plain_tables();
    keep_until("range", "expires");
  }
  void keep_until(const std::string& table, const std::string& attribute) {
    ok("UpdateTimeToLive", R"({"TableName":")" + table + R"(","TimeToLiveSpecification":{"Enabled":true,)" +
                               R"("AttributeName":")" + attribute + R"("}})");
  }
  void put_expiring(int number, const std::string& expires) {
    put("range", R"({"pk":{"S":"p"},"sk":{"N":")" + std::to_string(number) + R"("},"expires":)" + expires + "}");
  }
  std::string in_seconds(std::int64_t seconds) const {
    return R"({"N":")" + std::to_string(now.unix_seconds() + seconds) + R"("})";
  }
  bool is_there(int number) {
    return get("range", R"({"pk":{"S":"p"},"sk":{"N":")" + std::to_string(number) + R"("}})") != "{}";
  }
};

TEST_F(Expiry, RemovesWhatHasExpiredAndNothingElse) {
  put_expiring(1, in_seconds(-1));
  put_expiring(2, in_seconds(0));                // not passed yet
  put_expiring(3, in_seconds(1));                // later
  put_expiring(4, in_seconds(-kFiveYears - 1));  // taken for a mistake
  put_expiring(5, in_seconds(-kFiveYears + 1));
  put_expiring(6, R"({"S":"1"})");  // no number
  put("range", R"({"pk":{"S":"p"},"sk":{"N":"7"}})");
  EXPECT_EQ(remove_expired(engine, now).value(), 2U);
  for (const int number : {1, 5}) EXPECT_FALSE(is_there(number)) << number;
  for (const int number : {2, 3, 4, 6, 7}) EXPECT_TRUE(is_there(number)) << number;
  EXPECT_EQ(remove_expired(engine, now).value(), 0U);
}

TEST_F(Expiry, IsReadableUntilSwept) {
  put_expiring(1, in_seconds(-1));
  EXPECT_TRUE(is_there(1));
}

TEST_F(Expiry, LeavesTablesWithoutTimeToLiveAlone) {
  put("hash", R"({"pk":{"S":"1"},"expires":{"N":"1699999999"}})");
  EXPECT_EQ(remove_expired(engine, now).value(), 0U);
  EXPECT_NE(get("hash", R"({"pk":{"S":"1"}})"), "{}");
}

TEST_F(Expiry, TakesIndexEntriesAlong) {
  create_indexed_table();
  keep_until("indexed", "n");
  put("indexed", R"({"pk":{"S":"p"},"sk":{"N":"1"},"g":{"S":"x"},"n":{"N":"1699999999"}})");
  EXPECT_EQ(remove_expired(engine, now).value(), 1U);
  EXPECT_THAT(ok("Query", R"({"TableName":"indexed","IndexName":"by_g","KeyConditionExpression":"g = :g",)"
                          R"("ExpressionAttributeValues":{":g":{"S":"x"}}})"),
              testing::HasSubstr(R"("Count":0)"));
}

// The names of attributes and tables are data: quotes and reserved words must not matter.
TEST_F(Expiry, KnowsAttributesByAnyName) {
  ok("CreateTable", R"({"TableName":"odd","BillingMode":"PAY_PER_REQUEST",)"
                    R"("KeySchema":[{"AttributeName":"a \"b\"","KeyType":"HASH"}],)"
                    R"("AttributeDefinitions":[{"AttributeName":"a \"b\"","AttributeType":"S"}]})");
  keep_until("odd", "t\\\"#:size");
  put("odd", R"({"a \"b\"":{"S":"1"},"t\"#:size":{"N":"1699999999"}})");
  EXPECT_EQ(remove_expired(engine, now).value(), 1U);
}

TEST_F(Expiry, GoesThroughMoreThanAPage) {
  const std::string large = R"(,"x":{"S":")" + std::string(300'000, 'x') + R"("}})";
  for (int number = 0; number < 8; ++number) {
    put("range",
        R"({"pk":{"S":"p"},"sk":{"N":")" + std::to_string(number) + R"("},"expires":)" + in_seconds(-1) + large);
  }
  EXPECT_EQ(remove_expired(engine, now).value(), 8U);
}

TEST_F(Expiry, EndsWhenAskedTo) {
  put_expiring(1, in_seconds(-1));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(remove_expired(engine, now, stop.get_token()).value(), 0U);
  EXPECT_TRUE(is_there(1));
}

// Whoever gives an item more time in the meantime keeps it.
TEST_F(Expiry, RacesWithConcurrentWritersAndLosesToThem) {
  for (int number = 0; number < 50; ++number) put_expiring(number, in_seconds(-1));
  std::jthread writer([this] {
    for (int number = 0; number < 50; ++number) put_expiring(number, in_seconds(1000));
  });
  ASSERT_TRUE(remove_expired(engine, now));
  writer.join();
  for (int number = 0; number < 50; ++number) EXPECT_TRUE(is_there(number)) << number;
}

}  // namespace
}  // namespace tabletheory::engine
