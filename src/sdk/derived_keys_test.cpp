#include "tabletheory/derived_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tabletheory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kRules = R"yaml(tabletheory_model_contract_version: "0.2"
models:
  - name: Order
    dms_model: Order
    table: orders
    derived_keys:
      - name: mixed
        helper: mixedKey
        description: all types of input
        join: "|"
        inputs:
          - { name: text, type: string }
          - { name: number, type: number, optional: true }
          - { name: flag, type: boolean, optional: true }
          - { name: any, type: scalar, optional: true }
        segments:
          - { value: { input: text } }
          - { value: { input: number }, optional: true }
          - { value: { input: flag }, optional: true }
          - { value: { input: any }, optional: true }
        fixtures:
          - { inputs: { text: a, number: 1, flag: true, any: x }, expected: "a|1|true|x" }
)yaml";

DerivedKey mixed_key() {
  return *DerivedKeys::load_text(kRules)->key("Order", "mixed");
}

TEST(DerivedKeys, TakesNativeValuesOfEachType) {
  const DerivedKey key = mixed_key();
  EXPECT_EQ(*key.evaluate({{"text", "a b"}, {"number", 7}, {"flag", false}, {"any", 2.5}}), "a%20b|7|false|2.5");
  EXPECT_EQ(*key.evaluate({{"text", std::string("a")}, {"number", std::int64_t{-9'000'000'000'000'000'001}}}),
            "a|-9000000000000000001");
  EXPECT_EQ(*key.evaluate({{"text", std::string_view("a")}, {"any", true}}), "a|true");
  EXPECT_EQ(*key.evaluate({{"text", "a"}, {"number", *Number::parse("0.10")}}), "a|0.1");
}

TEST(DerivedKeys, RefusesInputsByName) {
  const DerivedKey key = mixed_key();
  const auto refusal = [&](std::initializer_list<DerivedKeyArgument> arguments) {
    const auto made = key.evaluate(arguments);
    if (made) return "gave " + *made;
    EXPECT_TRUE(made.error().is(ErrorCode::kInvalidModel));
    return made.error().message();
  };
  EXPECT_THAT(refusal({}), HasSubstr("'text' is missing"));
  EXPECT_THAT(refusal({{"text", nullptr}}), HasSubstr("'text' is null"));
  EXPECT_THAT(refusal({{"text", 1}}), HasSubstr("'text' has the wrong type"));
  EXPECT_THAT(refusal({{"text", "a"}, {"txt", "b"}}), HasSubstr("'txt' is not declared"));
  EXPECT_THAT(refusal({{"text", "a"}, {"text", "b"}}), HasSubstr("\"text\" is given twice"));
  EXPECT_THAT(refusal({{"text", "a"}, {"number", std::nan("")}}), HasSubstr("'number' is not a finite number"));
}

TEST(DerivedKeys, TellsWhatADocumentHolds) {
  const auto keys = DerivedKeys::load_text(kRules);
  ASSERT_TRUE(keys);
  EXPECT_EQ(keys->version(), "0.2");
  EXPECT_THAT(keys->models(), ElementsAre("Order"));
  ASSERT_EQ(keys->keys("Order").size(), 1U);
  const DerivedKey key = keys->keys("Order")[0];
  EXPECT_EQ(key.name(), "mixed");
  EXPECT_EQ(key.helper(), "mixedKey");
  EXPECT_EQ(key.description(), "all types of input");
  ASSERT_EQ(key.inputs().size(), 4U);
  EXPECT_EQ(key.inputs()[3].type, "scalar");
  EXPECT_TRUE(key.inputs()[3].optional);
  EXPECT_TRUE(keys->keys("Other").empty());
}

TEST(DerivedKeys, GuessesAMistypedName) {
  const auto keys = DerivedKeys::load_text(kRules, "orders.keys.yml");
  EXPECT_THAT(keys->key("Oder", "mixed").error().message(),
              HasSubstr("orders.keys.yml has no model \"Oder\"; did you mean \"Order\"?"));
  EXPECT_THAT(keys->key("Order", "mixd").error().message(), HasSubstr("did you mean \"mixed\"?"));
}

TEST(DerivedKeys, RefusesADocumentWhoseFixturesDoNotHold) {
  std::string wrong(kRules);
  wrong.replace(wrong.find("a|1|true|x"), 10, "a|1|true|y");
  const auto keys = DerivedKeys::load_text(wrong, "orders.keys.yml");
  ASSERT_FALSE(keys);
  ASSERT_EQ(keys.error().diagnostics().size(), 1U);
  EXPECT_EQ(keys.error().diagnostics()[0].line, 22);
  EXPECT_FALSE(DerivedKeys::load_file("no such file.yml"));
}

}  // namespace
}  // namespace tabletheory
