// W8: an update expression of 5 SET, 2 ADD, 1 REMOVE and 2 conditions, built and printed as the ORM sends it; and the
// other side of the wire: the same expressions parsed, tested and applied as the engine does.
#include <benchmark/benchmark.h>

#include "expr/evaluate.h"
#include "expr/operators.h"
#include "expr/printer.h"
#include "value/wire.h"

namespace tabletheory::expr {
namespace {

UpdateAction set(std::string name, Value value) {
  return {UpdateAction::Kind::kSet, Path::attribute(std::move(name)), Operand::of(std::move(value))};
}

Update build_update() {
  Update update;
  update.actions.reserve(8);
  update.actions.push_back(set("status", "paid"));
  update.actions.push_back(set("total", 1250));
  update.actions.push_back(set("currency", "EUR"));
  update.actions.push_back(set("note", "left at the door"));
  update.actions.push_back(set("updated_at", "2026-01-02T03:04:05.678000000Z"));
  update.actions.push_back({UpdateAction::Kind::kAdd, Path::attribute("version"), Operand::of(Value(1))});
  update.actions.push_back(
      {UpdateAction::Kind::kAdd, Path::attribute("tags"), Operand::of(Value(StringSet{{"new", "paid"}}))});
  update.actions.push_back({UpdateAction::Kind::kRemove, Path::attribute("draft"), {}});
  return update;
}

Condition build_condition() {
  std::vector<Condition> conditions;
  conditions.push_back(make_condition(Path::attribute("pk"), "exists", {}).value());
  conditions.push_back(make_condition(Path::attribute("version"), "=", {Value(3)}).value());
  return Condition::all_of(std::move(conditions));
}

void BuildUpdate(benchmark::State& state) {
  for (auto _ : state) {
    const Update update = build_update();
    const Condition condition = build_condition();
    Printer printer;
    benchmark::DoNotOptimize(printer.update(update));
    benchmark::DoNotOptimize(printer.condition(condition));
    benchmark::DoNotOptimize(printer.names_json());
    benchmark::DoNotOptimize(printer.values_json());
  }
}
BENCHMARK(BuildUpdate);

// What the service receives of W8.
struct Request {
  Request() {
    Printer printer;
    update = printer.update(build_update());
    condition = printer.condition(build_condition());
    names = value::parse_plain_json(printer.names_json()).value().map();
    values = item_from_wire_json(printer.values_json()).value();
  }
  std::string update, condition;
  Map names, values;
};

void ParseUpdate(benchmark::State& state) {
  const Request request;
  for (auto _ : state) {
    Placeholders placeholders(&request.names, &request.values);
    benchmark::DoNotOptimize(parse_update(request.update, placeholders));
    benchmark::DoNotOptimize(parse_condition(request.condition, placeholders));
    benchmark::DoNotOptimize(placeholders.unused());
  }
}
BENCHMARK(ParseUpdate);

void ApplyUpdate(benchmark::State& state) {
  const Update update = build_update();
  const Condition condition = build_condition();
  const Item item{{"pk", "ORDER#1"}, {"status", "open"}, {"total", 1250}, {"version", 3}, {"draft", true}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(matches(condition, item));
    benchmark::DoNotOptimize(apply(update, item));
  }
}
BENCHMARK(ApplyUpdate);

}  // namespace
}  // namespace tabletheory::expr
