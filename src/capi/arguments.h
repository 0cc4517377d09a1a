// Arguments: the members of a request's MAP, asked for by name.
//
//     Arguments arguments(node, "GET");
//     TT_TRY(const bool consistent, arguments.flag("consistent"));
//     TT_CHECK(arguments.check_all_known());       // after everything has been asked for
//
// ErrInvalidModel naming the request and the member for what is missing, unknown or of another type. Borrows the node.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capi/tape.h"
#include "tabletheory/condition.h"
#include "tabletheory/error.h"
#include "tabletheory/value.h"

namespace tabletheory::capi {

class Arguments {
 public:
  // `what` names it in errors: "GET", "the options of connect".
  static Result<Arguments> of(const Node& node, std::string what);

  // nullptr: not given (or ABSENT).
  const Node* find(std::string_view name) const;
  Result<const Node*> require(std::string_view name) const;

  Result<bool> flag(std::string_view name, bool otherwise = false) const;
  Result<std::optional<std::int64_t>> integer(std::string_view name) const;
  Result<std::int64_t> integer(std::string_view name, std::int64_t otherwise) const;
  // Not negative.
  Result<std::optional<std::size_t>> size(std::string_view name) const;
  Result<std::optional<std::string>> text(std::string_view name) const;
  Result<std::string> text(std::string_view name, std::string_view otherwise) const;
  Result<std::string> require_text(std::string_view name) const;
  Result<std::vector<std::string>> texts(std::string_view name) const;
  // The elements of a LIST; none when it is not given.
  Result<std::vector<const Node*>> list(std::string_view name) const;
  Result<std::optional<Arguments>> map(std::string_view name) const;
  Result<Arguments> require_map(std::string_view name) const;
  Result<std::optional<Timestamp>> time(std::string_view name) const;
  Result<std::optional<std::chrono::milliseconds>> milliseconds(std::string_view name) const;

  Result<void> check_all_known() const;
  const std::string& what() const { return what_; }
  std::unexpected<Error> misfit(std::string_view name, std::string_view expected) const;

 private:
  Arguments(const Node& node, std::string what);
  std::string what_;
  std::vector<const Node*> members_;
  mutable std::vector<bool> asked_;
};

}  // namespace tabletheory::capi
