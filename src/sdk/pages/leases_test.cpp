// The program of docs/leases.md.
#include <gtest/gtest.h>

#include "tabletheory/tabletheory.h"

namespace {

using namespace std::chrono_literals;
using namespace tabletheory;

std::vector<std::string> reports;

Result<void> make_lock_table(const Client& client) {
  auto made = client.raw_call("CreateTable", R"({
    "TableName": "locks", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]})");
  if (!made) return std::unexpected(made.error());
  return {};
}

Result<void> write_report(const Leases& leases) {
  Result<Lease> lease = leases.acquire("nightly-report", 30s);
  if (!lease && lease.error().is(ErrorCode::kLeaseHeld)) return {};  // somebody else is at it
  if (!lease) return std::unexpected(lease.error());
  for (const char* part : {"sales", "stock", "returns"}) {
    lease = leases.refresh(*lease, 30s);
    if (!lease) return std::unexpected(lease.error());  // ErrLeaseNotOwned: stop at once
    reports.emplace_back(part);
  }
  return leases.release(*lease);
}

struct Report {
  std::string name = {};
  std::int64_t parts = 0;
};

void describe(ModelBuilder<Report>& m) {
  m.name("Report").table("reports");
  m.partition_key("name", &Report::name);
  m.attribute("parts", &Report::parts);
}

TEST(Pages, Leases) {
  const Client client = Client::connect("memory:").value();
  ASSERT_TRUE(make_lock_table(client));
  const Leases leases(client, "locks");
  const Lease others = leases.acquire("nightly-report", 30s).value();
  ASSERT_TRUE(write_report(leases));
  EXPECT_TRUE(reports.empty());
  ASSERT_TRUE(leases.release(others));
  ASSERT_TRUE(write_report(leases));
  EXPECT_EQ(reports.size(), 3U);

  const Table<Report> finished = client.table<Report>().value();
  ASSERT_TRUE(finished.ensure_table());
  const Lease lease = leases.acquire("nightly-report", 30s).value();
  TransactWrite transaction = client.transact_write();
  transaction.check(client.documents("locks"), leases.key_of(lease), {.condition = leases.is_held(lease)})
      .create(finished, {.name = "2026-01-02", .parts = 3});
  Result<void> done = transaction.run();  // ErrTransactionCanceled once the lease is lost
  EXPECT_TRUE(done);
  ASSERT_TRUE(leases.release(lease));
  EXPECT_FALSE(transaction.run());
}

}  // namespace
