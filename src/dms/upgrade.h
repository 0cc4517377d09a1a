// Raises the version of a DMS document without printing it anew: comments and layout stay.
//
//     auto upgraded = dms::upgrade(text, "orders.yml", Version::k0_2);
//     for (const dms::Change& change : upgraded->changes)        // what now means something else, and where
//       std::cerr << change.path << ": " << change.rule().reason << '\n';
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dms/diff.h"
#include "dms/document.h"

namespace tabletheory::dms {

struct Upgrade {
  std::string text;  // a document that loads
  Version from = Version::k0_1;
  Version to = Version::k0_1;
  std::vector<Change> changes{};  // what the two texts mean differently; empty when `from` is `to`
};

// ErrInvalidModel with the problems when the text is no valid document, is of a later version than `to`, or writes its
// version in another way than in plain quotes.
Result<Upgrade> upgrade(std::string_view text, std::string_view file_name, Version to);

}  // namespace tabletheory::dms
