// The head of an answer: status line and headers, with the request id and the CRC-32 that DynamoDB's clients look for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/protocol.h"

namespace tabletheory::server {

// Writes heads, one thread each: request ids come from a generator of its own.
class AnswerHeads {
 public:
  AnswerHeads();  // seeded by the operating system

  // Replaces `head` by the head for `reply`.
  void write(const Reply& reply, bool keep_alive, std::string& head);
  // The id in the head written last: 52 characters, as the service's.
  std::string_view request_id() const { return request_id_; }

 private:
  void next_request_id();
  void refresh_date();

  std::uint64_t state_ = 0;
  std::string request_id_;
  std::int64_t date_second_ = -1;
  std::string date_;
};

}  // namespace tabletheory::server
