#include "engine/items/attribute_values.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "engine/messages.h"
#include "engine/request.h"
#include "value/base64.h"

namespace tabletheory::engine {
namespace {

using value::WireElement;
using Kind = value::AttributeProblem::Kind;
using simdjson::dom::element_type;

ServiceError serialization(std::string message) {
  return {"SerializationException", std::move(message)};
}
ServiceError validation(std::string_view message) {
  return {"ValidationException", std::string(message)};
}

// The service's words for JSON that stands where a scalar of `target` ("String", "Boolean") should.
std::string not_scalar(WireElement element, std::string_view target, std::string_view collection_class) {
  switch (element.type()) {
    case element_type::OBJECT:
      return std::string(messages::kStructureNotExpected);
    case element_type::ARRAY:
      return fmt::format(messages::kCollectionNotExpected, collection_class);
    case element_type::STRING:
      return fmt::format(messages::kNotConvertible, "STRING_VALUE", target);
    case element_type::DOUBLE:
      return fmt::format(messages::kNotConvertible, "DECIMAL_VALUE", target);
    case element_type::BOOL:
      return fmt::format(messages::kNotConvertible, bool(element) ? "TRUE_VALUE" : "FALSE_VALUE", target);
    default:
      return fmt::format(messages::kNotConvertible, "NUMBER_VALUE", target);
  }
}

std::string not_string(WireElement element) {
  return not_scalar(element, "String", "java.lang.String");
}

std::string not_bytes(WireElement element) {
  if (element.is_object() || element.is_array()) return not_scalar(element, "ByteBuffer", "java.nio.ByteBuffer");
  return std::string(messages::kNotBytes);
}

// The service's words for JSON that stands where an object of attribute values should.
std::string not_map(WireElement element) {
  if (!element.is_array()) return std::string(messages::kUnexpectedFieldType);
  return fmt::format(messages::kMapNotExpected, messages::kAttributeValueClass);
}

// … and where a list or set should.
std::string not_list(WireElement element) {
  return std::string(element.is_object() ? messages::kStructureNotExpected : messages::kUnexpectedFieldType);
}

std::optional<std::string> wrong_json_type(WireElement element, int depth);

template <class Describe>
std::optional<std::string> wrong_elements(WireElement array, const Describe& not_element) {
  if (!array.is_array()) return not_list(array);
  for (const WireElement element : value::WireArray(array)) {
    if (!element.is_string()) return not_element(element);
  }
  return std::nullopt;
}

// The first thing below a typed content that has not the JSON type the descriptor asks for.
std::optional<std::string> wrong_content(std::string_view descriptor, WireElement content, int depth) {
  if (content.is_null()) return std::nullopt;
  Type type{};
  if (!parse_type_name(descriptor, type)) return std::nullopt;
  switch (type) {
    case Type::kS:
    case Type::kN:
      return content.is_string() ? std::nullopt : std::optional(not_string(content));
    case Type::kB:
      return content.is_string() ? std::nullopt : std::optional(not_bytes(content));
    case Type::kBool:
    case Type::kNull:
      return content.is_bool() ? std::nullopt : std::optional(not_scalar(content, "Boolean", "java.lang.Boolean"));
    case Type::kSS:
    case Type::kNS:
      return wrong_elements(content, not_string);
    case Type::kBS:
      return wrong_elements(content, not_bytes);
    case Type::kM:
      if (!content.is_object()) return not_map(content);
      for (const auto field : value::WireObject(content)) {
        if (auto wrong = wrong_json_type(field.value, depth + 1)) return wrong;
      }
      return std::nullopt;
    case Type::kL:
      if (!content.is_array()) return not_list(content);
      for (const WireElement element : value::WireArray(content)) {
        if (auto wrong = wrong_json_type(element, depth + 1)) return wrong;
      }
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> wrong_json_type(WireElement element, int depth) {
  if (depth > value::kMaxNesting) return std::nullopt;
  if (element.is_array()) return fmt::format(messages::kCollectionNotExpected, messages::kAttributeValueClass);
  if (!element.is_object()) return std::string(messages::kValueNotObject);
  for (const auto field : value::WireObject(element)) {
    if (auto wrong = wrong_content(field.key, field.value, depth)) return wrong;
  }
  return std::nullopt;
}

// `element` may be one attribute value or an object of them; the second is tried when the first shows nothing.
ServiceError wrong_type_error(WireElement element) {
  if (element.is_object()) {
    for (const auto field : value::WireObject(element)) {
      Type ignored{};
      auto wrong = parse_type_name(field.key, ignored) ? wrong_content(field.key, field.value, 0)
                                                       : wrong_json_type(field.value, 0);
      if (!wrong) wrong = wrong_json_type(field.value, 0);
      if (wrong) return serialization(std::move(*wrong));
    }
  }
  return serialization(wrong_json_type(element, 0).value_or(std::string(messages::kValueNotObject)));
}

ServiceError number_error(const value::AttributeProblem& problem) {
  switch (problem.number_error) {
    case Number::ParseError::kTooManyDigits:
      return validation(messages::kNumberDigits);
    case Number::ParseError::kOverflow:
      return validation(messages::kNumberOverflow);
    case Number::ParseError::kUnderflow:
      return validation(messages::kNumberUnderflow);
    case Number::ParseError::kNone:
    case Number::ParseError::kSyntax:
      break;
  }
  if (problem.text.empty()) return validation(messages::kNumberBlank);
  return validation(fmt::format(messages::kNumberSyntax, problem.text));
}

ServiceError empty_set_error(Type type) {
  if (type == Type::kNS) return validation(messages::kEmptyNumberSet);
  if (type == Type::kBS) return validation(messages::kEmptyBinarySet);
  return validation(messages::kEmptyStringSet);
}

// "[a, a]": the elements of the first set of strings or bytes that holds `duplicate` twice.
std::optional<std::string> set_with_duplicate(WireElement element, std::string_view descriptor,
                                              std::string_view duplicate, int depth) {
  if (depth > 3 * value::kMaxNesting) return std::nullopt;
  if (element.is_array()) {
    for (const WireElement child : value::WireArray(element)) {
      if (auto found = set_with_duplicate(child, descriptor, duplicate, depth + 1)) return found;
    }
    return std::nullopt;
  }
  if (!element.is_object()) return std::nullopt;
  for (const auto field : value::WireObject(element)) {
    if (field.key == descriptor && field.value.is_array()) {
      std::string text;
      int times = 0;
      for (const WireElement child : value::WireArray(field.value)) {
        if (!child.is_string()) break;
        const std::string_view member(child);
        times += member == duplicate ? 1 : 0;
        if (!text.empty()) text += ", ";
        text += member;
      }
      if (times > 1) return "[" + text + "]";
    }
    if (auto found = set_with_duplicate(field.value, descriptor, duplicate, depth + 1)) return found;
  }
  return std::nullopt;
}

ServiceError duplicate_error(WireElement element, const value::AttributeProblem& problem) {
  if (problem.type == Type::kNS) return validation(messages::kDuplicateInNumberSet);
  const auto set = set_with_duplicate(element, type_name(problem.type), problem.text, 0);
  const std::string shown = set ? *set : fmt::format("[{0}, {0}]", problem.text);
  const auto pattern = problem.type == Type::kBS ? messages::kDuplicateInBinarySet : messages::kDuplicateInStringSet;
  return validation(fmt::format(fmt::runtime(pattern), shown));
}

// The first text of a B or BS below `element` that is not base64.
std::optional<std::string_view> bad_base64(WireElement element, int depth) {
  if (depth > 3 * value::kMaxNesting) return std::nullopt;
  const auto bad_text = [](WireElement text) {
    return text.is_string() && !value::decode_base64(std::string_view(text)).has_value();
  };
  if (element.is_array()) {
    for (const WireElement child : value::WireArray(element)) {
      if (auto found = bad_base64(child, depth + 1)) return found;
    }
  }
  if (!element.is_object()) return std::nullopt;
  for (const auto field : value::WireObject(element)) {
    if (field.key == "B" && bad_text(field.value)) return std::string_view(field.value);
    if (field.key == "BS" && field.value.is_array()) {
      for (const WireElement child : value::WireArray(field.value)) {
        if (bad_text(child)) return std::string_view(child);
      }
    }
    if (auto found = bad_base64(field.value, depth + 1)) return found;
  }
  return std::nullopt;
}

ServiceError base64_error(WireElement element) {
  const auto text = bad_base64(element, 0);
  if (text && text->size() % 4 != 0) {
    return serialization(fmt::format(messages::kBase64Length, text->size()));
  }
  return serialization(std::string(messages::kBase64Character));
}

}  // namespace

ServiceError attribute_error(WireElement element, const value::AttributeProblem& problem) {
  switch (problem.kind) {
    case Kind::kNotAnObject:
    case Kind::kWrongJsonType:
      return wrong_type_error(element);
    case Kind::kNoType:
      return validation(messages::kValueEmpty);
    case Kind::kSeveralTypes:
      return validation(messages::kValueSeveralTypes);
    case Kind::kBadNumber:
      return number_error(problem);
    case Kind::kBadBase64:
      return base64_error(element);
    case Kind::kEmptySet:
      return empty_set_error(problem.type);
    case Kind::kDuplicateInSet:
      return duplicate_error(element, problem);
    case Kind::kEmptyNumberInSet:
      return validation(messages::kNumberBlank);
    case Kind::kNullFalse:
      return validation(messages::kNullFalse);
    case Kind::kTooDeep:
      return validation(messages::kTooDeep);
    case Kind::kDuplicateKey:
      return serialization(fmt::format(messages::kDuplicateMember, problem.text));
  }
  return validation(messages::kValueEmpty);
}

Served<std::optional<WireElement>> get_attributes(const Request& request, std::string_view name) {
  auto found = member(request, name);
  if (found) TT_SERVE_CHECK(check_attributes_type(*found));
  return found;
}

Served<void> check_attributes_type(WireElement element) {
  if (element.is_object()) return {};
  return refuse("SerializationException", not_map(element));
}

Served<Item> read_attributes(WireElement element) {
  auto item = value::read_item(element);
  if (!item) return std::unexpected(attribute_error(element, item.error()));
  return std::move(*item);
}

}  // namespace tabletheory::engine
