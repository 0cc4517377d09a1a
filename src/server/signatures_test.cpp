#include "server/signatures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/sigv4.h"
#include "http/message.h"

namespace tabletheory::server {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'700'000'000;

class SignaturesTest : public testing::Test {
 protected:
  SignaturesTest() {
    request_.method = "POST";
    request_.url = *http::parse_url("http://localhost:8000");
    request_.headers = {{"Host", "localhost:8000"}, {"X-Amz-Target", "DynamoDB_20120810.ListTables"}};
    request_.body = "{}";
  }

  void sign(std::string secret = "secret", std::int64_t at = kNow) {
    aws::Credentials credentials;
    credentials.access_key_id = "key";
    credentials.secret_access_key = std::move(secret);
    aws::Signer("eu-central-1", service_).sign(request_, credentials, at);
  }

  // `Type: message`, or empty when the signature is good.
  std::string refusal() const {
    aws::Credentials known;
    known.access_key_id = "key";
    known.secret_access_key = "secret";
    const RequestHead head{.method = "POST", .target = "/", .headers = request_.headers};
    const auto refused = check_signature(head, request_.body, {&known, 1}, Timestamp(kNow, 0));
    return refused ? refused->type + ": " + refused->message : std::string();
  }

  std::string* header(std::string_view name) {
    return const_cast<std::string*>(http::find_header(request_.headers, name));
  }

  http::Request request_;
  std::string service_ = "dynamodb";
};

TEST_F(SignaturesTest, AGoodOneIsAccepted) {
  sign();
  EXPECT_EQ(refusal(), "");
}

TEST_F(SignaturesTest, NoneIsRefused) {
  EXPECT_THAT(refusal(), HasSubstr("MissingAuthenticationTokenException: Request is missing"));
}

TEST_F(SignaturesTest, OneThatCannotBeReadIsRefused) {
  sign();
  *header("authorization") = "AWS4-HMAC-SHA256 Credential=key";
  EXPECT_THAT(refusal(), HasSubstr("IncompleteSignatureException"));
}

TEST_F(SignaturesTest, AnotherSecretIsRefusedAndNotRepeated) {
  sign("guess");
  EXPECT_THAT(refusal(), HasSubstr("InvalidSignatureException: The request signature we calculated"));
  EXPECT_THAT(refusal(), testing::Not(HasSubstr("secret")));
}

TEST_F(SignaturesTest, AnUnknownKeyIsRefused) {
  sign();
  header("authorization")->replace(header("authorization")->find("key/"), 3, "nay");
  EXPECT_THAT(refusal(), HasSubstr("UnrecognizedClientException: The security token"));
}

TEST_F(SignaturesTest, AnotherServiceIsRefused) {
  service_ = "kms";
  sign();
  EXPECT_THAT(refusal(), HasSubstr("correct service: 'dynamodb'"));
}

TEST_F(SignaturesTest, AChangedBodyTargetOrHostIsRefused) {
  sign();
  request_.body = "{ }";
  EXPECT_THAT(refusal(), HasSubstr("InvalidSignatureException"));
  request_.body = "{}";
  EXPECT_EQ(refusal(), "");
  *header("x-amz-target") = "DynamoDB_20120810.DeleteTable";
  EXPECT_THAT(refusal(), HasSubstr("InvalidSignatureException"));
}

TEST_F(SignaturesTest, ATargetThatIsNotSignedIsRefused) {
  const http::Header target = request_.headers.back();
  request_.headers.pop_back();
  sign();
  request_.headers.push_back(target);
  EXPECT_THAT(refusal(), HasSubstr("'x-amz-target' must be a 'SignedHeader'"));
}

TEST_F(SignaturesTest, OneOlderOrEarlierThanFifteenMinutesIsRefused) {
  sign("secret", kNow - 900);
  EXPECT_EQ(refusal(), "");
  sign("secret", kNow - 901);
  EXPECT_THAT(refusal(), HasSubstr("Signature expired: 20231114T215819Z is now earlier than 20231114T215820Z "
                                   "(20231114T221320Z - 15 min.)"));
  sign("secret", kNow + 901);
  EXPECT_THAT(refusal(), HasSubstr("Signature not yet current"));
}

TEST_F(SignaturesTest, AScopeOfAnotherDayIsRefused) {
  sign();
  std::string& authorization = *header("authorization");
  authorization.replace(authorization.find("20231114"), 8, "20231113");
  EXPECT_THAT(refusal(), HasSubstr("Date in Credential scope does not match"));
}

}  // namespace
}  // namespace tabletheory::server
