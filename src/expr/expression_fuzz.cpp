// Arbitrary text through every expression parser. What is accepted is printed and read again, which must give the same
// text, and run on a sample item.
#include <cstdint>
#include <cstdlib>

#include "expr/evaluate.h"
#include "expr/printer.h"
#include "expr/raw.h"
#include "value/wire.h"

namespace tabletheory::expr {
namespace {

const Map kNames{{"#n", "name"}, {"#s", "s"}, {"#l", "l"}};
const Map kValues{{":s", "text"},
                  {":n", 7},
                  {":b", Bytes{1, 2}},
                  {":l", List{1, "x"}},
                  {":m", Map{{"x", 1}}},
                  {":t", true},
                  {":z", nullptr},
                  {":ss", StringSet{{"a", "b"}}},
                  {":ns", NumberSet{{Number(1)}}},
                  {":type", "SS"}};
const Item kItem{{"name", "x"},
                 {"s", "text"},
                 {"n", 3},
                 {"a", Map{{"b", List{1, Map{{"c", 2}}}}, {"x", 1}}},
                 {"l", List{1, 2, List{3, 4}}},
                 {"ss", StringSet{{"a", "c"}}}};

// The tables that a printer made, read as a request's.
struct Tables {
  explicit Tables(const Printer& printer) {
    if (const auto json = printer.names_json(); !json.empty()) names = value::parse_plain_json(json).value().map();
    if (const auto json = printer.values_json(); !json.empty()) values = item_from_wire_json(json).value();
  }
  Map names, values;
};

void demand(bool holds) {
  if (!holds) std::abort();
}

template <class Tree>
using Parse = Parsed<Tree> (*)(std::string_view, Placeholders&);

// Printing adds spaces and numbers, so that a text at the limits may grow beyond them; nothing else may be refused.
template <class Tree, class Print>
void demand_read_back(const Tree& tree, Parse<Tree> parse, Print print) {
  Printer printer;
  const std::string text = print(printer, tree);
  if (text.size() > 4096) return;
  const Tables tables(printer);
  Placeholders placeholders(&tables.names, &tables.values);
  const auto again = parse(text, placeholders);
  demand(again.has_value());
  demand(!placeholders.unused());
  Printer second;
  demand(print(second, *again) == text);
}

void run_condition(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  const auto condition = parse_condition(text, placeholders);
  if (!condition) return demand(!condition.error().message.empty());
  demand(matches(*condition, kItem) != matches(Condition::negate(*condition), kItem));
  root_attributes(*condition);
  demand_read_back<Condition>(*condition, parse_condition,
                              [](Printer& printer, const Condition& tree) { return printer.condition(tree); });
}

void run_update(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  const auto update = parse_update(text, placeholders);
  if (!update) return demand(!update.error().message.empty());
  if (const auto after = apply(*update, kItem)) touched(*update, *after);
  apply(*update, Item{});
  demand_read_back<Update>(*update, parse_update,
                           [](Printer& printer, const Update& tree) { return printer.update(tree); });
}

void run_projection(std::string_view text) {
  Placeholders placeholders(&kNames, &kValues);
  const auto projection = parse_projection(text, placeholders);
  if (!projection) return demand(!projection.error().message.empty());
  const Item part = project(*projection, kItem);
  demand(part.size() <= kItem.size());
  demand_read_back<Projection>(*projection, parse_projection,
                               [](Printer& printer, const Projection& tree) { return printer.projection(tree); });
}

void run_path(std::string_view text) {
  const auto path = Path::parse(text);
  if (path) demand(Path::parse(path->to_string()).value() == *path);
}

}  // namespace
}  // namespace tabletheory::expr

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tabletheory::expr;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  run_condition(text);
  run_update(text);
  run_projection(text);
  run_path(text);
  Placeholders placeholders(&kNames, &kValues);
  const auto keys = parse_key_condition(text, placeholders);
  if (!keys) demand(!keys.error().message.empty());
  return 0;
}
