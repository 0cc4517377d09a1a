// update, patch and upsert: exact requests, lifecycle and locks.
#include "ops/scripted_target.h"
#include "ops/writes.h"

namespace tabletheory::ops {
namespace {

class UpdateTest : public testing::Test {
 protected:
  std::string update(Item item, const std::vector<std::string>& selection, const WriteOptions& options = {}) {
    return take(ItemWrite::update(target.environment(), orders(), Bound(orders(), with_key(std::move(item))), selection,
                                  options));
  }
  std::string patch(Item item, const WriteOptions& options = {}) {
    return take(ItemWrite::patch(target.environment(), orders(), Bound(orders(), with_key(std::move(item))), options));
  }
  std::string upsert(Item item, const WriteOptions& options = {}) {
    return take(ItemWrite::upsert(target.environment(), orders(), Bound(orders(), with_key(std::move(item))), options));
  }
  static Item with_key(Item item) {
    for (const auto& [name, value] : order_key()) item.set(name, value);
    return item;
  }
  std::string take(ItemWrite::Created created) {
    if (!created) {
      error = created.error().code();
      return created.error().message();
    }
    error = ErrorCode{};
    write = std::move(*created);
    return write->request();
  }
  ScriptedTarget target;
  std::unique_ptr<ItemWrite> write;
  ErrorCode error{};
};

TEST_F(UpdateTest, WritesTheSelectedAttributesUnderTheVersionsLock) {
  EXPECT_EQ(update({{"status", "paid"}, {"total", 5}, {"version", 3}}, {"status"}),
            R"({"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#1"}},)"
            R"("UpdateExpression":"SET #n1 = :v1, #n2 = :v2, #n3 = :v3",)"
            R"("ConditionExpression":"attribute_exists(#n4) AND #n3 = :v4",)"
            R"("ExpressionAttributeNames":{"#n1":"status","#n2":"updatedAt","#n3":"version","#n4":"PK"},)"
            R"("ExpressionAttributeValues":{":v1":{"S":"paid"},":v2":{"S":"2026-01-02T03:04:05.678000000Z"},)"
            R"(":v3":{"N":"4"},":v4":{"N":"3"}}})");
  EXPECT_EQ(write->service_operation(), "UpdateItem");
  EXPECT_EQ(write->lifecycle().version, Number(4));
  EXPECT_EQ(write->lifecycle().updated_at->to_string(), kNow);
  EXPECT_FALSE(write->lifecycle().created_at);
}

TEST_F(UpdateTest, AtVersionZeroAnItemWithoutAVersionPassesToo) {
  const std::string request = update({{"status", "paid"}, {"version", 0}}, {"status"});
  EXPECT_NE(
      request.find(R"~("ConditionExpression":"attribute_exists(#n4) AND (#n3 = :v4 OR attribute_not_exists(#n3))")~"),
      std::string::npos)
      << request;
}

TEST_F(UpdateTest, TheExplicitVersionGoesBeforeTheItems) {
  update({{"status", "paid"}, {"version", 3}}, {"status"}, {.if_version = 8});
  EXPECT_EQ(write->lifecycle().version, Number(9));
}

TEST_F(UpdateTest, AVersionedModelNeedsTheVersion) {
  const std::string message = update({{"status", "paid"}}, {"status"});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  EXPECT_NE(message.find("version"), std::string::npos);
}

TEST_F(UpdateTest, AnEmptySelectionTouchesTheLifecycle) {
  EXPECT_NE(update({{"status", "paid"}, {"version", 1}}, {}).find(R"("UpdateExpression":"SET #n1 = :v1, #n2 = :v2")"),
            std::string::npos);
  EXPECT_EQ(write->request().find("paid"), std::string::npos);
}

TEST_F(UpdateTest, AnEmptySelectionWithoutLifecycleIsRefused) {
  const auto created = ItemWrite::update(target.environment(), notes(), Bound(notes(), {{"id", 1}}), {});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code(), ErrorCode::kInvalidOperator);
}

TEST_F(UpdateTest, WithoutAVersionRoleTheItemMustExist) {
  const std::vector<std::string> selection{"text"};
  const auto created =
      ItemWrite::update(target.environment(), notes(), Bound(notes(), {{"id", 1}, {"text", "x"}}), selection);
  ASSERT_TRUE(created);
  EXPECT_EQ((*created)->request(),
            R"({"TableName":"notes","Key":{"id":{"N":"1"}},"UpdateExpression":"SET #n1 = :v1",)"
            R"~("ConditionExpression":"attribute_exists(#n2)","ExpressionAttributeNames":{"#n1":"text","#n2":"id"},)~"
            R"("ExpressionAttributeValues":{":v1":{"S":"x"}}})");
}

TEST_F(UpdateTest, SetComesBeforeRemove) {
  EXPECT_NE(update({{"note", ""}, {"total", 0}, {"version", 1}}, {"note", "total"})
                .find(R"("UpdateExpression":"SET #n2 = :v1, #n3 = :v2, #n4 = :v3 REMOVE #n1")"),
            std::string::npos)
      << write->request();
}

TEST_F(UpdateTest, KeysAndLifecycleCannotBeSelected) {
  for (const char* name : {"PK", "SK", "createdAt", "updatedAt", "version"}) {
    const std::string message = update({{"version", 1}}, {name});
    EXPECT_EQ(error, ErrorCode::kInvalidModel) << name;
    EXPECT_NE(message.find(name), std::string::npos);
  }
}

TEST_F(UpdateTest, TtlCanBeSelected) {
  update({{"expiresAt", 100}, {"version", 1}}, {"expiresAt"});
  EXPECT_EQ(error, ErrorCode{});
}

TEST_F(UpdateTest, UnknownAndDoubleSelectionsAreRefused) {
  const std::string message = update({{"version", 1}}, {"statsu"});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  EXPECT_NE(message.find("did you mean \"status\""), std::string::npos);
  update({{"total", 1}, {"version", 1}}, {"total", "total"});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
}

TEST_F(UpdateTest, ARequiredAttributeCannotBeRemoved) {
  update({{"version", 1}}, {"status"});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
}

TEST_F(UpdateTest, TheNewItemIsReturnedOnRequest) {
  EXPECT_TRUE(update({{"version", 1}}, {}, {.return_values = ReturnValues::kAllNew})
                  .ends_with(R"(,"ReturnValues":"ALL_NEW"})"));
}

TEST_F(UpdateTest, AVersionWithAnotherConditionAsksForTheItem) {
  WriteOptions options;
  options.condition.comparisons = {{"status", "=", {Value("open")}}};
  const std::string request = update({{"status", "paid"}, {"version", 3}}, {"status"}, options);
  EXPECT_NE(request.find(R"(attribute_exists(#n4) AND #n3 = :v4 AND #n1 = :v5)"), std::string::npos) << request;
  EXPECT_TRUE(request.ends_with(R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})"));
}

TEST_F(UpdateTest, EqualValuesShareOnePlaceholder) {
  const std::string request = update({{"status", "x"}, {"note", "x"}, {"version", 1}}, {"status", "note"});
  EXPECT_NE(request.find("SET #n1 = :v1, #n2 = :v1,"), std::string::npos) << request;
}

TEST_F(UpdateTest, PatchSelectsTheNonEmptyValues) {
  const std::string request = patch({{"status", "paid"},
                                     {"note", ""},
                                     {"total", 0},
                                     {"tags", StringSet{}},
                                     {"createdAt", "2020-01-01T00:00:00Z"},
                                     {"version", 2}});
  EXPECT_NE(request.find(R"("UpdateExpression":"SET #n1 = :v1, #n2 = :v2, #n3 = :v3")"), std::string::npos) << request;
  EXPECT_NE(request.find(R"("#n1":"status","#n2":"updatedAt","#n3":"version")"), std::string::npos);
  EXPECT_EQ(request.find("createdAt"), std::string::npos);
}

TEST_F(UpdateTest, UpsertSetsWhatIsGivenAndBeginsALifecycle) {
  EXPECT_EQ(upsert({{"status", "open"}, {"note", ""}}),
            R"({"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#1"}},)"
            R"("UpdateExpression":"SET #n1 = :v1, #n3 = if_not_exists(#n3, :v2), #n4 = :v2, )"
            R"(#n5 = if_not_exists(#n5, :v3) + :v4 REMOVE #n2",)"
            R"("ExpressionAttributeNames":{"#n1":"status","#n2":"note","#n3":"createdAt","#n4":"updatedAt",)"
            R"("#n5":"version"},"ExpressionAttributeValues":{":v1":{"S":"open"},)"
            R"(":v2":{"S":"2026-01-02T03:04:05.678000000Z"},":v3":{"N":"-1"},":v4":{"N":"1"}}})");
}

TEST_F(UpdateTest, UpsertNeedsEveryRequiredAttribute) {
  upsert({{"total", 1}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
}

TEST_F(UpdateTest, UpsertIgnoresAGivenVersionAndLocksOnAnExplicitOne) {
  EXPECT_EQ(upsert({{"status", "open"}, {"version", 9}}).find("ConditionExpression"), std::string::npos);
  EXPECT_NE(upsert({{"status", "open"}}, {.if_version = 2}).find("ConditionExpression"), std::string::npos);
  EXPECT_EQ(write->lifecycle().version, Number(3));
}

TEST_F(UpdateTest, UpsertOfAKeyAloneCreatesTheItem) {
  const auto created = ItemWrite::upsert(target.environment(), notes(), Bound(notes(), {{"id", 1}}));
  ASSERT_TRUE(created);
  EXPECT_EQ((*created)->request(), R"({"TableName":"notes","Key":{"id":{"N":"1"}}})");
}

// docs/spec/dms.md, "Emptiness": the table of updates of selected attributes.
struct Row {
  const char* version;
  const char* attribute;
  Value value;
  const char* expected;  // the update expression
};

std::shared_ptr<const model::Model> emptiness_model(const std::string& version) {
  return compile("dms_version: \"" + version + R"("
models:
  - name: Thing
    table: {name: things}
    keys: {partition: {attribute: id, type: S}}
    attributes:
      - {attribute: id, type: S}
      - {attribute: omitted, type: S, omit_empty: true}
      - {attribute: omittedSet, type: SS, omit_empty: true}
      - {attribute: plain, type: S}
      - {attribute: plainSet, type: SS}
      - {attribute: nothing, type: "NULL"}
      - {attribute: anything, type: M, json: true}
)");
}

class EmptinessTest : public testing::TestWithParam<Row> {};

TEST_P(EmptinessTest, UpdateOfASelectedAttribute) {
  const Row& row = GetParam();
  const auto model = emptiness_model(row.version);
  ScriptedTarget target;
  const std::vector<std::string> selection{row.attribute};
  Item item{{"id", "1"}};
  item.set(row.attribute, row.value);
  const auto created = ItemWrite::update(target.environment(), model, Bound(model, item), selection);
  ASSERT_TRUE(created) << created.error().to_string();
  EXPECT_NE((*created)->request().find(row.expected), std::string::npos) << (*created)->request();
}

INSTANTIATE_TEST_SUITE_P(
    Table, EmptinessTest,
    testing::Values(Row{"0.2", "omitted", "", "REMOVE #n1"}, Row{"0.1", "omitted", "", "SET #n1 = :v1"},
                    Row{"0.2", "omittedSet", StringSet{}, "REMOVE #n1"},
                    Row{"0.1", "omittedSet", StringSet{}, R"(":v1":{"NULL":true})"},
                    Row{"0.2", "plain", "", R"(":v1":{"S":""})"}, Row{"0.1", "plain", "", R"(":v1":{"S":""})"},
                    Row{"0.2", "plainSet", StringSet{}, R"(":v1":{"NULL":true})"},
                    Row{"0.2", "plain", "x", "SET #n1 = :v1"}, Row{"0.1", "plain", "x", "SET #n1 = :v1"},
                    Row{"0.2", "plain", nullptr, "REMOVE #n1"}, Row{"0.1", "plain", nullptr, "REMOVE #n1"},
                    Row{"0.1", "omitted", nullptr, "REMOVE #n1"},
                    Row{"0.2", "nothing", nullptr, R"(":v1":{"NULL":true})"},
                    Row{"0.2", "anything", nullptr, R"(":v1":{"NULL":true})"}));

// A source of one record whose fields are all empty, as typed models have them.
class BlankRecord final : public model::ItemSource {
 public:
  model::Presence presence(std::size_t slot) const override {
    return slot == 0 ? model::Presence::kPresent : model::Presence::kBlankRecord;
  }
  Result<void> write(std::size_t slot, std::string& out) const override {
    out += slot == 0 ? R"({"S":"1"})" : R"({"M":{"source":{"S":""}}})";
    return {};
  }
  Result<void> check_names() const override { return {}; }
};

std::shared_ptr<const model::Model> record_model(const std::string& version) {
  return compile("dms_version: \"" + version + R"("
models:
  - name: Profile
    table: {name: profiles}
    keys: {partition: {attribute: id, type: S}}
    attributes:
      - {attribute: id, type: S}
      - {attribute: profile, type: M, omit_empty: true}
)");
}

TEST(BlankRecordTest, IsEmptyInVersion01OnlyAndForPatch) {
  ScriptedTarget target;
  const std::vector<std::string> selection{"profile"};
  for (const std::string version : {"0.1", "0.2"}) {
    const auto model = record_model(version);
    const auto created = ItemWrite::put(target.environment(), model, BlankRecord());
    ASSERT_TRUE(created);
    EXPECT_EQ((*created)->request().find("profile\":") == std::string::npos, version == "0.1") << version;
    const auto update = ItemWrite::update(target.environment(), model, BlankRecord(), selection);
    ASSERT_TRUE(update);
    EXPECT_NE((*update)->request().find("SET #n1 = :v1"), std::string::npos) << version;
    const auto patch = ItemWrite::patch(target.environment(), model, BlankRecord());
    ASSERT_FALSE(patch);  // nothing is selected, and there is no lifecycle to touch
    EXPECT_EQ(patch.error().code(), ErrorCode::kInvalidOperator);
  }
}

}  // namespace
}  // namespace tabletheory::ops
