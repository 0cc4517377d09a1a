// Fuzzes what comes from outside the program as text: config files, answers of credential sources, Authorization
// headers, URLs and dates. Nothing crashes; what reads obeys its own rules.
// Built with: aws/config_file.cpp aws/credential_answers.cpp aws/sigv4.cpp
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "aws/config_file.h"
#include "aws/credential_answers.h"
#include "aws/sigv4.h"
#include "http/message.h"

using namespace tabletheory;  // NOLINT(google-build-using-namespace): a program of one function

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read_url(std::string_view text) {
  const auto url = http::parse_url(text);
  if (!url) return;
  require(!url->host.empty() && url->port != 0);
  const auto again = http::parse_url(url->to_string());
  require(again && again->to_string() == url->to_string());
}

void read_credentials(std::string_view text) {
  if (const auto read = aws::read_credentials_json(text, "fuzz")) {
    require(!read->access_key_id.empty() && !read->secret_access_key.empty());
  }
  const http::Response response{200, {}, std::string(text)};
  if (const auto read = aws::read_sts_answer(response, "arn")) require(!read->session_token.empty());
  if (const auto read = aws::read_sso_answer(response)) require(!read->access_key_id.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto file = aws::ConfigFile::read(text, aws::ConfigFile::Kind::kConfig);
  file.merge(aws::ConfigFile::read(text, aws::ConfigFile::Kind::kCredentials));
  if (const aws::Section* section = file.profile("default")) {
    if (const std::string* region = section->find("region")) require(!region->empty());
  }
  read_credentials(text);
  read_url(text);
  if (const auto parts = aws::parse_authorization(text)) require(!parts->signature.empty());
  if (const auto moment = aws::parse_amz_date(text)) require(aws::format_amz_date(*moment) == text);
  http::parse_http_date(text);
  if (const auto decoded = http::percent_decode(text)) {
    require(http::percent_decode(http::percent_encode(*decoded)) == *decoded);
  }
  aws::canonical_request(
      {.method = "GET", .path = text, .query = text, .headers = {}, .signed_names = {}, .payload_hash = {}});
  return 0;
}
