// The program of docs/lambda.md.
#include <gtest/gtest.h>

#include "tabletheory/tabletheory.h"

namespace {

using namespace tabletheory;

struct Visit {
  std::string page = {};
  std::int64_t count = 0;
};

void describe(ModelBuilder<Visit>& m) {
  m.name("Visit").table("visits");
  m.partition_key("page", &Visit::page);
  m.attribute("count", &Visit::count);
}

// In a function: Client::connect("aws:").
const Client& client() {
  static const Client client = Client::connect("memory:").value();
  return client;
}

Result<std::string> handle(const std::string& page, std::int64_t deadline_ms) {
  const Client bounded = client().with(lambda_limits(deadline_ms));
  Result<Table<Visit>> visits = bounded.table<Visit>();
  if (!visits) return std::unexpected(visits.error());
  Result<Visit> visit = visits->upsert_builder(page).increment(&Visit::count).run_all_new();
  if (!visit) return std::unexpected(visit.error());
  return std::to_string(visit->count);
}

TEST(Pages, Lambda) {
  ASSERT_TRUE(client().table<Visit>()->ensure_table());
  const auto in = [](std::chrono::milliseconds duration) {
    return Timestamp::from(std::chrono::system_clock::now() + duration).unix_milliseconds();
  };
  EXPECT_EQ(handle("/", in(std::chrono::minutes(1))).value(), "1");
  const auto late = handle("/", in(std::chrono::milliseconds(500)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(handle("/", in(std::chrono::minutes(1))).value(), "2");
}

}  // namespace
