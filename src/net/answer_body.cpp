#include "net/answer_body.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace tabletheory::net {
namespace {

std::expected<void, std::string> check_crc32(const http::Response& response) {
  const std::string_view given = response.header("x-amz-crc32");
  if (given.empty()) return {};
  std::uint32_t wanted = 0;
  const auto [end, problem] = std::from_chars(given.data(), given.data() + given.size(), wanted);
  if (problem != std::errc() || end != given.data() + given.size()) return std::unexpected("its checksum is no number");
  const auto actual = crc32_z(0, reinterpret_cast<const Bytef*>(response.body.data()), response.body.size());
  if (actual != wanted) return std::unexpected("its checksum does not fit: bytes were changed on the way");
  return {};
}

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::expected<std::string, std::string> unpack(std::string_view packed, std::size_t max_bytes) {
    if (!ready_) return std::unexpected("zlib has no memory to unpack it");
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    std::string out;
    constexpr std::size_t kPieceBytes = 64 * 1024;
    for (;;) {
      const std::size_t before = out.size();
      out.resize(before + std::clamp<std::size_t>(packed.size() * 4, 1024, kPieceBytes));
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(out.size() - before);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      out.resize(out.size() - stream_.avail_out);
      if (out.size() > max_bytes) return std::unexpected("it unpacks to more than an answer may have");
      if (result == Z_STREAM_END) break;
      if (result != Z_OK || (stream_.avail_in == 0 && stream_.avail_out > 0)) {
        return std::unexpected("its gzip encoding is broken");
      }
    }
    if (stream_.avail_in > 0) return std::unexpected("bytes follow its gzip encoding");
    return out;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::expected<void, std::string> check_and_unpack(http::Response& response, std::size_t max_body_bytes) {
  if (auto checked = check_crc32(response); !checked) return checked;
  const std::string_view encoding = response.header("content-encoding");
  if (encoding.empty() || http::same_name(encoding, "identity")) return {};
  if (!http::same_name(encoding, "gzip")) return std::unexpected("its content encoding was not asked for");
  auto unpacked = Inflater().unpack(response.body, max_body_bytes);
  if (!unpacked) return std::unexpected(std::move(unpacked).error());
  response.body = std::move(*unpacked);
  return {};
}

}  // namespace tabletheory::net
