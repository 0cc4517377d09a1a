#include "sdk/aws_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "aws/credential_sources.h"
#include "aws/endpoints.h"
#include "aws/rate_limiter.h"
#include "aws/sigv4.h"
#include "net/client.h"
#include "sdk/credential_driver.h"
#include "sdk/credential_supply.h"
#include "sdk/service_request.h"

namespace tabletheory::sdk {
namespace {

using aws::Api;
using std::chrono::steady_clock;

constexpr std::string_view kDefaultRegion = "us-east-1";
// A refusal's clock is believed when ours is further off than this; the service allows 5 minutes (15 for some).
constexpr std::int64_t kSkewSeconds = 240;

constexpr Service kServices[] = {Service::kDynamoDb, Service::kDynamoDbStreams, Service::kKms};

std::int64_t system_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

net::ProxySettings proxies_of(const aws::Settings& settings) {
  const auto read = [&](const char* first, const char* second) -> std::optional<http::Url> {
    auto text = settings.variable(first);
    if (!text && second != nullptr) text = settings.variable(second);
    if (!text) return std::nullopt;
    if (text->find("://") == std::string::npos) text = "http://" + *text;
    auto url = http::parse_url(*text);
    return url ? std::optional(*url) : std::nullopt;
  };
  net::ProxySettings proxies;
  // HTTP_PROXY in capitals is not read: a web server's CGI sets it from a request's header.
  proxies.for_http = read("http_proxy", nullptr);
  proxies.for_https = read("https_proxy", "HTTPS_PROXY");
  const auto bypass = settings.variable("no_proxy");
  proxies.bypass = net::split_bypass_list(bypass ? *bypass : settings.variable("NO_PROXY").value_or(""));
  return proxies;
}

net::ClientOptions client_options(const aws::Settings& settings, const NetworkOptions& network) {
  net::ClientOptions options;
  options.connect_timeout = network.connect_timeout;
  options.tls_timeout = network.tls_timeout;
  options.read_timeout = network.read_timeout;
  options.attempt_timeout = network.attempt_timeout;
  options.max_connections = network.max_connections;
  options.idle_timeout = network.idle_timeout;
  options.max_lifetime = network.max_lifetime;
  options.accept_gzip = network.accept_gzip;
  options.ca_file = network.ca_file;
  if (options.ca_file.empty()) options.ca_file = settings.value("AWS_CA_BUNDLE", "ca_bundle").value_or("");
  if (options.ca_file.empty()) options.ca_file = settings.variable("SSL_CERT_FILE").value_or("");
  if (options.ca_file.empty()) options.ca_directory = settings.variable("SSL_CERT_DIR").value_or("");
  options.proxy = proxies_of(settings);
  return options;
}

bool names(const http::Response& response, std::span<const std::string_view> types) {
  const std::string_view header = response.header("x-amzn-errortype");
  return std::ranges::any_of(types, [&](std::string_view type) {
    return header.find(type) != std::string_view::npos || response.body.find(type) != std::string::npos;
  });
}

// Refusals that our clock may be the reason of.
bool is_about_time(const http::Response& response) {
  static constexpr std::array<std::string_view, 6> kTypes = {
      "InvalidSignatureException", "RequestTimeTooSkewed",  "RequestExpired",
      "RequestInTheFuture",        "SignatureDoesNotMatch", "AuthFailure"};
  return (response.status == 400 || response.status == 403) && names(response, kTypes);
}
bool is_about_expiry(const http::Response& response) {
  static constexpr std::array<std::string_view, 3> kTypes = {"ExpiredTokenException", "ExpiredToken",
                                                             "UnrecognizedClientException"};
  return (response.status == 400 || response.status == 403) && names(response, kTypes);
}
bool is_throttled(const http::Response& response) {
  static constexpr std::array<std::string_view, 4> kTypes = {
      "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottledException"};
  return response.status == 429 || (response.status == 400 && names(response, kTypes));
}

// What is made with the first call: everything the process's surroundings decide.
class Session {
 public:
  Session(const NetworkTarget& target, const AwsOptions& options, const NetworkOptions& network,
          aws::Surroundings surroundings)
      : target_(target),
        options_(options),
        settings_(aws::Settings::load(std::move(surroundings), options.profile,
                                      options.region.empty() ? target.region : options.region)),
        client_(client_options(settings_, network)),
        region_(settings_.region().empty() && target.endpoint ? std::string(kDefaultRegion) : settings_.region()),
        supply_([this](const net::Limits& limits) { return fetch(limits); }, [this] { return now(); }) {
    for (const Service service : kServices) {
      signers_[static_cast<std::size_t>(service)].emplace(region_, std::string(aws::signing_name(api_of(service))));
    }
  }

  Result<TransportAnswer> call(const TransportCall& call) {
    net::Limits limits;
    limits.time_left = call.time_left;
    limits.cancel = call.cancel;
    if (call.time_left) deadline_of(limits);
    bool corrected_clock = false, renewed = false;
    for (;;) {
      TT_TRY(const CredentialSupply::Shared credentials, supply_.get(rest_of(limits)));
      TT_TRY(http::Request request, request_of(call, credentials->account_id));
      TT_CHECK(keep_pace(limits));
      signers_[static_cast<std::size_t>(call.service)]->sign(request, *credentials, now());
      if (client_.options().accept_gzip)
        request.headers.push_back({"Accept-Encoding", "gzip"});  // of this hop: unsigned
      TT_TRY(http::Response response, client_.send(request, rest_of(limits)));
      if (options_.adaptive_rate) limiter_.on_answer(steady_clock::now(), is_throttled(response));
      // A refused signature did nothing: it is put right and sent again, once for each reason.
      if (!corrected_clock && is_about_time(response) && correct_clock(response)) {
        corrected_clock = true;
        continue;
      }
      if (!renewed && is_about_expiry(response) && supply_.reject(credentials)) {
        renewed = true;
        continue;
      }
      std::string id(response.header("x-amzn-requestid"));
      return TransportAnswer{response.status, std::move(response.body), std::move(id)};
    }
  }

 private:
  // `time_left` counts from the call's beginning; each step gets what is left then.
  void deadline_of(net::Limits& limits) const { limits.time_left = *limits.time_left + since_epoch(); }
  net::Limits rest_of(const net::Limits& limits) const {
    net::Limits rest = limits;
    if (rest.time_left) rest.time_left = *rest.time_left - since_epoch();
    return rest;
  }
  static std::chrono::nanoseconds since_epoch() { return steady_clock::now().time_since_epoch(); }

  std::int64_t now() const { return system_seconds() + clock_offset_.load(std::memory_order_relaxed); }

  bool correct_clock(const http::Response& response) {
    const auto theirs = http::parse_http_date(response.header("date"));
    if (!theirs || std::llabs(*theirs - now()) < kSkewSeconds) return false;
    clock_offset_ = *theirs - system_seconds();
    return true;
  }

  Result<void> keep_pace(const net::Limits& limits) {
    if (!options_.adaptive_rate) return {};
    for (;;) {
      const auto wait = limiter_.acquire(steady_clock::now());
      if (wait <= std::chrono::nanoseconds::zero()) return {};
      const auto rest = rest_of(limits);
      if (rest.time_left && *rest.time_left <= wait) {
        return fail(ErrorCode::kTimeout, "the timeout would pass while the client keeps to its adaptive rate");
      }
      std::mutex mutex;
      std::condition_variable_any wake;
      std::unique_lock lock(mutex);
      wake.wait_for(lock, limits.cancel, wait, [] { return false; });
      if (limits.cancel.stop_requested()) {
        return fail(ErrorCode::kCancelled, "the call was cancelled before its request was sent");
      }
    }
  }

  bool is_local() const { return target_.endpoint && http::is_loopback(target_.endpoint->host); }

  Result<http::Url> endpoint(Api api, std::string_view account_id) const {
    if (api == Api::kKms && is_local()) {
      TT_TRY(const auto configured, settings_.configured_endpoint("KMS"));
      if (!configured) {
        return fail(ErrorCode::kTransport,
                    "the client is connected to an endpoint on this machine, which has no KMS; set "
                    "AWS_ENDPOINT_URL_KMS, or use an encryption provider that needs none");
      }
    }
    if (target_.endpoint && api != Api::kKms) return *target_.endpoint;
    return aws::find_endpoint(settings_, api, region_, account_id);
  }

  Result<http::Request> request_of(const TransportCall& call, std::string_view account_id) const {
    TT_TRY(http::Url url, endpoint(api_of(call.service), account_id));
    return service_request(call.service, std::move(url), call.operation, call.body);
  }

  // Credentials that need nobody on the network, or none.
  std::optional<aws::Credentials> configured_here() const {
    for (auto step : {aws::environment_credentials(settings_), aws::profile_credentials(settings_, now())}) {
      if (auto* found = std::get_if<aws::Credentials>(&step.now)) return std::move(*found);
    }
    return std::nullopt;
  }

  Result<aws::Credentials> fetch(const net::Limits& limits) {
    if (options_.credentials && !options_.role) return given();
    if (is_local() && !options_.role && options_.profile.empty()) {
      return configured_here().value_or(
          aws::Credentials{.access_key_id = "local", .secret_access_key = "local", .session_token = {}});
    }
    aws::CredentialStep step =
        options_.credentials ? aws::CredentialStep{given()} : aws::default_credentials(settings_, now());
    if (options_.role) {
      aws::Role role{.arn = options_.role->arn,
                     .session_name = options_.role->session_name,
                     .external_id = options_.role->external_id,
                     .duration_seconds = static_cast<int>(options_.role->duration.count())};
      step = aws::assume_role(settings_, std::move(role), std::move(step), now(), region_);
    }
    return drive_credentials(std::move(step), client_, limits);
  }
  aws::Credentials given() const {
    return {.access_key_id = options_.credentials->access_key_id,
            .secret_access_key = options_.credentials->secret_access_key,
            .session_token = options_.credentials->session_token};
  }

  const NetworkTarget target_;
  const AwsOptions options_;
  const aws::Settings settings_;
  net::HttpClient client_;
  const std::string region_;
  CredentialSupply supply_;
  std::array<std::optional<aws::Signer>, std::size(kServices)> signers_;
  aws::RateLimiter limiter_;
  std::atomic<std::int64_t> clock_offset_ = 0;
};

class AwsTransport final : public Transport {
 public:
  AwsTransport(NetworkTarget target, AwsOptions options, NetworkOptions network, aws::Surroundings surroundings)
      : target_(std::move(target)),
        options_(std::move(options)),
        network_(std::move(network)),
        surroundings_(std::move(surroundings)) {}

  Result<TransportAnswer> call(const TransportCall& call) override {
    std::call_once(begun_, [this] { session_.emplace(target_, options_, network_, std::move(surroundings_)); });
    return session_->call(call);
  }

 private:
  const NetworkTarget target_;
  const AwsOptions options_;
  const NetworkOptions network_;
  aws::Surroundings surroundings_;
  std::once_flag begun_;
  std::optional<Session> session_;
};

}  // namespace

std::shared_ptr<Transport> make_aws_transport(NetworkTarget target, const AwsOptions& aws,
                                              const NetworkOptions& network, aws::Surroundings surroundings) {
  return std::make_shared<AwsTransport>(std::move(target), aws, network, std::move(surroundings));
}

}  // namespace tabletheory::sdk
