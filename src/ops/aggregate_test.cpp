// Aggregates over items: functions, groups, having, what they refuse.
#include "ops/aggregate.h"

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

using Rows = std::vector<Item>;

Result<Rows> run(AggregatePlan plan, const Rows& items, const model::Model* model = nullptr) {
  TT_TRY(Aggregator aggregator, Aggregator::make(model, std::move(plan)));
  for (const Item& item : items) TT_CHECK(aggregator.add(item));
  return aggregator.finish();
}
std::string code_of(const Result<Rows>& rows) {
  return rows ? "" : std::string(error_code_name(rows.error().code()));
}

const Rows kOrders{
    {{"state", "open"}, {"total", 10}, {"customer", "a"}, {"lines", List{Value(Map{{"count", 2}})}}},
    {{"state", "open"}, {"total", Number::parse("0.5").value()}, {"customer", "b"}},
    {{"state", "paid"}, {"total", 7}, {"customer", "a"}},
    {{"total", 1}, {"customer", "a"}},
    {{"state", "paid"}, {"total", Value()}, {"customer", "c"}},
};

TEST(Aggregate, EveryFunctionOverAllItems) {
  const auto rows = run({.functions = {{Function::kCount, "orders", ""},
                                       {Function::kCount, "priced", "total"},
                                       {Function::kSum, "sum", "total"},
                                       {Function::kAverage, "mean", "total"},
                                       {Function::kMin, "least", "total"},
                                       {Function::kMax, "last", "customer"},
                                       {Function::kCountDistinct, "customers", "customer"},
                                       {Function::kSum, "counted", "lines[0].count"}}},
                        kOrders);
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(*rows, (Rows{{{"orders", 5},
                          {"priced", 4},
                          {"sum", Number::parse("18.5").value()},
                          {"mean", Number::parse("4.625").value()},
                          {"least", Number::parse("0.5").value()},
                          {"last", "c"},
                          {"customers", 3},
                          {"counted", 2}}}));
}

TEST(Aggregate, OfNothingThereIsACountAndASum) {
  const AggregatePlan plan{.functions = {{Function::kCount, "n", ""},
                                         {Function::kSum, "sum", "total"},
                                         {Function::kAverage, "mean", "total"},
                                         {Function::kMin, "least", "total"},
                                         {Function::kCountDistinct, "distinct", "total"}}};
  EXPECT_EQ(*run(plan, {}), (Rows{{{"n", 0}, {"sum", 0}, {"distinct", 0}}}));
  AggregatePlan grouped = plan;
  grouped.group_by = {"state"};
  EXPECT_EQ(*run(grouped, {}), Rows{});
}

TEST(Aggregate, GroupsComeInOrderOfTheirValues) {
  const auto rows = run({.group_by = {"state"}, .functions = {{Function::kSum, "sum", "total"}}}, kOrders);
  EXPECT_EQ(*rows, (Rows{{{"sum", 1}},
                         {{"state", "open"}, {"sum", Number::parse("10.5").value()}},
                         {{"state", "paid"}, {"sum", 7}}}));
  // Numbers by value, not by text.
  const auto numbers = run({.group_by = {"total"}, .functions = {{Function::kCount, "n", ""}}},
                           {{{"total", 10}}, {{"total", 9}}, {{"total", Number::parse("10.0").value()}}});
  EXPECT_EQ(*numbers, (Rows{{{"total", 9}, {"n", 1}}, {{"total", 10}, {"n", 2}}}));
}

TEST(Aggregate, SeveralGroupings) {
  const auto rows = run({.group_by = {"state", "customer"}, .functions = {{Function::kCount, "n", ""}}}, kOrders);
  ASSERT_EQ(rows->size(), 5U);
  EXPECT_EQ((*rows)[1], (Item{{"state", "open"}, {"customer", "a"}, {"n", 1}}));
}

TEST(Aggregate, HavingLooksAtResultsAndGroups) {
  AggregatePlan plan{.group_by = {"state"}, .functions = {{Function::kCount, "n", ""}}};
  plan.having.comparisons = {{"n", ">=", {2}}, {"state", "<>", {Value("paid")}}};
  EXPECT_EQ(*run(plan, kOrders), (Rows{{{"state", "open"}, {"n", 2}}}));
}

TEST(Aggregate, DistinctValuesAreTheSameHoweverWritten) {
  const AggregatePlan plan{.functions = {{Function::kCountDistinct, "n", "v"}}};
  const auto rows = run(plan, {{{"v", Number::parse("1.0").value()}},
                               {{"v", 1}},
                               {{"v", "1"}},
                               {{"v", StringSet{{"a", "b"}}}},
                               {{"v", StringSet{{"b", "a"}}}},
                               {{"v", List{Value(NumberSet{{1, 2}})}}},
                               {{"v", List{Value(NumberSet{{2, 1}})}}}});
  EXPECT_EQ(*rows, (Rows{{{"n", 4}}}));
}

TEST(Aggregate, WrongTypesAreToldWithoutTheValue) {
  const Rows mixed{{{"v", 1}}, {{"v", "hush"}}};
  for (const Function function : {Function::kSum, Function::kAverage, Function::kMin, Function::kMax}) {
    const auto rows = run({.functions = {{function, "n", "v"}}}, mixed);
    EXPECT_EQ(code_of(rows), "ErrInvalidModel");
    EXPECT_EQ(rows.error().message().find("hush"), std::string::npos);
    EXPECT_NE(rows.error().message().find("holds S at v"), std::string::npos) << rows.error().message();
  }
  EXPECT_EQ(code_of(run({.functions = {{Function::kMin, "n", "v"}}}, {{{"v", true}}})), "ErrInvalidModel");
}

TEST(Aggregate, SumsThatAreNoNumberAreErrors) {
  const Rows items{{{"v", Number::parse(std::string(38, '9')).value()}}, {{"v", Number::parse("0.1").value()}}};
  EXPECT_EQ(code_of(run({.functions = {{Function::kSum, "n", "v"}}}, items)), "ErrNumberPrecisionLoss");
  EXPECT_EQ(code_of(run({.functions = {{Function::kAverage, "n", "v"}}}, items)), "");
}

TEST(Aggregate, MemoryThatGrowsIsBounded) {
  AggregatePlan plan{.functions = {{Function::kCountDistinct, "n", "v"}}, .memory_limit_bytes = 10'000};
  Rows items;
  for (int i = 0; i < 1000; ++i) items.push_back({{"v", i}});
  EXPECT_EQ(code_of(run(plan, items)), "ErrInvalidOperator");
  plan.functions = {{Function::kCount, "n", ""}};
  EXPECT_EQ(code_of(run(plan, items)), "");
  plan.group_by = {"v"};
  EXPECT_EQ(code_of(run(plan, items)), "ErrInvalidOperator");
}

TEST(Aggregate, MistakesAreToldBeforeAnythingIsRead) {
  const auto code = [](AggregatePlan plan) { return code_of(run(std::move(plan), {}, orders().get())); };
  EXPECT_EQ(code({}), "ErrInvalidOperator");
  EXPECT_EQ(code({.functions = {{Function::kSum, "n", ""}}}), "ErrInvalidOperator");
  EXPECT_EQ(code({.functions = {{Function::kSum, "", "total"}}}), "ErrInvalidOperator");
  EXPECT_EQ(code({.functions = {{Function::kSum, "n", "total"}, {Function::kMax, "n", "total"}}}),
            "ErrInvalidOperator");
  EXPECT_EQ(code({.group_by = {"status"}, .functions = {{Function::kCount, "status", ""}}}), "ErrInvalidOperator");
  EXPECT_EQ(code({.functions = {{Function::kSum, "n", "totl"}}}), "ErrInvalidModel");
  EXPECT_EQ(code({.group_by = {"totl"}, .functions = {{Function::kCount, "n", ""}}}), "ErrInvalidModel");
}

TEST(Aggregate, NeededAttributesDoNotOverlap) {
  const auto aggregator = Aggregator::make(nullptr, {.group_by = {"a.b"},
                                                     .functions = {{Function::kSum, "x", "a.b.c"},
                                                                   {Function::kSum, "y", "l[2].n"},
                                                                   {Function::kCount, "z", "a"},
                                                                   {Function::kCount, "n", ""}}});
  ASSERT_TRUE(aggregator);
  EXPECT_EQ(aggregator->needed(), (std::vector<std::string>{"l", "a"}));
}

}  // namespace
}  // namespace tabletheory::ops
