#include "capi/client_options.h"

#include <fmt/format.h>

#include "capi/expressions.h"

namespace tabletheory::capi {
namespace {

using std::chrono::milliseconds;

// Overwrites `target` when the member is given.
Result<void> read_milliseconds(const Arguments& arguments, std::string_view name, milliseconds& target) {
  TT_TRY(const auto given, arguments.milliseconds(name));
  if (given) target = *given;
  return {};
}

template <class T>
Result<void> read_integer(const Arguments& arguments, std::string_view name, T& target) {
  TT_TRY(const auto given, arguments.integer(name));
  if (!given) return {};
  if (!std::in_range<T>(*given)) return arguments.misfit(name, "a smaller number that is not negative");
  target = static_cast<T>(*given);
  return {};
}

Result<void> read_retry(const Arguments& options, RetryPolicy& retry) {
  TT_TRY(const auto given, options.map("retry"));
  if (!given) return {};
  TT_CHECK(read_integer(*given, "max_attempts", retry.max_attempts));
  TT_CHECK(read_integer(*given, "batch_rounds", retry.batch_rounds));
  TT_CHECK(read_milliseconds(*given, "base_delay_ms", retry.base_delay));
  TT_CHECK(read_milliseconds(*given, "throttle_base_delay_ms", retry.throttle_base_delay));
  TT_CHECK(read_milliseconds(*given, "max_delay_ms", retry.max_delay));
  return given->check_all_known();
}

Result<void> read_network(const Arguments& options, NetworkOptions& network) {
  TT_TRY(const auto given, options.map("network"));
  if (!given) return {};
  TT_CHECK(read_milliseconds(*given, "connect_timeout_ms", network.connect_timeout));
  TT_CHECK(read_milliseconds(*given, "tls_timeout_ms", network.tls_timeout));
  TT_CHECK(read_milliseconds(*given, "read_timeout_ms", network.read_timeout));
  TT_CHECK(read_milliseconds(*given, "attempt_timeout_ms", network.attempt_timeout));
  TT_CHECK(read_milliseconds(*given, "idle_timeout_ms", network.idle_timeout));
  TT_CHECK(read_milliseconds(*given, "max_lifetime_ms", network.max_lifetime));
  TT_CHECK(read_integer(*given, "max_connections", network.max_connections));
  TT_TRY(network.accept_gzip, given->flag("accept_gzip", network.accept_gzip));
  TT_TRY(network.ca_file, given->text("ca_file", network.ca_file));
  return given->check_all_known();
}

Result<void> read_aws(const Arguments& options, AwsOptions& aws) {
  TT_TRY(aws.region, options.text("region", ""));
  TT_TRY(aws.profile, options.text("profile", ""));
  TT_TRY(aws.adaptive_rate, options.flag("adaptive_rate"));
  TT_TRY(const auto credentials, options.map("credentials"));
  if (credentials) {
    AwsCredentials read;
    TT_TRY(read.access_key_id, credentials->require_text("access_key_id"));
    TT_TRY(read.secret_access_key, credentials->require_text("secret_access_key"));
    TT_TRY(read.session_token, credentials->text("session_token", ""));
    TT_CHECK(credentials->check_all_known());
    aws.credentials = std::move(read);
  }
  TT_TRY(const auto role, options.map("role"));
  if (role) {
    AwsRole read;
    TT_TRY(read.arn, role->require_text("arn"));
    TT_TRY(read.external_id, role->text("external_id", ""));
    TT_TRY(read.session_name, role->text("session_name", ""));
    TT_TRY(const std::int64_t seconds, role->integer("duration_s", 0));
    read.duration = std::chrono::seconds(seconds);
    TT_CHECK(role->check_all_known());
    aws.role = std::move(read);
  }
  return {};
}

Result<DataKeyCache> read_cache(const Arguments& given) {
  DataKeyCache cache;
  std::int64_t seconds = cache.max_age.count();
  TT_CHECK(read_integer(given, "max_age_s", seconds));
  cache.max_age = std::chrono::seconds(seconds);
  TT_CHECK(read_integer(given, "max_uses", cache.max_uses));
  TT_CHECK(read_integer(given, "max_bytes", cache.max_bytes));
  TT_CHECK(read_integer(given, "max_keys", cache.max_keys));
  TT_CHECK(given.check_all_known());
  return cache;
}

Result<Encryption> read_encryption(const Arguments& options) {
  TT_TRY(const auto given, options.map("encryption"));
  if (!given) return Encryption();
  TT_TRY(const auto arn, given->text("kms"));
  TT_TRY(const auto seed, given->text("deterministic_for_tests"));
  TT_TRY(const auto cache_given, given->map("cache"));
  const Node* key = given->find("static_development_key");
  TT_CHECK(given->check_all_known());
  const int providers = (arn ? 1 : 0) + (seed ? 1 : 0) + (key != nullptr ? 1 : 0);
  if (providers != 1 || (cache_given && !arn)) {
    return options.misfit("encryption",
                          "one of kms (with a cache, if any), static_development_key and "
                          "deterministic_for_tests");
  }
  if (seed) return Encryption::deterministic_for_tests(*seed);
  if (arn) {
    std::optional<DataKeyCache> cache;
    if (cache_given) {
      TT_TRY(cache, read_cache(*cache_given));
    }
    return Encryption::kms(*arn, cache);
  }
  if (key->tag != Tag::kBytes) return given->misfit("static_development_key", "32 bytes");
  return Encryption::static_development_key(
      {reinterpret_cast<const std::uint8_t*>(key->text.data()), key->text.size()});
}

constexpr Capability kCapabilities[] = {
    Capability::kTransactions,
    Capability::kPartiql,
    Capability::kLocalIndexes,
    Capability::kIndexProjections,
    Capability::kMultiAttributeKeys,
    Capability::kTimeToLive,
    Capability::kStreams,
    Capability::kEncryptionAtRest,
    Capability::kPointInTimeRecovery,
    Capability::kBackups,
    Capability::kTags,
    Capability::kDeletionProtection,
};

Result<Capabilities> preset(const Arguments& options, std::string_view name) {
  if (name == "dynamodb") return Capabilities::dynamodb();
  if (name == "local") return Capabilities::local();
  if (name == "alternator") return Capabilities::alternator();
  if (name == "embedded") return Capabilities::embedded();
  return options.misfit("target", "dynamodb, local, alternator or embedded");
}

Result<std::optional<Capabilities>> read_target(const Arguments& options) {
  const Node* node = options.find("target");
  if (node == nullptr) return std::nullopt;
  if (node->tag == Tag::kString) {
    TT_TRY(Capabilities target, preset(options, node->text));
    return target;
  }
  TT_TRY(const auto names, options.texts("target"));
  if (names.empty()) return options.misfit("target", "a name, or a list that begins with one");
  TT_TRY(Capabilities target, preset(options, names.front()));
  for (std::size_t i = 1; i < names.size(); ++i) {
    const auto* known = std::ranges::find(kCapabilities, names[i], capability_name);
    if (known == std::end(kCapabilities)) {
      return options.misfit("target", fmt::format("a list of capabilities, and \"{}\" is none", names[i]));
    }
    target = target.without(*known);
  }
  return target;
}

Result<void> read_tests(const Arguments& options, std::shared_ptr<ManualClock>& clock, ClientOptions& out) {
  TT_TRY(const auto given, options.map("clock"));
  if (given) {
    TT_TRY(const auto at, given->time("at"));
    TT_TRY(const std::int64_t tick_ns, given->integer("tick_ns", 0));
    TT_CHECK(given->check_all_known());
    clock = std::make_shared<ManualClock>(at.value_or(Timestamp()), tick_ns);
    out.now = [clock] { return clock->read(); };
    out.sleep = [clock](milliseconds duration) { clock->advance(duration); };
  }
  TT_TRY(const auto seed, options.integer("seed"));
  if (seed) {
    out.random = [random = std::make_shared<SeededRandom>(static_cast<std::uint64_t>(*seed))] {
      return random->next();
    };
  }
  return {};
}

}  // namespace

Result<ClientOptions> to_client_options(const Arguments& arguments, std::shared_ptr<ManualClock>& clock) {
  ClientOptions options;
  TT_CHECK(read_aws(arguments, options.aws));
  TT_CHECK(read_network(arguments, options.network));
  TT_CHECK(read_retry(arguments, options.retry));
  TT_TRY(options.target, read_target(arguments));
  TT_TRY(options.encryption, read_encryption(arguments));
  TT_TRY(options.table_names, to_names(arguments, "table_names"));
  TT_TRY(options.table_prefix, arguments.text("table_prefix", ""));
  TT_CHECK(read_tests(arguments, clock, options));
  TT_CHECK(arguments.check_all_known());
  return options;
}

}  // namespace tabletheory::capi
