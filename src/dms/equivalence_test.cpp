#include "dms/equivalence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace tabletheory::dms {
namespace {

Model order() {
  Model model;
  model.name = "Order";
  model.table_name = "orders";
  model.partition = {"PK", Type::kS};
  model.sort = KeyAttribute{"SK", Type::kS};
  model.protected_attributes = {"amount", "state"};
  model.attributes = {{.attribute = "PK", .type = Type::kS, .roles = {"pk"}},
                      {.attribute = "SK", .type = Type::kS, .roles = {"sk"}},
                      {.attribute = "amount", .type = Type::kN},
                      {.attribute = "state", .type = Type::kS},
                      {.attribute = "note", .type = Type::kS}};
  model.indexes = {{.name = "by-state",
                    .partition = {{"state", Type::kS}},
                    .projection = Index::Projection::kInclude,
                    .fields = {"amount", "note"}}};
  return model;
}

struct Case {
  const char* name;
  std::function<void(Model&)> change;  // of the code-first model
  Difference difference;
};

void PrintTo(const Case& tested, std::ostream* out) {
  *out << tested.name;
}

class Differences : public ::testing::TestWithParam<Case> {};

TEST_P(Differences, AreFoundWithBothSides) {
  Model code_first = order();
  GetParam().change(code_first);
  const auto differences = compare(code_first, order());
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].path, GetParam().difference.path);
  EXPECT_EQ(differences[0].code_first, GetParam().difference.code_first);
  EXPECT_EQ(differences[0].dms, GetParam().difference.dms);
}

const Case kCases[] = {
    {"TableName", [](Model& m) { m.table_name = "others"; }, {"table.name", "others", "orders"}},
    {"Naming", [](Model& m) { m.naming = Naming::kSnakeCase; }, {"naming.convention", "snake_case", "camelCase"}},
    {"Partition", [](Model& m) { m.partition.type = Type::kN; }, {"keys.partition", "PK N", "PK S"}},
    {"Sort", [](Model& m) { m.sort->type = Type::kB; }, {"keys.sort", "SK B", "SK S"}},
    {"WriteMode",
     [](Model& m) { m.write_mode = WriteMode::kWriteOnce; },
     {"write_policy.mode", "write_once", "mutable"}},
    {"Protected",
     [](Model& m) { m.protected_attributes.pop_back(); },
     {"write_policy.protected_attributes", "amount", "amount, state"}},
    {"Discriminator",
     [](Model& m) { m.discriminator = Discriminator{"kind", "order"}; },
     {"discriminator", "kind = order", "(none)"}},
    {"AttributeMissing", [](Model& m) { m.attributes.pop_back(); }, {"attributes.note", "(none)", "S"}},
    {"AttributeAdded",
     [](Model& m) { m.attributes.push_back({.attribute = "more", .type = Type::kL}); },
     {"attributes.more", "L", "(none)"}},
    {"Type", [](Model& m) { m.attributes[4].type = Type::kSS; }, {"attributes.note.type", "SS", "S"}},
    {"Roles", [](Model& m) { m.attributes[2].roles = {"version"}; }, {"attributes.amount.roles", "version", "(none)"}},
    {"Required", [](Model& m) { m.attributes[4].required = true; }, {"attributes.note.required", "true", "false"}},
    {"Optional", [](Model& m) { m.attributes[4].optional = true; }, {"attributes.note.optional", "true", "false"}},
    {"OmitEmpty", [](Model& m) { m.attributes[4].omit_empty = true; }, {"attributes.note.omit_empty", "true", "false"}},
    {"Json", [](Model& m) { m.attributes[4].json = true; }, {"attributes.note.json", "true", "false"}},
    {"Binary", [](Model& m) { m.attributes[4].binary = true; }, {"attributes.note.binary", "true", "false"}},
    {"Format", [](Model& m) { m.attributes[2].format = Format::kInt; }, {"attributes.amount.format", "int", "(none)"}},
    {"Encryption", [](Model& m) { m.attributes[4].encryption = 1; }, {"attributes.note.encryption", "v1", "(none)"}},
    {"IndexMissing", [](Model& m) { m.indexes.clear(); }, {"indexes.by-state", "(none)", "GSI"}},
    {"IndexType", [](Model& m) { m.indexes[0].global = false; }, {"indexes.by-state.type", "LSI", "GSI"}},
    {"IndexPartition",
     [](Model& m) { m.indexes[0].partition[0].attribute = "note"; },
     {"indexes.by-state.partition", "note S", "state S"}},
    {"IndexSort",
     [](Model& m) { m.indexes[0].sort = {{"amount", Type::kN}}; },
     {"indexes.by-state.sort", "amount N", "(none)"}},
    {"Projection",
     [](Model& m) { m.indexes[0].projection = Index::Projection::kAll; },
     {"indexes.by-state.projection", "ALL", "INCLUDE"}},
    {"ProjectionFields",
     [](Model& m) { m.indexes[0].fields = {"note"}; },
     {"indexes.by-state.projection.fields", "note", "amount, note"}},
};
INSTANTIATE_TEST_SUITE_P(Compare, Differences, ::testing::ValuesIn(kCases),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Compare, FindsNoDifferenceBetweenTwoWritingsOfOneModel) {
  Model written_otherwise = order();
  std::swap(written_otherwise.attributes[0], written_otherwise.attributes[4]);
  std::swap(written_otherwise.indexes[0].fields[0], written_otherwise.indexes[0].fields[1]);
  std::swap(written_otherwise.protected_attributes[0], written_otherwise.protected_attributes[1]);
  for (Attribute& attribute : written_otherwise.attributes) attribute.roles.clear();  // keys say the same
  written_otherwise.attributes[3].roles = {"index_pk:by-state"};
  EXPECT_TRUE(compare(order(), written_otherwise).empty());
}

TEST(Compare, LeavesOutTheTableNameOnRequest) {
  Model elsewhere = order();
  elsewhere.table_name = "elsewhere";
  EXPECT_TRUE(compare(order(), elsewhere, {.ignore_table_name = true}).empty());
}

TEST(Compare, OrdersDifferencesByPath) {
  Model changed = order();
  changed.table_name = "elsewhere";
  changed.attributes[4].json = true;
  changed.attributes[2].type = Type::kS;
  const auto differences = compare(changed, order());
  EXPECT_THAT(differences, ::testing::ElementsAre(::testing::Field(&Difference::path, "attributes.amount.type"),
                                                  ::testing::Field(&Difference::path, "attributes.note.json"),
                                                  ::testing::Field(&Difference::path, "table.name")));
}

}  // namespace
}  // namespace tabletheory::dms
