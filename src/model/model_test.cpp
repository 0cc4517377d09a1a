#include "model/model.h"

#include <gtest/gtest.h>

#include "model/test_models.h"

namespace tabletheory::model {
namespace {

TEST(Model, FindsSlotsByNameWhateverTheHint) {
  const auto model = every_kind();
  for (std::size_t slot = 0; slot < model->attributes().size(); ++slot) {
    const std::string& name = model->attribute(slot).name();
    EXPECT_EQ(model->slot_of(name), slot);
    EXPECT_EQ(model->slot_of(name, slot), slot);
    EXPECT_EQ(model->slot_of(name, slot + 100), slot);
  }
  EXPECT_EQ(model->slot_of("absent"), kNoSlot);
  EXPECT_EQ(model->slot_of(""), kNoSlot);
}

TEST(Model, KnowsTheSlotOfEveryRole) {
  const auto model = every_kind();
  EXPECT_EQ(model->attribute(model->partition_slot()).name(), "PK");
  EXPECT_EQ(model->attribute(model->sort_slot()).name(), "SK");
  EXPECT_EQ(model->attribute(model->created_at_slot()).name(), "createdAt");
  EXPECT_EQ(model->attribute(model->updated_at_slot()).name(), "updatedAt");
  EXPECT_EQ(model->attribute(model->version_slot()).name(), "version");
  EXPECT_EQ(model->attribute(model->ttl_slot()).name(), "expires");
  EXPECT_TRUE(model->has_lifecycle());
}

TEST(Model, WithoutRolesHasNoLifecycle) {
  dms::Model definition;
  definition.partition = {"PK", Type::kS};
  definition.attributes.resize(1);
  definition.attributes[0].attribute = "PK";
  const auto model = Model::compile(definition);
  EXPECT_FALSE(model->has_lifecycle());
  EXPECT_EQ(model->sort_slot(), kNoSlot);
  EXPECT_EQ(model->version_slot(), kNoSlot);
}

TEST(Model, MarksKeysIndexKeysAndProtectedAttributes) {
  const auto model = every_kind();
  EXPECT_TRUE(attribute_of(*model, "PK").is_table_key);
  EXPECT_TRUE(attribute_of(*model, "SK").is_table_key);
  EXPECT_FALSE(attribute_of(*model, "text").is_table_key);
  EXPECT_TRUE(attribute_of(*model, "text").keys_index);
  EXPECT_TRUE(attribute_of(*model, "seenAt").keys_index);
  EXPECT_FALSE(attribute_of(*model, "PK").keys_index);
  EXPECT_TRUE(attribute_of(*model, "price").is_protected);
  EXPECT_FALSE(attribute_of(*model, "number").is_protected);
}

TEST(Model, FindsIndexesWithTheirSlots) {
  const auto model = every_kind();
  const Index* index = model->find_index("by-text");
  ASSERT_NE(index, nullptr);
  EXPECT_EQ(index->partition_slots, std::vector<std::size_t>{model->slot_of("text")});
  EXPECT_EQ(index->sort_slots, std::vector<std::size_t>{model->slot_of("seenAt")});
  EXPECT_EQ(model->find_index("by-number"), nullptr);
}

TEST(Model, TakesAnotherTableNameAtRunTime) {
  const auto model = Model::compile(every_kind()->definition(), "test_every_kind");
  EXPECT_EQ(model->table(), "test_every_kind");
  EXPECT_EQ(model->document_table(), "every_kind");
}

TEST(Model, EscapesAttributeNamesOnce) {
  EXPECT_EQ(attribute_of(*every_kind(), "text").json_key, R"("text":)");
}

TEST(Model, SuggestsTheNameThatWasMeant) {
  const auto model = every_kind();
  EXPECT_EQ(model->closest_name("Number"), "number");
  EXPECT_EQ(model->closest_name("udpatedAt"), "updatedAt");
  EXPECT_EQ(model->closest_name("somethingElse"), "");
  EXPECT_EQ(model->closest_name(std::string(1000, 'x')), "");
}

}  // namespace
}  // namespace tabletheory::model
