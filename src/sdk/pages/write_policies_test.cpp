// The programs of docs/write-policies.md.
#include <gtest/gtest.h>

#include "sdk/test_shop.h"

namespace tabletheory::pages::policies {

struct Receipt {
  std::string id = {};
  Number sum = {};
};

void describe(ModelBuilder<Receipt>& m) {
  m.name("Receipt").table("receipts");
  m.partition_key("id", &Receipt::id);
  m.attribute("sum", &Receipt::sum);
  m.write_once();
}

struct Profile {
  std::string id = {};
  std::string owner = {}, name = {};
};

void describe(ModelBuilder<Profile>& m) {
  m.name("Profile").table("profiles");
  m.partition_key("id", &Profile::id);
  m.attribute("owner", &Profile::owner);
  m.attribute("name", &Profile::name);
  m.protect(&Profile::owner);
}

namespace {

std::vector<ErrorCode> receipts_stay(const Client& client, const Table<Receipt>& receipts, const Receipt& receipt) {
  return {
      receipts.put(receipt).error().code(),
      receipts.update(receipt, {&Receipt::sum}).error().code(),
      receipts.update_builder(receipt.id).set(&Receipt::sum, 0).run().error().code(),
      receipts.remove(receipt.id).error().code(),
      receipts.batch_write({.puts = {receipt}}).error().code(),
      client.transact_write().remove(receipts, receipt.id).run().error().code(),
  };
}

std::vector<ErrorCode> owners_stay(const Client& client, const Table<Profile>& profiles, const Profile& profile) {
  return {
      profiles.put(profile).error().code(),  // a whole item replaces the owner, too
      profiles.update(profile, {&Profile::owner}).error().code(),
      profiles.update_builder(profile.id).set(&Profile::owner, "eve").run().error().code(),
      profiles.update_expression(profile.id, {"SET #o = :o", {{"#o", "owner"}}, {{":o", "eve"}}}).error().code(),
      client.transact_write().update(profiles.update_builder(profile.id).remove(&Profile::owner)).run().error().code(),
      profiles.update(profile, {&Profile::name}, {.protect = {"name"}}).error().code(),  // by this call alone
  };
}

TEST(Pages, WritePolicies) {
  const auto spy = std::make_shared<shop::Spy>(Client::connect("memory:").value().transport());
  const Client client = Client::over(spy);
  const Table<Receipt> receipts = client.table<Receipt>().value();
  const Table<Profile> profiles = client.table<Profile>().value();
  ASSERT_TRUE(receipts.ensure_table());
  ASSERT_TRUE(profiles.ensure_table());
  const Receipt receipt = receipts.create({.id = "1", .sum = 12}).value();
  const Profile profile = profiles.create({.id = "1", .owner = "ada", .name = "Ada"}).value();

  spy->calls.clear();
  for (const ErrorCode code : receipts_stay(client, receipts, receipt)) {
    EXPECT_EQ(code, ErrorCode::kImmutableModelMutation);
  }
  for (const ErrorCode code : owners_stay(client, profiles, profile)) {
    EXPECT_EQ(code, ErrorCode::kProtectedFieldMutation);
  }
  EXPECT_TRUE(spy->calls.empty()) << "nothing is sent";

  EXPECT_EQ(receipts.create(receipt).error().code(), ErrorCode::kConditionFailed);
  EXPECT_TRUE(profiles.update(profile, {&Profile::name}));
  EXPECT_TRUE(profiles.remove(profile.id));
}

}  // namespace
}  // namespace tabletheory::pages::policies
