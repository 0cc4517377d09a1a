// The names of types, read in place: parse_type_name of tabletheory/value.h without a call, for the loops that read
// every stored value.
#pragma once

#include <string_view>

#include "tabletheory/value.h"

namespace tabletheory::value {

// False when `name` is none of the ten. Branches on length and letters instead of comparing with the names in turn.
inline bool read_type_name(std::string_view name, Type& out) {
  const auto one_letter = [&out](char letter) {
    switch (letter) {
      case 'S':
        out = Type::kS;
        return true;
      case 'N':
        out = Type::kN;
        return true;
      case 'B':
        out = Type::kB;
        return true;
      case 'M':
        out = Type::kM;
        return true;
      case 'L':
        out = Type::kL;
        return true;
      default:
        return false;
    }
  };
  const auto set_of = [&out](char letter) {
    switch (letter) {
      case 'S':
        out = Type::kSS;
        return true;
      case 'N':
        out = Type::kNS;
        return true;
      case 'B':
        out = Type::kBS;
        return true;
      default:
        return false;
    }
  };
  if (name.size() == 1) return one_letter(name[0]);
  if (name.size() == 2) return name[1] == 'S' && set_of(name[0]);
  if (name == "BOOL") {
    out = Type::kBool;
    return true;
  }
  out = Type::kNull;
  return name == "NULL";
}

}  // namespace tabletheory::value
