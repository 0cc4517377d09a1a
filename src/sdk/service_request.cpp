#include "sdk/service_request.h"

#include <string>

namespace tabletheory::sdk {
namespace {

// What each service calls itself in X-Amz-Target, and its JSON version.
struct Protocol {
  Service service;
  aws::Api api;
  std::string_view target, content_type;
};
constexpr Protocol kProtocols[] = {
    {Service::kDynamoDb, aws::Api::kDynamoDb, "DynamoDB_20120810.", "application/x-amz-json-1.0"},
    {Service::kDynamoDbStreams, aws::Api::kDynamoDbStreams, "DynamoDBStreams_20120810.", "application/x-amz-json-1.0"},
    {Service::kKms, aws::Api::kKms, "TrentService.", "application/x-amz-json-1.1"},
};
const Protocol& protocol_of(Service service) {
  return kProtocols[static_cast<std::size_t>(service)];
}

}  // namespace

aws::Api api_of(Service service) {
  return protocol_of(service).api;
}

http::Request service_request(Service service, http::Url url, std::string_view operation, std::string_view body) {
  const Protocol& protocol = protocol_of(service);
  http::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers.reserve(8);
  request.headers.push_back({"Host", request.url.authority()});
  request.headers.push_back({"Content-Type", std::string(protocol.content_type)});
  request.headers.push_back({"X-Amz-Target", std::string(protocol.target).append(operation)});
  request.body = body;
  return request;
}

}  // namespace tabletheory::sdk
