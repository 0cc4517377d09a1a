#include "ops/update_expression.h"

#include "ops/item_writer.h"

namespace tabletheory::ops {

void UpdateText::assign(std::string_view attribute) {
  set_ += set_.empty() ? "SET " : ", ";
  set_ += printer_.name(attribute);
  set_ += " = ";
}

void UpdateText::set(std::string_view attribute, std::string wire_json) {
  assign(attribute);
  set_ += printer_.value_json(std::move(wire_json));
}

void UpdateText::set_if_not_exists(std::string_view attribute, std::string wire_json) {
  assign(attribute);
  set_ += "if_not_exists(" + printer_.name(attribute) + ", " + printer_.value_json(std::move(wire_json)) + ")";
}

void UpdateText::count_up(std::string_view attribute, const Number& missing) {
  assign(attribute);
  set_ += "if_not_exists(" + printer_.name(attribute) + ", " + printer_.value_json(wire_number(missing)) + ") + ";
  set_ += printer_.value_json(wire_number(Number(1)));
}

void UpdateText::remove(std::string_view attribute) {
  remove_ += remove_.empty() ? "REMOVE " : ", ";
  remove_ += printer_.name(attribute);
}

std::string UpdateText::finish() {
  if (!set_.empty() && !remove_.empty()) set_ += ' ';
  return set_ + remove_;
}

}  // namespace tabletheory::ops
