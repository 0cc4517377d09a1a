// Signature Version 4 against the published examples and against botocore.
#include "aws/sigv4.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "value/json_text.h"

namespace tabletheory::aws {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
constexpr std::int64_t kPublishedMoment = 1'440'938'160;  // 2015-08-30T12:36:00Z

std::string hex(const crypto::Digest& digest) {
  std::string out;
  for (const std::uint8_t byte : digest) {
    out.push_back("0123456789abcdef"[byte >> 4]);
    out.push_back("0123456789abcdef"[byte & 15]);
  }
  return out;
}

http::Request request(std::string method, std::string host, std::string query = {}, http::Headers headers = {}) {
  http::Request made;
  made.method = std::move(method);
  made.url.host = std::move(host);
  made.url.query = std::move(query);
  made.headers = std::move(headers);
  return made;
}

// The signature alone, of a request signed by the published key pair.
std::string signature_of(http::Request made, std::string region, std::string service) {
  Signer signer(std::move(region), std::move(service));
  signer.sign(made, {"AKIDEXAMPLE", std::string(kSecret), {}}, kPublishedMoment);
  const std::string* header = http::find_header(made.headers, "authorization");
  return header == nullptr ? "" : header->substr(header->rfind('=') + 1);
}

TEST(Sigv4, DerivesThePublishedKey) {
  EXPECT_EQ(hex(signing_key(kSecret, "20150830", "us-east-1", "iam")),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST(Sigv4, MakesThePublishedSignatures) {
  EXPECT_EQ(signature_of(request("GET", "example.amazonaws.com"), "us-east-1", "service"),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(signature_of(request("POST", "example.amazonaws.com"), "us-east-1", "service"),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  EXPECT_EQ(
      signature_of(request("GET", "example.amazonaws.com", "Param2=value2&Param1=value1"), "us-east-1", "service"),
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  EXPECT_EQ(signature_of(request("GET", "iam.amazonaws.com", "Action=ListUsers&Version=2010-05-08",
                                 {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}),
                         "us-east-1", "iam"),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST(Sigv4, AgreesWithBotocoreOnRandomRequests) {
  std::ifstream file(TABLETHEORY_SOURCE_DIR "/vectors/sigv4.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto document = value::parse_json_text(text.str());
  ASSERT_TRUE(document);
  const auto& cases = document->find("cases")->elements;
  ASSERT_GE(cases.size(), 50U);
  for (const value::JsonNode& vector : cases) {
    const auto member = [&](std::string_view name) { return vector.find(name)->text; };
    http::Request made;
    made.method = member("method");
    made.url.path = member("path");
    made.url.query = member("query");
    made.headers.push_back({"Host", member("host")});
    for (const auto& header : vector.find("headers")->members) made.headers.push_back({header.name, header.value.text});
    made.body = member("body");
    Signer signer(member("region"), member("service"));
    signer.sign(made, {member("access_key_id"), member("secret_access_key"), member("session_token")},
                std::stoll(member("unix_seconds")));
    const std::string* header = http::find_header(made.headers, "authorization");
    ASSERT_NE(header, nullptr);
    EXPECT_EQ(*header, member("authorization")) << member("method") << ' ' << made.url.target();
  }
}

TEST(Sigv4, ReplacesAnEarlierSignature) {
  http::Request made = request("POST", "h");
  Signer signer("r", "s");
  signer.sign(made, {"A", "first", "token"}, 0);
  signer.sign(made, {"B", "second", {}}, 86'400);
  const auto count = [&](std::string_view name) {
    return std::ranges::count_if(made.headers, [&](const auto& header) { return http::same_name(header.name, name); });
  };
  EXPECT_EQ(count("authorization"), 1);
  EXPECT_EQ(count("x-amz-date"), 1);
  EXPECT_EQ(count("x-amz-security-token"), 0);
  http::Request fresh = request("POST", "h");
  Signer("r", "s").sign(fresh, {"B", "second", {}}, 86'400);
  EXPECT_EQ(*http::find_header(made.headers, "authorization"), *http::find_header(fresh.headers, "authorization"));
}

TEST(Sigv4, CanBeVerifiedFromItsParts) {
  http::Request made = request("POST", "localhost:8000");
  made.body = "{}";
  Signer signer("eu-central-1", "dynamodb");
  signer.sign(made, {"AKID/with/slashes", "secret", "token"}, kPublishedMoment);
  const auto parts = parse_authorization(*http::find_header(made.headers, "authorization"));
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->access_key_id, "AKID/with/slashes");
  EXPECT_EQ(parts->date, "20150830");
  EXPECT_EQ(parts->region, "eu-central-1");
  EXPECT_EQ(parts->service, "dynamodb");
  const std::string canonical = canonical_request({.method = "POST",
                                                   .path = "/",
                                                   .query = "",
                                                   .headers = made.headers,
                                                   .signed_names = parts->signed_names,
                                                   .payload_hash = hex_sha256("{}")});
  const std::string text = string_to_sign(*http::find_header(made.headers, "x-amz-date"),
                                          credential_scope(parts->date, parts->region, parts->service), canonical);
  EXPECT_EQ(signature(signing_key("secret", parts->date, parts->region, parts->service), text), parts->signature);
}

TEST(Sigv4, RefusesWhatIsNoAuthorization) {
  for (const char* text :
       {"", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=x",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/other, SignedHeaders=host, Signature=x"}) {
    EXPECT_FALSE(parse_authorization(text)) << text;
  }
}

TEST(AmzDates, GoThereAndBack) {
  EXPECT_EQ(format_amz_date(kPublishedMoment), "20150830T123600Z");
  for (const std::int64_t moment : {std::int64_t{0}, kPublishedMoment, std::int64_t{4'102'444'799}}) {
    EXPECT_EQ(parse_amz_date(format_amz_date(moment)), moment);
  }
  for (const char* text : {"", "20150830T123600", "20150830 123600Z", "20151330T123600Z", "2015083xT123600Z"}) {
    EXPECT_FALSE(parse_amz_date(text)) << text;
  }
}

}  // namespace
}  // namespace tabletheory::aws
