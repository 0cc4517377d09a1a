// How native C++ types are laid out, as tables the library walks: one Codec per type, one RecordInfo per described
// struct. This is what lets items go wire → struct and struct → wire in one pass, without an attribute-value tree and
// without code generated per member.
//
// Not for direct use: declare models with ModelBuilder (tabletheory/model_builder.h). Everything here is immutable
// after it is built and safe to share between threads.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "tabletheory/timestamp.h"
#include "tabletheory/value.h"

namespace tabletheory {

template <class T>
class ModelBuilder;

// Tells how a type of your own is stored: specialise it for enums, ids, money…
//
//     template <>
//     struct tabletheory::Converter<State> {
//       using Stored = std::string;
//       static Stored to_stored(const State& state) { return state == State::kOpen ? "open" : "closed"; }
//       static tabletheory::Result<State> from_stored(const Stored& text);
//     };
//
// Stored is any type that can be a member of a model. Both functions are called from any thread.
template <class T>
struct Converter;

namespace detail {

struct Codec;
struct RecordInfo;

enum class Shape : std::uint8_t {
  kText,        // std::string
  kInteger,     // a built-in integer of `size` bytes
  kDouble,      // double, exactness checked
  kBool,        // bool
  kNumber,      // Number
  kTimestamp,   // Timestamp
  kBytes,       // Bytes
  kValue,       // Value
  kMap,         // Map
  kStringSet,   // StringSet
  kNumberSet,   // NumberSet
  kBinarySet,   // BinarySet
  kOptional,    // std::optional<element>
  kSequence,    // std::vector<element>
  kDictionary,  // std::map<std::string, element>
  kSet,         // std::set<element>, std::unordered_set<element>
  kRecord,      // a described struct
  kConverted,   // a type with a Converter; element is the stored type
};

// Callbacks of the functions below; `context` is the library's. They answer false to stop.
using Visit = bool (*)(void* context, const void* element);
using VisitEntry = bool (*)(void* context, const std::string& key, const void* element);
using Fill = bool (*)(void* context, void* element);

struct OptionalOps {
  const void* (*get)(const void* optional);  // nullptr: no value
  void* (*emplace)(void* optional);
  void (*reset)(void* optional);
};
struct SequenceOps {
  std::size_t (*size)(const void* sequence);
  const void* (*at)(const void* sequence, std::size_t index);
  void (*clear)(void* sequence, std::size_t expected);
  void* (*append)(void* sequence);
};
struct DictionaryOps {
  std::size_t (*size)(const void* dictionary);
  void (*each)(const void* dictionary, void* context, VisitEntry visit);  // in byte order of the keys
  void (*clear)(void* dictionary);
  void* (*insert)(void* dictionary, std::string_view key);
};
struct SetOps {
  bool is_ordered;  // walked in the same order whenever its elements are the same
  std::size_t (*size)(const void* set);
  void (*each)(const void* set, void* context, Visit visit);
  void (*clear)(void* set);
  void (*insert)(void* set, void* context, Fill fill);  // nothing is inserted when fill answers false
};
struct ConverterOps {
  void (*to_stored)(const void* native, void* context, Visit visit);
  Result<void> (*from_stored)(void* native, void* context, Fill fill);  // no error of its own when fill answers false
};

struct Codec {
  Shape shape = Shape::kText;
  Type type = Type::kS;   // the DynamoDB type it is stored as unless the model says otherwise
  std::uint8_t size = 0;  // kInteger: bytes
  bool is_signed = true;  // kInteger
  const Codec* element = nullptr;
  const OptionalOps* optional = nullptr;
  const SequenceOps* sequence = nullptr;
  const DictionaryOps* dictionary = nullptr;
  const SetOps* set = nullptr;
  const ConverterOps* converter = nullptr;
  const RecordInfo& (*record)() = nullptr;
};

template <class T>
const RecordInfo& record_info();

template <class T>
concept Described = requires(ModelBuilder<T>& builder) { describe(builder); };
template <class T>
concept Convertible = requires { typename Converter<T>::Stored; };

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsDictionary : std::false_type {};
template <class T, class Compare>
struct IsDictionary<std::map<std::string, T, Compare>> : std::true_type {};
template <class T>
struct IsNativeSet : std::false_type {};
template <class T, class Compare>
struct IsNativeSet<std::set<T, Compare>> : std::true_type {};
template <class T, class Hash, class Equal>
struct IsNativeSet<std::unordered_set<T, Hash, Equal>> : std::true_type {};

template <class>
inline constexpr bool kAlwaysFalse = false;

template <class T>
constexpr Codec make_codec();
template <class T>
inline constexpr Codec kCodec = make_codec<T>();

template <class T>
inline constexpr OptionalOps kOptionalOps = {
    [](const void* optional) -> const void* {
      const auto& typed = *static_cast<const std::optional<T>*>(optional);
      return typed ? &*typed : nullptr;
    },
    [](void* optional) -> void* { return &static_cast<std::optional<T>*>(optional)->emplace(); },
    [](void* optional) { static_cast<std::optional<T>*>(optional)->reset(); },
};

template <class T>
inline constexpr SequenceOps kSequenceOps = {
    [](const void* sequence) { return static_cast<const std::vector<T>*>(sequence)->size(); },
    [](const void* sequence, std::size_t index) -> const void* {
      return &(*static_cast<const std::vector<T>*>(sequence))[index];
    },
    [](void* sequence, std::size_t expected) {
      auto& typed = *static_cast<std::vector<T>*>(sequence);
      typed.clear();
      typed.reserve(expected);
    },
    [](void* sequence) -> void* { return &static_cast<std::vector<T>*>(sequence)->emplace_back(); },
};

template <class M>
inline constexpr DictionaryOps kDictionaryOps = {
    [](const void* dictionary) { return static_cast<const M*>(dictionary)->size(); },
    [](const void* dictionary, void* context, VisitEntry visit) {
      for (const auto& [key, element] : *static_cast<const M*>(dictionary)) {
        if (!visit(context, key, &element)) return;
      }
    },
    [](void* dictionary) { static_cast<M*>(dictionary)->clear(); },
    [](void* dictionary, std::string_view key) -> void* {
      return &static_cast<M*>(dictionary)->try_emplace(std::string(key)).first->second;
    },
};

template <class S>
inline constexpr SetOps kSetOps = {requires {typename S::key_compare;
}  // namespace detail
, [](const void* set) { return static_cast<const S*>(set)->size(); },
    [](const void* set, void* context, Visit visit) {
      for (const auto& element : *static_cast<const S*>(set)) {
        if (!visit(context, &element)) return;
      }
    },
    [](void* set) { static_cast<S*>(set)->clear(); }, [](void* set, void* context, Fill fill) {
      typename S::value_type element{};
      if (fill(context, &element)) static_cast<S*>(set)->insert(std::move(element));
    },
};  // namespace tabletheory

template <class T>
inline constexpr ConverterOps kConverterOps = {
    [](const void* native, void* context, Visit visit) {
      const typename Converter<T>::Stored stored = Converter<T>::to_stored(*static_cast<const T*>(native));
      visit(context, &stored);
    },
    [](void* native, void* context, Fill fill) -> Result<void> {
      typename Converter<T>::Stored stored{};
      if (!fill(context, &stored)) return {};
      Result<T> converted = Converter<T>::from_stored(stored);
      if (!converted) return std::unexpected(std::move(converted).error());
      *static_cast<T*>(native) = std::move(*converted);
      return {};
    },
};

// SS, NS or BS by the type of the elements.
constexpr Type set_type(Type element) {
  return element == Type::kN ? Type::kNS : element == Type::kB ? Type::kBS : Type::kSS;
}

template <class T>
constexpr Codec make_codec() {
  Codec codec;
  if constexpr (Convertible<T>) {
    codec = Codec{.shape = Shape::kConverted, .type = kCodec<typename Converter<T>::Stored>.type};
    codec.element = &kCodec<typename Converter<T>::Stored>;
    codec.converter = &kConverterOps<T>;
  } else if constexpr (std::same_as<T, std::string>) {
    codec = Codec{.shape = Shape::kText, .type = Type::kS};
  } else if constexpr (std::same_as<T, bool>) {
    codec = Codec{.shape = Shape::kBool, .type = Type::kBool};
  } else if constexpr (std::integral<T>) {
    codec = Codec{.shape = Shape::kInteger, .type = Type::kN, .size = sizeof(T), .is_signed = std::is_signed_v<T>};
  } else if constexpr (std::same_as<T, double>) {
    codec = Codec{.shape = Shape::kDouble, .type = Type::kN};
  } else if constexpr (std::same_as<T, Number>) {
    codec = Codec{.shape = Shape::kNumber, .type = Type::kN};
  } else if constexpr (std::same_as<T, Timestamp>) {
    codec = Codec{.shape = Shape::kTimestamp, .type = Type::kS};
  } else if constexpr (std::same_as<T, Bytes>) {
    codec = Codec{.shape = Shape::kBytes, .type = Type::kB};
  } else if constexpr (std::same_as<T, Value>) {
    codec = Codec{.shape = Shape::kValue, .type = Type::kM};
  } else if constexpr (std::same_as<T, Map>) {
    codec = Codec{.shape = Shape::kMap, .type = Type::kM};
  } else if constexpr (std::same_as<T, StringSet>) {
    codec = Codec{.shape = Shape::kStringSet, .type = Type::kSS};
  } else if constexpr (std::same_as<T, NumberSet>) {
    codec = Codec{.shape = Shape::kNumberSet, .type = Type::kNS};
  } else if constexpr (std::same_as<T, BinarySet>) {
    codec = Codec{.shape = Shape::kBinarySet, .type = Type::kBS};
  } else if constexpr (IsOptional<T>::value) {
    using Element = typename T::value_type;
    static_assert(!IsOptional<Element>::value, "an optional of an optional cannot be stored");
    codec = Codec{.shape = Shape::kOptional, .type = kCodec<Element>.type};
    codec.element = &kCodec<Element>;
    codec.optional = &kOptionalOps<Element>;
  } else if constexpr (IsVector<T>::value) {
    using Element = typename T::value_type;
    static_assert(!std::same_as<Element, bool>, "std::vector<bool> has no elements of its own; use std::vector<Value>");
    codec = Codec{.shape = Shape::kSequence, .type = Type::kL};
    codec.element = &kCodec<Element>;
    codec.sequence = &kSequenceOps<Element>;
  } else if constexpr (IsDictionary<T>::value) {
    codec = Codec{.shape = Shape::kDictionary, .type = Type::kM};
    codec.element = &kCodec<typename T::mapped_type>;
    codec.dictionary = &kDictionaryOps<T>;
  } else if constexpr (IsNativeSet<T>::value) {
    codec = Codec{.shape = Shape::kSet, .type = set_type(kCodec<typename T::value_type>.type)};
    codec.element = &kCodec<typename T::value_type>;
    codec.set = &kSetOps<T>;
  } else if constexpr (Described<T>) {
    codec = Codec{.shape = Shape::kRecord, .type = Type::kM};
    codec.record = &record_info<T>;
  } else {
    static_assert(
        kAlwaysFalse<T>,
        "this type cannot be stored: use a type of docs/spec/dms.md (\"Native types\"), declare "
        "`void describe(tabletheory::ModelBuilder<T>&)` in its namespace, or specialise tabletheory::Converter<T>");
  }
  return codec;
}

// One described member.
struct Field {
  std::string name;
  std::string json_key;  // `"name":`, escaped
  std::size_t offset = 0;
  const Codec* codec = nullptr;
  Type type = Type::kS;
  bool omit_empty = false;
};

// What a model says beside its members; plain data, checked when a table is opened.
struct AttributeDeclaration {
  std::string name;
  Type type = Type::kS;
  bool required = false, optional = false, omit_empty = false, json = false, binary = false;
  std::vector<std::string> roles{};
  std::string format{};  // as in DMS documents; empty: none
  int encryption = 0;
};
struct IndexDeclaration {
  std::string name;
  bool global = true;
  std::vector<std::string> partition, sort;
  std::string projection = "ALL";
  std::vector<std::string> fields;
};
struct Declaration {
  std::string name, table, naming = "camelCase", dms_version = "0.2";
  std::string partition, sort;
  bool write_once = false;
  std::vector<std::string> protected_attributes;
  std::vector<AttributeDeclaration> attributes;
  std::vector<IndexDeclaration> indexes;
  std::string discriminator_attribute, discriminator_value;
};

struct RecordInfo {
  std::string type_name;
  std::vector<Field> fields;          // in byte order of their names, once finished
  Declaration declaration;            // attributes in the order written
  std::vector<std::string> problems;  // mistakes in describe(), told when a table is opened

  // The name of the member at an offset; nullptr when describe() does not declare it.
  const Field* find(std::size_t offset, const Codec* codec) const;
  void add(AttributeDeclaration attribute, std::size_t offset, const Codec* codec);
  void finish();
};

// Where a member lies in its struct.
template <class T, class M>
std::size_t member_offset(M T::* member) {
  static const T prototype{};
  return static_cast<std::size_t>(reinterpret_cast<const char*>(&(prototype.*member)) -
                                  reinterpret_cast<const char*>(&prototype));
}

}  // namespace detail
}  // namespace tabletheory
