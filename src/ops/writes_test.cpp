// What single writes make of answers: returned items, version conflicts, unknown outcomes.
#include "ops/writes.h"

#include "ops/scripted_target.h"
#include "ops/update_builder.h"

namespace tabletheory::ops {
namespace {

class WritesTest : public testing::Test {
 protected:
  static Bound order(Item item) {
    for (const auto& [name, value] : order_key()) item.set(name, value);
    return Bound(orders(), std::move(item));
  }
  std::optional<Error> update(const WriteOptions& options = {}) {
    const std::vector<std::string> selection{"status"};
    return run(ItemWrite::update(target.environment(), orders(), order({{"status", "paid"}, {"version", 3}}), selection,
                                 options));
  }
  std::optional<Error> create() {
    return run(ItemWrite::create(target.environment(), orders(), order({{"status", "open"}})));
  }
  std::optional<Error> run(ItemWrite::Created created) {
    EXPECT_TRUE(created) << created.error().to_string();
    if (!created) return created.error();
    write = std::move(*created);
    return target.run(*write);
  }
  // A refused condition with the stored item.
  void refuse_condition(std::string_view item = "") {
    std::string members = R"("message":"The conditional request failed")";
    if (!item.empty()) members.append(R"(,"Item":)").append(item);
    target.refuse(400, "ConditionalCheckFailedException", members);
  }
  static WriteOptions with_condition() {
    WriteOptions options;
    options.condition.comparisons = {{"note", "exists", {}}};
    return options;
  }
  ScriptedTarget target;
  std::unique_ptr<ItemWrite> write;
};

TEST_F(WritesTest, ASuccessfulWriteIsDone) {
  target.answer("{}");
  EXPECT_FALSE(create());
  EXPECT_EQ(write->attributes(), nullptr);
}

TEST_F(WritesTest, TheReturnedItemTellsTheLifecycle) {
  target.answer(R"({"Attributes":{"version":{"N":"7"},"createdAt":{"S":"2020-01-01T00:00:00Z"},"status":{"S":"x"}}})");
  EXPECT_FALSE(run(ItemWrite::upsert(target.environment(), orders(), order({{"status", "open"}}),
                                     {.return_values = ReturnValues::kAllNew})));
  ASSERT_NE(write->attributes(), nullptr);
  EXPECT_EQ(write->lifecycle().version, Number(7));
  EXPECT_EQ(write->lifecycle().created_at, Timestamp(1'577'836'800, 0));
}

TEST_F(WritesTest, OldValuesAreNotTheLifecycle) {
  target.answer(R"({"Attributes":{"version":{"N":"3"}}})");
  EXPECT_FALSE(update({.return_values = ReturnValues::kAllOld}));
  EXPECT_EQ(write->lifecycle().version, Number(4));
}

TEST_F(WritesTest, ADuplicateCreateIsAFailedCondition) {
  refuse_condition();
  const auto error = create();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kConditionFailed);
  EXPECT_FALSE(error->is(ErrorCode::kVersionConflict));
  EXPECT_EQ(error->service_type(), "ConditionalCheckFailedException");
  EXPECT_EQ(error->request_id(), "request-1");
  EXPECT_EQ(error->operation(), "create");
}

TEST_F(WritesTest, ALostLockIsAConflictAndAFailedCondition) {
  refuse_condition();
  const auto error = update();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kVersionConflict);
  EXPECT_TRUE(error->is(ErrorCode::kConditionFailed));
}

TEST_F(WritesTest, WithAnotherConditionTheStoredVersionDecides) {
  refuse_condition(R"({"version":{"N":"4"}})");
  EXPECT_EQ(update(with_condition())->code(), ErrorCode::kVersionConflict);
  refuse_condition(R"({"version":{"N":"3"}})");
  const auto error = update(with_condition());
  EXPECT_EQ(error->code(), ErrorCode::kConditionFailed);
  EXPECT_FALSE(error->is(ErrorCode::kVersionConflict));
  refuse_condition();
  EXPECT_EQ(update(with_condition())->code(), ErrorCode::kVersionConflict) << "an absent item is a conflict";
}

TEST_F(WritesTest, AtVersionZeroAnItemWithoutVersionKeepsTheLock) {
  WriteOptions options = with_condition();
  options.if_version = 0;
  refuse_condition(R"({"status":{"S":"x"}})");
  EXPECT_FALSE(update(options)->is(ErrorCode::kVersionConflict));
}

TEST_F(WritesTest, TheItemOfAFailedConditionIsDecoded) {
  refuse_condition(R"({"status":{"S":"x"},"version":{"N":"9"},"unknown":{"S":"y"}})");
  const auto error = update({.return_item_on_failure = true});
  ASSERT_NE(error->item(), nullptr);
  EXPECT_EQ(*error->item(), (Item{{"status", "x"}, {"version", 9}}));
}

TEST_F(WritesTest, TheItemIsNotGivenWhereItWasNotAskedFor) {
  refuse_condition(R"({"version":{"N":"9"}})");
  EXPECT_EQ(update(with_condition())->item(), nullptr);
}

TEST_F(WritesTest, ErrorsOfTheServiceSayWhere) {
  target.refuse(400, "ResourceNotFoundException");
  const auto error = create();
  EXPECT_EQ(error->code(), ErrorCode::kTableNotFound);
  EXPECT_EQ(error->table(), "orders");
  EXPECT_EQ(error->model(), "Order");
}

TEST_F(WritesTest, ACreateWhoseAnswerWasLostAndFindsItsOwnItemHasSucceeded) {
  target.refuse(500, "InternalServerError");
  refuse_condition(R"({"version":{"N":"0"},"createdAt":{"S":"2026-01-02T03:04:05.678000000Z"},)"
                   R"("updatedAt":{"S":"2026-01-02T03:04:05.678000000Z"}})");
  EXPECT_FALSE(create());
  EXPECT_TRUE(target.requests.back().body.ends_with(R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})"));
}

TEST_F(WritesTest, ACreateWhoseAnswerWasLostAndFindsAnOlderItemHasFailed) {
  target.refuse(500, "InternalServerError");
  refuse_condition(R"({"version":{"N":"0"},"createdAt":{"S":"2026-01-02T03:04:05.677000000Z"},)"
                   R"("updatedAt":{"S":"2026-01-02T03:04:05.677000000Z"}})");
  const auto error = create();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kConditionFailed);
}

TEST_F(WritesTest, WhatCannotBeProvedIsUnknownAndShowsTheItem) {
  target.refuse(500, "InternalServerError");
  refuse_condition(R"({"status":{"S":"x"}})");
  const auto error = create();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kOutcomeUnknown);
  ASSERT_NE(error->item(), nullptr);
}

TEST_F(WritesTest, AnUpdateWhoseAnswerWasLostIsDecidedByVersionAndTime) {
  const auto after_loss = [&](std::string_view item) {
    target.refuse(502, "");
    refuse_condition(item);
    const auto error = update();
    return error ? error->code() : ErrorCode{};
  };
  EXPECT_EQ(after_loss(R"({"version":{"N":"4"},"updatedAt":{"S":"2026-01-02T03:04:05.678000000Z"}})"), ErrorCode{});
  EXPECT_EQ(after_loss(R"({"version":{"N":"4"},"updatedAt":{"S":"2026-01-02T03:04:05.999000000Z"}})"),
            ErrorCode::kVersionConflict)
      << "somebody else took version 4";
  EXPECT_EQ(after_loss(R"({"version":{"N":"2"},"updatedAt":{"S":"2026-01-02T03:04:05.000000000Z"}})"),
            ErrorCode::kVersionConflict);
  EXPECT_EQ(after_loss(R"({"version":{"N":"6"},"updatedAt":{"S":"2026-01-02T03:04:06.000000000Z"}})"),
            ErrorCode::kOutcomeUnknown)
      << "ours may have been version 4";
  EXPECT_EQ(after_loss(""), ErrorCode::kOutcomeUnknown) << "ours may have been deleted since";
}

TEST_F(WritesTest, AnEchoedUpdateReturnsTheItemItAskedFor) {
  target.refuse(502, "");
  refuse_condition(R"({"version":{"N":"4"},"updatedAt":{"S":"2026-01-02T03:04:05.678000000Z"},"status":{"S":"paid"}})");
  EXPECT_FALSE(update({.return_values = ReturnValues::kAllNew}));
  ASSERT_NE(write->attributes(), nullptr);
  std::string_view status;
  ASSERT_EQ(write->attributes()->at_pointer("/status/S").get(status), simdjson::SUCCESS);
  EXPECT_EQ(status, "paid");
}

TEST_F(WritesTest, AnUnlockedIncrementIsNotRepeatedWhenItMayHaveHappened) {
  target.refuse(500, "InternalServerError");
  const auto error = run(ItemWrite::build(target.environment(), orders(), Bound(orders(), order_key()),
                                          UpdateBuilder().increment("total")));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kOutcomeUnknown);
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST_F(WritesTest, ALockedIncrementIsRepeated) {
  target.refuse(500, "InternalServerError");
  target.answer("{}");
  EXPECT_FALSE(run(ItemWrite::build(target.environment(), orders(), Bound(orders(), order_key()),
                                    UpdateBuilder().increment("total"), {.if_version = 3})));
}

TEST_F(WritesTest, AListElementSetBeyondTheEndAppendsSoItIsNotRepeated) {
  target.refuse(500, "InternalServerError");
  const auto error = run(ItemWrite::build(target.environment(), orders(), Bound(orders(), order_key()),
                                          UpdateBuilder().set_element("events", 9, "x")));
  EXPECT_EQ(error->code(), ErrorCode::kOutcomeUnknown);
}

TEST_F(WritesTest, AnUnconditionalPutIsRepeatedAndAConditionalOneIsNot) {
  target.refuse(500, "InternalServerError");
  target.answer("{}");
  EXPECT_FALSE(run(ItemWrite::put(target.environment(), orders(), order({{"status", "x"}}))));
  target.refuse(500, "InternalServerError");
  EXPECT_EQ(run(ItemWrite::put(target.environment(), orders(), order({{"status", "x"}}), with_condition()))->code(),
            ErrorCode::kOutcomeUnknown);
}

TEST_F(WritesTest, ExplainShowsTheRequestAndItsCost) {
  auto created =
      ItemWrite::put(target.environment(), orders(), order({{"status", "x"}, {"note", std::string(3000, 'x')}}));
  ASSERT_TRUE(created);
  const Explanation explanation = (*created)->explain();
  EXPECT_EQ(explanation.operation, "PutItem");
  EXPECT_EQ(explanation.request, (*created)->request());
  EXPECT_EQ(explanation.capacity_units, 4);
  EXPECT_TRUE(target.requests.empty());
}

}  // namespace
}  // namespace tabletheory::ops
