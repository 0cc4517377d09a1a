// Properties over arbitrary trees: what is printed is read back as the same tree; updates keep what they do not name.
#include <gtest/gtest.h>

#include "expr/evaluate.h"
#include "expr/printer.h"
#include "expr/tree_generator.h"
#include "value/wire.h"

namespace tabletheory::expr {
namespace {

constexpr std::uint64_t kRounds = 5'000;

// The printed tables, read as a request's.
struct Tables {
  explicit Tables(const Printer& printer) {
    if (const auto json = printer.names_json(); !json.empty()) names = value::parse_plain_json(json).value().map();
    if (const auto json = printer.values_json(); !json.empty()) values = item_from_wire_json(json).value();
  }
  Map names, values;
};

TEST(ExpressionProperty, APrintedConditionIsReadAsTheSameTree) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    const Condition tree = TreeGenerator(seed).condition();
    Printer printer;
    const std::string text = printer.condition(tree);
    if (text.size() > 4096) continue;
    const Tables tables(printer);
    Placeholders placeholders(&tables.names, &tables.values);
    const auto read = parse_condition(text, placeholders);
    ASSERT_TRUE(read) << seed << ": " << text << ": " << read.error().message;
    ASSERT_TRUE(same_tree(*read, tree)) << seed << ": " << text;
    ASSERT_EQ(placeholders.unused(), std::nullopt) << seed << ": " << text;
  }
}

TEST(ExpressionProperty, APrintedUpdateIsReadAsTheSameTree) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    const Update tree = TreeGenerator(seed).update();
    Printer printer;
    const std::string text = printer.update(tree);
    const Tables tables(printer);
    Placeholders placeholders(&tables.names, &tables.values);
    const auto read = parse_update(text, placeholders);
    // The generator also puts texts where only numbers may stand; the grammar must then say so, and nothing else.
    if (!read) {
      ASSERT_TRUE(read.error().message.starts_with("Incorrect operand type")) << seed << ": " << read.error().message;
      continue;
    }
    ASSERT_TRUE(same_tree(*read, tree)) << seed << ": " << text;
    ASSERT_EQ(placeholders.unused(), std::nullopt) << seed << ": " << text;
  }
}

TEST(ExpressionProperty, APrintedProjectionIsReadAsTheSamePaths) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    const Projection tree = TreeGenerator(seed).projection();
    Printer printer;
    const std::string text = printer.projection(tree);
    const Tables tables(printer);
    Placeholders placeholders(&tables.names, nullptr);
    const auto read = parse_projection(text, placeholders);
    ASSERT_TRUE(read) << seed << ": " << text;
    ASSERT_EQ(read->paths, tree.paths) << seed << ": " << text;
  }
}

TEST(ExpressionProperty, NegationTurnsEveryConditionAround) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    TreeGenerator generate(seed);
    const Condition tree = generate.condition();
    const Item item = generate.item();
    ASSERT_NE(matches(tree, item), matches(Condition::negate(tree), item)) << seed;
  }
}

TEST(ExpressionProperty, AnUpdateChangesOnlyTheAttributesItNames) {
  int applied = 0;
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    TreeGenerator generate(seed);
    Update update = generate.update();
    update.actions.resize(1 + seed % update.actions.size());
    const Item before = generate.item();
    const auto after = apply(update, before);
    if (!after) {
      ASSERT_TRUE(after.error().whole) << seed;
      continue;
    }
    ++applied;
    const auto named = [&](std::string_view attribute) {
      return std::ranges::any_of(update.actions, [&](const auto& action) { return action.path.root() == attribute; });
    };
    for (const auto& [attribute, value] : before) {
      if (named(attribute)) continue;
      ASSERT_NE(after->find(attribute), nullptr) << seed << ": " << attribute;
      ASSERT_EQ(*after->find(attribute), value) << seed << ": " << attribute;
    }
    for (const auto& [attribute, value] : *after) {
      ASSERT_TRUE(before.contains(attribute) || named(attribute)) << seed << ": " << attribute;
    }
  }
  EXPECT_GT(applied, static_cast<int>(kRounds / 10));
}

TEST(ExpressionProperty, ASetPathHoldsWhatWasSetAndARemovedOneIsGone) {
  int checked = 0;
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    TreeGenerator generate(seed);
    const Update update = generate.update();
    const Item before = generate.item();
    const auto after = apply(update, before);
    if (!after) continue;
    for (const UpdateAction& action : update.actions) {
      if (action.path.steps.back().is_index()) continue;
      ++checked;
      const Value* value = find(*after, action.path);
      if (action.kind == UpdateAction::Kind::kRemove) {
        ASSERT_EQ(value, nullptr) << seed;
      } else if (action.kind == UpdateAction::Kind::kSet) {
        ASSERT_NE(value, nullptr) << seed;
      }
      if (action.kind == UpdateAction::Kind::kSet && action.value.kind == Operand::Kind::kLiteral) {
        ASSERT_EQ(*value, action.value.literal) << seed;
      }
    }
  }
  EXPECT_GT(checked, 100);
}

TEST(ExpressionProperty, RemovingWhatWasSetGivesTheItemBack) {
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    const Item before = TreeGenerator(seed).item();
    Update set, remove;
    set.actions = {{UpdateAction::Kind::kSet, Path::attribute("new"), Operand::of(Value(7))}};
    remove.actions = {{UpdateAction::Kind::kRemove, Path::attribute("new"), {}}};
    ASSERT_EQ(apply(remove, apply(set, before).value()).value(), before) << seed;
  }
}

}  // namespace
}  // namespace tabletheory::expr
