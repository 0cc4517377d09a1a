// The messages of AttributeProblem, in one place.
#include <fmt/format.h>

#include "value/excerpt.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

using Kind = AttributeProblem::Kind;

std::string_view json_type_expected(Type type) {
  switch (type) {
    case Type::kBool:
      return "true or false";
    case Type::kNull:
      return "true";
    case Type::kM:
      return "an object of typed values";
    case Type::kL:
      return "an array of typed values";
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return "an array of strings";
    default:
      return "a string";
  }
}

std::string_view number_fault(Number::ParseError error) {
  switch (error) {
    case Number::ParseError::kTooManyDigits:
      return "has more than 38 significant digits";
    case Number::ParseError::kOverflow:
      return "is larger than 9.99…E+125";
    case Number::ParseError::kUnderflow:
      return "is smaller than 1E-130";
    default:
      return "is not a decimal number";
  }
}

std::string describe(const AttributeProblem& problem) {
  const std::string_view type = type_name(problem.type);
  switch (problem.kind) {
    case Kind::kNotAnObject:
      return R"(expected a typed value such as {"S":"text"})";
    case Kind::kNoType:
      if (problem.text.empty()) return R"(the value names no type; write it like {"S":"text"})";
      return fmt::format("{} is no type; use one of S, N, B, BOOL, NULL, M, L, SS, NS, BS", excerpt(problem.text));
    case Kind::kSeveralTypes:
      return "the value names more than one type; keep one";
    case Kind::kWrongJsonType:
      return fmt::format("{} takes {}", type, json_type_expected(problem.type));
    case Kind::kBadNumber:
      return fmt::format("{} {}", excerpt(problem.text), number_fault(problem.number_error));
    case Kind::kBadBase64:
      return "the bytes are not base64 with padding";
    case Kind::kEmptySet:
      return fmt::format("the {} is empty; a set needs at least one element", type);
    case Kind::kDuplicateInSet:
      return fmt::format("{} occurs twice in the {}; keep one", excerpt(problem.text), type);
    case Kind::kEmptyNumberInSet:
      return "an element of the NS is an empty string; write a number";
    case Kind::kNullFalse:
      return R"(NULL takes true; write {"NULL":true} or leave the attribute out)";
    case Kind::kTooDeep:
      return fmt::format("values are nested deeper than {} levels; flatten them", kMaxNesting - 1);
    case Kind::kDuplicateKey:
      return fmt::format("the name {} occurs twice; keep one", excerpt(problem.text));
  }
  return "the value cannot be read";
}

}  // namespace

std::string AttributeProblem::message() const {
  return path.empty() ? describe(*this) : fmt::format("{}: {}", path, describe(*this));
}

}  // namespace tabletheory::value
