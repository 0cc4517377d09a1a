// What the SDK costs above its floors: items decoded to structs, maps and documents beside simdjson's parse of the same
// bytes, items encoded, and whole calls against the embedded engine. Workload MIXED (docs/performance.md).
#include <benchmark/benchmark.h>

#include "model/dynamic_item.h"
#include "sdk/mixed_record.h"
#include "sdk/record_reader.h"
#include "sdk/record_writer.h"
#include "sdk/schema_data.h"
#include "tabletheory/tabletheory.h"
#include "value/mixed_item.h"

namespace tabletheory::bench {

namespace {

std::shared_ptr<const model::Model> mixed_model() {
  return model::Model::compile(detail::model_from_record(detail::record_info<Mixed>()).value());
}

void per_item(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["us_per_item"] = benchmark::Counter(static_cast<double>(state.iterations() * state.range(0)) * 1e-6,
                                                     benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Parses a page and hands every item to `read`.
template <class Read>
void decode_page(benchmark::State& state, Read read) {
  const std::string body = value::mixed_page_json(static_cast<int>(state.range(0)));
  value::WireDocument document;
  for (auto _ : state) {
    const value::WireElement answer = document.parse(body).value();
    read(value::WireArray(answer["Items"]));
  }
  per_item(state);
}

void PageParseOnly(benchmark::State& state) {
  decode_page(state, [](value::WireArray items) { benchmark::DoNotOptimize(items.size()); });
}

void PageToStructs(benchmark::State& state) {
  const detail::RecordPlan plan(mixed_model(), detail::record_info<Mixed>());
  decode_page(state, [&](value::WireArray items) {
    std::vector<Mixed> page;
    page.reserve(items.size());
    detail::RecordReader reader(plan);
    for (const value::WireElement item : items) {
      if (!reader.read_item(item, &page.emplace_back())) std::abort();
    }
    benchmark::DoNotOptimize(page.data());
  });
}

void PageToDynamicItems(benchmark::State& state) {
  const auto model = mixed_model();
  decode_page(state, [&](value::WireArray items) {
    std::vector<Item> page;
    page.reserve(items.size());
    for (const value::WireElement item : items) page.push_back(model::decode_item(*model, item).value());
    benchmark::DoNotOptimize(page.data());
  });
}

void PageToDocuments(benchmark::State& state) {
  decode_page(state, [](value::WireArray items) {
    std::vector<Item> page;
    page.reserve(items.size());
    for (const value::WireElement item : items) page.push_back(value::read_item(item).value());
    benchmark::DoNotOptimize(page.data());
  });
}

BENCHMARK(PageParseOnly)->Arg(1)->Arg(1000);
BENCHMARK(PageToStructs)->Arg(1)->Arg(1000);
BENCHMARK(PageToDynamicItems)->Arg(1)->Arg(1000);
BENCHMARK(PageToDocuments)->Arg(1)->Arg(1000);

Mixed mixed(int index) {
  const detail::RecordPlan plan(mixed_model(), detail::record_info<Mixed>());
  value::WireDocument document;
  Mixed item;
  if (!detail::RecordReader(plan).read_item(document.parse(value::mixed_item_json(index)).value(), &item)) std::abort();
  return item;
}

void EncodeStruct(benchmark::State& state) {
  const detail::RecordPlan plan(mixed_model(), detail::record_info<Mixed>());
  const Mixed item = mixed(1);
  std::string out;
  for (auto _ : state) {
    out.clear();
    const detail::RecordItem source(plan, &item);
    for (std::size_t slot = 0; slot < plan.model().attributes().size(); ++slot) {
      if (source.presence(slot) == model::Presence::kAbsent) continue;
      out += plan.model().attribute(slot).json_key;
      if (!source.write(slot, out)) std::abort();
    }
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(EncodeStruct);

void EncodeDynamicItem(benchmark::State& state) {
  const auto model = mixed_model();
  const Item item = item_from_wire_json(value::mixed_item_json(1)).value();
  std::string out;
  for (auto _ : state) {
    out.clear();
    const model::DynamicItem source(*model, item);
    for (std::size_t slot = 0; slot < model->attributes().size(); ++slot) {
      if (source.presence(slot) == model::Presence::kAbsent) continue;
      out += model->attribute(slot).json_key;
      if (!source.write(slot, out)) std::abort();
    }
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(EncodeDynamicItem);

// Whole calls, SDK and engine together.
class Calls : public benchmark::Fixture {
 public:
  void SetUp(benchmark::State&) override {
    client_ = Client::connect("memory:").value();
    table_ = client_->table<Mixed>().value();
    if (!table_->ensure_table()) std::abort();
    std::vector<Mixed> items;
    for (int i = 0; i < 1000; ++i) {
      items.push_back(mixed(i));
      items.back().pk = "P#" + std::to_string(i / 50);
      items.back().sk = "S#" + std::to_string(i % 50);
    }
    if (!table_->batch_write({.puts = items})) std::abort();
    item_ = items[7];
  }

 protected:
  std::optional<Client> client_;
  std::optional<Table<Mixed>> table_;
  Mixed item_;
};

BENCHMARK_F(Calls, Get)(benchmark::State& state) {
  const Key key{"P#0", "S#7"};
  for (auto _ : state) {
    if (!table_->get(key)) std::abort();
  }
}

BENCHMARK_F(Calls, Put)(benchmark::State& state) {
  for (auto _ : state) {
    if (!table_->put(item_)) std::abort();
  }
}

BENCHMARK_F(Calls, QueryFifty)(benchmark::State& state) {
  const auto query = table_->query("P#3");
  for (auto _ : state) {
    if (query.all()->size() != 50) std::abort();
  }
}

BENCHMARK_F(Calls, TransactFour)(benchmark::State& state) {
  for (auto _ : state) {
    auto transaction = client_->transact_write();
    for (int i = 0; i < 4; ++i) {
      item_.sk = "S#" + std::to_string(i);
      transaction.put(*table_, item_);
    }
    if (!transaction.run()) std::abort();
  }
}

}  // namespace
}  // namespace tabletheory::bench
