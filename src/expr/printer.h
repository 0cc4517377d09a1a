// Printer: expression trees to expression text with placeholders. What the ORM sends.
//
// Every name goes through ExpressionAttributeNames (#n1, #n2, … one per distinct name), every literal through
// ExpressionAttributeValues (:v1, :v2, … equal values share one). Deterministic: placeholders are numbered in the order
// they are first printed. One Printer serves all expressions of one request.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "expr/ast.h"

namespace tabletheory::expr {

class Printer {
 public:
  std::string condition(const Condition& condition);
  std::string update(const Update& update);  // clause order SET, REMOVE, ADD, DELETE
  std::string projection(const Projection& projection);

  // Lower level, for hand-made expressions: placeholders of a name or value.
  std::string name(std::string_view attribute);
  std::string path(const Path& path);
  // A value already in typed attribute JSON (canonical), e.g. `{"S":"x"}`.
  std::string value_json(std::string wire_json);
  std::string value(const Value& value);

  // Members of the request's ExpressionAttributeNames / -Values objects: `{"#n1":"status"}`; empty string when none.
  std::string names_json() const;
  std::string values_json() const;

 private:
  // Each appends to `out`, numbering placeholders in the order of the text.
  void append_name(std::string_view attribute, std::string& out);
  void append_path(const Path& path, std::string& out);
  void append_value(const Value& value, std::string& out);
  void append_operand(const Operand& operand, std::string& out);
  void append_sum_part(const Operand& operand, std::string& out);
  void append_condition(const Condition& condition, std::string& out);
  void append_call(std::string_view function, const Condition& condition, std::string& out);
  void append_chain(std::string_view separator, const Condition& condition, std::string& out);
  void append_child(const Condition& child, const Condition& parent, std::string& out);

  std::vector<std::string> names_;   // index i: attribute behind #n(i+1)
  std::vector<std::string> values_;  // index i: typed JSON behind :v(i+1)
  std::unordered_map<std::string, std::size_t> name_index_, value_index_;
};

}  // namespace tabletheory::expr
