#include "capi/signing.h"

#include "aws/sigv4.h"
#include "sdk/service_request.h"

namespace tabletheory::capi {

Result<Service> to_service(const Arguments& arguments, std::string_view member) {
  TT_TRY(const std::string given, arguments.text(member, "dynamodb"));
  constexpr std::pair<std::string_view, Service> kServices[] = {
      {"dynamodb", Service::kDynamoDb}, {"streams", Service::kDynamoDbStreams}, {"kms", Service::kKms}};
  for (const auto& [name, service] : kServices) {
    if (name == given) return service;
  }
  return arguments.misfit(member, "dynamodb, streams or kms");
}

Result<http::Headers> signed_headers(const Arguments& arguments, std::string_view body) {
  TT_TRY(const Service service, to_service(arguments, "service"));
  TT_TRY(const std::string operation, arguments.require_text("operation"));
  TT_TRY(const std::string endpoint, arguments.require_text("endpoint"));
  TT_TRY(const std::string region, arguments.text("region", ""));
  TT_TRY(const auto at, arguments.time("at"));
  TT_TRY(const auto given, arguments.map("credentials"));
  TT_TRY(http::Url url, http::parse_url(endpoint));
  http::Request request = sdk::service_request(service, std::move(url), operation, body);
  if (given) {
    aws::Credentials credentials;
    TT_TRY(credentials.access_key_id, given->require_text("access_key_id"));
    TT_TRY(credentials.secret_access_key, given->require_text("secret_access_key"));
    TT_TRY(credentials.session_token, given->text("session_token", ""));
    TT_CHECK(given->check_all_known());
    if (!at || region.empty()) return arguments.misfit("at", "given, as must \"region\", to sign a request");
    aws::Signer(region, std::string(aws::signing_name(sdk::api_of(service))))
        .sign(request, credentials, at->unix_seconds());
  }
  TT_CHECK(arguments.check_all_known());
  std::erase_if(request.headers, [](const http::Header& header) { return http::same_name(header.name, "Host"); });
  return std::move(request.headers);
}

}  // namespace tabletheory::capi
