// AnswerParser: the bytes of one HTTP/1.1 answer, read as they come. Over Boost.Beast's parser, which no other file
// includes.
//
//     AnswerParser parser(limits);
//     auto done = parser.feed(bytes);    // Result<bool>; informational answers (1xx) are skipped
//     if (*done) http::Response answer = parser.take();
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace tabletheory::net {

class AnswerParser {
 public:
  // `head_only`: the answer to a CONNECT, after whose head other bytes follow.
  AnswerParser(std::size_t max_header_bytes, std::size_t max_body_bytes, bool head_only = false);
  ~AnswerParser();
  AnswerParser(AnswerParser&&) noexcept;
  AnswerParser& operator=(AnswerParser&&) noexcept;

  // True once the answer is whole. The error's message says what is wrong with it.
  std::expected<bool, std::string> feed(std::string_view bytes);
  // The peer has closed: true when that is how the answer ends.
  std::expected<bool, std::string> feed_end();

  bool has_begun() const;    // a byte of it has come
  bool keeps_alive() const;  // of a whole answer: the connection may serve another
  http::Response take();     // of a whole answer; once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tabletheory::net
