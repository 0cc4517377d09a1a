#include "capi/tape.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace tabletheory::capi {
namespace {

static_assert(std::endian::native == std::endian::little, "tapes are read and written as they lie in memory");

std::uint32_t word_at(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

class TapeReader {
 public:
  TapeReader(std::string_view bytes, std::vector<Node>& nodes) : bytes_(bytes), nodes_(nodes) {}

  Result<void> read() {
    TT_CHECK(read_header());
    nodes_.reserve(std::min<std::size_t>(word_count_, 4096));
    TT_CHECK(read_value(0));
    if (word_ != word_count_ || pool_position_ != pool_.size()) return broken("something follows its value");
    return {};
  }

 private:
  std::unexpected<Error> broken(std::string_view what) const {
    return fail(ErrorCode::kInvalidModel, fmt::format("a tape is broken at word {}: {} (docs/tape.md)", word_, what));
  }

  Result<void> read_header() {
    if (bytes_.size() < kTapeHeaderBytes || word_at(bytes_.data()) != kTapeMagic) {
      return broken("it does not begin with a header");
    }
    word_count_ = word_at(bytes_.data() + 4);
    const std::size_t pool_bytes = word_at(bytes_.data() + 8);
    const std::size_t words_end = kTapeHeaderBytes + word_count_ * 4;
    if (word_at(bytes_.data() + 12) != 0 || bytes_.size() != words_end + pool_bytes) {
      return broken("its header does not fit its size");
    }
    words_ = bytes_.data() + kTapeHeaderBytes;
    pool_ = bytes_.substr(words_end);
    return {};
  }

  bool take_word(std::uint32_t& word) {
    if (word_ >= word_count_) return false;
    word = word_at(words_ + 4 * word_++);
    return true;
  }

  bool take_text(std::size_t size, std::string_view& text) {
    if (size > pool_.size() - pool_position_) return false;
    text = pool_.substr(pool_position_, size);
    pool_position_ += size;
    return true;
  }

  Result<void> read_text(Node& node, std::uint32_t size, bool is_utf8) {
    if (!take_text(size, node.text)) return broken("its pool ends too early");
    if (is_utf8 && !simdjson::validate_utf8(node.text.data(), node.text.size())) return broken("text is not UTF-8");
    return {};
  }

  // One word, or two: low, high.
  Result<std::uint64_t> take_number(int words) {
    std::uint32_t low = 0, high = 0;
    if (!take_word(low) || (words == 2 && !take_word(high))) return broken("its words end too early");
    return std::uint64_t{high} << 32 | low;
  }

  Result<void> read_children(std::size_t parent, std::uint32_t count, int depth) {
    const Tag tag = nodes_[parent].tag;
    const bool named = tag == Tag::kMap || tag == Tag::kItem;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t name = 0;
      std::string_view text;
      if (named) {
        if (!take_word(name)) return broken("its words end too early");
        const bool is_text = (name & kSlotBit) == 0;
        if (is_text && !take_text(name, text)) return broken("its pool ends too early");
        if (is_text && !simdjson::validate_utf8(text.data(), text.size())) return broken("a name is not UTF-8");
      }
      const std::size_t child = nodes_.size();
      TT_CHECK(read_value(depth + 1));
      if (named && (name & kSlotBit) != 0) nodes_[child].slot = name & ~kSlotBit;
      if (named) nodes_[child].name = text;
      if (!fits_parent(tag, nodes_[child].tag)) {
        return broken(fmt::format("{} is no element of {}", tag_name(nodes_[child].tag), tag_name(tag)));
      }
    }
    nodes_[parent].count = count;
    nodes_[parent].extent = static_cast<std::uint32_t>(nodes_.size() - parent);
    return {};
  }

  static bool fits_parent(Tag parent, Tag child) {
    switch (parent) {
      case Tag::kStringSet:
        return child == Tag::kString;
      case Tag::kBytesSet:
        return child == Tag::kBytes;
      case Tag::kNumberSet:
        return child >= Tag::kInt32 && child <= Tag::kDouble;
      case Tag::kPath:
        return child == Tag::kString || child == Tag::kInt32;
      case Tag::kSize:
        return child == Tag::kPath || child == Tag::kPathText;
      default:
        return true;
    }
  }

  Result<void> read_value(int depth) {
    if (depth > kTapeDepth) return broken("it is nested too deep");
    std::uint32_t word = 0;
    if (!take_word(word)) return broken("its words end too early");
    std::uint32_t count = word >> 8;
    if (count == kLongCount && !take_word(count)) return broken("its words end too early");
    if ((word & 0xFF) > TT_TAG_SIZE) return broken(fmt::format("{} is no tag", word & 0xFF));
    const std::size_t at = nodes_.size();
    Node& node = nodes_.emplace_back();
    node.tag = static_cast<Tag>(word & 0xFF);
    switch (node.tag) {
      case Tag::kAbsent:
      case Tag::kNull:
      case Tag::kFalse:
      case Tag::kTrue:
        return {};
      case Tag::kInt32: {
        TT_TRY(const std::uint64_t bits, take_number(1));
        node.integer = static_cast<std::int32_t>(bits);
        return {};
      }
      case Tag::kInt64: {
        TT_TRY(const std::uint64_t bits, take_number(2));
        node.integer = static_cast<std::int64_t>(bits);
        return {};
      }
      case Tag::kDouble: {
        TT_TRY(const std::uint64_t bits, take_number(2));
        node.real = std::bit_cast<double>(bits);
        return {};
      }
      case Tag::kTime: {
        TT_TRY(const std::uint64_t bits, take_number(2));
        TT_TRY(const std::uint64_t nanoseconds, take_number(1));
        if (nanoseconds >= 1'000'000'000) return broken("a time has more nanoseconds than a second");
        node.integer = static_cast<std::int64_t>(bits);
        node.nanoseconds = static_cast<std::uint32_t>(nanoseconds);
        return {};
      }
      case Tag::kNumber:
      case Tag::kString:
      case Tag::kPathText:
        return read_text(node, count, true);
      case Tag::kBytes:
        return read_text(node, count, false);
      case Tag::kItem: {
        TT_TRY(const std::uint64_t ignored, take_number(2));
        static_cast<void>(ignored);
        return read_children(at, count, depth);
      }
      case Tag::kSize:
        return read_children(at, 1, depth);
      case Tag::kList:
      case Tag::kMap:
      case Tag::kStringSet:
      case Tag::kNumberSet:
      case Tag::kBytesSet:
      case Tag::kPath:
        return read_children(at, count, depth);
    }
    return broken("it has an unknown tag");
  }

  std::string_view bytes_;
  std::vector<Node>& nodes_;
  const char* words_ = nullptr;
  std::size_t word_count_ = 0, word_ = 0;
  std::string_view pool_;
  std::size_t pool_position_ = 0;
};

// Digits that are the canonical text of an int64: "0", or no leading zero, a minus before digits other than 0.
bool read_canonical_integer(std::string_view text, std::int64_t& out) {
  constexpr std::size_t kMostBytes = 20;  // "-9223372036854775808"
  if (text.empty() || text.size() > kMostBytes) return false;
  const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
  if (digits.empty() || (digits.front() == '0' && text.size() > 1)) return false;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string_view tag_name(Tag tag) {
  static constexpr std::string_view kNames[] = {
      "ABSENT", "NULL", "FALSE",      "TRUE",       "INT32",     "INT64", "NUMBER", "DOUBLE",    "STRING", "BYTES",
      "LIST",   "MAP",  "STRING_SET", "NUMBER_SET", "BYTES_SET", "TIME",  "ITEM",   "PATH_TEXT", "PATH",   "SIZE"};
  return kNames[static_cast<std::size_t>(tag)];
}

Result<Tape> Tape::read(std::string_view bytes) {
  Tape tape;
  TT_CHECK(TapeReader(bytes, tape.nodes_).read());
  return tape;
}

void TapeWriter::header(Tag tag, std::size_t count) {
  const auto low = static_cast<std::uint32_t>(tag);
  if (count < kLongCount) {
    words_.push_back(low | static_cast<std::uint32_t>(count) << 8);
    return;
  }
  words_.push_back(low | kLongCount << 8);
  words_.push_back(static_cast<std::uint32_t>(count));
}

void TapeWriter::integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (std::in_range<std::int32_t>(value)) {
    header(Tag::kInt32, 0);
    words_.push_back(static_cast<std::uint32_t>(bits));
    return;
  }
  header(Tag::kInt64, 0);
  words_.push_back(static_cast<std::uint32_t>(bits));
  words_.push_back(static_cast<std::uint32_t>(bits >> 32));
}

void TapeWriter::number(const Number& number) {
  char text[Number::kMaxTextBytes];
  number_text({text, static_cast<std::size_t>(number.write_to(text) - text)});
}

void TapeWriter::number(double value) {
  const auto shortest = Number::from_double(value);
  number(shortest ? *shortest : Number());
}

void TapeWriter::number_text(std::string_view canonical) {
  std::int64_t value = 0;
  if (read_canonical_integer(canonical, value)) return integer(value);
  pooled(Tag::kNumber, canonical);
}

void TapeWriter::bytes(std::span<const std::uint8_t> bytes) {
  pooled(Tag::kBytes, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void TapeWriter::time(const Timestamp& time) {
  header(Tag::kTime, 0);
  const auto bits = static_cast<std::uint64_t>(time.unix_seconds());
  words_.push_back(static_cast<std::uint32_t>(bits));
  words_.push_back(static_cast<std::uint32_t>(bits >> 32));
  words_.push_back(time.nanoseconds());
}

void TapeWriter::name(std::string_view name) {
  words_.push_back(static_cast<std::uint32_t>(name.size()));
  pool_.append(name);
}

void TapeWriter::close(const Open& open, std::size_t count) {
  words_[open.word] |= static_cast<std::uint32_t>(count) << 8;
}

TapeWriter::Open TapeWriter::open_item(std::size_t table) {
  const Open item = open(Tag::kItem);
  words_.push_back(0);
  words_.push_back(static_cast<std::uint32_t>(table));
  return item;
}

void TapeWriter::close_item(const Open& open, std::size_t count) {
  close(open, count);
  const std::string_view text = std::string_view(pool_).substr(open.pool);
  const bool is_ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  words_[open.word + 1] = static_cast<std::uint32_t>(text.size()) | (is_ascii ? kAsciiBit : 0);
}

void TapeWriter::end_pooled(std::size_t begin) {
  words_.back() |= static_cast<std::uint32_t>(pool_.size() - begin) << 8;
}

std::string TapeWriter::finish() {
  std::string out;
  const std::uint32_t head[4] = {kTapeMagic, static_cast<std::uint32_t>(words_.size()),
                                 static_cast<std::uint32_t>(pool_.size()), 0};
  out.reserve(kTapeHeaderBytes + 4 * words_.size() + pool_.size());
  out.append(reinterpret_cast<const char*>(head), sizeof head);
  out.append(reinterpret_cast<const char*>(words_.data()), 4 * words_.size());
  out.append(pool_);
  words_.clear();
  pool_.clear();
  return out;
}

}  // namespace tabletheory::capi
