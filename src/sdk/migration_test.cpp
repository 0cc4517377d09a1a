// Migrations and live tables held against their models, on the embedded engine.
#include "tabletheory/migration.h"

#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

constexpr const char* kSchema = R"(dms_version: "0.3"
models:
  - name: UserOld
    table: {name: users-old}
    keys: {partition: {attribute: id, type: S}}
    attributes:
      - {attribute: id, type: S}
      - {attribute: mail, type: S}
      - {attribute: age, type: N}
      - {attribute: version, type: N, roles: [version]}
  - name: User
    table: {name: users}
    keys: {partition: {attribute: id, type: S}}
    attributes:
      - {attribute: id, type: S}
      - {attribute: email, type: S, required: true}
      - {attribute: age, type: N}
      - {attribute: plan, type: S}
      - {attribute: version, type: N, roles: [version]}
      - {attribute: expires, type: N, roles: [ttl]}
    indexes: [{name: by-email, type: GSI, partition: {attribute: email, type: S}}]
  - name: SecretOld
    table: {name: secrets-old}
    keys: {partition: {attribute: id, type: S}}
    attributes: [{attribute: id, type: S}, {attribute: secret, type: S, encryption: {v: 1}}]
  - name: Secret
    table: {name: secrets}
    keys: {partition: {attribute: id, type: S}}
    attributes: [{attribute: id, type: S}, {attribute: secret, type: S, encryption: {v: 1}}]
  - name: SecretBound
    table: {name: secrets-bound}
    keys: {partition: {attribute: id, type: S}}
    attributes: [{attribute: id, type: S}, {attribute: secret, type: S, encryption: {v: 2}}]
  - name: Plain
    table: {name: plain}
    keys: {partition: {attribute: id, type: S}}
    attributes: [{attribute: id, type: S}, {attribute: secret, type: S}, {attribute: other, type: S, encryption: {v: 1}}]
)";

class Migrations : public testing::Test {
 protected:
  DynamicTable table(std::string_view model) const { return client_.table(schema_.model(model).value()); }
  Item user(int number) const {
    return Item{{"id", "u" + std::to_string(number)}, {"mail", "m" + std::to_string(number)}, {"age", number}};
  }
  void fill(int count) {
    ASSERT_TRUE(table("UserOld").ensure_table());
    for (int i = 0; i < count; ++i) ASSERT_TRUE(table("UserOld").create(user(i)));
    if (count > 1) {
      ASSERT_TRUE(table("UserOld").update(Item{{"id", "u1"}, {"age", 99}, {"version", 0}}, {attr("age")}));
    }
  }
  bool exists(std::string_view model) const { return table(model).describe_table().has_value(); }
  // An item of an encrypted model as it would be stored.
  static Item sealed(const std::string& id, int version = 1) {
    const Value bytes(Bytes{1, 2, 3});
    return Item{{"id", id},
                {"secret", Value(Map{{"v", version}, {"edk", bytes}, {"nonce", bytes}, {"ct", Value(Bytes(16, 7))}})}};
  }
  Result<MigrationProgress> migrate(std::string_view source, std::string_view target,
                                    const MigrationOptions& options = {}) const {
    return tabletheory::migrate(table(source), table(target), options);
  }
  std::shared_ptr<Spy> spy_ = std::make_shared<Spy>(Client::connect("memory:").value().transport());
  Client client_ = Client::over(spy_);
  Schema schema_ = Schema::load_text(kSchema).value();
};

TEST_F(Migrations, ItemsAreRenamedTransformedAndKeepTheirVersion) {
  fill(5);
  MigrationOptions options;
  options.rename = {{"mail", "email"}};
  options.page_size = 2;
  options.transform = [](Item item) -> Result<std::optional<Item>> {
    if (*item.find("id") == Value("u4")) return std::nullopt;
    item.set("plan", "free");
    return item;
  };
  std::vector<MigrationProgress> pages;
  options.on_progress = [&](const MigrationProgress& progress) { pages.push_back(progress); };
  const auto done = migrate("UserOld", "User", options);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->copied, 4U);
  EXPECT_EQ(done->skipped, 1U);
  EXPECT_EQ(done->token, "");
  ASSERT_GE(pages.size(), 3U);
  EXPECT_NE(pages[0].token, "");
  const auto user = table("User").get("u1");
  ASSERT_TRUE(user) << user.error().to_string();
  EXPECT_EQ(*user->find("email"), Value("m1"));
  EXPECT_EQ(*user->find("plan"), Value("free"));
  EXPECT_EQ(*user->find("age"), Value(99));
  EXPECT_EQ(*user->find("version"), Value(1));
  EXPECT_EQ(table("User").query(attr("email") == "m2").count().value(), 1U) << "the new table has its index";
}

TEST_F(Migrations, GoOnWhereAnEarlierRunStopped) {
  fill(6);
  MigrationOptions options;
  options.rename = {{"mail", "email"}};
  options.page_size = 2;
  std::string token;
  std::size_t seen = 0;
  int backups = 0;
  options.backup = [&]() -> Result<void> { return ++backups, Result<void>(); };
  options.on_progress = [&](const MigrationProgress& progress) { token = progress.token; };
  options.transform = [&](Item item) -> Result<std::optional<Item>> {
    if (++seen == 4) return fail(ErrorCode::kInvalidModel, "stop here");
    return item;
  };
  const auto stopped = migrate("UserOld", "User", options);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(table("User").scan().count().value(), 2U);
  const std::string first = token;
  options.resume_from = first;
  options.transform = nullptr;
  const auto done = migrate("UserOld", "User", options);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->copied, 6U);
  EXPECT_EQ(table("User").scan().count().value(), 6U);
  EXPECT_EQ(backups, 1) << "the backup belongs to the first run";
  options.resume_from = "nonsense";
  EXPECT_EQ(migrate("UserOld", "User", options).error().code(), ErrorCode::kInvalidModel);
  options.resume_from = first;
  options.rename = {};
  EXPECT_EQ(migrate("User", "UserOld", options).error().code(), ErrorCode::kInvalidOperator);
}

TEST_F(Migrations, ABackupThatFailsEndsItBeforeAnythingIsMade) {
  fill(1);
  MigrationOptions options;
  options.rename = {{"mail", "email"}};
  options.backup = []() -> Result<void> { return fail(ErrorCode::kTransport, "no space"); };
  EXPECT_EQ(migrate("UserOld", "User", options).error().code(), ErrorCode::kTransport);
  EXPECT_FALSE(exists("User"));
}

TEST_F(Migrations, ItemsThatDoNotFitTheTargetAreNamed) {
  fill(1);
  const auto missing = migrate("UserOld", "User", {.drop = {"mail"}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), ErrorCode::kInvalidModel);
  EXPECT_NE(missing.error().message().find("\"email\""), std::string::npos) << missing.error().message();
  MigrationOptions wrong;
  wrong.rename = {{"mail", "email"}};
  wrong.transform = [](Item item) -> Result<std::optional<Item>> {
    item.set("age", "old");
    return item;
  };
  EXPECT_EQ(migrate("UserOld", "User", wrong).error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(migrate("UserOld", "User", {.rename = {{"nothing", "email"}}}).error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(migrate("UserOld", "UserOld").error().code(), ErrorCode::kInvalidOperator);
}

TEST_F(Migrations, EnvelopesAreCopiedAsTheyAre) {
  ASSERT_TRUE(table("SecretOld").ensure_table());
  const auto raw = client_.documents("secrets-old", {"id"});
  ASSERT_TRUE(raw.put(sealed("1")));
  const auto done = migrate("SecretOld", "Secret");
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(client_.documents("secrets", {"id"}).get("1").value(), sealed("1"));
}

TEST_F(Migrations, WithAProviderValuesAreEncryptedAnew) {
  const auto sealing = Client::over(spy_, {.encryption = Encryption::deterministic_for_tests("migration")});
  const auto open = [&](std::string_view model) { return sealing.table(schema_.model(model).value()); };
  ASSERT_TRUE(open("Plain").ensure_table());
  ASSERT_TRUE(open("Plain").put(Item{{"id", "1"}, {"secret", "swordfish"}}));
  // Plaintext to version 1, then to version 2, which is bound to its table, and back.
  const char* const path[] = {"Plain", "Secret", "SecretBound", "SecretOld"};
  for (std::size_t i = 0; i + 1 < std::size(path); ++i) {
    MigrationOptions options;
    if (i == 0) options.drop = {"other"};
    const auto done = tabletheory::migrate(open(path[i]), open(path[i + 1]), options);
    ASSERT_TRUE(done) << path[i] << ": " << done.error().to_string();
    EXPECT_EQ(done->copied, 1U);
    const auto read = open(path[i + 1]).get("1");
    ASSERT_TRUE(read) << read.error().to_string();
    EXPECT_EQ(*read->find("secret"), Value("swordfish"));
    const auto stored = sealing.documents(open(path[i + 1]).name(), {"id"}).get("1").value();
    EXPECT_EQ(*stored.find("secret")->map().find("v"), Value(i == 1 ? 2 : 1));
  }
}

TEST_F(Migrations, GuardsRunBeforeAnythingIsMade) {
  ASSERT_TRUE(table("SecretOld").ensure_table());
  ASSERT_TRUE(table("Plain").ensure_table());
  spy_->calls.clear();
  const auto refused = [&](std::string_view source, std::string_view target, const MigrationOptions& options) {
    const auto done = migrate(source, target, options);
    return done ? ErrorCode::kInternal : done.error().code();
  };
  EXPECT_EQ(refused("SecretOld", "Plain", {}), ErrorCode::kMigrationEncryptionRequired) << "encrypted to plaintext";
  EXPECT_EQ(refused("SecretOld", "Plain", {.rename = {{"secret", "other"}}}), ErrorCode::kMigrationEncryptionRequired)
      << "an encrypted attribute is renamed";
  EXPECT_TRUE(migrate("SecretOld", "Plain").error().is(ErrorCode::kInvalidModel));
  EXPECT_EQ(refused("Plain", "Secret", {.drop = {"other"}}), ErrorCode::kMigrationEncryptionRequired)
      << "plaintext to encrypted";
  EXPECT_EQ(refused("SecretBound", "Secret", {}), ErrorCode::kMigrationEncryptionRequired)
      << "version 1 cannot read version 2";
  EXPECT_TRUE(spy_->calls.empty());
  ASSERT_TRUE(client_.documents("secrets-old", {"id"}).put(sealed("1")));
  ASSERT_TRUE(client_.documents("secrets-old", {"id"}).put(Item{{"id", "2"}, {"secret", "in the clear"}}));
  const auto unsealed = migrate("SecretOld", "Secret");
  ASSERT_FALSE(unsealed);
  EXPECT_EQ(unsealed.error().code(), ErrorCode::kInvalidEncryptedEnvelope);
  EXPECT_EQ(unsealed.error().to_string().find("in the clear"), std::string::npos);
  EXPECT_FALSE(exists("Secret"));
}

TEST_F(Migrations, LiveTablesAreVerifiedAndUpdated) {
  const auto users = table("User");
  ASSERT_TRUE(users.ensure_table({.enable_ttl = false}));
  ASSERT_TRUE(client_.raw_call(
      "UpdateTable", R"({"TableName":"users","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by-email"}}]})"));
  const auto found = users.verify_table();
  ASSERT_TRUE(found) << found.error().to_string();
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].path, "indexes.by-email");
  EXPECT_EQ((*found)[1].path, "ttl");
  const TableChanges changes{
      .provisioned = Throughput{2, 3}, .deletion_protection = true, .tags = {{"team", "core"}}, .dry_run = true};
  EXPECT_EQ(users.update_table(changes)->size(), 5U);
  EXPECT_EQ(users.verify_table()->size(), 2U) << "a dry run changes nothing";
  TableChanges real = changes;
  real.dry_run = false;
  const auto done = users.update_table(real);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->size(), 5U);
  EXPECT_TRUE(users.verify_table()->empty());
  EXPECT_NE(users.describe_table()->json.find(R"("ReadCapacityUnits":2)"), std::string::npos);
  EXPECT_NE(users.describe_table()->json.find(R"("DeletionProtectionEnabled":true)"), std::string::npos);
  EXPECT_TRUE(users.update_table({.on_demand = true, .deletion_protection = false, .remove_tags = {"team"}}));
  EXPECT_TRUE(users.delete_table());
  EXPECT_EQ(users.verify_table().error().code(), ErrorCode::kTableNotFound);
}

TEST_F(Migrations, WhatTheEmbeddedEngineLacksIsSaid) {
  const auto memory = Client::connect("memory:").value();
  const auto users = memory.table(schema_.model("User").value());
  for (const TableOptions& options :
       {TableOptions{.stream = StreamView::kNewImage}, TableOptions{.point_in_time_recovery = true},
        TableOptions{.encryption_at_rest = EncryptionAtRest{}}}) {
    const auto refused = users.create_table(options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidOperator);
    EXPECT_NE(refused.error().message().find("the embedded engine"), std::string::npos);
  }
  EXPECT_TRUE(users.create_table());
}

}  // namespace
}  // namespace tabletheory::shop
