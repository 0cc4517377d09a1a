// The chain itself, and the sources that need no file: environment, container endpoint, instance metadata.
#include "aws/credential_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "aws/credential_answers.h"

namespace tabletheory::aws {
namespace {

constexpr int kMetadataSeconds = 1, kMostMetadataSeconds = 60;
constexpr std::chrono::milliseconds kMetadataTimeout = std::chrono::seconds(kMetadataSeconds);
constexpr int kMetadataAttempts = 2, kMostMetadataAttempts = 10;

CredentialStep finished(Result<Credentials> credentials) {
  if (!credentials) return {std::move(credentials).error()};
  return {std::move(*credentials)};
}

// Hosts a container endpoint may have without TLS: this machine, ECS, EKS Pod Identity.
bool is_trusted_without_tls(const std::string& host) {
  constexpr std::array<std::string_view, 3> kHosts = {"169.254.170.2", "169.254.170.23", "fd00:ec2::23"};
  return http::is_loopback(host) || std::ranges::find(kHosts, host) != kHosts.end();
}

Result<std::string> container_token(const Settings& settings) {
  std::string token;
  if (const auto path = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
    const auto read = settings.surroundings().read_file(*path);
    if (!read) {
      return fail(ErrorCode::kCredentials,
                  fmt::format("{}, named by AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, cannot be read", *path));
    }
    token = *read;
    while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  } else {
    token = settings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  }
  if (token.find_first_of("\r\n") != std::string::npos) {
    return fail(ErrorCode::kCredentials, "the container's authorization token holds a line break; it must be one line");
  }
  return token;
}

std::string metadata_base(const Settings& settings) {
  if (auto given = settings.value("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")) {
    while (given->ends_with('/')) given->pop_back();
    return *given;
  }
  const std::string mode =
      settings.value("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode").value_or("IPv4");
  return http::same_name(mode, "IPv6") ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

Ask metadata_call(std::string method, http::Url url, http::Header header) {
  Ask ask;
  ask.request = {
      .method = std::move(method), .url = std::move(url), .headers = {std::move(header)}, .body = {}, .no_proxy = true};
  ask.timeout = kMetadataTimeout;
  ask.attempts = kMetadataAttempts;
  return ask;
}

// Where an instance's metadata is, and the patience with it.
struct InstanceMetadata {
  http::Url base;
  std::chrono::milliseconds timeout = kMetadataTimeout;
  int attempts = kMetadataAttempts;

  Ask call(std::string method, std::string path, http::Header header) const {
    http::Url url = base;
    url.path = std::move(path);
    Ask ask = metadata_call(std::move(method), std::move(url), std::move(header));
    ask.timeout = timeout;
    ask.attempts = attempts;
    return ask;
  }
};

// A whole number of the settings; the default when it is none, or out of bounds.
int setting_within(const Settings& settings, const char* variable, const char* key, int least, int most,
                   int otherwise) {
  const std::string text = settings.value(variable, key).value_or("");
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = problem == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
  return good ? number : otherwise;
}

constexpr std::string_view kRolePath = "/latest/meta-data/iam/security-credentials/";

CredentialStep instance_role_credentials(const InstanceMetadata& metadata, const std::string& token, std::string role) {
  while (role.ends_with('\n') || role.ends_with('\r')) role.pop_back();
  if (role.empty() || role.find_first_of(" \r\n?#") != std::string::npos) {
    return no_credentials("the instance metadata names no role; attach an instance profile");
  }
  Ask ask = metadata.call("GET", std::string(kRolePath) + role, {"X-aws-ec2-metadata-token", token});
  ask.then = [](Result<http::Response> answer) -> CredentialStep {
    if (!answer) return no_credentials("the instance metadata gave no credentials: " + answer.error().message());
    if (answer->status != 200) {
      return no_credentials(
          fmt::format("the instance metadata refused its credentials (HTTP status {})", answer->status));
    }
    return finished(read_credentials_json(answer->body, "the instance metadata"));
  };
  return {std::move(ask)};
}

CredentialStep instance_role(const InstanceMetadata& metadata, std::string token) {
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  Ask ask = metadata.call("GET", std::string(kRolePath), {"X-aws-ec2-metadata-token", token});
  ask.then = [metadata, token](Result<http::Response> answer) -> CredentialStep {
    if (!answer || answer->status == 404) return {NotConfigured{}};  // an instance without a role
    if (answer->status != 200) {
      return no_credentials(
          fmt::format("the instance metadata refused to name the role (HTTP status {})", answer->status));
    }
    return instance_role_credentials(metadata, token, answer->body);
  };
  return {std::move(ask)};
}

}  // namespace

CredentialStep after(CredentialStep step, std::function<CredentialStep(CredentialStep)> next) {
  const auto go_on = [&next](auto& outstanding) {
    auto then = std::move(outstanding.then);
    outstanding.then = [then = std::move(then), next](auto answer) { return after(then(std::move(answer)), next); };
  };
  if (auto* ask = std::get_if<Ask>(&step.now)) {
    go_on(*ask);
    return step;
  }
  if (auto* run = std::get_if<Run>(&step.now)) {
    go_on(*run);
    return step;
  }
  return next(std::move(step));
}

CredentialStep environment_credentials(const Settings& settings) {
  auto key = settings.variable("AWS_ACCESS_KEY_ID");
  auto secret = settings.variable("AWS_SECRET_ACCESS_KEY");
  if (!key && !secret) return {NotConfigured{}};
  if (!key || !secret) {
    return no_credentials("only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set; set both or neither");
  }
  Credentials out{.access_key_id = std::move(*key), .secret_access_key = std::move(*secret), .session_token = {}};
  out.session_token = settings.variable("AWS_SESSION_TOKEN").value_or("");
  out.account_id = settings.variable("AWS_ACCOUNT_ID").value_or("");
  return {std::move(out)};
}

CredentialStep container_credentials(const Settings& settings) {
  http::Url url;
  if (const auto relative = settings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    auto parsed = http::parse_url("http://169.254.170.2" + *relative);
    if (!parsed || !relative->starts_with('/')) {
      return no_credentials("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path; it begins with /");
    }
    url = std::move(*parsed);
  } else if (const auto full = settings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
    auto parsed = http::parse_url(*full);
    if (!parsed) return no_credentials("AWS_CONTAINER_CREDENTIALS_FULL_URI: " + parsed.error().message());
    if (!parsed->tls && !is_trusted_without_tls(parsed->host)) {
      return no_credentials(
          fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI names the host {}, which may not be asked "
                      "for credentials without TLS; use https",
                      parsed->host));
    }
    url = std::move(*parsed);
  } else {
    return {NotConfigured{}};
  }
  auto token = container_token(settings);
  if (!token) return {std::move(token).error()};
  Ask ask = metadata_call("GET", std::move(url), {"Accept", "application/json"});
  if (!token->empty()) ask.request.headers.push_back({"Authorization", std::move(*token)});
  ask.attempts = 3;
  ask.then = [](Result<http::Response> answer) -> CredentialStep {
    if (!answer) return no_credentials("the container's credentials endpoint gave none: " + answer.error().message());
    if (answer->status != 200) {
      return no_credentials(
          fmt::format("the container's credentials endpoint refused (HTTP status {})", answer->status));
    }
    return finished(read_credentials_json(answer->body, "the container's credentials endpoint"));
  };
  return {std::move(ask)};
}

CredentialStep instance_credentials(const Settings& settings) {
  if (http::same_name(settings.variable("AWS_EC2_METADATA_DISABLED").value_or(""), "true")) return {NotConfigured{}};
  auto base = http::parse_url(metadata_base(settings));
  if (!base) return no_credentials("AWS_EC2_METADATA_SERVICE_ENDPOINT: " + base.error().message());
  const InstanceMetadata metadata{
      .base = *base,
      .timeout =
          std::chrono::seconds(setting_within(settings, "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", 1,
                                              kMostMetadataSeconds, kMetadataSeconds)),
      .attempts = setting_within(settings, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", 1,
                                 kMostMetadataAttempts, kMetadataAttempts)};
  Ask ask = metadata.call("PUT", "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds", "21600"});
  ask.then = [metadata](Result<http::Response> answer) -> CredentialStep {
    if (!answer) return {NotConfigured{}};  // not on an instance
    if (answer->status != 200) {
      return no_credentials(
          fmt::format("the instance metadata refused a token (HTTP status {}); this library speaks IMDSv2 only, and a "
                      "container needs a hop limit of 2",
                      answer->status));
    }
    return instance_role(metadata, answer->body);
  };
  return {std::move(ask)};
}

CredentialStep default_credentials(const Settings& settings, std::int64_t now) {
  // Each source gives way to the next when it is not configured.
  const auto otherwise = [](CredentialStep step, std::function<CredentialStep()> next) {
    return after(std::move(step), [next = std::move(next)](CredentialStep end) {
      return std::holds_alternative<NotConfigured>(end.now) ? next() : std::move(end);
    });
  };
  // A profile the program chose goes before keys that happen to be in the environment.
  CredentialStep step = settings.is_profile_explicit() ? CredentialStep{} : environment_credentials(settings);
  step = otherwise(std::move(step), [&settings, now] { return profile_credentials(settings, now); });
  step = otherwise(std::move(step), [&settings] { return web_identity_credentials(settings); });
  step = otherwise(std::move(step), [&settings] { return container_credentials(settings); });
  step = otherwise(std::move(step), [&settings] { return instance_credentials(settings); });
  return otherwise(std::move(step), [] {
    return no_credentials(
        "no credentials were found: not in the options, the environment (AWS_ACCESS_KEY_ID), a profile of "
        "~/.aws/config or ~/.aws/credentials, a web identity token, a container endpoint, nor instance metadata");
  });
}

}  // namespace tabletheory::aws
