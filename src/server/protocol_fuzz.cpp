// Bytes as a client might send them: request line and headers, a line each, an empty line, the body. Signatures are
// verified, so that Authorization headers are read too. Whatever arrives, the answer is JSON or the health check.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "http/message.h"
#include "server/access_log.h"
#include "server/answer_head.h"
#include "server/protocol.h"
#include "value/json_text.h"

namespace {

using namespace tabletheory;

std::string_view line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view out = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static engine::Engine engine(engine::make_memory_storage(), {.now = [] { return Timestamp(1'700'000'000, 0); }});
  static const server::Protocol protocol = [] {
    aws::Credentials known;
    known.access_key_id = "key";
    known.secret_access_key = "secret";
    return server::Protocol(engine, {.credentials = {known}, .now = [] { return Timestamp(1'700'000'000, 0); }});
  }();
  static server::AnswerHeads heads;

  std::string_view rest(reinterpret_cast<const char*>(data), size);
  server::RequestHead head;
  head.method = line(rest);
  head.target = line(rest);
  std::vector<http::Header> headers;
  for (std::string_view one = line(rest); !one.empty(); one = line(rest)) {
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) continue;
    headers.push_back({std::string(one.substr(0, colon)), std::string(one.substr(colon + 1))});
  }
  const auto value = [&](std::string_view name) {
    const std::string* found = http::find_header(headers, name);
    return found == nullptr ? std::string_view() : std::string_view(*found);
  };
  if (const std::string* host = http::find_header(headers, "host")) head.host = *host;
  head.content_type = value("content-type");
  head.amz_target = value("x-amz-target");
  head.headers = headers;

  auto refusal = protocol.refuse_head(head);
  const server::Reply reply = refusal ? std::move(*refusal) : protocol.answer(head, rest);
  std::string written;
  heads.write(reply, true, written);
  if (reply.content_type != "text/plain" && !value::parse_json_text(reply.body)) std::abort();
  server::access_line({.operation = reply.operation, .status = reply.status, .body = reply.body}, "now");
  return 0;
}
