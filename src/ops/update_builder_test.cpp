#include "ops/update_builder.h"

#include "ops/scripted_target.h"
#include "ops/writes.h"

namespace tabletheory::ops {
namespace {

class UpdateBuilderTest : public testing::Test {
 protected:
  std::string build(const UpdateBuilder& builder, const WriteOptions& options = {}) {
    return take(ItemWrite::build(target.environment(), orders(), Bound(orders(), order_key()), builder, options));
  }
  std::string on_note(const UpdateBuilder& builder) {
    return take(ItemWrite::build(target.environment(), notes(), Bound(notes(), {{"id", 1}}), builder));
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
  // The request's part between two texts.
  static std::string member(const std::string& request, const std::string& name) {
    const auto start = request.find("\"" + name + "\":");
    if (start == std::string::npos) return {};
    const auto from = start + name.size() + 4;
    return request.substr(from, request.find('"', from) - from);
  }
  ScriptedTarget target;
  std::unique_ptr<ItemWrite> write;
  ErrorCode error{};
};

TEST_F(UpdateBuilderTest, RequiresTheItemAndCountsTheVersionUpWithoutLocking) {
  EXPECT_EQ(build(UpdateBuilder().set("status", "paid")),
            R"({"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#1"}},)"
            R"("UpdateExpression":"SET #n1 = :v1, #n2 = :v2, #n3 = if_not_exists(#n3, :v3) + :v4",)"
            R"~("ConditionExpression":"attribute_exists(#n4)",)~"
            R"("ExpressionAttributeNames":{"#n1":"status","#n2":"updatedAt","#n3":"version","#n4":"PK"},)"
            R"("ExpressionAttributeValues":{":v1":{"S":"paid"},":v2":{"S":"2026-01-02T03:04:05.678000000Z"},)"
            R"(":v3":{"N":"0"},":v4":{"N":"1"}}})");
}

TEST_F(UpdateBuilderTest, IfVersionLocks) {
  const std::string request = build(UpdateBuilder().set("status", "paid"), {.if_version = 3});
  EXPECT_EQ(member(request, "UpdateExpression"), "SET #n1 = :v1, #n2 = :v2, #n3 = :v3");
  EXPECT_EQ(member(request, "ConditionExpression"), "attribute_exists(#n4) AND #n3 = :v4");
  EXPECT_EQ(write->lifecycle().version, Number(4));
}

TEST_F(UpdateBuilderTest, UpsertModeCreatesAnAbsentItem) {
  const std::string request = build(UpdateBuilder(UpdateBuilder::Mode::kUpsert).set("status", "paid"));
  EXPECT_EQ(member(request, "UpdateExpression"),
            "SET #n1 = :v1, #n2 = if_not_exists(#n2, :v2), #n3 = :v2, #n4 = if_not_exists(#n4, :v3) + :v4");
  EXPECT_EQ(request.find("ConditionExpression"), std::string::npos);
}

TEST_F(UpdateBuilderTest, ClausesComeInTheOrderSetRemoveAddDelete) {
  UpdateBuilder builder;
  builder.delete_elements("tags", StringSet{{"a"}}).add("total", 5).remove("note").set("status", "x");
  EXPECT_EQ(member(build(builder), "UpdateExpression"),
            "SET #n1 = :v1, #n2 = :v2, #n3 = if_not_exists(#n3, :v3) + :v4 REMOVE #n4 ADD #n5 :v5 DELETE #n6 :v6");
}

TEST_F(UpdateBuilderTest, IncrementAndDecrementAdd) {
  const std::string up = on_note(UpdateBuilder().increment("profile.visits"));
  EXPECT_EQ(member(up, "UpdateExpression"), "ADD #n1.#n2 :v1");
  EXPECT_NE(up.find(R"(":v1":{"N":"1"})"), std::string::npos);
  EXPECT_NE(on_note(UpdateBuilder().decrement("profile.visits", 3)).find(R"(":v1":{"N":"-3"})"), std::string::npos);
}

TEST_F(UpdateBuilderTest, AppendAndPrependCountAnAbsentListAsEmpty) {
  const std::string append = build(UpdateBuilder().append("events", {Value("paid")}));
  EXPECT_TRUE(member(append, "UpdateExpression").starts_with("SET #n1 = list_append(if_not_exists(#n1, :v1), :v2), "));
  EXPECT_NE(append.find(R"(":v1":{"L":[]},":v2":{"L":[{"S":"paid"}]})"), std::string::npos) << append;
  const std::string prepend = build(UpdateBuilder().prepend("events", {Value("paid")}));
  EXPECT_TRUE(member(prepend, "UpdateExpression").starts_with("SET #n1 = list_append(:v1, if_not_exists(#n1, :v2)), "));
}

TEST_F(UpdateBuilderTest, ListElementsAndNestedPaths) {
  EXPECT_TRUE(member(build(UpdateBuilder().set_element("events", 2, "x")), "UpdateExpression")
                  .starts_with("SET #n1[2] = :v1, "));
  EXPECT_TRUE(
      member(build(UpdateBuilder().remove_element("events", 0)), "UpdateExpression").ends_with("REMOVE #n4[0]") ||
      member(write->request(), "UpdateExpression").find("REMOVE #n") != std::string::npos);
  EXPECT_EQ(member(on_note(UpdateBuilder().set("profile.a[3].c", 1)), "UpdateExpression"), "SET #n1.#n2[3].#n3 = :v1");
}

TEST_F(UpdateBuilderTest, SetWritesExactlyWhatItIsGiven) {
  EXPECT_NE(build(UpdateBuilder().set("note", "")).find(R"(":v1":{"S":""})"), std::string::npos);
  EXPECT_NE(build(UpdateBuilder().set("tags", StringSet{})).find(R"(":v1":{"NULL":true})"), std::string::npos);
  build(UpdateBuilder().set("note", nullptr));
  EXPECT_EQ(error, ErrorCode::kInvalidModel) << "no value is removed, not set";
}

TEST_F(UpdateBuilderTest, NoActionIsRefused) {
  build(UpdateBuilder());
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(UpdateBuilderTest, KeysAndLifecycleAreGuarded) {
  for (const char* name : {"PK", "SK", "createdAt", "updatedAt", "version"}) {
    build(UpdateBuilder().set(name, "x"));
    EXPECT_EQ(error, ErrorCode::kInvalidModel) << name;
  }
}

TEST_F(UpdateBuilderTest, OverlappingActionsAreRefused) {
  on_note(UpdateBuilder().set("profile.a", 1).remove("profile"));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  on_note(UpdateBuilder().set("profile.a", 1).set("profile.a", 2));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(UpdateBuilderTest, ActionsMustFitTheType) {
  build(UpdateBuilder().add("status", 1));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  build(UpdateBuilder().delete_elements("total", StringSet{{"a"}}));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  build(UpdateBuilder().append("status", {}));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  build(UpdateBuilder().add("tags", StringSet{}));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator) << "an empty set adds nothing";
  build(UpdateBuilder().set("total", "x"));
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  build(UpdateBuilder().set("status.part", "x"));
  EXPECT_EQ(error, ErrorCode::kInvalidModel) << "S has no parts";
  build(UpdateBuilder().set("statsu", "x"));
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  build(UpdateBuilder().set("a..b", "x"));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator) << "no document path";
}

TEST_F(UpdateBuilderTest, ARequiredAttributeCannotBeRemoved) {
  build(UpdateBuilder().remove("status"));
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
}

TEST_F(UpdateBuilderTest, ReturnValuesArePassedOn) {
  EXPECT_TRUE(build(UpdateBuilder().set("note", "x"), {.return_values = ReturnValues::kUpdatedOld})
                  .ends_with(R"(,"ReturnValues":"UPDATED_OLD"})"));
}

TEST_F(UpdateBuilderTest, RawUpdateExpressionsAreGuardedAlike) {
  const auto raw = [&](const std::string& text, const Map& names, const Map& values = {}) {
    return take(ItemWrite::update_expression(target.environment(), orders(), Bound(orders(), order_key()),
                                             RawExpression{text, names, values}));
  };
  EXPECT_EQ(member(raw("SET #s = :s ADD #t :one", {{"#s", "status"}, {"#t", "total"}}, {{":s", "x"}, {":one", 1}}),
                   "UpdateExpression"),
            "SET #n1 = :v1, #n2 = :v2, #n3 = if_not_exists(#n3, :v3) + :v4 ADD #n4 :v4");
  raw("SET #v = :v", {{"#v", "version"}}, {{":v", 9}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  raw("REMOVE #s", {{"#s", "status"}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  raw("SET #s = :s", {{"#s", "nowhere"}}, {{":s", "x"}});
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  raw("SET #s = ", {{"#s", "status"}});
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

}  // namespace
}  // namespace tabletheory::ops
