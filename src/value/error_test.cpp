#include "tabletheory/error.h"

#include <gtest/gtest.h>

#include "tabletheory/value.h"

namespace tabletheory {
namespace {

TEST(ErrorCodes, EveryNameReadsBack) {
  for (const auto& entry : kErrorCodeNames) {
    EXPECT_EQ(error_code_name(entry.code), entry.name);
    EXPECT_EQ(error_code_from_name(entry.name), entry.code);
  }
  EXPECT_EQ(error_code_from_name("ErrNoSuch"), std::nullopt);
}

TEST(Error, AnswersToItsCodeAndToTheFurtherOnes) {
  const Error plain(ErrorCode::kConditionFailed, "the condition was false");
  EXPECT_TRUE(plain.is(ErrorCode::kConditionFailed));
  EXPECT_FALSE(plain.is(ErrorCode::kVersionConflict));

  const Error cancelled = Error(ErrorCode::kTransactionCanceled, "cancelled").also(ErrorCode::kConditionFailed);
  EXPECT_EQ(cancelled.code(), ErrorCode::kTransactionCanceled);
  EXPECT_TRUE(cancelled.is(ErrorCode::kConditionFailed));
  EXPECT_EQ(cancelled.codes(), (std::vector{ErrorCode::kTransactionCanceled, ErrorCode::kConditionFailed}));
}

TEST(Error, AVersionConflictIsAlwaysAConditionFailure) {
  const Error conflict = Error(ErrorCode::kVersionConflict, "lost").also(ErrorCode::kConditionFailed);
  EXPECT_TRUE(conflict.is(ErrorCode::kConditionFailed));
  EXPECT_EQ(conflict.codes(), (std::vector{ErrorCode::kVersionConflict, ErrorCode::kConditionFailed}));
}

TEST(Error, TextNamesCodeMessageAndPlace) {
  EXPECT_EQ(Error(ErrorCode::kItemNotFound, "no item has this key").to_string(),
            "ErrItemNotFound: no item has this key");
  EXPECT_EQ(Error(ErrorCode::kItemNotFound, "no item has this key").at("get", "Order", "orders").to_string(),
            "ErrItemNotFound: no item has this key (operation get, model Order, table orders)");
  EXPECT_EQ(Error(ErrorCode::kItemNotFound, "no item has this key").at("get", "", "orders").to_string(),
            "ErrItemNotFound: no item has this key (operation get, table orders)");
}

TEST(Error, TextNamesWhatTheServiceSaid) {
  const Error error = Error(ErrorCode::kRequestRejected, "refused")
                          .at("put", "", "")
                          .from_service("ValidationException", "R1", 400, false);
  EXPECT_EQ(
      error.to_string(),
      "ErrRequestRejected: refused (operation put, service error ValidationException, HTTP status 400, request id R1)");
  EXPECT_EQ(error.service_type(), "ValidationException");
  EXPECT_EQ(error.request_id(), "R1");
  EXPECT_EQ(error.http_status(), 400);
  EXPECT_FALSE(error.retryable());
}

TEST(Error, TextListsTheProblemsOfADocument) {
  const Error error =
      Error(ErrorCode::kInvalidModel, "2 problems")
          .with_diagnostics({{"a.yml", 3, 7, "unknown type 'Z'", "did you mean S?"}, {"a.yml", 9, 1, "x", ""}});
  EXPECT_EQ(error.to_string(),
            "ErrInvalidModel: 2 problems\na.yml:3:7: error: unknown type 'Z' (did you mean S?)\na.yml:9:1: error: x");
}

TEST(Error, BuildersLeaveCopiesAlone) {
  const Error first(ErrorCode::kItemNotFound, "absent");
  const Error second = Error(first).at("get", "Order", "orders");
  EXPECT_EQ(first.operation(), "");
  EXPECT_EQ(second.operation(), "get");
}

TEST(Error, CarriesItemAndReasons) {
  const auto item = std::make_shared<const Map>(Map{{"pk", "a"}});
  const Error error =
      Error(ErrorCode::kConditionFailed, "false")
          .with_item(item)
          .with_reasons({{.index = 1, .kind = "put", .model = "", .code = "None", .message = "", .item = nullptr}});
  ASSERT_NE(error.item(), nullptr);
  EXPECT_EQ(error.item()->find("pk")->text(), "a");
  ASSERT_EQ(error.reasons().size(), 1U);
  EXPECT_EQ(error.reasons()[0].index, 1U);
  EXPECT_EQ(Error(ErrorCode::kConditionFailed, "false").item(), nullptr);
}

TEST(Diagnostic, WithoutPlaceOrFileShowsWhatIsKnown) {
  EXPECT_EQ((Diagnostic{"", 0, 0, "broken", ""}).to_string(), "error: broken");
  EXPECT_EQ((Diagnostic{"", 2, 5, "broken", ""}).to_string(), "2:5: error: broken");
  EXPECT_EQ((Diagnostic{"a.yml", 0, 0, "broken", "fix it"}).to_string(), "a.yml: error: broken (fix it)");
}

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::kInvalidModel, "odd");
  return number / 2;
}
Result<int> quarter(int number) {
  TT_TRY(const int once, half(number));
  TT_TRY(const int twice, half(once));
  return twice;
}
Result<void> must_be_even(int number) {
  TT_CHECK(half(number));
  return {};
}

TEST(ErrorMacros, PassErrorsOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message(), "odd");
  EXPECT_TRUE(must_be_even(2).has_value());
  EXPECT_EQ(must_be_even(3).error().code(), ErrorCode::kInvalidModel);
}

}  // namespace
}  // namespace tabletheory
