// ModelBuilder: a model declared in code, next to its struct.
//
//     struct Order {
//       std::string pk, sk, state;
//       tabletheory::Number total;
//       std::optional<std::string> note;
//       tabletheory::Timestamp created_at, updated_at;
//       std::int64_t version = 0;
//     };
//
//     void describe(tabletheory::ModelBuilder<Order>& m) {
//       m.name("Order").table("orders");
//       m.partition_key("PK", &Order::pk);
//       m.sort_key("SK", &Order::sk);
//       m.attribute("state", &Order::state, {.omit_empty = true});     // keys an index, which refuses ""
//       m.attribute("total", &Order::total, {.required = true});
//       m.attribute("note", &Order::note);
//       m.created_at("createdAt", &Order::created_at);
//       m.updated_at("updatedAt", &Order::updated_at);
//       m.version("version", &Order::version);
//       m.global_index("by-state", &Order::state, &Order::created_at);
//     }
//
// `describe` lies in the namespace of the struct, which must be default-constructible. It is called once. A nested
// struct has a `describe` of its own that declares attributes only; it is stored as a map.
//
// Members may be: std::string, bool, built-in integers, double (exactness checked), Number, Timestamp, Bytes, Value,
// Map, StringSet, NumberSet, BinarySet, std::set / std::unordered_set of strings, numbers or Bytes, std::vector<T>,
// std::map<std::string, T>, described structs, types with a Converter, and std::optional of any of them.
//
// Mistakes (a key that is no attribute, two versions, a bad name…) are told by the call that opens the table, with the
// rules and words that DMS documents are checked with.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "tabletheory/detail/codec.h"

namespace tabletheory {

enum class Naming : std::uint8_t { kCamelCase, kSnakeCase, kDynamorm, kVerbatim };
enum class Projection : std::uint8_t { kAll, kKeysOnly, kInclude };
enum class Format : std::uint8_t { kNone, kRfc3339Nano, kUnixSeconds, kInt, kDecimalString };

// docs/spec/dms.md, "Attribute".
struct AttributeOptions {
  bool required = false;
  bool optional = false;
  bool omit_empty = false;
  bool json = false;
  bool binary = false;
  Format format = Format::kNone;
  int encryption = 0;             // envelope version; 0: stored in the clear
  std::optional<Type> type = {};  // the stored type when the member's own is not meant, e.g. a Value kept as L
};

// docs/spec/dms.md, "Index".
struct IndexOptions {
  Projection projection = Projection::kAll;
  std::vector<std::string> fields = {};  // the attributes of Projection::kInclude
};

template <class T>
class ModelBuilder {
 public:
  using Options = AttributeOptions;

  // A member that keys an index.
  class KeyMember {
   public:
    template <class M>
    KeyMember(M T::* member) : offset(detail::member_offset(member)), codec(&detail::kCodec<M>) {}  // NOLINT
    std::size_t offset;
    const detail::Codec* codec;
  };

  explicit ModelBuilder(detail::RecordInfo& info) : info_(info) {}

  // The model's name in every language, and its table.
  ModelBuilder& name(std::string name) {
    declaration().name = std::move(name);
    return *this;
  }
  ModelBuilder& table(std::string table) {
    declaration().table = std::move(table);
    return *this;
  }
  ModelBuilder& naming(Naming naming) {
    static constexpr const char* kNames[] = {"camelCase", "snake_case", "dynamorm", "verbatim"};
    declaration().naming = kNames[static_cast<std::size_t>(naming)];
    return *this;
  }
  // Which version's semantics the model keeps ("0.2" unless said).
  ModelBuilder& dms_version(std::string version) {
    declaration().dms_version = std::move(version);
    return *this;
  }

  // Keys. Their types follow from the members: text S, numbers N, Bytes B.
  template <class M>
  ModelBuilder& partition_key(std::string attribute, M T::* member, Options options = {}) {
    declaration().partition = attribute;
    return add(std::move(attribute), member, options, "pk");
  }
  template <class M>
  ModelBuilder& sort_key(std::string attribute, M T::* member, Options options = {}) {
    declaration().sort = attribute;
    return add(std::move(attribute), member, options, "sk");
  }

  template <class M>
  ModelBuilder& attribute(std::string attribute, M T::* member, Options options = {}) {
    return add(std::move(attribute), member, options, nullptr);
  }
  // Attributes the library writes by itself (docs/spec/operations.md, "Writes").
  template <class M>
  ModelBuilder& created_at(std::string attribute, M T::* member, Options options = {}) {
    return add(std::move(attribute), member, options, "created_at");
  }
  template <class M>
  ModelBuilder& updated_at(std::string attribute, M T::* member, Options options = {}) {
    return add(std::move(attribute), member, options, "updated_at");
  }
  template <class M>
  ModelBuilder& version(std::string attribute, M T::* member, Options options = {}) {
    return add(std::move(attribute), member, options, "version");
  }
  // The expiry, stored as Unix seconds: an integer or a Timestamp, or an optional of one.
  template <class M>
  ModelBuilder& ttl(std::string attribute, M T::* member, Options options = {}) {
    if (!options.type) options.type = Type::kN;
    return add(std::move(attribute), member, options, "ttl");
  }

  // Indexes, over members declared above them.
  template <class P>
  ModelBuilder& global_index(std::string name, P T::* partition, IndexOptions options = {}) {
    return add_index(std::move(name), true, {name_of(partition)}, {}, std::move(options));
  }
  template <class P, class S>
  ModelBuilder& global_index(std::string name, P T::* partition, S T::* sort, IndexOptions options = {}) {
    return add_index(std::move(name), true, {name_of(partition)}, {name_of(sort)}, std::move(options));
  }
  // Keys of one to four attributes each (version 0.3): `m.global_index("by-place", {&Shop::country, &Shop::city},
  // {&Shop::street})` queries by `==` on every partition attribute and on a gapless prefix of the sort attributes.
  ModelBuilder& global_index(std::string name, std::initializer_list<KeyMember> partition,
                             std::initializer_list<KeyMember> sort, IndexOptions options = {}) {
    return add_index(std::move(name), true, names_of(partition), names_of(sort), std::move(options));
  }
  // Over the table's own partition key.
  template <class S>
  ModelBuilder& local_index(std::string name, S T::* sort, IndexOptions options = {}) {
    return add_index(std::move(name), false, {declaration().partition}, {name_of(sort)}, std::move(options));
  }

  // Write policy (docs/spec/dms.md, "Write policies").
  ModelBuilder& write_once() {
    declaration().write_once = true;
    return *this;
  }
  template <class M>
  ModelBuilder& protect(M T::* member) {
    declaration().protected_attributes.push_back(name_of(member));
    return *this;
  }
  // Version 0.3: which of a table's models an item is.
  ModelBuilder& discriminator(std::string attribute, std::string value) {
    declaration().discriminator_attribute = std::move(attribute);
    declaration().discriminator_value = std::move(value);
    return *this;
  }

 private:
  detail::Declaration& declaration() { return info_.declaration; }

  static const char* format_name(Format format) {
    static constexpr const char* kNames[] = {"", "rfc3339nano", "unix_seconds", "int", "decimal_string"};
    return kNames[static_cast<std::size_t>(format)];
  }

  template <class M>
  ModelBuilder& add(std::string attribute, M T::* member, const Options& options, const char* role) {
    const detail::Codec* codec = &detail::kCodec<M>;
    detail::AttributeDeclaration declared{.name = std::move(attribute),
                                          .type = options.type.value_or(codec->type),
                                          .required = options.required,
                                          .optional = options.optional,
                                          .omit_empty = options.omit_empty,
                                          .json = options.json,
                                          .binary = options.binary,
                                          .format = format_name(options.format),
                                          .encryption = options.encryption};
    if (role != nullptr) declared.roles.emplace_back(role);
    info_.add(std::move(declared), detail::member_offset(member), codec);
    return *this;
  }

  std::vector<std::string> names_of(std::initializer_list<KeyMember> members) {
    std::vector<std::string> names;
    for (const KeyMember& member : members) names.push_back(name_of(member));
    return names;
  }

  std::string name_of(const KeyMember& member) {
    const detail::Field* field = info_.find(member.offset, member.codec);
    if (field != nullptr) return field->name;
    info_.problems.emplace_back("describe() names a member in an index or policy before it declares the attribute");
    return {};
  }

  ModelBuilder& add_index(std::string name, bool global, std::vector<std::string> partition,
                          std::vector<std::string> sort, IndexOptions options) {
    static constexpr const char* kNames[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
    declaration().indexes.push_back({std::move(name), global, std::move(partition), std::move(sort),
                                     kNames[static_cast<std::size_t>(options.projection)], std::move(options.fields)});
    return *this;
  }

  detail::RecordInfo& info_;
};

namespace detail {

template <class T>
const RecordInfo& record_info() {
  static const RecordInfo info = [] {
    RecordInfo built;
    built.type_name = typeid(T).name();
    ModelBuilder<T> builder(built);
    describe(builder);
    built.finish();
    return built;
  }();
  return info;
}

}  // namespace detail
}  // namespace tabletheory
