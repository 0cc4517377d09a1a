// The tape (docs/tape.md): how requests and results cross between the core and another language.
//
//     TT_TRY(const Tape request, Tape::read(bytes));        // whole and checked, or ErrInvalidModel
//     for (const Node& member : request.root().children()) member.name …
//
//     TapeWriter out;
//     out.map(1);
//     out.name("count");
//     out.integer(3);
//     std::string bytes = out.finish();
//
// A Tape borrows the bytes it was read from. Neither is thread-safe.
#pragma once

#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tabletheory/c_constants.h"
#include "tabletheory/error.h"
#include "tabletheory/number.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::capi {

inline constexpr std::uint32_t kTapeMagic = 0x31505454;  // "TTP1"
inline constexpr std::size_t kTapeHeaderBytes = 16;
inline constexpr int kTapeDepth = 64;
inline constexpr std::uint32_t kSlotBit = 0x8000'0000;   // of a name word
inline constexpr std::uint32_t kAsciiBit = 0x8000'0000;  // of an item's first word
inline constexpr std::uint32_t kLongCount = 0xFF'FFFF;   // the count is in the next word

enum class Tag : std::uint8_t {
  kAbsent = TT_TAG_ABSENT,
  kNull = TT_TAG_NULL,
  kFalse = TT_TAG_FALSE,
  kTrue = TT_TAG_TRUE,
  kInt32 = TT_TAG_INT32,
  kInt64 = TT_TAG_INT64,
  kNumber = TT_TAG_NUMBER,
  kDouble = TT_TAG_DOUBLE,
  kString = TT_TAG_STRING,
  kBytes = TT_TAG_BYTES,
  kList = TT_TAG_LIST,
  kMap = TT_TAG_MAP,
  kStringSet = TT_TAG_STRING_SET,
  kNumberSet = TT_TAG_NUMBER_SET,
  kBytesSet = TT_TAG_BYTES_SET,
  kTime = TT_TAG_TIME,
  kItem = TT_TAG_ITEM,
  kPathText = TT_TAG_PATH_TEXT,
  kPath = TT_TAG_PATH,
  kSize = TT_TAG_SIZE,
};
// "STRING", as docs/tape.md calls it.
std::string_view tag_name(Tag tag);

// One value. Nodes lie in the order of the tape, so a value's children follow it.
struct Node {
  static constexpr std::uint32_t kNoSlot = 0xFFFF'FFFF;

  Tag tag = Tag::kAbsent;
  std::uint32_t slot = kNoSlot;  // in a map: the name, when it is a slot …
  std::string_view name;         // … else here
  std::uint32_t count = 0;       // children
  std::uint32_t extent = 1;      // nodes, this one and those below it
  std::uint32_t nanoseconds = 0;
  std::int64_t integer = 0;  // INT32, INT64; seconds of TIME
  double real = 0;
  std::string_view text;  // NUMBER, STRING, BYTES, PATH_TEXT

  bool is_map() const { return tag == Tag::kMap || tag == Tag::kItem; }
  bool is_integer() const { return tag == Tag::kInt32 || tag == Tag::kInt64; }
  Timestamp time() const { return {integer, nanoseconds}; }

  // The child values, in order.
  class Iterator {
   public:
    explicit Iterator(const Node* node) : node_(node) {}
    const Node& operator*() const { return *node_; }
    const Node* operator->() const { return node_; }
    Iterator& operator++() {
      node_ += node_->extent;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Node* node_;
  };
  struct Children {
    const Node* first;
    const Node* last;
    Iterator begin() const { return Iterator(first); }
    Iterator end() const { return Iterator(last); }
  };
  Children children() const { return {this + 1, this + extent}; }
};

class Tape {
 public:
  // `bytes` must outlive the tape. ErrInvalidModel naming what is wrong and where.
  static Result<Tape> read(std::string_view bytes);
  const Node& root() const { return nodes_.front(); }

 private:
  std::vector<Node> nodes_;
};

class TapeWriter {
 public:
  void absent() { header(Tag::kAbsent, 0); }
  void null() { header(Tag::kNull, 0); }
  void boolean(bool value) { header(value ? Tag::kTrue : Tag::kFalse, 0); }
  void integer(std::int64_t value);
  void number(const Number& number);
  // The shortest decimal of a finite double.
  void number(double value);
  // Text known to be canonical decimal text.
  void number_text(std::string_view canonical);
  void string(std::string_view text) { pooled(Tag::kString, text); }
  void bytes(std::span<const std::uint8_t> bytes);
  void time(const Timestamp& time);

  // Followed by `count` values; of a map, each after its name.
  void list(std::size_t count) { header(Tag::kList, count); }
  void map(std::size_t count) { header(Tag::kMap, count); }
  void set(Tag tag, std::size_t count) { header(tag, count); }
  void name(std::string_view name);
  void slot(std::size_t slot) { words_.push_back(kSlotBit | static_cast<std::uint32_t>(slot)); }

  // Containers whose count is known at their end only: fewer than 2^24 - 1 entries.
  struct Open {
    std::size_t word = 0, pool = 0;
  };
  Open open(Tag tag) {
    header(tag, 0);
    return {words_.size() - 1, pool_.size()};
  }
  void close(const Open& open, std::size_t count);
  Open open_item(std::size_t table);
  void close_item(const Open& open, std::size_t count);

  // A member of a map.
  void member(std::string_view key, std::string_view text) {
    name(key);
    string(text);
  }
  void member(std::string_view key, const char* text) { member(key, std::string_view(text)); }
  void member(std::string_view key, const std::string& text) { member(key, std::string_view(text)); }
  void member(std::string_view key, bool value) {
    name(key);
    boolean(value);
  }
  void member(std::string_view key, std::int64_t value) {
    name(key);
    integer(value);
  }
  void member(std::string_view key, std::size_t value) { member(key, static_cast<std::int64_t>(value)); }
  void member(std::string_view key, int value) { member(key, static_cast<std::int64_t>(value)); }

  // Where bytes go that are written by hand: `begin_pooled`, append to pool(), `end_pooled`.
  std::string& pool() { return pool_; }
  std::size_t begin_pooled(Tag tag) {
    header(tag, 0);
    return pool_.size();
  }
  void end_pooled(std::size_t begin);  // fewer than 2^24 - 1 bytes

  // Gives back what was written after a point, for values that turn out not to be there.
  struct Mark {
    std::size_t words, pool;
  };
  Mark mark() const { return {words_.size(), pool_.size()}; }
  void rewind(const Mark& mark) {
    words_.resize(mark.words);
    pool_.resize(mark.pool);
  }

  // The whole tape. The writer is empty afterwards.
  std::string finish();

 private:
  void header(Tag tag, std::size_t count);
  void pooled(Tag tag, std::string_view bytes) {
    header(tag, bytes.size());
    pool_.append(bytes);
  }
  std::vector<std::uint32_t> words_;
  std::string pool_;
};

}  // namespace tabletheory::capi
