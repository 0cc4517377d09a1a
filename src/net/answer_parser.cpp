#include "net/answer_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

namespace tabletheory::net {
namespace beast = boost::beast;

struct AnswerParser::State {
  using Parser = beast::http::response_parser<beast::http::string_body>;

  State(std::size_t header_bytes, std::size_t body_bytes, bool without_body)
      : max_header_bytes(header_bytes), max_body_bytes(body_bytes), head_only(without_body) {}

  const std::size_t max_header_bytes, max_body_bytes;
  const bool head_only;
  std::optional<Parser> parser;
  std::string pending;  // bytes of a head that is not whole yet
  bool begun = false;
  bool leftover = false;  // bytes came after the answer

  void restart() {
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(max_header_bytes));
    parser->body_limit(max_body_bytes);
    parser->eager(true);
    if (head_only) parser->skip(true);
  }
  // A 1xx answer is not the last word; 101 is, and is no answer we asked for.
  bool is_informational() const {
    constexpr unsigned kSwitchingProtocols = 101;
    const unsigned status = parser->get().result_int();
    return status >= 100 && status < 200 && status != kSwitchingProtocols;
  }
};

AnswerParser::AnswerParser(std::size_t max_header_bytes, std::size_t max_body_bytes, bool head_only)
    : state_(std::make_unique<State>(max_header_bytes, max_body_bytes, head_only)) {
  state_->restart();
}
AnswerParser::~AnswerParser() = default;
AnswerParser::AnswerParser(AnswerParser&&) noexcept = default;
AnswerParser& AnswerParser::operator=(AnswerParser&&) noexcept = default;

std::expected<bool, std::string> AnswerParser::feed(std::string_view bytes) {
  State& state = *state_;
  if (!bytes.empty()) state.begun = true;
  const bool joins = !state.pending.empty();
  if (joins) state.pending.append(bytes);
  std::string_view rest = joins ? std::string_view(state.pending) : bytes;
  while (!rest.empty() && !state.parser->is_done()) {
    beast::error_code problem;
    const std::size_t used = state.parser->put(boost::asio::buffer(rest.data(), rest.size()), problem);
    rest.remove_prefix(used);
    if (problem == beast::http::error::need_more) break;
    if (problem) return std::unexpected(problem.message());
    if (state.parser->is_done() && state.is_informational()) {
      state.restart();
    } else if (used == 0) {
      break;
    }
  }
  if (state.parser->is_done()) {
    state.leftover = !rest.empty();
    state.pending.clear();
    return true;
  }
  state.pending = std::string(rest);
  return false;
}

std::expected<bool, std::string> AnswerParser::feed_end() {
  if (!state_->parser->is_header_done()) return false;
  beast::error_code problem;
  state_->parser->put_eof(problem);
  if (problem) return std::unexpected(problem.message());
  return state_->parser->is_done();
}

bool AnswerParser::has_begun() const {
  return state_->begun;
}

bool AnswerParser::keeps_alive() const {
  return !state_->leftover && state_->parser->keep_alive() && !state_->parser->need_eof();
}

http::Response AnswerParser::take() {
  auto message = state_->parser->release();
  http::Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message)
    response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  response.body = std::move(message.body());
  return response;
}

}  // namespace tabletheory::net
