// The program of docs/release-state.md.
#include <gtest/gtest.h>

#include "tabletheory/tabletheory.h"

namespace {

using namespace tabletheory;

struct Actual {
  std::string pk = {}, sk = "ACTUAL";
  std::string release = {};
  std::optional<Map> provenance = {}, confidence = {};
  Timestamp updated_at = {};
  std::int64_t version = 0;
};

void describe(ModelBuilder<Actual>& m) {
  m.name("Actual").table("releases");
  m.partition_key("PK", &Actual::pk);
  m.sort_key("SK", &Actual::sk);
  m.attribute("release", &Actual::release);
  m.attribute("provenance", &Actual::provenance);
  m.attribute("confidence", &Actual::confidence);
  m.updated_at("updatedAt", &Actual::updated_at);
  m.version("version", &Actual::version);
}

struct Event {
  std::string pk = {}, sk = {};
  std::string kind = {};
  Timestamp created_at = {};
};

void describe(ModelBuilder<Event>& m) {
  m.name("Event").table("releases");
  m.partition_key("PK", &Event::pk);
  m.sort_key("SK", &Event::sk);
  m.attribute("kind", &Event::kind);
  m.created_at("createdAt", &Event::created_at);
  m.write_once();
}

Result<void> promote(const Table<Actual>& actuals, const Table<Event>& events, const std::string& service,
                     const std::string& release) {
  Result<Actual> actual = actuals.get({service, "ACTUAL"}, {.consistent = true});
  if (!actual) return std::unexpected(actual.error());
  actual->release = release;
  const Event event{.pk = service, .sk = "EVENT#promote#" + release, .kind = "promote"};
  return transition_append_event(actuals, *actual, {&Actual::release}, events, event,
                                 {.expected_version = actual->version});
}

TEST(Pages, ReleaseState) {
  const Client client = Client::connect("memory:").value();
  const Table<Actual> actuals = client.table<Actual>().value();
  const Table<Event> events = client.table<Event>().value();
  ASSERT_TRUE(actuals.ensure_table());
  ASSERT_TRUE(actuals.create({.pk = "shop", .release = "r1"}));
  const Result<void> first = promote(actuals, events, "shop", "r2");
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(actuals.get({"shop", "ACTUAL"})->release, "r2");
  EXPECT_EQ(actuals.get({"shop", "ACTUAL"})->version, 1);
  EXPECT_TRUE(events.get({"shop", "EVENT#promote#r2"}));

  Result<void> again = promote(actuals, events, "shop", "r2");
  if (!again && again.error().is(ErrorCode::kVersionConflict)) {
    // Another transition was faster: read the row again and decide anew.
  } else if (!again && again.error().is(ErrorCode::kConditionFailed)) {
    // This event has happened already. reasons()[0] is about the row, reasons()[1] about the event.
  }
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().is(ErrorCode::kConditionFailed));
  EXPECT_FALSE(again.error().is(ErrorCode::kVersionConflict));
  EXPECT_EQ(again.error().reasons()[1].code, "ConditionalCheckFailed");
  EXPECT_EQ(actuals.get({"shop", "ACTUAL"})->version, 1);

  Map evidence{{"kind", "submodule_pin"}, {"source", "service-ci"}, {"ref", "shop@c0ffee"}};
  Item metadata{{"provenance", Map{{"mode", "native"}, {"evidence", List{evidence}}}},
                {"confidence", Map{{"level", "high"}, {"reasons", List{"unique_submodule_pin_match"}}}}};
  Result<void> believable = check_deploy_authority(metadata);
  EXPECT_TRUE(believable) << believable.error().to_string();
  Actual doubtful{.pk = "till", .release = "r1"};
  doubtful.provenance = metadata.find("provenance")->map();
  doubtful.confidence = Map{{"level", "medium"}, {"reasons", List{"unique_submodule_pin_match"}}};
  const auto refused = actuals.create(doubtful);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kRejectedDeployAuthorityEvidence);
}

}  // namespace
