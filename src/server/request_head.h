// What the protocol reads of an HTTP request before its body. Views into the parsed request.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "http/message.h"

namespace tabletheory::server {

struct RequestHead {
  std::string_view method;
  std::string_view target;                     // as sent: path and query
  std::optional<std::string_view> host = {};   // the Host header
  std::string_view content_type = {};          // empty: none
  std::string_view amz_target = {};            // X-Amz-Target; empty: none
  std::span<const http::Header> headers = {};  // all of them; filled only where signatures are verified
};

}  // namespace tabletheory::server
