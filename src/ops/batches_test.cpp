#include "ops/batches.h"

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

Item order_item(int n) {
  return {{"PK", "U#1"}, {"SK", "O#" + std::to_string(n)}, {"status", "open"}};
}
Item order_key(int n) {
  return {{"PK", "U#1"}, {"SK", "O#" + std::to_string(n)}};
}
std::string wire_key(int n) {
  return R"({"PK":{"S":"U#1"},"SK":{"S":"O#)" + std::to_string(n) + R"("}})";
}

std::string keys(int from, int to) {
  std::string out;
  for (int n = from; n < to; ++n) out += (out.empty() ? "" : ",") + wire_key(n);
  return out;
}

class BatchReadTest : public testing::Test {
 protected:
  void add(int n) { ASSERT_TRUE(read.add(orders(), Bound(orders(), order_key(n)))); }
  static std::string found(const std::string& items, const std::string& unprocessed = "") {
    return R"({"Responses":{"orders":[)" + items + R"(]},"UnprocessedKeys":{)" +
           (unprocessed.empty() ? "" : R"("orders":{"Keys":[)" + unprocessed + "]}") + "}}";
  }
  ScriptedTarget target;
  BatchRead read{target.environment()};
};

TEST_F(BatchReadTest, AnswersEachPositionInOrderWhateverOrderTheServiceGives) {
  add(2);
  add(1);
  add(3);
  target.answer(found(wire_key(1) + "," + wire_key(2)));
  ASSERT_TRUE(read.prepare());
  EXPECT_FALSE(target.run(read));
  EXPECT_EQ(target.requests.front().operation, "BatchGetItem");
  EXPECT_EQ(target.requests.front().body,
            R"({"RequestItems":{"orders":{"Keys":[)" + wire_key(2) + "," + wire_key(1) + "," + wire_key(3) + "]}}}");
  ASSERT_NE(read.item(0), nullptr);
  EXPECT_EQ(simdjson::minify(*read.item(0)), wire_key(2));
  EXPECT_EQ(simdjson::minify(*read.item(1)), wire_key(1));
  EXPECT_EQ(read.item(2), nullptr) << "absent";
}

TEST_F(BatchReadTest, EqualKeysAreAskedForOnceAndAnsweredEachTime) {
  add(1);
  add(1);
  target.answer(found(wire_key(1)));
  ASSERT_TRUE(read.prepare());
  EXPECT_FALSE(target.run(read));
  EXPECT_EQ(target.requests.front().body, R"({"RequestItems":{"orders":{"Keys":[)" + wire_key(1) + "]}}}");
  EXPECT_EQ(read.size(), 2U);
  EXPECT_EQ(read.item(0), read.item(1));
}

TEST_F(BatchReadTest, NumberKeysAreEqualByValue) {
  ASSERT_TRUE(read.add(DocumentTable{"notes"}, Item{{"id", Value(*Number::parse("1e2"))}}));
  ASSERT_TRUE(read.add(notes(), Bound(notes(), {{"id", 100}})));
  target.answer(R"({"Responses":{"notes":[{"id":{"N":"100"}}]}})");
  ASSERT_TRUE(read.prepare());
  EXPECT_FALSE(target.run(read));
  EXPECT_NE(read.item(0), nullptr);
  EXPECT_EQ(read.item(0), read.item(1));
}

TEST_F(BatchReadTest, AHundredKeysPerRequest) {
  for (int n = 0; n < 230; ++n) add(n);
  for (int i = 0; i < 3; ++i) target.answer(found(""));
  ASSERT_TRUE(read.prepare());
  EXPECT_FALSE(target.run(read));
  ASSERT_EQ(target.requests.size(), 3U);
  EXPECT_EQ(target.requests[2].body, R"({"RequestItems":{"orders":{"Keys":[)" + keys(200, 230) + "]}}}");
  EXPECT_EQ(target.parallel, 1U);
}

TEST_F(BatchReadTest, ChunksMayBeInFlightTogether) {
  BatchRead wide(target.environment(), {.parallel = 4});
  for (int n = 0; n < 230; ++n) ASSERT_TRUE(wide.add(orders(), Bound(orders(), order_key(n))));
  for (int i = 0; i < 3; ++i) target.answer(found(""));
  ASSERT_TRUE(wide.prepare());
  EXPECT_FALSE(target.run(wide));
  EXPECT_EQ(target.parallel, 3U);
}

TEST_F(BatchReadTest, UnprocessedKeysAreRetriedWithGrowingPauses) {
  for (int n = 0; n < 3; ++n) add(n);
  target.answer(found(wire_key(0), wire_key(1) + "," + wire_key(2)));
  target.answer(found(wire_key(2), wire_key(1)));
  target.answer(found(wire_key(1)));
  ASSERT_TRUE(read.prepare());
  EXPECT_FALSE(target.run(read));
  EXPECT_EQ(target.requests[1].body, R"({"RequestItems":{"orders":{"Keys":[)" + keys(1, 3) + "]}}}");
  EXPECT_EQ(target.sleeps, (std::vector{50, 100}));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NE(read.item(i), nullptr);
}

TEST_F(BatchReadTest, WhatIsLeftAfterEightRetriesIsTold) {
  add(1);
  add(2);
  add(2);
  for (int i = 0; i < 9; ++i) target.answer(found(i == 0 ? wire_key(1) : "", wire_key(2)));
  ASSERT_TRUE(read.prepare());
  const auto error = target.run(read);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kBatchIncomplete);
  EXPECT_EQ(error->operation(), "batch_get");
  EXPECT_EQ(target.requests.size(), 9U);
  EXPECT_EQ(read.leftovers(), (std::vector<std::size_t>{1, 2}));
  EXPECT_NE(read.item(0), nullptr) << "the other half is kept";
}

TEST_F(BatchReadTest, AChunkThrottledToTheEndIsLeftOver) {
  target.environment().retry.batch_rounds = 0;
  add(1);
  for (int i = 0; i < 3; ++i) target.refuse(400, "ThrottlingException");
  ASSERT_TRUE(read.prepare());
  EXPECT_EQ(target.run(read)->code(), ErrorCode::kBatchIncomplete);
  EXPECT_EQ(read.leftovers(), (std::vector<std::size_t>{0}));
}

TEST_F(BatchReadTest, ADeadlineBetweenRoundsLeavesBothHalves) {
  add(1);
  add(2);
  target.answer(found(wire_key(1), wire_key(2)));
  target.fail_with(Error(ErrorCode::kTimeout, "late"));
  ASSERT_TRUE(read.prepare());
  const auto error = target.run(read);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kBatchIncomplete);
  EXPECT_TRUE(error->is(ErrorCode::kTimeout));
  EXPECT_NE(error->message().find("1 of 2 keys were left unprocessed when the deadline passed"), std::string::npos);
  EXPECT_EQ(read.leftovers(), (std::vector<std::size_t>{1}));
  EXPECT_NE(read.item(0), nullptr);
}

TEST_F(BatchReadTest, ADeadlineBeforeAnyAnswerIsNoHalfOfAnything) {
  add(1);
  target.fail_with(Error(ErrorCode::kTimeout, "late"));
  ASSERT_TRUE(read.prepare());
  const auto error = target.run(read);
  EXPECT_EQ(error->code(), ErrorCode::kTimeout);
  EXPECT_FALSE(error->is(ErrorCode::kBatchIncomplete));
}

TEST_F(BatchReadTest, SeveralTablesGoIntoOneRequest) {
  add(1);
  ASSERT_TRUE(read.add(notes(), Bound(notes(), {{"id", 7}})));
  read.consistent("notes");
  target.answer(R"({"Responses":{"notes":[{"id":{"N":"7"},"text":{"S":"x"}}]},"UnprocessedKeys":{}})");
  ASSERT_TRUE(read.prepare());
  EXPECT_FALSE(target.run(read));
  EXPECT_EQ(target.requests.front().body,
            R"({"RequestItems":{"notes":{"Keys":[{"id":{"N":"7"}}],"ConsistentRead":true},)"
            R"("orders":{"Keys":[)" +
                wire_key(1) + "]}}}");
  EXPECT_EQ(read.item(0), nullptr);
  EXPECT_NE(read.item(1), nullptr);
}

TEST_F(BatchReadTest, KeysAreCheckedWhenTheyAreAdded) {
  const auto added = read.add(orders(), Bound(orders(), {{"PK", "x"}}));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code(), ErrorCode::kMissingPrimaryKey);
  EXPECT_EQ(read.prepare().error().code(), ErrorCode::kInvalidOperator) << "nothing was added";
}

class BatchWriteTest : public testing::Test {
 protected:
  void put(int n) { ASSERT_TRUE(write.put(orders(), Bound(orders(), order_item(n)))); }
  void remove(int n) { ASSERT_TRUE(write.remove(orders(), Bound(orders(), order_key(n)))); }
  ScriptedTarget target;
  BatchWrite write{target.environment()};
};

TEST_F(BatchWriteTest, PutsFollowTheRulesOfPut) {
  put(1);
  remove(2);
  target.answer(R"({"UnprocessedItems":{}})");
  ASSERT_TRUE(write.prepare());
  EXPECT_FALSE(target.run(write));
  EXPECT_EQ(target.requests.front().operation, "BatchWriteItem");
  EXPECT_EQ(target.requests.front().body,
            R"({"RequestItems":{"orders":[{"PutRequest":{"Item":{"PK":{"S":"U#1"},"SK":{"S":"O#1"},)"
            R"("status":{"S":"open"},"createdAt":{"S":"2026-01-02T03:04:05.678000000Z"},)"
            R"("updatedAt":{"S":"2026-01-02T03:04:05.678000000Z"},"version":{"N":"0"}}}},)"
            R"({"DeleteRequest":{"Key":{"PK":{"S":"U#1"},"SK":{"S":"O#2"}}}}]}})");
  EXPECT_EQ(write.lifecycle(0).version, Number(0));
  EXPECT_TRUE(write.leftovers().empty());
}

TEST_F(BatchWriteTest, TwentyFiveWritesPerRequest) {
  for (int n = 0; n < 60; ++n) put(n);
  for (int i = 0; i < 3; ++i) target.answer("{}");
  ASSERT_TRUE(write.prepare());
  EXPECT_FALSE(target.run(write));
  EXPECT_EQ(target.requests.size(), 3U);
}

TEST_F(BatchWriteTest, SixteenMegabytesPerRequest) {
  const std::string escaped(380'000, '\x01');  // on the wire six bytes each: \u0001
  for (int n = 0; n < 10; ++n) {
    ASSERT_TRUE(write.put(DocumentTable{"t", {"id"}}, Item{{"id", n}, {"text", escaped}}));
  }
  for (int i = 0; i < 2; ++i) target.answer("{}");
  ASSERT_TRUE(write.prepare());
  EXPECT_FALSE(target.run(write));
  ASSERT_EQ(target.requests.size(), 2U);
  for (const Request& request : target.requests) EXPECT_LE(request.body.size(), std::size_t{16 * 1024 * 1024});
}

TEST_F(BatchWriteTest, TwoWritesOfOneItemAreRefusedBeforeAnythingIsSent) {
  put(1);
  put(2);
  remove(1);
  const auto ready = write.prepare();
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code(), ErrorCode::kInvalidOperator);
  EXPECT_NE(ready.error().message().find("0 and 2"), std::string::npos);
}

TEST_F(BatchWriteTest, NoCheckIsSkippedWhenPrepareIsForgotten) {
  put(1);
  remove(1);
  EXPECT_EQ(target.run(write)->code(), ErrorCode::kInvalidOperator);
  EXPECT_TRUE(target.requests.empty());
}

TEST_F(BatchWriteTest, AnEmptyBatchIsRefused) {
  EXPECT_EQ(write.prepare().error().code(), ErrorCode::kInvalidOperator);
}

TEST_F(BatchWriteTest, UnprocessedItemsAreSentAgainAsTheyWere) {
  put(1);
  put(2);
  remove(3);
  target.answer(R"({"UnprocessedItems":{"orders":[{"DeleteRequest":{"Key":)" + wire_key(3) +
                R"(}},{"PutRequest":{"Item":{"status":{"S":"open"},"SK":{"S":"O#2"},"PK":{"S":"U#1"}}}}]}})");
  target.answer("{}");
  ASSERT_TRUE(write.prepare());
  EXPECT_FALSE(target.run(write));
  ASSERT_EQ(target.requests.size(), 2U);
  EXPECT_EQ(target.requests[1].body.find("O#1"), std::string::npos);
  EXPECT_NE(target.requests[1].body.find(R"("version":{"N":"0"})"), std::string::npos) << "our own bytes";
  EXPECT_EQ(target.sleeps, std::vector{50});
}

TEST_F(BatchWriteTest, WhatIsLeftAfterEightRetriesIsTold) {
  put(1);
  put(2);
  const std::string left = R"({"UnprocessedItems":{"orders":[{"PutRequest":{"Item":)" + wire_key(2) + "}}]}}";
  for (int i = 0; i < 9; ++i) target.answer(left);
  ASSERT_TRUE(write.prepare());
  const auto error = target.run(write);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kBatchIncomplete);
  EXPECT_EQ(write.leftovers(), (std::vector<std::size_t>{1}));
}

TEST_F(BatchWriteTest, ACancellationOnTheWayLeavesWhatIsNotKnownToBeWritten) {
  for (int n = 0; n < 60; ++n) put(n);
  target.answer("{}");
  target.fail_with(Error(ErrorCode::kCancelled, "enough").also(ErrorCode::kOutcomeUnknown));
  ASSERT_TRUE(write.prepare());
  const auto error = target.run(write);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::kBatchIncomplete);
  EXPECT_TRUE(error->is(ErrorCode::kCancelled));
  EXPECT_TRUE(error->is(ErrorCode::kOutcomeUnknown));
  EXPECT_EQ(write.leftovers().size(), 35U);
}

TEST_F(BatchWriteTest, AThrottledBatchThatRunsOutOfTimeIsLeftOver) {
  put(1);
  target.environment().retry.max_attempts = 1;
  target.refuse(400, "ThrottlingException");
  target.fail_with(Error(ErrorCode::kTimeout, "late"));
  ASSERT_TRUE(write.prepare());
  const auto error = target.run(write);
  EXPECT_EQ(error->code(), ErrorCode::kBatchIncomplete);
  EXPECT_TRUE(error->is(ErrorCode::kTimeout));
  EXPECT_EQ(write.leftovers(), (std::vector<std::size_t>{0}));
}

TEST_F(BatchWriteTest, AFailedChunkLeavesItsWritesAndThoseNotSent) {
  for (int n = 0; n < 60; ++n) put(n);
  target.answer("{}");
  target.refuse(400, "ValidationException");
  ASSERT_TRUE(write.prepare());
  EXPECT_EQ(target.run(write)->code(), ErrorCode::kRequestRejected);
  EXPECT_EQ(write.leftovers().size(), 35U);
  EXPECT_EQ(write.leftovers().front(), 25U);
}

TEST_F(BatchWriteTest, DocumentsWhoseKeyIsNotKnownAreFoundByTheWholeItem) {
  ASSERT_TRUE(write.put(DocumentTable{"t"}, Item{{"a", 1}}));
  ASSERT_TRUE(write.put(DocumentTable{"t"}, Item{{"a", 2}}));
  target.answer(R"({"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"a":{"N":"2"}}}}]}})");
  target.answer("{}");
  ASSERT_TRUE(write.prepare());
  EXPECT_FALSE(target.run(write));
  EXPECT_EQ(target.requests[1].body, R"({"RequestItems":{"t":[{"PutRequest":{"Item":{"a":{"N":"2"}}}}]}})");
}

}  // namespace
}  // namespace tabletheory::ops
