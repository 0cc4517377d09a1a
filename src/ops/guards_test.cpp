// The order of local checks, write policies and encryption: nothing is sent, and the first failure wins.
#include "ops/guards.h"

#include "ops/documents.h"
#include "ops/scripted_target.h"
#include "ops/tables.h"

namespace tabletheory::ops {
namespace {

std::shared_ptr<const model::Model> policy_model(const std::string& policy, const std::string& secret = "") {
  return compile(R"(
dms_version: "0.2"
models:
  - name: Release
    table: {name: releases}
    keys: {partition: {attribute: id, type: S}}
    write_policy: )" +
                 policy + R"(
    attributes:
      - {attribute: id, type: S, roles: [pk]}
      - {attribute: pinned, type: S}
      - {attribute: state, type: S, required: true}
      - {attribute: count, type: N}
      - {attribute: updatedAt, type: S, roles: [updated_at]}
)" + secret);
}

std::shared_ptr<const model::Model> write_once() {
  static const auto model = policy_model("{mode: write_once}");
  return model;
}
std::shared_ptr<const model::Model> protecting() {
  static const auto model = policy_model("{protected_attributes: [pinned]}");
  return model;
}
std::shared_ptr<const model::Model> encrypted() {
  static const auto model =
      policy_model("{mode: write_once}", "      - {attribute: secret, type: S, encryption: {v: 1}}\n");
  return model;
}

class GuardsTest : public testing::Test {
 protected:
  template <class T>
  static ErrorCode code(const Result<T>& result) {
    return result ? ErrorCode{} : result.error().code();
  }
  ErrorCode update(const std::shared_ptr<const model::Model>& model, Item item, std::vector<std::string> selection,
                   const WriteOptions& options = {}) {
    return code(ItemWrite::update(target.environment(), model, Bound(model, std::move(item)), selection, options));
  }
  ScriptedTarget target;
  const Environment& environment = target.environment();
};

TEST_F(GuardsTest, AWriteOnceModelCanOnlyBeCreated) {
  const auto model = write_once();
  const Bound item(model, {{"id", "1"}, {"state", "x"}});
  EXPECT_EQ(code(ItemWrite::create(environment, model, item)), ErrorCode{});
  EXPECT_EQ(code(ItemWrite::put(environment, model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(ItemWrite::upsert(environment, model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(ItemWrite::patch(environment, model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(ItemWrite::remove(environment, model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(ItemWrite::update(environment, model, item, {})), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(ItemWrite::build(environment, model, item, UpdateBuilder().set("state", "y"))),
            ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(ItemWrite::update_expression(environment, model, item, {"nonsense", {}, {}})),
            ErrorCode::kImmutableModelMutation);
  BatchWrite batch(environment);
  EXPECT_EQ(code(batch.put(model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(batch.remove(model, item)), ErrorCode::kImmutableModelMutation);
}

TEST_F(GuardsTest, AWriteOnceModelInTransactions) {
  const auto model = write_once();
  const Bound item(model, {{"id", "1"}, {"state", "x"}});
  const std::vector<std::string> selection{"state"};
  WriteOptions condition;
  condition.condition.comparisons = {{"state", "exists", {}}};
  TransactWrite transaction(environment);
  EXPECT_EQ(code(transaction.put(model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(transaction.update(model, item, selection)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(transaction.upsert(model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(transaction.remove(model, item)), ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(code(transaction.create(model, item)), ErrorCode{});
  EXPECT_EQ(code(transaction.condition(model, item, condition)), ErrorCode{});
}

TEST_F(GuardsTest, ProtectedAttributesAreCreatedAndNeverChanged) {
  const auto model = protecting();
  const Bound item(model, {{"id", "1"}, {"state", "x"}, {"pinned", "r1"}});
  EXPECT_EQ(code(ItemWrite::create(environment, model, item)), ErrorCode{});
  EXPECT_EQ(code(ItemWrite::put(environment, model, item)), ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(code(ItemWrite::patch(environment, model, item)), ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(code(ItemWrite::upsert(environment, model, item)), ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(code(ItemWrite::remove(environment, model, item)), ErrorCode{});
  EXPECT_EQ(update(model, {{"id", "1"}, {"pinned", "r2"}}, {"pinned"}), ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(update(model, {{"id", "1"}, {"state", "y"}}, {"state"}), ErrorCode{});
  EXPECT_EQ(code(ItemWrite::build(environment, model, item, UpdateBuilder().remove("pinned"))),
            ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(code(ItemWrite::build(environment, model, item, UpdateBuilder().set("pinned.part", "x"))),
            ErrorCode::kProtectedFieldMutation)
      << "the root of the path counts";
  EXPECT_EQ(code(ItemWrite::update_expression(environment, model, item, {"REMOVE #p", {{"#p", "pinned"}}, {}})),
            ErrorCode::kProtectedFieldMutation)
      << "placeholders are resolved";
  BatchWrite batch(environment);
  EXPECT_EQ(code(batch.put(model, item)), ErrorCode::kProtectedFieldMutation);
}

TEST_F(GuardsTest, ACallCanProtectMore) {
  const auto model = protecting();
  const WriteOptions options{.extra_protected = {"state"}};
  EXPECT_EQ(update(model, {{"id", "1"}, {"state", "y"}}, {"state"}, options), ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(update(model, {{"id", "1"}, {"count", 1}}, {"count"}, options), ErrorCode{});
  EXPECT_EQ(update(model, {{"id", "1"}, {"count", 1}}, {"count"}, {.extra_protected = {"sttae"}}),
            ErrorCode::kInvalidModel)
      << "protecting a name that does not exist protects nothing";
  EXPECT_EQ(code(ItemWrite::put(environment, notes(), Bound(notes(), {{"id", 1}}), {.extra_protected = {"text"}})),
            ErrorCode::kProtectedFieldMutation);
}

TEST_F(GuardsTest, LifecycleAttributesTheLibraryTouchesCount) {
  EXPECT_EQ(update(protecting(), {{"id", "1"}, {"state", "y"}}, {"state"}, {.extra_protected = {"updatedAt"}}),
            ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(code(ItemWrite::upsert(environment, orders(), Bound(orders(), {{"PK", "1"}, {"SK", "1"}, {"status", "x"}}),
                                   {.extra_protected = {"createdAt"}})),
            ErrorCode::kProtectedFieldMutation);
}

TEST_F(GuardsTest, EncryptionComesFirst) {
  const auto model = encrypted();
  const Bound nothing(model, {});
  constexpr ErrorCode kExpected = ErrorCode::kEncryptionNotConfigured;
  EXPECT_EQ(code(ItemWrite::create(environment, model, nothing)), kExpected);
  EXPECT_EQ(code(ItemWrite::remove(environment, model, nothing)), kExpected);
  EXPECT_EQ(code(ItemRead::get(environment, model, nothing)), kExpected);
  EXPECT_EQ(code(PagedRead::query(environment, model, QueryRequest{})), kExpected);
  EXPECT_EQ(code(PagedRead::scan(environment, model, ScanRequest{})), kExpected);
  BatchRead batch(environment);
  EXPECT_EQ(code(batch.add(model, nothing)), kExpected);
  TransactRead transaction(environment);
  EXPECT_EQ(code(transaction.add(model, nothing)), kExpected);
}

TEST_F(GuardsTest, TablesOfEncryptedModelsCanBeMade) {
  const std::vector<std::shared_ptr<const model::Model>> models{encrypted()};
  EXPECT_TRUE(create_table_request(models));
}

TEST_F(GuardsTest, PolicyComesBeforeTheKey) {
  EXPECT_EQ(code(ItemWrite::put(environment, write_once(), Bound(write_once(), {}))),
            ErrorCode::kImmutableModelMutation);
  EXPECT_EQ(update(protecting(), {}, {"pinned"}), ErrorCode::kProtectedFieldMutation);
}

TEST_F(GuardsTest, TheKeyComesBeforeNamesAndTypes) {
  EXPECT_EQ(update(protecting(), {{"nowhere", 1}}, {"nowhere"}), ErrorCode::kMissingPrimaryKey);
  EXPECT_EQ(code(ItemWrite::create(environment, protecting(), Bound(protecting(), {{"count", "x"}}))),
            ErrorCode::kMissingPrimaryKey);
}

TEST_F(GuardsTest, NamesComeBeforeTypesAndTypesBeforeRequired) {
  const auto model = protecting();
  const auto message = [&](Item item) {
    const auto created = ItemWrite::create(environment, model, Bound(model, std::move(item)));
    return created ? std::string() : created.error().message();
  };
  EXPECT_NE(message({{"id", "1"}, {"nowhere", 1}, {"count", "x"}}).find("nowhere"), std::string::npos);
  EXPECT_NE(message({{"id", "1"}, {"count", "x"}}).find("\"count\""), std::string::npos);
  EXPECT_NE(message({{"id", "1"}, {"count", 1}}).find("\"state\": it is required"), std::string::npos);
}

TEST_F(GuardsTest, RequiredComesBeforeTheSizeOfTheItem) {
  const auto created = ItemWrite::create(environment, protecting(),
                                         Bound(protecting(), {{"id", "1"}, {"pinned", std::string(500'000, 'x')}}));
  ASSERT_FALSE(created);
  EXPECT_NE(created.error().message().find("required"), std::string::npos);
}

}  // namespace
}  // namespace tabletheory::ops
