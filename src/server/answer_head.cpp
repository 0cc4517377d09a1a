#include "server/answer_head.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <chrono>
#include <iterator>
#include <random>

namespace tabletheory::server {
namespace {

constexpr std::size_t kRequestIdSize = 52;

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 408:
      return "Request Timeout";
    case 413:
      return "Payload Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

AnswerHeads::AnswerHeads() : request_id_(kRequestIdSize, '0') {
  std::random_device device;
  state_ = (static_cast<std::uint64_t>(device()) << 32) | device();
}

void AnswerHeads::write(const Reply& reply, bool keep_alive, std::string& head) {
  next_request_id();
  refresh_date();
  head.clear();
  const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(reply.body.data()), reply.body.size());
  fmt::format_to(std::back_inserter(head),
                 "HTTP/1.1 {} {}\r\n"
                 "Server: TableTheory\r\n"
                 "Date: {}\r\n"
                 "Content-Type: {}\r\n"
                 "Content-Length: {}\r\n"
                 "Connection: {}\r\n"
                 "x-amzn-RequestId: {}\r\n"
                 "x-amz-crc32: {}\r\n\r\n",
                 reply.status, reason(reply.status), date_, reply.content_type, reply.body.size(),
                 keep_alive ? "keep-alive" : "close", request_id_, checksum);
}

// SplitMix64: ids must differ, and need not be hard to guess.
void AnswerHeads::next_request_id() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
  constexpr std::size_t kCharactersPerNumber = 13;
  for (std::size_t at = 0; at < kRequestIdSize; at += kCharactersPerNumber) {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    bits ^= bits >> 31;
    for (std::size_t i = 0; i < kCharactersPerNumber; ++i, bits >>= 4) request_id_[at + i] = kAlphabet[bits & 31];
  }
}

// RFC 9110: Sun, 06 Nov 1994 08:49:37 GMT.
void AnswerHeads::refresh_date() {
  using namespace std::chrono;
  const auto now = floor<seconds>(system_clock::now());
  if (now.time_since_epoch().count() == date_second_) return;
  date_second_ = now.time_since_epoch().count();
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(now);
  const year_month_day date(day);
  const hh_mm_ss clock(now - day);
  date_ = fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(day).c_encoding()],
                      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                      clock.seconds().count());
}

}  // namespace tabletheory::server
