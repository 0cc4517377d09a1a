// Typed items on the embedded engine: one item at a time.
#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

class TypedTable : public Shop {};

TEST_F(TypedTable, CreatesAnItemWithItsLifecycleAndReadsItBack) {
  Order wanted = order(1);
  wanted.tags = {"b", "a"};
  wanted.events = {"made"};
  wanted.note = "hello";
  wanted.address = {"Berlin", {"x", "y"}, 3};
  const auto stored = orders_.create(wanted);
  ASSERT_TRUE(stored) << stored.error().to_string();
  EXPECT_EQ(stored->created_at, Timestamp(kNoon, 123'000'000));  // the library's clock is cut to milliseconds
  EXPECT_EQ(stored->updated_at, stored->created_at);
  EXPECT_EQ(stored->version, 0);
  const auto read = orders_.get({"C#1", "O#001"}, {.consistent = true});
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, *stored);
  EXPECT_EQ(read->address, wanted.address);
}

TEST_F(TypedTable, CreatingTwiceIsAFailedConditionAndChangesNothing) {
  ASSERT_TRUE(orders_.create(order(1)));
  ++seconds_;
  Order second = order(1, "other");
  const auto refused = orders_.create(second, {.return_item_on_failure = true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kConditionFailed);
  EXPECT_EQ(refused.error().model(), "Order");
  EXPECT_EQ(refused.error().table(), "orders");
  ASSERT_NE(refused.error().item(), nullptr);
  EXPECT_EQ(*refused.error().item()->find("state"), Value("open"));
  const auto found = orders_.failed_item(refused.error());
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_EQ(**found, orders_.get({"C#1", "O#001"}).value());
  EXPECT_FALSE(orders_.failed_item(Error(ErrorCode::kConditionFailed, "no item")).value());
  EXPECT_EQ(orders_.get({"C#1", "O#001"})->updated_at, Timestamp(kNoon, 123'000'000));
}

TEST_F(TypedTable, RawUpdatesObeyTheRulesOfTheBuilder) {
  ASSERT_TRUE(orders_.create(order(1)));
  ++seconds_;
  const Key key{"C#1", "O#001"};
  const auto updated = orders_.update_expression(
      key, {"SET #0 = #0 + :v0, address.city = :c", {{"#0", "total"}}, {{":v0", 5}, {":c", "Bonn"}}},
      {.condition = attr(&Order::state) == "open", .if_version = 0});
  ASSERT_TRUE(updated) << updated.error().to_string();
  EXPECT_EQ(updated->total, Number(15));
  EXPECT_EQ(updated->address.city, "Bonn");
  EXPECT_EQ(updated->version, 1);
  EXPECT_EQ(updated->updated_at, Timestamp(kNoon + 1, 123'000'000));
  spy_->calls.clear();
  EXPECT_EQ(orders_.update_expression(key, {"SET PK = :v", {}, {{":v", "x"}}}).error().code(),
            ErrorCode::kInvalidModel);
  EXPECT_EQ(orders_.update_expression(key, {"SET version = :v", {}, {{":v", 9}}}).error().code(),
            ErrorCode::kInvalidModel);
  EXPECT_EQ(orders_.update_expression(key, {"SET #s = :v", {{"#s", "state"}}, {{":v", "x"}}}, {.protect = {"state"}})
                .error()
                .code(),
            ErrorCode::kProtectedFieldMutation);
  EXPECT_EQ(orders_.update_expression(key, {"SET", {}, {}}).error().code(), ErrorCode::kInvalidOperator);
  EXPECT_TRUE(spy_->calls.empty());
}

TEST_F(TypedTable, GetOfAnAbsentItemIsAnErrorAndFindIsNone) {
  const auto got = orders_.get({"C#1", "none"});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code(), ErrorCode::kItemNotFound);
  const auto found = orders_.find({"C#1", "none"});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, std::nullopt);
}

TEST_F(TypedTable, PutReplacesTheItemAndKeepsACreatedAtThatIsGiven) {
  Order first = orders_.create(order(1)).value();
  first.note = "n";
  ASSERT_TRUE(orders_.put(first));
  seconds_ += 60;
  Order second = order(1, "paid");
  second.created_at = first.created_at;
  const auto stored = orders_.put(second);
  ASSERT_TRUE(stored) << stored.error().to_string();
  EXPECT_EQ(stored->created_at, first.created_at);
  EXPECT_EQ(stored->updated_at, Timestamp(kNoon + 60, 123'000'000));
  EXPECT_EQ(orders_.get({"C#1", "O#001"})->note, std::nullopt);
}

TEST_F(TypedTable, PutWithAVersionLocksAndWritesTheNext) {
  ASSERT_TRUE(orders_.create(order(1)));
  const auto stored = orders_.put(order(1, "paid"), {.if_version = 0});
  ASSERT_TRUE(stored) << stored.error().to_string();
  EXPECT_EQ(stored->version, 1);
  const auto stale = orders_.put(order(1, "late"), {.if_version = 0});
  ASSERT_FALSE(stale);
  EXPECT_TRUE(stale.error().is(ErrorCode::kVersionConflict));
  EXPECT_TRUE(stale.error().is(ErrorCode::kConditionFailed));
}

TEST_F(TypedTable, UpdateWritesTheSelectedMembersAndReturnsTheItem) {
  Order mine = orders_.create(order(1)).value();
  seconds_ += 5;
  mine.state = "paid";
  mine.note = "not selected";
  const auto updated = orders_.update(mine, {&Order::state});
  ASSERT_TRUE(updated) << updated.error().to_string();
  EXPECT_EQ(updated->state, "paid");
  EXPECT_EQ(updated->note, std::nullopt);
  EXPECT_EQ(updated->version, 1);
  EXPECT_EQ(updated->created_at, Timestamp(kNoon, 123'000'000));
  EXPECT_EQ(updated->updated_at, Timestamp(kNoon + 5, 123'000'000));
  EXPECT_EQ(*orders_.get({"C#1", "O#001"}), *updated);
}

TEST_F(TypedTable, ASecondUpdateWithTheSameVersionIsAConflict) {
  const Order mine = orders_.create(order(1)).value();
  ASSERT_TRUE(orders_.update(mine, {&Order::state}));
  const auto lost = orders_.update(mine, {&Order::state});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code(), ErrorCode::kVersionConflict);
  EXPECT_TRUE(lost.error().is(ErrorCode::kConditionFailed));
}

TEST_F(TypedTable, UpdateOfAnAbsentItemIsAConflictAndCreatesNothing) {
  const auto refused = orders_.update(order(1), {&Order::state});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorCode::kVersionConflict));
  EXPECT_EQ(*orders_.find({"C#1", "O#001"}), std::nullopt);
}

TEST_F(TypedTable, UpdateRemovesASelectedMemberWithoutValue) {
  Order mine = order(1);
  mine.note = "n";
  mine.tags = {"a"};
  mine = orders_.create(mine).value();
  mine.note.reset();
  mine.tags.clear();
  ASSERT_TRUE(orders_.update(mine, {&Order::note, &Order::tags}));
  const std::string raw =
      client_.raw_call("GetItem", R"({"TableName":"orders","Key":{"PK":{"S":"C#1"},"SK":{"S":"O#001"}}})").value();
  EXPECT_EQ(raw.find("note"), std::string::npos);
  EXPECT_EQ(raw.find("tags"), std::string::npos);
}

TEST_F(TypedTable, KeysAndLifecycleMembersCannotBeSelected) {
  const Order mine = orders_.create(order(1)).value();
  for (const Path& path : {Path(&Order::pk), Path(&Order::sk), Path(&Order::created_at), Path(&Order::updated_at),
                           Path(&Order::version)}) {
    const auto refused = orders_.update(mine, {path});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidModel);
  }
}

TEST_F(TypedTable, PatchSelectsEveryNonEmptyMember) {
  Order mine = order(1);
  mine.note = "kept";
  mine = orders_.create(mine).value();
  Order change;
  change.pk = mine.pk;
  change.sk = mine.sk;
  change.state = "paid";
  const auto patched = orders_.patch(change);
  ASSERT_TRUE(patched) << patched.error().to_string();
  EXPECT_EQ(patched->state, "paid");
  EXPECT_EQ(patched->note, "kept");
  EXPECT_EQ(patched->total, Number(10));
  EXPECT_EQ(patched->version, 1);
}

TEST_F(TypedTable, UpsertMakesTheItemOnceAndCountsItsVersion) {
  const auto made = orders_.upsert(order(1));
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->version, 0);
  seconds_ += 9;
  const auto again = orders_.upsert(order(1, "paid"));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(again->version, 1);
  EXPECT_EQ(again->state, "paid");
  EXPECT_EQ(again->created_at, made->created_at);
  EXPECT_EQ(again->updated_at, Timestamp(kNoon + 9, 123'000'000));
}

TEST_F(TypedTable, RemovingIsIdempotentUnlessAConditionIsGiven) {
  ASSERT_TRUE(orders_.create(order(1)));
  EXPECT_EQ(orders_.remove({"C#1", "O#001"}, {.condition = attr(&Order::state) == "paid"}).error().code(),
            ErrorCode::kConditionFailed);
  EXPECT_TRUE(orders_.remove({"C#1", "O#001"}, {.if_version = 7}).error().is(ErrorCode::kVersionConflict));
  EXPECT_TRUE(orders_.remove({"C#1", "O#001"}, {.condition = attr(&Order::state) == "open"}));
  EXPECT_TRUE(orders_.remove({"C#1", "O#001"}));
  EXPECT_EQ(*orders_.find({"C#1", "O#001"}), std::nullopt);
}

TEST_F(TypedTable, AKeyMayBeGivenByName) {
  ASSERT_TRUE(orders_.create(order(1)));
  EXPECT_TRUE(orders_.get(Key::named({{"SK", "O#001"}, {"PK", "C#1"}})));
}

TEST_F(TypedTable, AKeyThatDoesNotFitIsRefusedBeforeAnythingIsSent) {
  EXPECT_EQ(orders_.get("C#1").error().code(), ErrorCode::kMissingPrimaryKey);
  EXPECT_EQ(orders_.get({"C#1", ""}).error().code(), ErrorCode::kMissingPrimaryKey);
  EXPECT_EQ(orders_.get({"C#1", 5}).error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(sessions_.get({"a", "b"}).error().code(), ErrorCode::kInvalidModel);
  EXPECT_TRUE(spy_->calls.empty());
}

TEST_F(TypedTable, ProjectionReadsOnlyWhatIsAskedFor) {
  Order mine = order(1);
  mine.address.city = "Berlin";
  ASSERT_TRUE(orders_.create(mine));
  const auto part = orders_.get({"C#1", "O#001"}, {.projection = {&Order::state, attr("address.city")}});
  ASSERT_TRUE(part) << part.error().to_string();
  EXPECT_EQ(part->state, "open");
  EXPECT_EQ(part->address.city, "Berlin");
  EXPECT_EQ(part->total, Number());
  EXPECT_EQ(part->pk, "");
}

TEST_F(TypedTable, TtlTakesATimestampAndHideExpiredMinds) {
  ASSERT_TRUE(sessions_.create({.id = "s", .user = "u", .expires = Timestamp(kNoon + 10, 0)}));
  const std::string raw = client_.raw_call("GetItem", R"({"TableName":"sessions","Key":{"id":{"S":"s"}}})").value();
  EXPECT_NE(raw.find(R"("expires":{"N":"1767355210"})"), std::string::npos) << raw;
  EXPECT_EQ(sessions_.get("s")->expires, Timestamp(kNoon + 10, 0));
  EXPECT_TRUE(sessions_.get("s", {.hide_expired = true}));
  seconds_ += 11;
  EXPECT_EQ(sessions_.get("s", {.hide_expired = true}).error().code(), ErrorCode::kItemNotFound);
  EXPECT_TRUE(sessions_.get("s"));
}

TEST_F(TypedTable, ARequiredMemberMustNotBeMissing) {
  EXPECT_TRUE(sessions_.create({.id = "s"}));  // "" is a value: only what is dropped or absent is missing
  const auto schema = Schema::load_text(R"({"dms_version":"0.2","models":[{"name":"Session","table":{"name":"sessions"},
    "keys":{"partition":{"attribute":"id","type":"S"}},"attributes":[{"attribute":"id","type":"S"},
    {"attribute":"user","type":"S","required":true},{"attribute":"expires","type":"N","roles":["ttl"]}]}]})",
                                        "s.json");
  ASSERT_TRUE(schema) << schema.error().to_string();
  const DynamicTable sessions = client_.table(schema->model("Session").value());
  const auto refused = sessions.create({{"id", "t"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidModel);
  EXPECT_NE(refused.error().message().find("user"), std::string::npos);
}

TEST_F(TypedTable, KeyOfAnItemFindsIt) {
  const Order mine = orders_.create(order(1)).value();
  const auto key = orders_.key_of(mine);
  ASSERT_TRUE(key);
  EXPECT_EQ(*orders_.get(*key), mine);
}

TEST_F(TypedTable, ManagesItsTable) {
  EXPECT_EQ(orders_.create_table().error().code(), ErrorCode::kTableInUse);
  EXPECT_TRUE(orders_.ensure_table());
  const auto description = orders_.describe_table();
  ASSERT_TRUE(description) << description.error().to_string();
  EXPECT_EQ(description->name, "orders");
  EXPECT_EQ(description->status, "ACTIVE");
  EXPECT_EQ(description->indexes, (std::vector<std::string>{"by-state", "by-total"}));
  EXPECT_TRUE(orders_.delete_table());
  EXPECT_EQ(orders_.delete_table().error().code(), ErrorCode::kTableNotFound);
  EXPECT_EQ(orders_.get({"a", "b"}).error().code(), ErrorCode::kTableNotFound);
}

class UpdateBuilders : public Shop {};

TEST_F(UpdateBuilders, DoEveryActionInOneUpdate) {
  Order mine = order(1);
  mine.tags = {"a", "b"};
  mine.events = {"one"};
  mine.note = "n";
  mine.address.lines = {"x"};
  ASSERT_TRUE(orders_.create(mine));
  const auto updated = orders_.update_builder({"C#1", "O#001"})
                           .set(&Order::state, "paid")
                           .set(attr(&Order::address).member(&Address::city), "Berlin")
                           .set_element("address.lines", 0, "y")
                           .increment(&Order::attempts)
                           .decrement(&Order::total, 3)
                           .append(&Order::events, std::vector<std::string>{"two"})
                           .delete_elements(&Order::tags, std::set<std::string>{"a"})
                           .remove(&Order::note)
                           .where(attr(&Order::state) == "open" && attr(&Order::total) < 1000)
                           .if_version(0)
                           .run_all_new();
  ASSERT_TRUE(updated) << updated.error().to_string();
  EXPECT_EQ(updated->state, "paid");
  EXPECT_EQ(updated->address.city, "Berlin");
  EXPECT_EQ(updated->address.lines, std::vector<std::string>{"y"});
  EXPECT_EQ(updated->attempts, 1);
  EXPECT_EQ(updated->total, Number(7));
  EXPECT_EQ(updated->events, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(updated->tags, std::set<std::string>{"b"});
  EXPECT_EQ(updated->note, std::nullopt);
  EXPECT_EQ(updated->version, 1);
}

TEST_F(UpdateBuilders, ReturnWhatIsAskedFor) {
  const Order before = orders_.create(order(1)).value();
  EXPECT_TRUE(orders_.update_builder({"C#1", "O#001"}).increment(&Order::attempts).run());
  EXPECT_EQ(orders_.update_builder({"C#1", "O#001"}).set(&Order::state, "x").run_all_old().value()->attempts, 1);
  const Item old = orders_.update_builder({"C#1", "O#001"}).set(&Order::state, "y").run_updated_old().value();
  EXPECT_EQ(*old.find("state"), Value("x"));
  EXPECT_FALSE(old.contains("attempts"));
  const Item now = orders_.update_builder({"C#1", "O#001"}).set(&Order::state, "z").run_updated_new().value();
  EXPECT_EQ(*now.find("state"), Value("z"));
}

TEST_F(UpdateBuilders, WithoutAnyActionAreRefused) {
  EXPECT_EQ(orders_.update_builder({"C#1", "O#001"}).run().error().code(), ErrorCode::kInvalidOperator);
}

TEST_F(UpdateBuilders, RequireTheItemUnlessTheyUpsert) {
  const auto refused = orders_.update_builder({"C#1", "O#001"}).set(&Order::state, "x").run();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorCode::kConditionFailed));
  const auto made = orders_.upsert_builder({"C#1", "O#001"}).set(&Order::state, "x").run_all_new();
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->state, "x");
  EXPECT_EQ(made->pk, "C#1");
}

TEST_F(UpdateBuilders, GuardKeysAndLifecycle) {
  for (const Path& path : {Path(&Order::pk), Path(&Order::version), Path(&Order::updated_at)}) {
    EXPECT_EQ(orders_.update_builder({"C#1", "O#001"}).remove(path).run().error().code(), ErrorCode::kInvalidModel);
  }
  EXPECT_EQ(orders_.update_builder({"C#1", "O#001"}).set("nosuch", 1).run().error().code(), ErrorCode::kInvalidModel);
}

}  // namespace
}  // namespace tabletheory::shop
