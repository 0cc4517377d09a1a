#include "engine/engine.h"

#include <gmock/gmock.h>

#include "engine/engine_test_support.h"

namespace tabletheory::engine {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Dispatcher = EngineTest;

TEST_F(Dispatcher, AnOperationThatIsNotThereIsUnknown) {
  const Answer answer = engine_.handle("ExecuteStatement", "{}");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, StartsWith(R"({"__type":"com.amazon.coral.service#UnknownOperationException","message":)"));
  EXPECT_THAT(refusal("putitem", "{}"), StartsWith("UnknownOperationException"));
  EXPECT_THAT(refusal("", "{}"), StartsWith("UnknownOperationException"));
}

TEST_F(Dispatcher, ABodyThatIsNotJsonIsASerializationException) {
  for (const char* body : {"", "{", "nonsense", "{\"a\":1}}", "{\"a\":\"\xff\"}"}) {
    const Answer answer = engine_.handle("ListTables", body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, StartsWith(R"({"__type":"com.amazon.coral.service#SerializationException","message":")"))
        << body;
  }
}

TEST_F(Dispatcher, ABodyThatIsNotAnObjectIsASerializationException) {
  for (const char* body : {"[]", "\"text\"", "5", "null"}) {
    EXPECT_THAT(refusal("ListTables", body), StartsWith("SerializationException: ")) << body;
  }
}

TEST_F(Dispatcher, AMemberOfAnotherTypeIsASerializationException) {
  EXPECT_EQ(refusal("DescribeTable", R"({"TableName":5})"),
            "SerializationException: NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(refusal("DescribeTable", R"({"TableName":1.5})"),
            "SerializationException: DECIMAL_VALUE cannot be converted to String");
  EXPECT_EQ(refusal("DescribeTable", R"({"TableName":true})"),
            "SerializationException: TRUE_VALUE cannot be converted to String");
  EXPECT_EQ(refusal("DescribeTable", R"({"TableName":[]})"),
            "SerializationException: Unrecognized collection type class java.lang.String");
  EXPECT_EQ(refusal("DescribeTable", R"({"TableName":{}})"),
            "SerializationException: Start of structure or map found where not expected");
  EXPECT_EQ(refusal("ListTables", R"({"Limit":"5"})"),
            "SerializationException: STRING_VALUE cannot be converted to Integer");
  EXPECT_EQ(refusal("CreateTable", R"({"KeySchema":"a"})"), "SerializationException: Unexpected field type");
}

TEST_F(Dispatcher, NullCountsAsAbsent) {
  EXPECT_EQ(call("ListTables", R"({"Limit":null})"), R"({"TableNames":[]})");
}

TEST_F(Dispatcher, AValidationErrorHasItsOwnPrefix) {
  EXPECT_THAT(engine_.handle("DescribeTable", "{}").body,
              StartsWith(R"({"__type":"com.amazon.coral.validate#ValidationException","message":)"));
}

TEST_F(Dispatcher, OtherErrorsHaveTheServicesPrefix) {
  EXPECT_THAT(engine_.handle("DescribeTable", R"({"TableName":"absent"})").body,
              StartsWith(R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":)"));
  make_table("here");
  const Answer refused = engine_.handle("PutItem", R"json({"TableName":"here","Item":{"pk":{"S":"a"}},
      "ConditionExpression":"attribute_exists(pk)"})json");
  EXPECT_THAT(refused.body,
              StartsWith(R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":)"));
}

TEST_F(Dispatcher, ABodyBeyondTheLimitIsRefusedUnread) {
  std::string body = R"({"TableName":")";
  body.append(17U << 20, 'a');
  const Answer answer = engine_.handle("DescribeTable", body + R"("})");
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("16 MB"));
}

TEST_F(Dispatcher, AMessageQuotesWhatWasSentAsValidJson) {
  const std::string quoted = "a\\\"b\\n\u00e9";
  const Answer answer = engine_.handle("DescribeTable", "{\"TableName\":\"" + quoted + "\"}");
  EXPECT_THAT(answer.body, HasSubstr(quoted));
}

// A clock of the caller's may itself use the engine: no parser or lock is held while it runs in a read.
TEST(Engine, CallsMayNestInTheClock) {
  Engine* inner = nullptr;
  Engine engine(make_memory_storage(), {.now = [&] {
                  if (inner != nullptr) inner->handle("ListTables", "{}");
                  return Timestamp(5, 0);
                }});
  inner = &engine;
  const Answer answer =
      engine.handle("CreateTable", R"({"TableName":"tab","AttributeDefinitions":[{"AttributeName":"a",)"
                                   R"("AttributeType":"S"}],"KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],)"
                                   R"("BillingMode":"PAY_PER_REQUEST"})");
  EXPECT_EQ(answer.status, 200) << answer.body;
}

// Storage that fails every write, as a full disk does.
class FullStorage : public Storage {
 public:
  std::shared_ptr<const Snapshot> snapshot() const override { return empty_->snapshot(); }
  Blob read(std::string_view) const override { return nullptr; }
  Result<void> commit(std::vector<Mutation>) override { return fail(ErrorCode::kInternal, "the disk is full"); }
  Result<void> erase_range(std::string_view, std::string_view) override {
    return fail(ErrorCode::kInternal, "the disk is full");
  }

 private:
  std::unique_ptr<Storage> empty_ = make_memory_storage();
};

TEST(Engine, AFailureOfStorageIsAnInternalServerError) {
  Engine engine(std::make_unique<FullStorage>(), {});
  const Answer answer =
      engine.handle("CreateTable", R"({"TableName":"tab","AttributeDefinitions":[{"AttributeName":"a",)"
                                   R"("AttributeType":"S"}],"KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],)"
                                   R"("BillingMode":"PAY_PER_REQUEST"})");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":)"
                         R"("the disk is full"})");
}

TEST(Engine, RefusesToWorkOnDefinitionsItCannotRead) {
  auto storage = make_memory_storage();
  ASSERT_TRUE(storage->commit({{std::string("\0\0\0\0table/t", 11), R"({"format":99})"}}));
  Engine engine(std::move(storage), {});
  const Answer answer = engine.handle("ListTables", "{}");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("newer"));
}

TEST(Engine, FindsItsTablesInTheStorageItIsGiven) {
  // Two engines one after another over storage that outlives the first.
  class Borrowed : public Storage {
   public:
    explicit Borrowed(Storage& storage) : storage_(storage) {}
    std::shared_ptr<const Snapshot> snapshot() const override { return storage_.snapshot(); }
    Blob read(std::string_view key) const override { return storage_.read(key); }
    Result<void> commit(std::vector<Mutation> batch) override { return storage_.commit(std::move(batch)); }
    Result<void> erase_range(std::string_view first, std::string_view last) override {
      return storage_.erase_range(first, last);
    }

   private:
    Storage& storage_;
  };
  const auto storage = make_memory_storage();
  {
    Engine first(std::make_unique<Borrowed>(*storage), {});
    ASSERT_EQ(first
                  .handle("CreateTable", R"({"TableName":"tab","AttributeDefinitions":[{"AttributeName":"a",)"
                                         R"("AttributeType":"S"}],"KeySchema":[{"AttributeName":"a",)"
                                         R"("KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})")
                  .status,
              200);
    ASSERT_EQ(first.handle("PutItem", R"({"TableName":"tab","Item":{"a":{"S":"x"}}})").status, 200);
  }
  Engine second(std::make_unique<Borrowed>(*storage), {});
  EXPECT_EQ(second.handle("GetItem", R"({"TableName":"tab","Key":{"a":{"S":"x"}}})").body,
            R"({"Item":{"a":{"S":"x"}}})");
}

TEST_F(EngineTest, SaysWhatTheServiceSaysOfItsLimits) {
  EXPECT_EQ(call("DescribeLimits", "{}"),
            R"({"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,)"
            R"("TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000})");
}

TEST(EngineEndpointTest, SendsClientsThatDiscoverEndpointsHereAndNotToTheService) {
  Engine engine(make_memory_storage(), {.endpoint = "127.0.0.1:8000"});
  EXPECT_EQ(engine.handle("DescribeEndpoints", "{}").body,
            R"({"Endpoints":[{"Address":"127.0.0.1:8000","CachePeriodInMinutes":1440}]})");
}

}  // namespace
}  // namespace tabletheory::engine
