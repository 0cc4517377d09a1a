// The network transport: calls signed and sent to DynamoDB, its streams and KMS, or to an endpoint that speaks their
// protocol. Thread-safe. Making one does nothing; settings and files are read with the first call.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/settings.h"
#include "http/message.h"
#include "tabletheory/aws.h"
#include "tabletheory/transport.h"

namespace tabletheory::sdk {

struct NetworkTarget {
  std::optional<http::Url> endpoint = {};  // of DynamoDB and its streams; none: the service's own
  std::string region = {};                 // the address's
};

// `surroundings` is the process's environment and files; tests hand in their own.
std::shared_ptr<Transport> make_aws_transport(NetworkTarget target, const AwsOptions& aws,
                                              const NetworkOptions& network,
                                              aws::Surroundings surroundings = aws::process_surroundings());

}  // namespace tabletheory::sdk
