// Value: one DynamoDB attribute value of any of the ten types; Item: a document of them.
//
//     tabletheory::Item item{{"pk", "USER#1"}, {"age", 41}, {"tags", tabletheory::StringSet{{"a", "b"}}}};
//     if (const auto* age = item.find("age")) std::cout << age->number().to_string();
//
// Value types: copyable, movable; const use is safe from several threads.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tabletheory/number.h"

namespace tabletheory {

class Value;

using Bytes = std::vector<std::uint8_t>;
using List = std::vector<Value>;

// Sets. Elements keep the order they were given in; equality ignores order. Distinctness is checked where a set is
// written or read, not here.
struct StringSet {
  std::vector<std::string> elements;
};
struct NumberSet {
  std::vector<Number> elements;
};
struct BinarySet {
  std::vector<Bytes> elements;
};

// The ten types, in the order of Value's alternatives. Values are stable (they appear in the tape format).
enum class Type : std::uint8_t { kS = 0, kN, kB, kBool, kNull, kM, kL, kSS, kNS, kBS };

// "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS".
std::string_view type_name(Type type);
// False when `name` is none of the ten.
bool parse_type_name(std::string_view name, Type& out);

// A map of attribute names to values, kept sorted by the bytes of the names, so that iteration is canonical.
class Map {
 public:
  using Entry = std::pair<std::string, Value>;
  using const_iterator = std::vector<Entry>::const_iterator;
  using iterator = std::vector<Entry>::iterator;

  Map();
  Map(const Map&);
  Map(Map&&) noexcept;
  Map& operator=(const Map&);
  Map& operator=(Map&&) noexcept;
  ~Map();
  Map(std::initializer_list<Entry> entries);  // a later duplicate replaces an earlier one
  // Takes entries in any order. Returns false (keeping the last of equals) when a name occurs twice.
  static bool from_entries(std::vector<Entry> entries, Map& out);
  // Precondition: names are strictly ascending.
  static Map from_sorted(std::vector<Entry> entries);

  const Value* find(std::string_view name) const;
  Value* find(std::string_view name);
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  // Inserts or replaces.
  Value& set(std::string name, Value value);
  // The value, inserted as NULL when absent.
  Value& operator[](std::string_view name);
  bool erase(std::string_view name);

  std::size_t size() const;
  bool empty() const;
  const_iterator begin() const;
  const_iterator end() const;
  iterator begin();  // names must not be changed through it
  iterator end();

  friend bool operator==(const Map&, const Map&);

 private:
  std::vector<Entry> entries_;
};

using Item = Map;

class Value {
 public:
  struct Null {
    friend bool operator==(Null, Null) { return true; }
  };
  using Storage = std::variant<std::string, Number, Bytes, bool, Null, Map, List, StringSet, NumberSet, BinarySet>;

  Value() : storage_(Null{}) {}                                  // NULL
  Value(std::nullptr_t) : Value() {}                             // NOLINT(google-explicit-constructor)
  Value(std::string text) : storage_(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  Value(std::string_view text) : storage_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Value(const char* text) : storage_(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Value(Number number) : storage_(number) {}                     // NOLINT(google-explicit-constructor)
  Value(int integer) : storage_(Number(integer)) {}              // NOLINT(google-explicit-constructor)
  Value(std::int64_t integer) : storage_(Number(integer)) {}     // NOLINT(google-explicit-constructor)
  Value(bool boolean) : storage_(boolean) {}                     // NOLINT(google-explicit-constructor)
  Value(Bytes bytes) : storage_(std::move(bytes)) {}             // NOLINT(google-explicit-constructor)
  Value(Map map) : storage_(std::move(map)) {}                   // NOLINT(google-explicit-constructor)
  Value(List list) : storage_(std::move(list)) {}                // NOLINT(google-explicit-constructor)
  Value(StringSet set) : storage_(std::move(set)) {}             // NOLINT(google-explicit-constructor)
  Value(NumberSet set) : storage_(std::move(set)) {}             // NOLINT(google-explicit-constructor)
  Value(BinarySet set) : storage_(std::move(set)) {}             // NOLINT(google-explicit-constructor)
  Value(double) = delete;  // say how: Number::from_double, or text through Number::parse

  Type type() const { return static_cast<Type>(storage_.index()); }
  bool is(Type type) const { return this->type() == type; }
  bool is_null() const { return is(Type::kNull); }

  // Access by type. Precondition: is(that type).
  const std::string& text() const { return std::get<std::string>(storage_); }
  const Number& number() const { return std::get<Number>(storage_); }
  const Bytes& bytes() const { return std::get<Bytes>(storage_); }
  bool boolean() const { return std::get<bool>(storage_); }
  const Map& map() const { return std::get<Map>(storage_); }
  const List& list() const { return std::get<List>(storage_); }
  const StringSet& string_set() const { return std::get<StringSet>(storage_); }
  const NumberSet& number_set() const { return std::get<NumberSet>(storage_); }
  const BinarySet& binary_set() const { return std::get<BinarySet>(storage_); }
  Map& map() { return std::get<Map>(storage_); }
  List& list() { return std::get<List>(storage_); }

  // Access by type, or nullptr: `if (auto* n = value.get_if<Number>())`.
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&storage_);
  }
  template <class T>
  T* get_if() {
    return std::get_if<T>(&storage_);
  }

  // Replaces the content with a T built in place.
  template <class T, class... Arguments>
  T& emplace(Arguments&&... arguments) {
    return storage_.emplace<T>(std::forward<Arguments>(arguments)...);
  }

  const Storage& storage() const { return storage_; }

  // Same type and value; numbers as decimals, sets without order.
  friend bool operator==(const Value&, const Value&);

 private:
  Storage storage_;
};

inline std::size_t Map::size() const {
  return entries_.size();
}
inline bool Map::empty() const {
  return entries_.empty();
}
inline Map::const_iterator Map::begin() const {
  return entries_.begin();
}
inline Map::const_iterator Map::end() const {
  return entries_.end();
}
inline Map::iterator Map::begin() {
  return entries_.begin();
}
inline Map::iterator Map::end() {
  return entries_.end();
}

// Typed attribute JSON (`{"S":"…"}`), compact, map keys in byte order, numbers canonical, strings escaped as in
// cursors. Deterministic: the canonical form of docs/spec/byte-formats.md.
std::string to_wire_json(const Value& value);
// The same for an item: `{"pk":{"S":"…"},…}`.
std::string to_wire_json(const Item& item);
// Reads typed attribute JSON. Fails with ErrInvalidModel naming the place.
Result<Item> item_from_wire_json(std::string_view json);

// Bytes of an item, or of a value, as the service counts them (docs/spec/engine.md, "Sizes").
std::size_t item_size_bytes(const Item& item);
std::size_t value_size_bytes(const Value& value);

}  // namespace tabletheory
