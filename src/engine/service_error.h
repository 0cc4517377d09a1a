// ServiceError: a refusal as the service words it. The dispatcher turns it into the JSON error body.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace tabletheory::engine {

struct ServiceError {
  std::string type;  // the bare name: "ValidationException"; the dispatcher adds the prefix
  std::string message;
  int status = 400;
  std::string members = {};  // further JSON members with a leading comma, e.g. `,"CancellationReasons":[…]`
};

template <class T>
using Served = std::expected<T, ServiceError>;

// Shorthand for the most frequent refusal.
inline std::unexpected<ServiceError> refuse(std::string message) {
  return std::unexpected(ServiceError{"ValidationException", std::move(message)});
}
inline std::unexpected<ServiceError> refuse(std::string type, std::string message) {
  return std::unexpected(ServiceError{std::move(type), std::move(message)});
}

}  // namespace tabletheory::engine
