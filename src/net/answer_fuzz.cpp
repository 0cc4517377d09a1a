// Fuzzes answers: whole or in pieces, the parser says the same of the same bytes; bodies are checked and unpacked.
// Built with: net/answer_body.cpp net/answer_parser.cpp
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/answer_body.h"
#include "net/answer_parser.h"

using namespace tabletheory;  // NOLINT(google-build-using-namespace): a program of one function

namespace {

constexpr std::size_t kHeaderBytes = 4096, kBodyBytes = 65'536;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  bool failed = false, whole = false;
  http::Response response;
};

Outcome read(std::string_view bytes, std::size_t piece) {
  net::AnswerParser parser(kHeaderBytes, kBodyBytes);
  Outcome outcome;
  while (!bytes.empty() && !outcome.whole && !outcome.failed) {
    const auto fed = parser.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    outcome.failed = !fed;
    outcome.whole = fed && *fed;
  }
  if (!outcome.whole && !outcome.failed) {
    const auto ended = parser.feed_end();
    outcome.failed = !ended;
    outcome.whole = ended && *ended;
  }
  if (outcome.whole) outcome.response = parser.take();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Outcome whole = read(bytes, size == 0 ? 1 : size);
  const Outcome pieces = read(bytes, 1);
  require(whole.whole == pieces.whole);
  if (!whole.whole) return 0;
  require(whole.response.status == pieces.response.status && whole.response.body == pieces.response.body);
  require(whole.response.body.size() <= kBodyBytes);
  if (net::check_and_unpack(whole.response, kBodyBytes)) require(whole.response.body.size() <= kBodyBytes);
  return 0;
}
