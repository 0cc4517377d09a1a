// Request members, read as the service reads them.
//
// Two stages, in the service's order. First every member must have the JSON type its shape asks for; a wrong one is a
// SerializationException, and nothing else is looked at. Then members are held against their constraints (null, length,
// range, pattern, enumeration), and all violations are reported in one ValidationException.
//
//     TT_SERVE(const auto limit, get_integer(request, "Limit"));       // optional; JSON null counts as absent
//     ConstraintErrors errors;
//     errors.table_name(name, "tableName");
//     if (limit) errors.range(*limit, "limit", 1, std::nullopt);
//     TT_SERVE_CHECK(errors.result());
//
// Views point into the parsed request and live as long as it.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/operations.h"
#include "engine/service_error.h"
#include "engine/table.h"
#include "value/wire.h"

// Passes a ServiceError on: `TT_SERVE(auto x, f());` declares x, or returns f()'s error.
#define TT_SERVE(declaration, expression) TT_TRY(declaration, expression)
// The same for Served<void>.
#define TT_SERVE_CHECK(expression) TT_CHECK(expression)

namespace tabletheory::engine {

// The member, or nullopt when it is absent or null.
std::optional<value::WireElement> member(const Request& object, std::string_view name);

// Optional members of a JSON type; SerializationException when present with another one.
Served<std::optional<std::string_view>> get_string(const Request& object, std::string_view name);
Served<std::optional<std::int64_t>> get_integer(const Request& object,
                                                std::string_view name);  // 32 bits in the service
Served<std::optional<std::int64_t>> get_long(const Request& object, std::string_view name);
Served<std::optional<bool>> get_bool(const Request& object, std::string_view name);
// `shape` is the service's name for the structure ("Projection"), for the message when an array stands there.
Served<std::optional<value::WireObject>> get_object(const Request& object, std::string_view name,
                                                    std::string_view shape);
Served<std::optional<value::WireArray>> get_array(const Request& object, std::string_view name);

// The same for an element of an array.
Served<std::string_view> as_string(value::WireElement element);
Served<value::WireObject> as_object(value::WireElement element, std::string_view shape);

// The constraints a request violates, in the order added. `path` is in the service's spelling
// ("keySchema.1.member.attributeName").
class ConstraintErrors {
 public:
  // Value '<value>' at '<path>' failed to satisfy constraint: <constraint>
  void add(std::string_view value, std::string_view path, std::string_view constraint);
  void null(std::string_view path);  // Value null at '<path>' …: Member must not be null
  template <class T>
  void required(const std::optional<T>& value, std::string_view path) {
    if (!value) null(path);
  }

  void length(std::string_view value, std::string_view path, std::size_t least, std::size_t most);
  // The number of elements of a list or map; `value` as the service prints it ("[]", "{}").
  void size(std::size_t size, std::string_view value, std::string_view path, std::size_t least,
            std::size_t most = std::numeric_limits<std::size_t>::max());
  void range(std::int64_t value, std::string_view path, std::int64_t least,
             std::int64_t most = std::numeric_limits<std::int64_t>::max());
  // [a-zA-Z0-9_.-]+
  void name_pattern(std::string_view value, std::string_view path);
  // The place of `value` in `allowed` (listed in the service's order); nullopt and a violation when it is not there.
  std::optional<std::size_t> one_of(std::string_view value, std::string_view path,
                                    std::span<const std::string_view> allowed);
  // The table of a data operation: not null, pattern and length, or an ARN.
  void table_name(const std::optional<std::string_view>& value, std::string_view path = "tableName");
  // An index name: pattern, 3 to 255 characters.
  void index_name(const std::optional<std::string_view>& value, std::string_view path = "indexName");

  bool empty() const { return count_ == 0; }
  // `N validation error(s) detected: …; …`, or nothing when all holds.
  Served<void> result() const;

 private:
  std::size_t count_ = 0;
  std::string text_;
};

// The name in `name_or_arn`: itself, or the table's name when it is a table ARN of this engine's region and account.
// An ARN of elsewhere comes back whole, and so names no table.
std::string_view table_name_in(const Context& context, std::string_view name_or_arn);
// The table of that name or ARN; ResourceNotFoundException ("Requested resource not found") when absent.
Served<std::shared_ptr<const Table>> find_table(const Context& context, std::string_view name_or_arn);

// A table and a snapshot in which all its items and index entries are as that definition says. (A snapshot taken beside
// a lookup may lack the entries of an index dropped, or the items of a table deleted, between the two.)
struct ReadView {
  std::shared_ptr<const Table> table;
  std::shared_ptr<const Snapshot> snapshot;
};
Served<ReadView> read_view(const Context& context, std::string_view name_or_arn);

}  // namespace tabletheory::engine
