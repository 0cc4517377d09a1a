#include "ops/paged_reads.h"

#include "ops/cursor.h"
#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

class PagedReadsTest : public testing::Test {
 protected:
  static QueryRequest by_user() {
    QueryRequest request;
    request.partition = {{"PK", "=", {"U#1"}}};
    return request;
  }
  void query(const QueryRequest& request) { keep(PagedRead::query(target.environment(), orders(), request)); }
  void scan(const ScanRequest& request) { keep(PagedRead::scan(target.environment(), orders(), request)); }
  void keep(PagedRead::Created created) {
    error = created ? ErrorCode{} : created.error().code();
    message = created ? std::string() : created.error().message();
    read = created ? std::move(*created) : nullptr;
  }
  // Drives to the next page or the end; true: a page.
  bool next_page() {
    const auto failure = target.run(*read);
    EXPECT_FALSE(failure) << failure->to_string();
    return target.at_page;
  }
  const std::string& sent(std::size_t i = 0) const { return target.requests.at(i).body; }

  // An answer of items U#1/O#<n> for the numbers given; `last`: the number LastEvaluatedKey holds, 0 for none.
  static std::string answer(const std::vector<int>& numbers, int last = 0, const std::string& more = "") {
    std::string body = R"({"Items":[)";
    for (const int n : numbers) {
      if (body.back() != '[') body += ',';
      body += R"({"PK":{"S":"U#1"},"SK":{"S":"O#)" + std::to_string(n) + R"("})" + more + "}";
    }
    body +=
        R"(],"Count":)" + std::to_string(numbers.size()) + R"(,"ScannedCount":)" + std::to_string(numbers.size() + 1);
    if (last != 0) body += R"(,"LastEvaluatedKey":{"PK":{"S":"U#1"},"SK":{"S":"O#)" + std::to_string(last) + R"("}})";
    return body + R"(,"ConsumedCapacity":{"TableName":"orders","CapacityUnits":0.5}})";
  }
  static std::string cursor(int n, const std::string& sort = "ASC") {
    return Cursor{Item{{"PK", "U#1"}, {"SK", "O#" + std::to_string(n)}}, "", sort}.encode();
  }

  ScriptedTarget target;
  std::unique_ptr<PagedRead> read;
  ErrorCode error{};
  std::string message;
};

TEST_F(PagedReadsTest, AQueryAsksForItsKeysAndGivesPages) {
  target.answer(answer({1, 2}, 2));
  target.answer(answer({3}));
  query(by_user());
  ASSERT_TRUE(next_page());
  EXPECT_EQ(sent(), R"({"TableName":"orders","KeyConditionExpression":"#n1 = :v1",)"
                    R"("ExpressionAttributeNames":{"#n1":"PK"},"ExpressionAttributeValues":{":v1":{"S":"U#1"}},)"
                    R"("ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(read->page().items.size(), 2U);
  EXPECT_EQ(read->page().count, 2U);
  EXPECT_EQ(read->page().scanned_count, 3U);
  EXPECT_EQ(read->page().consumed_capacity, 0.5);
  EXPECT_EQ(read->page().cursor, cursor(2));
  ASSERT_TRUE(next_page());
  EXPECT_TRUE(sent(1).ends_with(R"(,"ExclusiveStartKey":{"PK":{"S":"U#1"},"SK":{"S":"O#2"}}})"));
  EXPECT_EQ(read->page().cursor, "");
  EXPECT_FALSE(next_page());
  EXPECT_EQ(read->total(), 3U);
}

TEST_F(PagedReadsTest, EveryOptionOfAQueryIsSent) {
  QueryRequest request = by_user();
  request.sort = {{"SK", "begins_with", {"O#"}}};
  request.filter.comparisons = {{"total", ">", {10}}};
  request.projection = {"status"};
  request.page_size = 7;
  request.ascending = false;
  request.consistent = true;
  request.cursor = cursor(9, "DESC");
  target.answer(answer({}));
  query(request);
  ASSERT_TRUE(next_page()) << message;
  EXPECT_EQ(sent(), R"~({"TableName":"orders","KeyConditionExpression":"#n1 = :v1 AND begins_with(#n2, :v2)",)~"
                    R"("FilterExpression":"#n3 \u003e :v3","ProjectionExpression":"#n4",)"
                    R"("ExpressionAttributeNames":{"#n1":"PK","#n2":"SK","#n3":"total","#n4":"status"},)"
                    R"("ExpressionAttributeValues":{":v1":{"S":"U#1"},":v2":{"S":"O#"},":v3":{"N":"10"}},)"
                    R"("ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL","ScanIndexForward":false,"Limit":7,)"
                    R"("ExclusiveStartKey":{"PK":{"S":"U#1"},"SK":{"S":"O#9"}}})");
}

TEST_F(PagedReadsTest, TheIndexIsChosenAndItsCursorHoldsItsKeys) {
  QueryRequest request;
  request.partition = {{"status", "=", {"open"}}};
  request.limit = 1;
  target.answer(
      R"({"Items":[{"PK":{"S":"a"},"SK":{"S":"b"},"status":{"S":"open"},"createdAt":{"S":"c"}},{"PK":{"S":"x"}}],)"
      R"("Count":2,"ScannedCount":2})");
  request.filter.comparisons = {{"total", "exists", {}}};
  query(request);
  ASSERT_TRUE(next_page()) << message;
  EXPECT_NE(sent().find(R"("IndexName":"by-status")"), std::string::npos);
  const auto decoded = Cursor::decode(read->page().cursor);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->index, "by-status");
  EXPECT_EQ(decoded->last_key, (Item{{"PK", "a"}, {"SK", "b"}, {"status", "open"}, {"createdAt", "c"}}));
}

TEST_F(PagedReadsTest, WithoutAFilterTheLimitIsWhatTheServiceReads) {
  QueryRequest request = by_user();
  request.limit = 3;
  request.page_size = 2;
  target.answer(answer({1, 2}, 2));
  target.answer(answer({3}, 3));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_NE(sent().find(R"("Limit":2)"), std::string::npos);
  ASSERT_TRUE(next_page());
  EXPECT_NE(sent(1).find(R"("Limit":1)"), std::string::npos);
  EXPECT_EQ(read->page().cursor, cursor(3));
  EXPECT_FALSE(next_page());
}

TEST_F(PagedReadsTest, WithAFilterPagesAreFollowedAndTheLastIsCut) {
  QueryRequest request = by_user();
  request.filter.comparisons = {{"status", "=", {"open"}}};
  request.projection = {"status"};
  request.limit = 3;
  target.answer(answer({1, 2}, 5));
  target.answer(answer({6, 7, 8}, 9));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_EQ(sent().find("Limit"), std::string::npos);
  EXPECT_NE(sent().find(R"("ProjectionExpression":"#n2, #n1, #n3")"), std::string::npos) << sent();
  EXPECT_EQ(read->dropped(), (std::vector<std::string>{"PK", "SK"})) << "fetched for the cursor only";
  ASSERT_TRUE(next_page());
  EXPECT_EQ(read->page().items.size(), 1U);
  EXPECT_EQ(read->page().cursor, cursor(6)) << "of the last returned item";
  EXPECT_FALSE(next_page());
  EXPECT_EQ(read->total(), 3U);
}

TEST_F(PagedReadsTest, APageThatExactlyMeetsTheLimitKeepsTheServicesCursor) {
  QueryRequest request = by_user();
  request.filter.comparisons = {{"status", "=", {"open"}}};
  request.limit = 2;
  target.answer(answer({1, 2}, 5));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_EQ(read->page().cursor, cursor(5));
}

TEST_F(PagedReadsTest, AGatheredPageHoldsEverythingUpToTheLimit) {
  QueryRequest request = by_user();
  request.filter.comparisons = {{"status", "=", {"open"}}};
  request.limit = 3;
  request.gather = true;
  target.answer(answer({1}, 4));
  target.answer(answer({}, 5));
  target.answer(answer({6, 7, 8}, 9));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_EQ(read->page().items.size(), 3U);
  EXPECT_EQ(read->page().documents.size(), 3U);
  EXPECT_EQ(read->page().cursor, cursor(7));
  EXPECT_EQ(read->page().consumed_capacity, 1.5);
  EXPECT_FALSE(next_page());
}

TEST_F(PagedReadsTest, AGatheredPageWithoutLimitIsOneAnswer) {
  QueryRequest request = by_user();
  request.gather = true;
  target.answer(answer({1}, 4));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_EQ(read->page().cursor, cursor(4));
  EXPECT_FALSE(next_page());
}

TEST_F(PagedReadsTest, AGatheredPageMayEndBeforeTheLimit) {
  QueryRequest request = by_user();
  request.gather = true;
  request.limit = 10;
  target.answer(answer({1}));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_EQ(read->page().items.size(), 1U);
  EXPECT_EQ(read->page().cursor, "");
}

TEST_F(PagedReadsTest, ExpiredItemsAreHiddenOnRequest) {
  QueryRequest request = by_user();
  request.hide_expired = true;
  request.limit = 5;
  target.answer(answer({1, 2}, 0, R"(,"expiresAt":{"N":"1"})"));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_TRUE(read->page().items.empty());
  EXPECT_EQ(read->page().skipped_count, 2U);
  EXPECT_EQ(sent().find("Limit"), std::string::npos) << "hidden items must not count against the limit";
}

TEST_F(PagedReadsTest, HidingNeedsTheTtlInTheIndex) {
  QueryRequest request;
  request.partition = {{"status", "=", {"open"}}};
  request.hide_expired = true;
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(PagedReadsTest, AGsiCannotBeReadConsistentlyAnLsiCan) {
  QueryRequest request;
  request.partition = {{"status", "=", {"open"}}};
  request.consistent = true;
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  request = by_user();
  request.sort = {{"total", ">", {1}}};
  request.consistent = true;
  query(request);
  EXPECT_EQ(error, ErrorCode{});
}

TEST_F(PagedReadsTest, CursorsOfOtherQueriesAreRefused) {
  QueryRequest request = by_user();
  request.cursor = cursor(1, "DESC");
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  request.cursor = Cursor{Item{{"PK", "U#1"}}, "", "ASC"}.encode();
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  request.cursor = "nonsense";
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  ScanRequest scans;
  scans.cursor = cursor(1);
  scan(scans);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(PagedReadsTest, CursorsAreSignedOnRequestAndThenMustBe) {
  QueryRequest request = by_user();
  request.cursor_key = "secret";
  target.answer(answer({1}, 1));
  query(request);
  ASSERT_TRUE(next_page());
  EXPECT_EQ(read->page().cursor, sign_cursor(cursor(1), "secret"));
  request.cursor = read->page().cursor;
  query(request);
  EXPECT_EQ(error, ErrorCode{});
  request.cursor = cursor(1);
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidModel);
  request.cursor.clear();
  request.cursor_key = "";
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator) << "whoever forgot the secret must not believe that cursors are signed";
}

TEST_F(PagedReadsTest, FiltersOnTheKeysOfTheQueryAreRefused) {
  QueryRequest request = by_user();
  request.filter.comparisons = {{"SK", "contains", {"x"}}};
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  ScanRequest scans;
  scans.filter = request.filter;
  scan(scans);
  EXPECT_EQ(error, ErrorCode{}) << "a scan may filter on keys";
}

TEST_F(PagedReadsTest, LimitsMustBePositive) {
  QueryRequest request = by_user();
  request.limit = 0;
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  request = by_user();
  request.page_size = 0;
  query(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(PagedReadsTest, AScanHasNoKeysAndNoSortInItsCursor) {
  ScanRequest request;
  request.page_size = 2;
  target.answer(answer({1, 2}, 2));
  scan(request);
  ASSERT_TRUE(next_page());
  EXPECT_EQ(target.requests.front().operation, "Scan");
  EXPECT_EQ(sent(), R"({"TableName":"orders","ReturnConsumedCapacity":"TOTAL","Limit":2})");
  EXPECT_EQ(read->page().cursor, cursor(2, ""));
}

TEST_F(PagedReadsTest, AParallelScanReadsItsSegmentsSideBySide) {
  ScanRequest request;
  request.parallel = 2;
  target.answer(answer({1}, 1));
  target.answer(answer({2}));
  target.answer(answer({3}));
  scan(request);
  int items = 0;
  while (next_page()) {
    items += static_cast<int>(read->page().items.size());
    EXPECT_EQ(read->page().cursor, "");
  }
  EXPECT_EQ(items, 3);
  EXPECT_EQ(target.parallel, 2U);
  EXPECT_NE(sent(0).find(R"("Segment":0,"TotalSegments":2)"), std::string::npos);
  EXPECT_NE(sent(1).find(R"("Segment":1,"TotalSegments":2)"), std::string::npos);
  EXPECT_NE(sent(2).find(R"("Segment":0,"TotalSegments":2,"ExclusiveStartKey")"), std::string::npos);
}

TEST_F(PagedReadsTest, TheFirstErrorOfAParallelScanEndsIt) {
  ScanRequest request;
  request.parallel = 2;
  target.answer(answer({1}, 1));
  target.refuse(400, "ValidationException");
  scan(request);
  const auto failure = target.run(*read);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code(), ErrorCode::kRequestRejected);
  EXPECT_EQ(failure->operation(), "scan");
  EXPECT_EQ(target.requests.size(), 2U);
}

TEST_F(PagedReadsTest, SegmentsAreChecked) {
  ScanRequest request;
  request.segment = 2;
  scan(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  request.total_segments = 2;
  scan(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
  request.segment = 1;
  scan(request);
  EXPECT_EQ(error, ErrorCode{});
  request.parallel = 4;
  scan(request);
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(PagedReadsTest, ACountAddsUpAllPages) {
  target.answer(R"({"Count":2,"ScannedCount":5,"LastEvaluatedKey":{"PK":{"S":"U#1"},"SK":{"S":"O#2"}}})");
  target.answer(R"({"Count":1,"ScannedCount":1})");
  keep(PagedRead::count(target.environment(), orders(), by_user()));
  EXPECT_FALSE(next_page());
  EXPECT_EQ(read->total(), 3U);
  EXPECT_EQ(read->total_scanned(), 6U);
  EXPECT_NE(sent().find(R"("Select":"COUNT")"), std::string::npos);
}

TEST_F(PagedReadsTest, ACountHidesExpiredItemsByAFilter) {
  QueryRequest request = by_user();
  request.hide_expired = true;
  target.answer(R"({"Count":0,"ScannedCount":0})");
  keep(PagedRead::count(target.environment(), orders(), request));
  EXPECT_FALSE(next_page());
  EXPECT_NE(sent().find(R"("FilterExpression":"NOT )"), std::string::npos) << sent();
  EXPECT_NE(sent().find(R"({"N":"1767323045"})"), std::string::npos);
}

TEST_F(PagedReadsTest, ACountHasNoLimitAndNoCursor) {
  QueryRequest request = by_user();
  request.limit = 3;
  keep(PagedRead::count(target.environment(), orders(), request));
  EXPECT_EQ(error, ErrorCode::kInvalidOperator);
}

TEST_F(PagedReadsTest, DocumentsAreQueriedAsTheyAreAsked) {
  QueryRequest request;
  request.partition = {{"pk", "=", {"x"}}};
  request.index = "any";
  request.limit = 4;
  request.filter.comparisons = {{"b", "=", {true}}};
  target.answer(R"({"Items":[],"Count":0,"ScannedCount":0,"LastEvaluatedKey":{"pk":{"S":"x"},"k":{"S":"y"}}})");
  keep(PagedRead::query(target.environment(), DocumentTable{"things"}, request));
  ASSERT_TRUE(next_page()) << message;
  EXPECT_NE(sent().find(R"("IndexName":"any")"), std::string::npos);
  EXPECT_NE(sent().find(R"("Limit":4)"), std::string::npos) << "a page is never cut: the keys are not known";
  request.cursor = read->page().cursor;
  keep(PagedRead::query(target.environment(), DocumentTable{"things"}, request));
  EXPECT_EQ(error, ErrorCode{}) << message;
}

TEST_F(PagedReadsTest, ExplainNamesTheIndexWhyItWasChosenAndWhatItCosts) {
  QueryRequest request;
  request.partition = {{"customer", "=", {"c"}}};
  request.limit = 40;
  query(request);
  const Explanation explanation = read->explain();
  EXPECT_EQ(explanation.operation, "Query");
  EXPECT_EQ(explanation.index, "by-customer");
  EXPECT_FALSE(explanation.reason.empty());
  EXPECT_EQ(explanation.capacity_units, 5) << "40 items of 1 KB, eventually consistent";
  EXPECT_NE(explanation.request.find(R"("Limit":40)"), std::string::npos);
  EXPECT_TRUE(target.requests.empty());
}

TEST_F(PagedReadsTest, ExplainGivesHints) {
  ScanRequest request;
  request.filter.comparisons = {{"status", "=", {"open"}}};
  scan(request);
  const auto hints = read->explain().hints;
  ASSERT_EQ(hints.size(), 2U);
  EXPECT_NE(hints[0].find("scan"), std::string::npos);
  EXPECT_NE(hints[1].find("by-status"), std::string::npos);

  QueryRequest index;
  index.partition = {{"status", "=", {"open"}}};
  query(index);
  ASSERT_EQ(read->explain().hints.size(), 1U);
  EXPECT_NE(read->explain().hints[0].find("second read"), std::string::npos);
}

TEST_F(PagedReadsTest, SeveralModelsOfOneTableAreToldApart) {
  const std::string yaml = R"(
dms_version: "0.3"
models:
  - name: Invoice
    table: {name: papers}
    keys: {partition: {attribute: id, type: S}}
    discriminator: {attribute: kind, value: invoice}
    attributes: [{attribute: id, type: S}, {attribute: kind, type: S}]
  - name: Receipt
    table: {name: papers}
    keys: {partition: {attribute: id, type: S}}
    discriminator: {attribute: kind, value: receipt}
    attributes: [{attribute: id, type: S}, {attribute: kind, type: S}]
)";
  const auto invoice = compile(yaml, "Invoice"), receipt = compile(yaml, "Receipt");
  target.answer(R"({"Items":[{"id":{"S":"1"},"kind":{"S":"receipt"}},{"id":{"S":"2"},"kind":{"S":"memo"}},)"
                R"({"id":{"S":"3"},"kind":{"S":"invoice"}},{"id":{"S":"4"}}],"Count":4,"ScannedCount":4})");
  keep(PagedRead::scan(target.environment(), std::vector<PagedRead::Model>{invoice, receipt}, ScanRequest{}));
  ASSERT_TRUE(next_page()) << message;
  ASSERT_EQ(read->page().models.size(), 2U);
  EXPECT_EQ(read->page().models[0]->name(), "Receipt");
  EXPECT_EQ(read->page().models[1]->name(), "Invoice");
  EXPECT_EQ(read->page().skipped_count, 2U);
}

}  // namespace
}  // namespace tabletheory::ops
