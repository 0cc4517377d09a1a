// Wire JSON: reading a body with simdjson's DOM, and writing one.
//
// Reading: a WireDocument owns a parsed body; WireElement is simdjson's element, a borrowed view into it, valid while
// the document lives and is not parsed into again. One document serves many bodies, one at a time (buffers are kept).
// Writing: WireWriter appends compact JSON to one string.
#pragma once

#include <simdjson.h>

#include <span>
#include <string>
#include <string_view>

#include "tabletheory/error.h"
#include "tabletheory/value.h"

namespace tabletheory::value {

using WireElement = simdjson::dom::element;
using WireObject = simdjson::dom::object;
using WireArray = simdjson::dom::array;

// Nesting of attribute values: 31 nested maps or lists pass, 32 are refused (docs/spec/engine.md).
inline constexpr int kMaxNesting = 32;

class WireDocument {
 public:
  // Parses a whole body. ErrInvalidModel with simdjson's reason when it is not JSON (invalid UTF-8 included).
  Result<WireElement> parse(std::string_view body);

 private:
  simdjson::dom::parser parser_;
};

// What is wrong with a typed attribute value. `kind` lets the engine choose the service's error type and message;
// `message` is in our own words and names the path of the offending part below the value read (e.g. `.M.a.L[2]`).
struct AttributeProblem {
  enum class Kind : std::uint8_t {
    kNotAnObject,  // the value is not {"T": …}
    kNoType,  // {} or only unknown types: "Supplied AttributeValue is empty, must contain exactly one of the supported
              // datatypes"
    kSeveralTypes,   // "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the
                     // supported datatypes"
    kWrongJsonType,  // {"S": 1}: a SerializationException in the service
    kBadNumber,      // see number_error
    kBadBase64,
    kEmptySet,
    kDuplicateInSet,
    kEmptyNumberInSet,
    kNullFalse,  // {"NULL": false}
    kTooDeep,
    kDuplicateKey,  // one JSON object holds a key twice
  };
  Kind kind;
  Number::ParseError number_error = Number::ParseError::kNone;
  Type type = Type::kNull;  // the type whose content was wrong
  std::string text{};       // offending text of a number; duplicated element; duplicate key; unknown type; else empty
  std::string path{};
  std::string message() const;
};

// Reads one typed attribute value. `depth` is the nesting depth of containers around it.
std::expected<Value, AttributeProblem> read_value(WireElement element, int depth = 0);
// Reads an object of typed attribute values.
std::expected<Item, AttributeProblem> read_item(WireElement element);

// Whether the value or item, built by hand, could be sent: nesting, empty or duplicate set elements, UTF-8 validity.
// ErrInvalidModel naming the place.
Result<void> check_value(const Value& value, int depth = 0);

// Appends compact JSON. Typed attribute JSON is canonical: map keys in byte order, numbers canonical, strings escaped
// by the one rule of cursors (docs/spec/byte-formats.md).
class WireWriter {
 public:
  explicit WireWriter(std::string& out) : out_(out) {}

  void raw(std::string_view json) { out_.append(json); }
  void raw(char c) { out_.push_back(c); }
  // A JSON string with quotes.
  void string(std::string_view text);
  // `"key":`
  void key(std::string_view name) {
    string(name);
    out_.push_back(':');
  }
  void integer(std::int64_t number);
  // Typed attribute values: {"S":"…"} and so on.
  void attribute(const Value& value);
  void attribute_string(std::string_view text);
  void attribute_number(const Number& number);
  void attribute_integer(std::int64_t number);
  void attribute_bool(bool boolean);
  void attribute_null();
  void attribute_binary(std::span<const std::uint8_t> bytes);
  // {"a":{"S":"…"},…}
  void item(const Item& item);

  std::string& out() { return out_; }

 private:
  std::string& out_;
};

// Plain JSON (no type descriptors), for `json` attributes (docs/spec/dms.md "json") and for schema-independent uses:
// parse_plain_json maps object→M, array→L, string→S, number→N (exact, by its text), bool→BOOL, null→NULL.
// plain_json writes it canonically: keys in code-point order, no space, numbers canonical. Sets become arrays, B
// base64.
Result<Value> parse_plain_json(std::string_view json);
void append_plain_json(const Value& value, std::string& out);

// True when `text` is well-formed UTF-8 (no surrogates).
bool is_valid_utf8(std::string_view text);

}  // namespace tabletheory::value
