#include "contract/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dms/yaml_reader.h"

namespace tabletheory::contract {
namespace {

using testing::HasSubstr;

dms::Model model() {
  dms::Model model;
  const auto add = [&model](std::string name, Type type) {
    dms::Attribute attribute;
    attribute.attribute = std::move(name);
    attribute.type = type;
    model.attributes.push_back(std::move(attribute));
  };
  add("PK", Type::kS);
  add("total", Type::kN);
  add("tags", Type::kSS);
  return model;
}

// What check_data says of one expectation; empty: all is well.
std::string check(std::string_view name, std::string_view expected, const Observation& seen,
                  const Variables& variables = {}) {
  const auto node = dms::read_yaml(expected, "test.yml");
  EXPECT_TRUE(node) << expected;
  Expectation expectation;
  expectation.data.emplace_back(find_expectation(name), &*node);
  return check_data(expectation, seen, model(), variables);
}

Observation one_item(Item item) {
  Observation seen;
  seen.item = item;
  seen.stored = std::move(item);
  return seen;
}

Observation several(std::vector<Item> items) {
  static const dms::Model shared = model();
  Observation seen;
  seen.items = std::move(items);
  seen.item_models.assign(seen.items.size(), &shared);
  seen.count = seen.items.size();
  return seen;
}

TEST(Outcome, ExpectsSuccessUnlessAnErrorIsNamed) {
  const Error error(ErrorCode::kItemNotFound, "no item\nhas this key");
  EXPECT_EQ(check_outcome({}, nullptr), "");
  EXPECT_EQ(check_outcome({}, &error), "expected ok, got ErrItemNotFound: no item has this key");
}

TEST(Outcome, TakesAnyCodeTheErrorAnswersTo) {
  const Error conflict(ErrorCode::kVersionConflict, "lost");
  Expectation expectation;
  expectation.fails = true;
  EXPECT_EQ(check_outcome(expectation, &conflict), "") << "no code named: any error will do";
  expectation.codes = {ErrorCode::kConditionFailed};
  EXPECT_EQ(check_outcome(expectation, &conflict), "");
  expectation.codes = {ErrorCode::kConditionFailed, ErrorCode::kTransactionCanceled};
  EXPECT_EQ(
      check_outcome(expectation, &conflict),
      "expected ErrConditionFailed and ErrTransactionCanceled, got ErrVersionConflict and ErrConditionFailed: lost");
  EXPECT_EQ(check_outcome(expectation, nullptr), "expected ErrConditionFailed and ErrTransactionCanceled, got ok");
}

TEST(ItemContains, NamesTheFirstAttributeThatDiffers) {
  const auto seen = one_item({{"PK", "a"}, {"total", 5}, {"tags", StringSet{{"x"}}}});
  EXPECT_EQ(check("item_contains", "{ total: 5.0, tags: [x] }", seen), "");
  EXPECT_EQ(check("item_contains", "{ PK: a, total: 6 }", seen), "expected total = 6, got 5");
  EXPECT_EQ(check("item_contains", "{ ttl: 6 }", seen), "expected ttl = 6, got nothing");
  EXPECT_EQ(check("item_contains", "{ PK: a }", Observation{}), "expected item_contains {\"PK\":\"a\"}, got no item");
}

TEST(ItemEquals, RefusesWhatIsNotExpected) {
  const auto seen = one_item({{"PK", "a"}, {"total", 5}});
  EXPECT_EQ(check("item_equals", "{ PK: a, total: 5 }", seen), "");
  EXPECT_EQ(check("item_equals", "{ PK: a }", seen), "expected no attribute total, got 5");
}

TEST(StoredItem, IsWhatRawExpectationsLookAt) {
  Observation seen = one_item({{"PK", "a"}, {"tags", StringSet{}}});
  seen.stored = Item{{"PK", "a"}, {"tags", Value()}, {"hidden", 1}};
  EXPECT_EQ(check("raw_item_contains", "{ tags: null, hidden: 1 }", seen), "");
  EXPECT_EQ(check("raw_item_contains", "{ PK: b }", seen), "expected stored PK = \"b\", got {\"S\":\"a\"}");
  EXPECT_EQ(check("raw_attribute_types", "{ tags: \"NULL\", hidden: N }", seen), "");
  EXPECT_EQ(check("raw_attribute_types", "{ tags: SS }", seen), "expected stored tags of type SS, got NULL");
  EXPECT_EQ(check("item_has_fields", "[hidden]", seen), "");
  EXPECT_EQ(check("item_has_fields", "[ttl]", seen), "expected an attribute ttl to be stored, got none");
  EXPECT_EQ(check("item_missing_fields", "[ttl]", seen), "");
  EXPECT_EQ(check("item_missing_fields", "[tags]", seen),
            "expected no attribute tags to be stored, got {\"NULL\":true}");
}

TEST(ItemAbsent, IsTrueOrFalse) {
  EXPECT_EQ(check("item_absent", "true", Observation{}), "");
  EXPECT_EQ(check("item_absent", "false", Observation{}), "expected an item, got none");
  EXPECT_THAT(check("item_absent", "true", one_item({{"PK", "a"}})), HasSubstr("expected no item, got {"));
}

TEST(Items, AreComparedInOrderFromTheFirst) {
  const auto seen = several({{{"PK", "a"}, {"total", 1}}, {{"PK", "b"}}, {{"PK", "c"}}});
  EXPECT_EQ(check("items_contains", "[{ PK: a }, { PK: b }]", seen), "");
  EXPECT_EQ(check("items_contains", "[{ PK: b }]", seen), "expected items[0].PK = \"b\", got \"a\"");
  EXPECT_THAT(check("items_contains", "[{ PK: a }, { PK: b }, { PK: c }, { PK: d }]", seen), HasSubstr("got 3 items"));
  EXPECT_EQ(check("items_missing_fields", "[tags]", seen), "");
  EXPECT_EQ(check("items_missing_fields", "[total]", seen), "expected items[0] without total, got 1");
  EXPECT_EQ(check("item_count", "3", seen), "");
  EXPECT_EQ(check("item_count", "\"4\"", seen), "expected item_count 4, got 3");
  EXPECT_EQ(check("count", "3", seen), "");
}

TEST(Cursor, IsComparedByteForByte) {
  Observation seen;
  seen.cursor = "eyJ9";
  EXPECT_EQ(check("cursor_equals", "eyJ9", seen), "");
  EXPECT_EQ(check("cursor_equals", "\"\"", seen), "expected cursor \"\", got \"eyJ9\"");
}

TEST(Variables, AreComparedWithTheItem) {
  const Variables variables{{"before", Value("t0")}};
  const auto seen = one_item({{"PK", "t0"}, {"total", 1}});
  EXPECT_EQ(check("item_field_equals_var", "{ PK: before }", seen, variables), "");
  EXPECT_THAT(check("item_field_equals_var", "{ total: before }", seen, variables),
              HasSubstr("expected total equal to"));
  EXPECT_EQ(check("item_field_not_equals_var", "{ total: before }", seen, variables), "");
  EXPECT_THAT(check("item_field_not_equals_var", "{ PK: before }", seen, variables),
              HasSubstr("expected PK other than"));
  EXPECT_THAT(check("item_field_not_equals_var", "{ ttl: before }", seen, variables), HasSubstr("got nothing"))
      << "an absent attribute is not merely another one";
  EXPECT_THAT(check("item_field_equals_var", "{ PK: after }", seen, variables), HasSubstr("variable after"));
}

}  // namespace
}  // namespace tabletheory::contract
