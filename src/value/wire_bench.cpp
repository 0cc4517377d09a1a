// Wire JSON → Item and Item → wire JSON of the workload MIXED, beside the floor: simdjson parsing the same bytes and
// doing nothing with them. Times are per item.
#include <benchmark/benchmark.h>

#include "value/mixed_item.h"
#include "value/wire.h"

namespace tabletheory::value {
namespace {

// `items` of one iteration, so that "per item" times can be read off as items_per_second.
void count_items(benchmark::State& state, std::int64_t items) {
  state.SetItemsProcessed(state.iterations() * items);
  state.counters["per_item"] = benchmark::Counter(
      static_cast<double>(items), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void parse_only(benchmark::State& state) {
  const std::string body = mixed_page_json(static_cast<int>(state.range(0)));
  simdjson::dom::parser parser;
  for (auto _ : state) benchmark::DoNotOptimize(parser.parse(body.data(), body.size()).error());
  count_items(state, state.range(0));
}
BENCHMARK(parse_only)->Arg(1)->Arg(1000);

void decode_items(benchmark::State& state) {
  const std::string body = mixed_page_json(static_cast<int>(state.range(0)));
  WireDocument document;
  for (auto _ : state) {
    const WireArray elements = document.parse(body).value()["Items"].get_array().value();
    std::vector<Item> items;
    items.reserve(elements.size());
    for (const WireElement element : elements) items.push_back(*read_item(element));
    benchmark::DoNotOptimize(items.data());
  }
  count_items(state, state.range(0));
}
BENCHMARK(decode_items)->Arg(1)->Arg(1000);

void encode_items(benchmark::State& state) {
  std::vector<Item> items;
  for (int i = 0; i < state.range(0); ++i) items.push_back(*item_from_wire_json(mixed_item_json(i)));
  std::string out;
  for (auto _ : state) {
    out.clear();
    WireWriter writer(out);
    for (const Item& item : items) writer.item(item);
    benchmark::DoNotOptimize(out.data());
  }
  count_items(state, state.range(0));
}
BENCHMARK(encode_items)->Arg(1)->Arg(1000);

void copy_and_drop_items(benchmark::State& state) {
  const Item item = *item_from_wire_json(mixed_item_json());
  for (auto _ : state) {
    Item copy = item;
    benchmark::DoNotOptimize(copy);
  }
  count_items(state, 1);
}
BENCHMARK(copy_and_drop_items);

void write_string(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'a');
  std::string out;
  for (auto _ : state) {
    out.clear();
    WireWriter(out).string(text);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(write_string)->Arg(8)->Arg(64)->Arg(16384);

void size_of_item(benchmark::State& state) {
  const Item item = *item_from_wire_json(mixed_item_json());
  for (auto _ : state) benchmark::DoNotOptimize(item_size_bytes(item));
}
BENCHMARK(size_of_item);

}  // namespace
}  // namespace tabletheory::value
