// What it costs to make requests: local checks and bytes, without sending (W2 and W8 of the workloads).
#include <benchmark/benchmark.h>

#include "model/dynamic_item.h"
#include "ops/reads.h"
#include "ops/update_builder.h"
#include "ops/writes.h"

namespace tabletheory::ops {
namespace {

std::shared_ptr<const model::Model> mixed() {
  static const auto model = model::Model::compile(dms::load_text(R"(
dms_version: "0.2"
models:
  - name: Mixed
    table: {name: mixed}
    keys: {partition: {attribute: PK, type: S}, sort: {attribute: SK, type: S}}
    attributes:
      - {attribute: PK, type: S}
      - {attribute: SK, type: S}
      - {attribute: active, type: BOOL}
      - {attribute: total, type: N}
      - {attribute: visits, type: N}
      - {attribute: name, type: S}
      - {attribute: state, type: S}
      - {attribute: note, type: S, omit_empty: true}
      - {attribute: tags, type: SS}
      - {attribute: scores, type: NS}
      - {attribute: profile, type: M}
      - {attribute: lines, type: L}
      - {attribute: createdAt, type: S, roles: [created_at]}
      - {attribute: updatedAt, type: S, roles: [updated_at]}
      - {attribute: version, type: N, roles: [version]}
)",
                                                                 "mixed.yml")
                                                      .value()
                                                      .models.front());
  return model;
}

const Environment& environment() {
  static const Environment fixed{.now = [] { return Timestamp(1'767'323'045, 0); },
                                 .random = [] { return std::uint64_t{7}; }};
  return fixed;
}

Item mixed_item() {
  return {{"PK", "USER#1"},
          {"SK", "ORDER#2026-01-02"},
          {"active", true},
          {"total", 1250},
          {"visits", 7},
          {"name", "Ada Lovelace"},
          {"state", "open"},
          {"tags", StringSet{{"red", "green", "blue"}}},
          {"scores", NumberSet{{1, 2, 3}}},
          {"profile", Map{{"city", "London"}, {"zip", "NW1"}}},
          {"lines", List{Map{{"sku", "A1"}, {"quantity", 2}}, Map{{"sku", "B2"}, {"quantity", 1}}}},
          {"version", 3}};
}

void BM_PutRequest(benchmark::State& state) {
  const Item item = mixed_item();
  for (auto _ : state) {
    const model::DynamicItem source(*mixed(), item);
    benchmark::DoNotOptimize(ItemWrite::put(environment(), mixed(), source));
  }
}
BENCHMARK(BM_PutRequest);

void BM_GetRequest(benchmark::State& state) {
  const Item key{{"PK", "USER#1"}, {"SK", "ORDER#2026-01-02"}};
  for (auto _ : state) {
    const model::DynamicItem source(*mixed(), key);
    benchmark::DoNotOptimize(ItemRead::get(environment(), mixed(), source));
  }
}
BENCHMARK(BM_GetRequest);

void BM_UpdateRequest(benchmark::State& state) {
  const Item item = mixed_item();
  const std::vector<std::string> selection{"state", "total", "name"};
  for (auto _ : state) {
    const model::DynamicItem source(*mixed(), item);
    benchmark::DoNotOptimize(ItemWrite::update(environment(), mixed(), source, selection));
  }
}
BENCHMARK(BM_UpdateRequest);

// W8: five set, two add, one remove, two conditions.
void BM_UpdateBuilderRequest(benchmark::State& state) {
  const Item key{{"PK", "USER#1"}, {"SK", "ORDER#2026-01-02"}};
  for (auto _ : state) {
    UpdateBuilder builder;
    builder.set("name", "Ada")
        .set("state", "paid")
        .set("active", false)
        .set("profile.city", "Bath")
        .set("profile.zip", "BA1");
    builder.increment("visits").add("tags", StringSet{{"new"}}).remove("note");
    WriteOptions options;
    options.condition.comparisons = {{"state", "=", {Value("open")}}, {"total", ">", {Value(10)}}};
    const model::DynamicItem source(*mixed(), key);
    benchmark::DoNotOptimize(ItemWrite::build(environment(), mixed(), source, builder, options));
  }
}
BENCHMARK(BM_UpdateBuilderRequest);

}  // namespace
}  // namespace tabletheory::ops
