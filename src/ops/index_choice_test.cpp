#include "ops/index_choice.h"

#include <gtest/gtest.h>

#include "ops/scripted_target.h"

namespace tabletheory::ops {
namespace {

std::shared_ptr<const model::Model> indexed() {
  static const auto model = compile(R"(
dms_version: "0.3"
models:
  - name: Match
    table: {name: matches}
    keys: {partition: {attribute: PK, type: S}, sort: {attribute: SK, type: S}}
    attributes:
      - {attribute: PK, type: S}
      - {attribute: SK, type: S}
      - {attribute: a, type: S}
      - {attribute: b, type: S}
      - {attribute: n, type: N}
      - {attribute: at, type: S, format: rfc3339nano}
      - {attribute: other, type: S}
    indexes:
      - {name: a-only, type: GSI, partition: {attribute: a, type: S}}
      - {name: a-by-n, type: GSI, partition: {attribute: a, type: S}, sort: {attribute: n, type: N}}
      - {name: a-by-at, type: GSI, partition: {attribute: a, type: S}, sort: {attribute: at, type: S}}
      - {name: b-by-n, type: GSI, partition: {attribute: b, type: S}, sort: {attribute: n, type: N}}
      - {name: pk-by-n, type: LSI, partition: {attribute: PK, type: S}, sort: {attribute: n, type: N}}
      - {name: multi, type: GSI, partition: [{attribute: a, type: S}, {attribute: b, type: S}], sort: [{attribute: n, type: N}, {attribute: at, type: S}]}
)");
  return model;
}

struct Query {
  std::vector<Comparison> partition, sort;
  std::string index;
};

Result<ChosenIndex> choose(const Query& query) {
  TT_TRY(const KeyConditions conditions, read_key_conditions(indexed().get(), query.partition, query.sort));
  return choose_index(*indexed(), query.index, conditions);
}

// The index's name, "table", or the error's.
std::string chosen(const Query& query) {
  const auto choice = choose(query);
  if (!choice) return std::string(error_code_name(choice.error().code()));
  return choice->index == nullptr ? "table" : choice->index->definition.name;
}

Comparison equals(const char* attribute) {
  return {attribute, "=", {"x"}};
}
Comparison above(const char* attribute) {
  return {attribute, ">", {Value(1)}};
}

TEST(IndexChoiceTest, TheTableIfItsPartitionKeyIsGivenAndNoSortCondition) {
  EXPECT_EQ(chosen({{equals("PK")}, {}, ""}), "table");
}

TEST(IndexChoiceTest, TheTableIfTheSortConditionIsOnItsSortKey) {
  EXPECT_EQ(chosen({{equals("PK")}, {{"SK", "begins_with", {"x"}}}, ""}), "table");
}

TEST(IndexChoiceTest, TheIndexWhoseSortKeyCarriesTheCondition) {
  EXPECT_EQ(chosen({{equals("PK")}, {above("n")}, ""}), "pk-by-n");
  EXPECT_EQ(chosen({{equals("a")}, {above("n")}, ""}), "a-by-n");
  EXPECT_EQ(chosen({{equals("b")}, {}, ""}), "b-by-n");
}

TEST(IndexChoiceTest, SeveralFittingIndexesAreNamed) {
  const auto choice = choose({{equals("a")}, {}, ""});
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().code(), ErrorCode::kInvalidOperator);
  EXPECT_NE(choice.error().message().find("a-only, a-by-n, a-by-at"), std::string::npos);
}

TEST(IndexChoiceTest, NoFittingIndexSuggestsAScan) {
  const auto choice = choose({{equals("other")}, {}, ""});
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().code(), ErrorCode::kInvalidOperator);
  EXPECT_NE(choice.error().message().find("scan"), std::string::npos);
  EXPECT_EQ(chosen({{equals("b")}, {{"at", "=", {"2026-01-02T03:04:05Z"}}}, ""}), "ErrInvalidOperator");
}

TEST(IndexChoiceTest, ANamedIndexMustExistAndTakeTheConditions) {
  EXPECT_EQ(chosen({{equals("a")}, {}, "a-by-at"}), "a-by-at");
  EXPECT_EQ(chosen({{equals("a")}, {}, "nowhere"}), "ErrIndexNotFound");
  EXPECT_EQ(chosen({{equals("b")}, {}, "a-by-at"}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("a")}, {above("n")}, "a-by-at"}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("a")}, {above("n")}, "a-only"}), "ErrInvalidOperator");
}

TEST(IndexChoiceTest, MultiAttributeKeysNeedTheWholePartitionAndAPrefixOfTheSort) {
  EXPECT_EQ(chosen({{equals("a"), equals("b")}, {}, ""}), "multi");
  EXPECT_EQ(chosen({{equals("b"), equals("a")}, {{"n", "=", {1}}}, ""}), "multi");
  EXPECT_EQ(chosen({{equals("a"), equals("b")}, {{"n", "=", {1}}, {"at", ">", {"2026-01-02T03:04:05Z"}}}, ""}),
            "multi");
  EXPECT_EQ(chosen({{equals("a"), equals("b")}, {above("n"), {"at", "=", {"2026-01-02T03:04:05Z"}}}, ""}),
            "ErrInvalidOperator")
      << "a range only on the last";
  EXPECT_EQ(chosen({{equals("a"), equals("b")}, {{"at", "=", {"2026-01-02T03:04:05Z"}}}, ""}), "ErrInvalidOperator")
      << "no gaps";
}

TEST(IndexChoiceTest, KeysTakeTheirOperatorsOnly) {
  EXPECT_EQ(chosen({{}, {}, ""}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{{"PK", "=", {1}}}, {}, ""}), "ErrInvalidModel") << "a number for S";
  EXPECT_EQ(chosen({{{"PK", ">", {"x"}}}, {}, ""}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("PK")}, {{"SK", "contains", {"x"}}}, ""}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("PK")}, {{"SK", "<>", {"x"}}}, ""}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("PK")}, {{"SK", "between", {"x"}}}, ""}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("PK")}, {{"n", "begins_with", {Value(1)}}}, ""}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("PK")}, {{"SK", "like", {"x"}}}, ""}), "ErrInvalidOperator");
  EXPECT_EQ(chosen({{equals("nowhere")}, {}, ""}), "ErrInvalidModel");
  EXPECT_EQ(chosen({{{"PK", "=", {""}}}, {}, ""}), "ErrMissingPrimaryKey");
  EXPECT_EQ(chosen({{equals("PK"), equals("PK")}, {}, ""}), "ErrInvalidOperator");
}

TEST(IndexChoiceTest, OperatorsAreReadInAnyCase) {
  EXPECT_EQ(chosen({{{"PK", "EQ", {"x"}}}, {{"SK", "Begins_With", {"x"}}}, ""}), "table");
}

TEST(IndexChoiceTest, KeyValuesAreStoredTheAttributesWay) {
  const auto conditions = read_key_conditions(indexed().get(), {equals("a")}, {{"at", ">=", {"2026-01-02T03:04:05Z"}}});
  ASSERT_TRUE(conditions);
  EXPECT_EQ(conditions->sort.front().values.front().text(), "2026-01-02T03:04:05.000000000Z");
  const auto prefix = read_key_conditions(indexed().get(), {equals("a")}, {{"at", "begins_with", {"2026-01"}}});
  ASSERT_TRUE(prefix) << "a beginning need not be a whole timestamp";
}

TEST(IndexChoiceTest, PagingKeysAreTheTablesAndTheIndexsEachOnce) {
  const auto names = [](const model::Index* index) {
    std::string out;
    for (const auto& key : paging_keys(*indexed(), index)) out += key.attribute + " ";
    return out;
  };
  EXPECT_EQ(names(nullptr), "PK SK ");
  EXPECT_EQ(names(indexed()->find_index("pk-by-n")), "PK SK n ");
  EXPECT_EQ(names(indexed()->find_index("multi")), "PK SK a b n at ");
}

}  // namespace
}  // namespace tabletheory::ops
