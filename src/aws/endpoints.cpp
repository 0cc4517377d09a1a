#include "aws/endpoints.h"

#include <fmt/format.h>

#include <algorithm>

#include "value/excerpt.h"

namespace tabletheory::aws {
namespace {

// Regions are grouped into partitions, each with domains of its own. The first whose prefix fits counts.
struct Partition {
  std::string_view prefix, domain, dual_stack_domain;
  bool has_accounts;  // account endpoints
};
constexpr Partition kPartitions[] = {
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", false},
    {"us-gov-", "amazonaws.com", "api.aws", false},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", false},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", false},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", false},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", false},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu", false},
    {"", "amazonaws.com", "api.aws", true},
};

struct Names {
  Api api;
  std::string_view id, signing, host, dual_stack_host;
};
constexpr Names kNames[] = {
    {Api::kDynamoDb, "DYNAMODB", "dynamodb", "dynamodb", "dynamodb"},
    {Api::kDynamoDbStreams, "DYNAMODB_STREAMS", "dynamodb", "streams.dynamodb", "streams-dynamodb"},
    {Api::kKms, "KMS", "kms", "kms", "kms"},
    {Api::kSts, "STS", "sts", "sts", "sts"},
    {Api::kSso, "SSO", "awsssoportal", "portal.sso", "portal.sso"},
    {Api::kSsoOidc, "SSO_OIDC", "sso-oauth", "oidc", "oidc"},
};

const Names& names_of(Api api) {
  return *std::ranges::find(kNames, api, &Names::api);
}

const Partition& partition_of(std::string_view region) {
  return *std::ranges::find_if(kPartitions, [&](const Partition& p) { return region.starts_with(p.prefix); });
}

// A region becomes part of a host name: nothing else may come in by it.
bool is_region(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_account_id(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// In GovCloud the plain hosts of these services are the FIPS ones.
bool is_fips_anyway(Api api, std::string_view region) {
  return region.starts_with("us-gov-") && api != Api::kKms;
}

Result<std::string> account_host(const Settings& settings, std::string_view region, std::string_view account_id,
                                 bool fips, std::string_view domain) {
  const std::string mode =
      settings.value("AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode").value_or("preferred");
  if (mode != "preferred" && mode != "disabled" && mode != "required") {
    return fail(
        ErrorCode::kInvalidModel,
        fmt::format("account_id_endpoint_mode is {}; use preferred, disabled or required", value::excerpt(mode)));
  }
  const bool possible = is_account_id(account_id) && !fips && partition_of(region).has_accounts;
  if (mode == "required" && !possible) {
    return fail(ErrorCode::kInvalidModel,
                "account_id_endpoint_mode is required, but the credentials name no account, or FIPS or the region "
                "exclude account endpoints; use preferred, or set AWS_ACCOUNT_ID");
  }
  if (mode == "disabled" || !possible) return std::string();
  return fmt::format("{}.ddb.{}.{}", account_id, region, domain);
}

}  // namespace

std::string_view signing_name(Api api) {
  return names_of(api).signing;
}

Result<http::Url> find_endpoint(const Settings& settings, Api api, std::string_view region,
                                std::string_view account_id) {
  const Names& names = names_of(api);
  TT_TRY(const auto configured, settings.configured_endpoint(std::string(names.id)));
  if (configured) return *configured;
  if (region.empty()) {
    return fail(ErrorCode::kInvalidModel,
                "no region is configured; connect to aws:<region>, set AWS_REGION, or give the profile a region");
  }
  if (!is_region(region)) {
    return fail(ErrorCode::kInvalidModel,
                fmt::format("{} is no region; write one like eu-central-1", value::excerpt(region)));
  }
  const bool fips = settings.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  const bool dual_stack = settings.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  const Partition& partition = partition_of(region);
  const std::string_view domain = dual_stack ? partition.dual_stack_domain : partition.domain;
  http::Url url;
  url.tls = true;
  url.port = 443;
  if (api == Api::kDynamoDb) {
    TT_TRY(url.host, account_host(settings, region, account_id, fips, domain));
    if (!url.host.empty()) return url;
  }
  const bool names_fips = fips && (dual_stack || !is_fips_anyway(api, region));
  url.host = fmt::format("{}{}.{}.{}", dual_stack ? names.dual_stack_host : names.host, names_fips ? "-fips" : "",
                         region, domain);
  return url;
}

}  // namespace tabletheory::aws
