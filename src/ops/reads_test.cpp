#include "ops/reads.h"

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

class ReadsTest : public testing::Test {
 protected:
  std::optional<Error> get(const GetOptions& options = {}) {
    return run(ItemRead::get(target.environment(), orders(), Bound(orders(), order_key()), options));
  }
  std::optional<Error> find(const GetOptions& options = {}) {
    return run(ItemRead::find(target.environment(), orders(), Bound(orders(), order_key()), options));
  }
  std::optional<Error> run(ItemRead::Created created) {
    if (!created) return created.error();
    read = std::move(*created);
    return target.run(*read);
  }
  ScriptedTarget target;
  std::unique_ptr<ItemRead> read;
};

TEST_F(ReadsTest, GetAsksForTheKeyAndGivesTheItem) {
  target.answer(R"({"Item":{"PK":{"S":"U#1"}}})");
  EXPECT_FALSE(get());
  EXPECT_EQ(target.requests.front().operation, "GetItem");
  EXPECT_EQ(target.requests.front().body, R"({"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#1"}}})");
  ASSERT_NE(read->item(), nullptr);
  EXPECT_TRUE(read->item()->is_object());
}

TEST_F(ReadsTest, ConsistencyAndProjectionArePassedOn) {
  target.answer(R"({"Item":{}})");
  EXPECT_FALSE(get({.consistent = true, .projection = {"status", "events[0]"}}));
  EXPECT_EQ(target.requests.front().body,
            R"({"TableName":"orders","Key":{"PK":{"S":"U#1"},"SK":{"S":"O#1"}},"ConsistentRead":true,)"
            R"("ProjectionExpression":"#n1, #n2[0]","ExpressionAttributeNames":{"#n1":"status","#n2":"events"}})");
  EXPECT_TRUE(read->dropped().empty());
}

TEST_F(ReadsTest, AnAbsentItemIsAnErrorForGetAndNoneForFind) {
  target.answer("{}");
  EXPECT_EQ(get()->code(), ErrorCode::kItemNotFound);
  target.answer("{}");
  EXPECT_FALSE(find());
  EXPECT_EQ(read->item(), nullptr);
}

TEST_F(ReadsTest, ExpiredItemsAreReturnedUnlessHidden) {
  const std::string expired = R"({"Item":{"expiresAt":{"N":"1767323045"}}})";  // this very second
  target.answer(expired);
  EXPECT_FALSE(get());
  target.answer(expired);
  EXPECT_EQ(get({.hide_expired = true})->code(), ErrorCode::kItemNotFound);
  target.answer(expired);
  EXPECT_FALSE(find({.hide_expired = true}));
  EXPECT_EQ(read->item(), nullptr);
  target.answer(R"({"Item":{"expiresAt":{"N":"1767323046"}}})");
  EXPECT_FALSE(get({.hide_expired = true}));
}

TEST_F(ReadsTest, HidingReadsTheTtlAndDropsIt) {
  target.answer(R"({"Item":{}})");
  EXPECT_FALSE(get({.projection = {"status"}, .hide_expired = true}));
  EXPECT_NE(target.requests.front().body.find(R"("#n2":"expiresAt")"), std::string::npos);
  EXPECT_EQ(read->dropped(), std::vector<std::string>{"expiresAt"});
}

TEST_F(ReadsTest, ProjectionsAreChecked) {
  EXPECT_EQ(get({.projection = {"statsu"}})->code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(get({.projection = {"events", "events[0]"}})->code(), ErrorCode::kInvalidOperator);
  EXPECT_EQ(get({.projection = {"status.part"}})->code(), ErrorCode::kInvalidModel);
  EXPECT_TRUE(target.requests.empty());
}

TEST_F(ReadsTest, AnAnswerThatIsNoJsonIsATransportError) {
  target.answer("<html>");
  EXPECT_EQ(get()->code(), ErrorCode::kTransport);
}

TEST_F(ReadsTest, DocumentsAreReadByTheirKeyAlone) {
  target.answer(R"({"Item":{"id":{"N":"1"}}})");
  EXPECT_FALSE(run(ItemRead::get(target.environment(), DocumentTable{"things"}, Item{{"id", 1}})));
  EXPECT_EQ(target.requests.front().body, R"({"TableName":"things","Key":{"id":{"N":"1"}}})");
}

TEST_F(ReadsTest, AnItemOfAnotherModelIsNotRead) {
  const auto model = compile(R"(
dms_version: "0.3"
models:
  - name: Invoice
    table: {name: papers}
    keys: {partition: {attribute: id, type: S}}
    discriminator: {attribute: kind, value: invoice}
    attributes: [{attribute: id, type: S}, {attribute: kind, type: S}, {attribute: sum, type: N}]
)");
  const auto get = [&](const std::string& item, const GetOptions& options = {}) {
    target.answer(item);
    return run(ItemRead::get(target.environment(), model, Bound(model, {{"id", "1"}}), options));
  };
  EXPECT_FALSE(get(R"({"Item":{"id":{"S":"1"},"kind":{"S":"invoice"}}})"));
  EXPECT_EQ(get(R"({"Item":{"id":{"S":"1"},"kind":{"S":"order"}}})")->code(), ErrorCode::kInvalidModel);
  EXPECT_FALSE(get(R"({"Item":{"sum":{"N":"1"},"kind":{"S":"invoice"}}})", {.projection = {"sum"}}));
  EXPECT_EQ(read->dropped(), std::vector<std::string>{"kind"});
}

}  // namespace
}  // namespace tabletheory::ops
