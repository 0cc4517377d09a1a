// UpdateText: one update expression put together from values that are wire JSON already, so that no value tree is
// built. Internal to ops.
//
//     UpdateText text(members.printer);
//     text.set("status", R"({"S":"paid"})");
//     text.touch(model, lock, started, ...);
//     members.add("UpdateExpression", text.finish());
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "expr/printer.h"
#include "model/model.h"
#include "ops/writes.h"

namespace tabletheory::ops {

class UpdateText {
 public:
  explicit UpdateText(expr::Printer& printer) : printer_(printer) {}

  void set(std::string_view attribute, std::string wire_json);
  void set_if_not_exists(std::string_view attribute, std::string wire_json);
  // attribute = if_not_exists(attribute, missing) + 1
  void count_up(std::string_view attribute, const Number& missing);
  void remove(std::string_view attribute);
  bool empty() const { return set_.empty() && remove_.empty(); }
  std::string finish();

 private:
  void assign(std::string_view attribute);
  expr::Printer& printer_;
  std::string set_, remove_;
};

}  // namespace tabletheory::ops
