// Options for the service itself and for endpoints over the network: who asks, from where, and with what patience.
//
//     auto client = Client::connect("aws:eu-central-1", {.aws = {.profile = "orders"}});
//     auto partner = Client::connect("aws:", {.aws = {.role = AwsRole{.arn = "arn:aws:iam::123456789012:role/read"}}});
//
// Everything may be left out: the environment and the shared files of the AWS command line are read in the standard
// order (docs/running-against-dynamodb.md), with the first request and not before.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace tabletheory {

struct AwsCredentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token = {};
};

// A role to assume with the credentials there are: a client per partner account, say. Its credentials are fetched with
// the first request and refreshed on use.
struct AwsRole {
  std::string arn;
  std::string external_id = {};
  std::string session_name = {};
  std::chrono::seconds duration{0};  // 0: the service's default, an hour
};

struct AwsOptions {
  std::string region = {};   // empty: the address's, else AWS_REGION, else the profile's
  std::string profile = {};  // empty: AWS_PROFILE, else "default"
  std::optional<AwsCredentials> credentials = {};
  std::optional<AwsRole> role = {};
  // Slows down by itself while the service throttles, and speeds up again after ("adaptive" retry mode). One client's
  // calls share the pace, so use a client per table then.
  bool adaptive_rate = false;
};

// Of the connections to http(s):// and aws: addresses. A client shares one pool among all its calls.
struct NetworkOptions {
  std::chrono::milliseconds connect_timeout{3'000};   // per address
  std::chrono::milliseconds tls_timeout{5'000};       // handshake
  std::chrono::milliseconds read_timeout{30'000};     // between two pieces of an answer
  std::chrono::milliseconds attempt_timeout{60'000};  // one request, start to end; CallLimits::timeout bounds the call
  std::size_t max_connections = 64;                   // per host; more calls wait for one
  std::chrono::milliseconds idle_timeout{20'000};     // idle connections older than this are not used again
  std::chrono::milliseconds max_lifetime{300'000};    // nor any older than this
  bool accept_gzip = true;
  std::string ca_file = {};  // PEM; empty: AWS_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR, the system's
};

}  // namespace tabletheory
