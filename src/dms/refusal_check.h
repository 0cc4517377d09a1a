// For fuzzers of document readers: what is refused says where and why.
#pragma once

#include <cstdlib>
#include <string_view>

#include "dms/document.h"

namespace tabletheory::dms {

inline void require(bool held) {
  if (!held) std::abort();
}

inline void check_refusal(const Error& error, std::string_view text) {
  require(error.is(ErrorCode::kInvalidModel) && !error.diagnostics().empty());
  for (const Diagnostic& problem : error.diagnostics()) {
    require(problem.line >= 1 && problem.column >= 1 && !problem.message.empty());
    require(!render(problem, text).empty());
  }
}

}  // namespace tabletheory::dms
