// The writers of generate.cpp, one per language. Each gives the whole file below its first line, and notes in
// `refusals` what the language's declarations cannot state; the text is of no use then. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "dms/document.h"

namespace tabletheory::codegen {

class Refusals {
 public:
  explicit Refusals(const dms::Document& document) : file_(document.file) {}

  void add(dms::Place place, std::string message, std::string hint) {
    problems_.push_back({file_, place.line, place.column, std::move(message), std::move(hint)});
  }
  bool empty() const { return problems_.empty(); }
  std::vector<Diagnostic> take() && { return std::move(problems_); }

 private:
  std::string file_;
  std::vector<Diagnostic> problems_;
};

std::string cpp_code(const dms::Document& document, Refusals& refusals);
std::string go_code(const dms::Document& document, Refusals& refusals);
std::string typescript_code(const dms::Document& document);
std::string python_code(const dms::Document& document, Refusals& refusals);

// Complains of names that stand for the discriminator without being a declared attribute, which code that names members
// cannot refer to. `path` is how messages call the list, such as "write_policy.protected_attributes".
void refuse_undeclared(const dms::Model& model, const std::vector<std::string>& names, dms::Place place,
                       std::string_view path, Refusals& refusals);

}  // namespace tabletheory::codegen
