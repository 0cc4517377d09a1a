// Numbers: reading, writing, comparing and adding, from small integers to 38 digits.
#include <benchmark/benchmark.h>

#include "tabletheory/number.h"

namespace tabletheory {
namespace {

constexpr const char* kTexts[] = {"7", "1767323045", "99.95", "12345678901234567890.12345678901234567"};

void parse_number(benchmark::State& state) {
  const std::string_view text = kTexts[state.range(0)];
  state.SetLabel(std::string(text));
  Number number;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Number::parse(text, number));
    benchmark::DoNotOptimize(number);
  }
}
BENCHMARK(parse_number)->DenseRange(0, 3);

void write_number(benchmark::State& state) {
  const Number number = *Number::parse(kTexts[state.range(0)]);
  state.SetLabel(kTexts[state.range(0)]);
  std::string out;
  for (auto _ : state) {
    out.clear();
    number.append_to(out);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(write_number)->DenseRange(0, 3);

void add_numbers(benchmark::State& state) {
  const Number a = *Number::parse(kTexts[state.range(0)]);
  const Number b(1);
  state.SetLabel(kTexts[state.range(0)]);
  for (auto _ : state) benchmark::DoNotOptimize(a.plus(b));
}
BENCHMARK(add_numbers)->DenseRange(0, 3);

void compare_numbers(benchmark::State& state) {
  const Number a = *Number::parse("99.95");
  const Number b = *Number::parse("100");
  for (auto _ : state) benchmark::DoNotOptimize(a < b);
}
BENCHMARK(compare_numbers);

}  // namespace
}  // namespace tabletheory
