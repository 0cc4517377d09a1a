#include "dms/diff.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "dms/change_rules.h"
#include "dms/document_text.h"

namespace tabletheory::dms {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Each test replaces one line of it.
constexpr std::string_view kBase = R"(dms_version: "0.3"
namespace: shop
models:
  - name: Order
    table: { name: orders }
    naming: { convention: camelCase }
    keys: { partition: { attribute: id, type: S }, sort: { attribute: at, type: S } }
    write_policy: { mode: mutable, protected_attributes: [owner] }
    discriminator: { attribute: kind, value: order }
    attributes:
      - { attribute: id, type: S }
      - { attribute: at, type: S }
      - { attribute: owner, type: S }
      - { attribute: kind, type: S }
      - { attribute: text, type: S }
      - { attribute: count, type: N }
      - { attribute: data, type: M }
      - { attribute: bytes, type: B }
      - { attribute: secret, type: S, encryption: { v: 1 } }
    indexes:
      - { name: by-owner, type: GSI, partition: { attribute: owner, type: S }, projection: { type: INCLUDE, fields: [text] } }
      - { name: by-text, type: LSI, partition: { attribute: id, type: S }, sort: { attribute: text, type: S } }
)";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

Document document_of(const std::string& text) {
  auto loaded = load_text(text, "orders.yml");
  if (!loaded) {
    ADD_FAILURE() << loaded.error().to_string() << '\n' << text;
    return {};
  }
  return *loaded;
}

std::vector<Change> changes_of(const std::string& old_text, const std::string& new_text) {
  return diff(document_of(old_text), document_of(new_text));
}

std::vector<std::string> names_of(const std::vector<Change>& changes) {
  std::vector<std::string> names;
  for (const Change& change : changes) names.emplace_back(change.rule().name);
  return names;
}

struct Case {
  std::string_view before, after;  // what stands in the base document, and what is put there
  ChangeKind forth, back;          // the change from `before` to `after`, and from `after` to `before`
};

using enum ChangeKind;

constexpr Case kCases[] = {
    {"namespace: shop", "namespace: store", kNamespaceChanged, kNamespaceChanged},
    {"{ name: orders }", "{ name: other }", kTableRenamed, kTableRenamed},
    {"convention: camelCase", "convention: verbatim", kNamingChanged, kNamingChanged},
    {"mode: mutable, protected_attributes: [owner]", "mode: write_once, protected_attributes: [owner]", kWriteOnceBegun,
     kWriteOnceEnded},
    {"[owner]", "[owner, text]", kAttributeProtected, kAttributeUnprotected},
    {"    discriminator: { attribute: kind, value: order }\n", "", kDiscriminatorRemoved, kDiscriminatorAdded},
    {"value: order", "value: o", kDiscriminatorChanged, kDiscriminatorChanged},
    {"      - { attribute: count, type: N }\n", "", kAttributeRemoved, kAttributeAdded},
    {"count, type: N", "count, type: S", kTypeChanged, kTypeChanged},
    {"count, type: N", "count, type: N, required: true", kRequiredBegun, kRequiredEnded},
    {"count, type: N", "count, type: N, optional: true", kOptionalChanged, kOptionalChanged},
    {"count, type: N", "count, type: N, omit_empty: true", kOmitEmptyBegun, kOmitEmptyEnded},
    {"count, type: N", "count, type: N, roles: [version]", kVersionRoleAdded, kVersionRoleRemoved},
    {"count, type: N", "count, type: N, roles: [ttl]", kTtlRoleAdded, kTtlRoleRemoved},
    {"text, type: S", "text, type: S, roles: [created_at]", kTimeRoleAdded, kTimeRoleRemoved},
    {"text, type: S", "text, type: S, roles: [updated_at]", kTimeRoleAdded, kTimeRoleRemoved},
    {"attribute: id, type: S }\n      -", "attribute: id, type: S, roles: [pk] }\n      -", kKeyRolesChanged,
     kKeyRolesChanged},
    {"count, type: N", "count, type: N, format: int", kFormatAdded, kFormatRemoved},
    {"count, type: N", "count, type: N, json: true", kNativeJsonChanged, kNativeJsonChanged},
    {"kind, type: S", "kind, type: S, tags: { a: [1, { b: c }] }", kTagsChanged, kTagsChanged},
    {"bytes, type: B", "bytes, type: B, binary: true", kBinaryChanged, kBinaryChanged},
    {"encryption: { v: 1 }", "encryption: { v: 2 }", kEncryptionRaised, kEncryptionLowered},
    {"data, type: M", "data, type: M, encryption: { v: 2 }", kEncryptionBegun, kEncryptionEnded},
    {"      - { name: by-owner, type: GSI, partition: { attribute: owner, type: S }, projection: { type: INCLUDE, "
     "fields: [text] } }\n",
     "", kIndexRemoved, kGlobalIndexAdded},
    {"      - { name: by-text, type: LSI, partition: { attribute: id, type: S }, sort: { attribute: text, type: S } "
     "}\n",
     "", kIndexRemoved, kLocalIndexAdded},
    {"by-text, type: LSI", "by-text, type: GSI", kIndexTypeChanged, kIndexTypeChanged},
    {"partition: { attribute: owner, type: S }", "partition: { attribute: kind, type: S }", kIndexKeyChanged,
     kIndexKeyChanged},
    {"partition: { attribute: owner, type: S }",
     "partition: { attribute: owner, type: S }, sort: { attribute: count, type: N }", kIndexKeyChanged,
     kIndexKeyChanged},
    {"partition: { attribute: owner, type: S }",
     "partition: [{ attribute: owner, type: S }, { attribute: kind, type: S }]", kIndexKeyChanged, kIndexKeyChanged},
    {"fields: [text]", "fields: [text, count]", kProjectionWidened, kProjectionNarrowed},
    {"{ type: INCLUDE, fields: [text] }", "{ type: ALL }", kProjectionWidened, kProjectionNarrowed},
    {"{ type: INCLUDE, fields: [text] }", "{ type: KEYS_ONLY }", kProjectionNarrowed, kProjectionWidened},
    {"fields: [text]", "fields: [count]", kProjectionNarrowed, kProjectionNarrowed},
    {"sort: { attribute: text, type: S } }", "sort: { attribute: text, type: S }, projection: { type: KEYS_ONLY } }",
     kLocalProjectionChanged, kLocalProjectionChanged},
};

TEST(Diff, NamesEachChangeThereAndBack) {
  for (const Case& c : kCases) {
    const std::string changed = replaced(std::string(kBase), c.before, c.after);
    const auto forth = changes_of(std::string(kBase), changed), back = changes_of(changed, std::string(kBase));
    ASSERT_EQ(forth.size(), 1U) << changed;
    ASSERT_EQ(back.size(), 1U) << changed;
    EXPECT_EQ(forth[0].rule().name, kChangeRules[static_cast<std::size_t>(c.forth)].name) << changed;
    EXPECT_EQ(back[0].rule().name, kChangeRules[static_cast<std::size_t>(c.back)].name) << changed;
    EXPECT_EQ(forth[0].path, back[0].path);
  }
}

// Two documents with one attribute each besides the key.
std::vector<Change> changes_of_attribute(std::string_view before, std::string_view after,
                                         std::string_view old_version = "0.3", std::string_view new_version = "0.3") {
  const auto text = [](std::string_view version, std::string_view attribute) {
    return fmt::format(
        "dms_version: \"{}\"\nmodels:\n  - name: M\n    table: {{ name: mmm }}\n    keys: {{ partition: {{ attribute: "
        "id, "
        "type: S }} }}\n    attributes:\n      - {{ attribute: id, type: S }}\n      - {{ {} }}\n",
        version, attribute);
  };
  return changes_of(text(old_version, before), text(new_version, after));
}

TEST(Diff, TellsChangesOfAnAttributeApart) {
  const auto names = [](auto... arguments) { return names_of(changes_of_attribute(arguments...)); };
  EXPECT_THAT(names("attribute: a, type: N, format: int", "attribute: a, type: N, format: unix_seconds"),
              ElementsAre("number-format-changed"));
  EXPECT_THAT(names("attribute: a, type: S, format: rfc3339nano", "attribute: a, type: S, format: decimal_string"),
              ElementsAre("text-format-changed"));
  EXPECT_THAT(names("attribute: a, type: S", "attribute: a, type: S, json: true"), ElementsAre("json-text-changed"));
  EXPECT_THAT(names("attribute: a, type: S", "attribute: a, type: S, encryption: { v: 1 }"),
              ElementsAre("encryption-begun", "first-encryption"));
  EXPECT_THAT(names("attribute: a, type: S", "attribute: b, type: S, required: true"),
              ElementsAre("attribute-removed", "required-attribute-added"));
  EXPECT_THAT(names("attribute: a, type: S, optional: true", "attribute: a, type: S, required: true"),
              ElementsAre("required-begun", "optional-changed"));
  EXPECT_THAT(names("attribute: a, type: S", "attribute: v, type: N, roles: [version]"),
              ElementsAre("attribute-removed", "version-role-added", "attribute-added"));
}

TEST(Diff, ListsWhatVersionsMeanDifferently) {
  const auto names = [](std::string_view attribute, std::string_view from, std::string_view to) {
    return names_of(changes_of_attribute(attribute, attribute, from, to));
  };
  constexpr std::string_view kText = "attribute: a, type: S, omit_empty: true";
  EXPECT_THAT(names(kText, "0.1", "0.2"), ElementsAre("empty-update-changed", "version-changed"));
  EXPECT_THAT(names(kText, "0.3", "0.1"), ElementsAre("empty-update-changed", "version-changed"));
  EXPECT_THAT(names(kText, "0.2", "0.3"), ElementsAre("version-changed"));
  EXPECT_THAT(names("attribute: a, type: S", "0.1", "0.2"), ElementsAre("version-changed"));
  EXPECT_THAT(names("attribute: a, type: S, omit_empty: true, required: true", "0.1", "0.2"),
              ElementsAre("empty-required-update-changed", "version-changed"));
  EXPECT_THAT(names("attribute: a, type: M, omit_empty: true", "0.1", "0.3"),
              ElementsAre("empty-update-changed", "blank-record-changed", "version-changed"));
  EXPECT_THAT(names("attribute: a, type: N, roles: [version], omit_empty: true", "0.1", "0.2"),
              ElementsAre("version-changed"))
      << "the library writes it, not an update's selection";
}

TEST(Diff, ComparesTableKeysAndModels) {
  const std::string base(kBase);
  const auto key =
      changes_of(base, replaced(replaced(base, ", sort: { attribute: at, type: S } }", " }"),
                                "      - { name: by-text, type: LSI, partition: { attribute: id, type: S }, "
                                "sort: { attribute: text, type: S } }\n",
                                ""));
  ASSERT_THAT(names_of(key), ElementsAre("table-key-changed", "index-removed"));
  EXPECT_EQ(key[0].before, "at S");
  EXPECT_EQ(key[0].after, "(none)");
  EXPECT_THAT(names_of(changes_of(base, replaced(base, "name: Order", "name: Purchase"))),
              ElementsAre("model-removed", "model-added", "index-declared", "index-declared"));
  EXPECT_THAT(names_of(changes_of(replaced(base, "v: 1", "v: 2"),
                                  replaced(replaced(base, "v: 1", "v: 2"), "name: orders", "name: other"))),
              ElementsAre("encrypted-table-renamed"));
}

TEST(Diff, AModelAddedToATableInUseBringsItsIndexesToIt) {
  const std::string base(kBase);
  const std::string more = base + R"(  - name: Customer
    table: { name: orders }
    keys: { partition: { attribute: id, type: S }, sort: { attribute: at, type: S } }
    attributes: [{ attribute: id, type: S }, { attribute: at, type: S }, { attribute: email, type: S }]
    indexes: [{ name: by-email, type: GSI, partition: { attribute: email, type: S } }]
)";
  EXPECT_THAT(names_of(changes_of(base, more)), ElementsAre("global-index-added", "model-added"));
}

TEST(Diff, TheOrderOfThingsAndTheWayTheyAreWrittenIsNoChange) {
  const std::string base(kBase);
  EXPECT_TRUE(changes_of(base, base).empty());
  EXPECT_TRUE(changes_of(base, replaced(base, "    naming: { convention: camelCase }\n", "")).empty());
  EXPECT_TRUE(changes_of(base, replaced(replaced(base, "      - { attribute: count, type: N }\n", ""),
                                        "    indexes:", "      - { attribute: count, type: N }\n    indexes:"))
                  .empty());
  const std::string tagged = replaced(base, "kind, type: S", "kind, type: S, tags: { a: 1, b: 2 }");
  EXPECT_TRUE(changes_of(tagged, replaced(tagged, "{ a: 1, b: 2 }", "{ b: 2, a: 1 }")).empty());
}

TEST(Diff, PlacesAChangeInTheDocumentThatHoldsIt) {
  const std::string base(kBase);
  const std::string less = replaced(base, "      - { attribute: count, type: N }\n", "");
  const Change removed = changes_of(base, less)[0], added = changes_of(less, base)[0];
  EXPECT_TRUE(removed.is_in_old);
  EXPECT_FALSE(added.is_in_old);
  EXPECT_EQ(removed.place.line, 16);
  EXPECT_EQ(added.place.line, 16);
  EXPECT_EQ(removed.path, "models.Order.attributes.count");
}

TEST(Diff, PutsTheGravestFirst) {
  const std::string base(kBase);
  const auto changes = changes_of(base, replaced(replaced(replaced(base, "namespace: shop", "namespace: store"),
                                                          "count, type: N", "count, type: S"),
                                                 "data, type: M", "data, type: M, required: true"));
  EXPECT_THAT(names_of(changes), ElementsAre("type-changed", "required-begun", "namespace-changed"));
  EXPECT_EQ(gravest(changes), ChangeClass::kBreaking);
  EXPECT_EQ(gravest({}), ChangeClass::kSafe);
}

TEST(ChangeRules, HaveDistinctNamesAndSayWhatToDo) {
  std::set<std::string_view> names;
  for (const ChangeRule& rule : kChangeRules) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_FALSE(rule.reason.empty()) << rule.name;
    EXPECT_TRUE(!rule.remedy.empty() || rule.change_class == ChangeClass::kSafe) << rule.name;
  }
}

TEST(ChangeRules, AreDocumented) {
  auto page = read_file(TABLETHEORY_SOURCE_DIR "/docs/schema-evolution.md");
  ASSERT_TRUE(page);
  std::string table;
  for (const ChangeRule& rule : kChangeRules)
    table += fmt::format("| `{}` | {} | {} | {} |\n", rule.name, change_class_name(rule.change_class), rule.reason,
                         rule.remedy);
  EXPECT_THAT(*page, HasSubstr(table)) << "put this table there:\n" << table;
}

}  // namespace
}  // namespace tabletheory::dms
