#include "ops/service_errors.h"

#include <gtest/gtest.h>

namespace tabletheory::ops {
namespace {

ServiceError read(int status, const std::string& body) {
  return ServiceError::read({status, body, "id-1"});
}

ErrorCode code_of(int status, const std::string& type, const std::string& message = "why") {
  return read(status, R"({"__type":"prefix#)" + type + R"(","message":")" + message + R"("})").to_error().code();
}

TEST(ServiceErrorsTest, MapsTheTypesThatHaveACodeOfTheirOwn) {
  EXPECT_EQ(code_of(400, "ConditionalCheckFailedException"), ErrorCode::kConditionFailed);
  EXPECT_EQ(code_of(400, "TransactionCanceledException"), ErrorCode::kTransactionCanceled);
  EXPECT_EQ(code_of(400, "ResourceNotFoundException", "Requested resource not found"), ErrorCode::kTableNotFound);
  EXPECT_EQ(code_of(400, "ResourceInUseException"), ErrorCode::kTableInUse);
  EXPECT_EQ(code_of(400, "LimitExceededException"), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code_of(400, "ItemCollectionSizeLimitExceededException"), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code_of(400, "ProvisionedThroughputExceededException"), ErrorCode::kThrottled);
  EXPECT_EQ(code_of(400, "ThrottlingException"), ErrorCode::kThrottled);
  EXPECT_EQ(code_of(400, "RequestLimitExceeded"), ErrorCode::kThrottled);
  EXPECT_EQ(code_of(500, "InternalServerError"), ErrorCode::kServiceUnavailable);
  EXPECT_EQ(code_of(503, "ServiceUnavailable"), ErrorCode::kServiceUnavailable);
}

TEST(ServiceErrorsTest, AnythingElseIsRejectedAndKeepsTypeAndMessage) {
  const Error error =
      read(400, R"({"__type":"com.amazon.coral.validate#ValidationException","Message":"bad key"})").to_error();
  EXPECT_EQ(error.code(), ErrorCode::kRequestRejected);
  EXPECT_EQ(error.service_type(), "ValidationException");
  EXPECT_NE(error.message().find("bad key"), std::string::npos);
  EXPECT_EQ(error.request_id(), "id-1");
  EXPECT_EQ(error.http_status(), 400);
  EXPECT_FALSE(error.retryable());
}

TEST(ServiceErrorsTest, AMissingIndexIsToldByTheMessage) {
  EXPECT_EQ(code_of(400, "ValidationException", "The table does not have the specified index: by-email"),
            ErrorCode::kIndexNotFound);
  EXPECT_EQ(code_of(400, "ResourceNotFoundException", "Requested resource not found: Index: by-email not found"),
            ErrorCode::kIndexNotFound);
}

TEST(ServiceErrorsTest, ABodyThatIsNotJsonIsNamedByItsStatus) {
  EXPECT_EQ(read(502, "<html>").to_error().code(), ErrorCode::kServiceUnavailable);
  EXPECT_EQ(read(403, "").to_error().code(), ErrorCode::kRequestRejected);
  EXPECT_NE(read(403, "").to_error().message().find("403"), std::string::npos);
  EXPECT_EQ(read(429, "").to_error().code(), ErrorCode::kThrottled);
}

TEST(ServiceErrorsTest, KeepsTheReasonsOfThrottling) {
  const auto error = read(400, R"({"__type":"a#ThrottlingException","message":"slow","ThrottlingReasons":[
      {"reason":"TableReadProvisionedThroughputExceeded","resource":"arn:table/orders"}]})");
  ASSERT_EQ(error.throttling.size(), 1U);
  EXPECT_NE(error.to_error().message().find("TableReadProvisionedThroughputExceeded (arn:table/orders)"),
            std::string::npos);
}

TEST(ServiceErrorsTest, ReadsTheItemOfAFailedCondition) {
  const auto error =
      read(400, R"({"__type":"a#ConditionalCheckFailedException","message":"no","Item":{"a":{"S":"x"}}})");
  ASSERT_TRUE(error.item);
  EXPECT_TRUE(error.is_condition_failure());
}

TEST(ServiceErrorsTest, ATransactionIsSafeToRepeatOnlyIfEveryReasonIs) {
  const auto cancelled = [](const std::string& reasons) {
    return read(400, R"({"__type":"a#TransactionCanceledException","CancellationReasons":[)" + reasons + "]}");
  };
  EXPECT_TRUE(cancelled(R"({"Code":"None"},{"Code":"TransactionConflict"})").is_safe_to_repeat());
  EXPECT_TRUE(cancelled(R"({"Code":"ThrottlingError"},{"Code":"TransactionConflict"})").is_safe_to_repeat());
  EXPECT_FALSE(cancelled(R"({"Code":"ConditionalCheckFailed"},{"Code":"TransactionConflict"})").is_safe_to_repeat());
  EXPECT_FALSE(cancelled(R"({"Code":"None"})").is_safe_to_repeat());
}

TEST(ServiceErrorsTest, TellsUnknownOutcomesFromRefusals) {
  EXPECT_TRUE(read(500, "").is_outcome_unknown());
  EXPECT_TRUE(read(502, "").is_outcome_unknown());
  EXPECT_TRUE(read(504, "").is_outcome_unknown());
  EXPECT_FALSE(read(503, "").is_outcome_unknown());
  EXPECT_TRUE(read(503, "").is_safe_to_repeat());
  EXPECT_FALSE(read(400, R"({"__type":"ValidationException"})").is_safe_to_repeat());
}

}  // namespace
}  // namespace tabletheory::ops
