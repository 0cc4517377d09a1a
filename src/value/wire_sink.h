// WireSink: the end of a string while JSON is appended to it.
//
// Makes room for a whole piece (a string, a number) at once, then writes its bytes through a pointer, so that the
// pieces of an item, most of them a few bytes, cost no capacity check each. The string's content is whole again once
// the sink is gone; until then nobody else may touch the string.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "tabletheory/number.h"
#include "value/base64.h"

namespace tabletheory::value {

class WireSink {
 public:
  explicit WireSink(std::string& out) : out_(out), at_(nullptr), limit_(nullptr) { open(out.size(), kFirstRoom); }
  WireSink(const WireSink&) = delete;
  WireSink& operator=(const WireSink&) = delete;
  ~WireSink() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }

  void raw(std::string_view json) {
    reserve(json.size());
    write(json);
  }
  void raw(char c) {
    reserve(1);
    *at_++ = c;
  }

  // A JSON string with quotes, between two pieces that stand as they are.
  void string(std::string_view before, std::string_view text, std::string_view after);

  void number(std::string_view before, const Number& number, std::string_view after) {
    reserve(before.size() + Number::kMaxTextBytes + after.size());
    write(before);
    at_ = number.write_to(at_);
    write(after);
  }
  void integer(std::string_view before, std::int64_t integer, std::string_view after) {
    constexpr std::size_t kDigits = 20;
    reserve(before.size() + kDigits + after.size());
    write(before);
    at_ = std::to_chars(at_, at_ + kDigits, integer).ptr;
    write(after);
  }
  void binary(std::string_view before, std::span<const std::uint8_t> bytes, std::string_view after) {
    reserve(before.size() + base64_size(bytes.size()) + after.size());
    write(before);
    at_ = write_base64(bytes, at_);
    write(after);
  }

 private:
  static constexpr std::size_t kFirstRoom = 128;

  void reserve(std::size_t size) {
    if (static_cast<std::size_t>(limit_ - at_) < size) open(static_cast<std::size_t>(at_ - out_.data()), size);
  }
  // Takes all of the capacity, `room` behind `used` at the least. The bytes behind `used` are not set.
  void open(std::size_t used, std::size_t room);

  // Precondition: there is room.
  void write(std::string_view json) {
    std::memcpy(at_, json.data(), json.size());
    at_ += json.size();
  }

  std::string& out_;
  char* at_;
  char* limit_;
};

}  // namespace tabletheory::value
