// Exceptions, for those who prefer them: an opt-in that nothing else includes.
//
//     #include <tabletheory/throwing.h>
//     auto orders = value_or_throw(client.table<Order>());
//     Order order = value_or_throw(orders.get(key));        // throws tabletheory::Exception
#pragma once

#include <expected>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "tabletheory/error.h"

namespace tabletheory {

class Exception : public std::runtime_error {
 public:
  explicit Exception(Error error) : std::runtime_error(error.to_string()), error_(std::move(error)) {}
  const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

// The value, or an Exception with the error. Takes any result whose error is an Error (batch errors too).
template <class T, class E>
  requires std::is_base_of_v<Error, E>
T value_or_throw(std::expected<T, E> result) {
  if (!result) throw Exception(std::move(result).error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace tabletheory
