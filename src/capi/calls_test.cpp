// Calls through the C ABI that are more than one item: what docs/c-abi.md says they take and give.
#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>

#include "capi/tape.h"
#include "capi/values.h"
#include "tabletheory/c_api.h"

namespace tabletheory::capi {
namespace {

constexpr std::string_view kShopDms = R"|(
dms_version: "0.1"
namespace: shop
models:
  - name: Part
    table: { name: parts }
    keys: { partition: { attribute: PK, type: S }, sort: { attribute: SK, type: S } }
    attributes:
      - { attribute: PK, type: S, roles: [pk], required: true }
      - { attribute: SK, type: S, roles: [sk], required: true }
      - { attribute: amount, type: N }
      - { attribute: version, type: N, roles: [version], format: int }
  - name: OldPart
    table: { name: old_parts }
    keys: { partition: { attribute: PK, type: S }, sort: { attribute: SK, type: S } }
    attributes:
      - { attribute: PK, type: S, roles: [pk], required: true }
      - { attribute: SK, type: S, roles: [sk], required: true }
      - { attribute: count, type: N }
)|";

tt_view view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A result, read.
class Answer {
 public:
  explicit Answer(tt_result* result) : result_(result, tt_result_free) {
    const tt_view bytes = tt_result_tape(result);
    bytes_.assign(reinterpret_cast<const char*>(bytes.data), bytes.size);
    auto tape = Tape::read(bytes_);
    EXPECT_TRUE(tape);
    if (tape) tape_ = std::move(*tape);
  }
  std::uint16_t code() const {
    tt_error error{};
    error.size = sizeof error;
    return tt_result_error(result_.get(), &error) != 0 ? error.code : std::uint16_t{0};
  }
  const Node& root() const { return tape_.root(); }
  std::string message() const {
    const Node* node = member(root(), "message");
    return node == nullptr ? "" : std::string(node->text);
  }
  static const Node* member(const Node& map, std::string_view name) {
    if (!map.is_map()) return nullptr;
    for (const Node& child : map.children()) {
      if (child.slot == Node::kNoSlot && child.name == name) return &child;
    }
    return nullptr;
  }
  static const Node* slot(const Node& item, std::uint32_t slot) {
    for (const Node& child : item.children()) {
      if (child.slot == slot) return &child;
    }
    return nullptr;
  }
  static const Node& element(const Node& list, std::size_t position) {
    auto child = list.children().begin();
    while (position-- > 0) ++child;
    return *child;
  }

 private:
  std::unique_ptr<tt_result, decltype(&tt_result_free)> result_;
  std::string bytes_;
  Tape tape_;
};

class CallsOfTheAbi : public testing::Test {
 protected:
  using Members = std::initializer_list<std::pair<std::string_view, std::function<void(TapeWriter&)>>>;

  static std::function<void(TapeWriter&)> text(std::string_view value) {
    return [value = std::string(value)](TapeWriter& out) { out.string(value); };
  }
  static std::function<void(TapeWriter&)> number(std::int64_t value) {
    return [value](TapeWriter& out) { out.integer(value); };
  }
  static std::function<void(TapeWriter&)> flag(bool value) {
    return [value](TapeWriter& out) { out.boolean(value); };
  }
  static std::function<void(TapeWriter&)> list(std::vector<std::function<void(TapeWriter&)>> elements) {
    return [elements = std::move(elements)](TapeWriter& out) {
      out.list(elements.size());
      for (const auto& element : elements) element(out);
    };
  }
  static std::function<void(TapeWriter&)> map(Members members) {
    return [members = std::vector(members)](TapeWriter& out) {
      out.map(members.size());
      for (const auto& [name, value] : members) {
        out.name(name);
        value(out);
      }
    };
  }
  static std::function<void(TapeWriter&)> path(std::string_view name) { return text(name); }
  static std::function<void(TapeWriter&)> part(std::string_view pk, std::string_view sk, std::int64_t amount) {
    return map({{"PK", text(pk)}, {"SK", text(sk)}, {"amount", number(amount)}});
  }

  void SetUp() override {
    TapeWriter options;
    map({{"clock", map({{"at", [](TapeWriter& out) { out.time(Timestamp(1'800'000'000, 0)); }}})},
         {"seed", number(7)}})(options);
    const std::string bytes = options.finish();
    ASSERT_EQ(tt_connect(view("memory:"), view(bytes), &client_), nullptr);
    tt_result_free(tt_schema_load(view(kShopDms), view("shop.yml"), &schema_));
    ASSERT_NE(schema_, nullptr);
    parts_ = open("Part");
    old_parts_ = open("OldPart");
    ASSERT_EQ(call({{"op", number(TT_OP_CREATE_TABLE)}, {"table", number(parts_)}}).code(), 0);
  }
  void TearDown() override {
    EXPECT_EQ(tt_client_close(client_), nullptr);
    tt_schema_free(schema_);
    EXPECT_EQ(tt_live_handles(), 0U);
  }

  std::int64_t open(std::string_view model) {
    const Answer opened(tt_table_open(client_, schema_, view(model), view(""), 0));
    return Answer::member(opened.root(), "id")->integer;
  }
  Answer call(Members members) {
    TapeWriter out;
    map(members)(out);
    const std::string bytes = out.finish();
    return Answer(tt_call(client_, view(bytes)));
  }
  Answer create(std::int64_t table, std::function<void(TapeWriter&)> item) {
    return call({{"op", number(TT_OP_CREATE)}, {"table", number(table)}, {"item", std::move(item)}});
  }

  tt_client* client_ = nullptr;
  tt_schema* schema_ = nullptr;
  std::int64_t parts_ = -1, old_parts_ = -1;
};

TEST_F(CallsOfTheAbi, CreateATableOnceAndEnsureItOften) {
  EXPECT_EQ(call({{"op", number(TT_OP_CREATE_TABLE)}, {"table", number(parts_)}}).code(), TT_ERR_TABLE_IN_USE);
  EXPECT_EQ(call({{"op", number(TT_OP_ENSURE_TABLE)}, {"tables", list({number(parts_)})}}).code(), 0);
}

TEST_F(CallsOfTheAbi, DescribeATableByNumberAndByName) {
  for (const auto& table : {number(parts_), text("parts")}) {
    const Answer answer = call({{"op", number(TT_OP_DESCRIBE_TABLE)}, {"table", table}});
    ASSERT_EQ(answer.code(), 0) << answer.message();
    EXPECT_NE(Answer::member(answer.root(), "description")->text.find(R"("TableName":"parts")"),
              std::string_view::npos);
  }
  EXPECT_EQ(call({{"op", number(TT_OP_WAIT_TABLE)}, {"table", text("parts")}}).code(), 0);
}

TEST_F(CallsOfTheAbi, DeleteATable) {
  EXPECT_EQ(call({{"op", number(TT_OP_DELETE_TABLE)}, {"table", number(parts_)}}).code(), 0);
  EXPECT_EQ(call({{"op", number(TT_OP_DESCRIBE_TABLE)}, {"table", number(parts_)}}).code(), TT_ERR_TABLE_NOT_FOUND);
}

TEST_F(CallsOfTheAbi, VerifyAndUpdateATable) {
  const Answer same = call({{"op", number(TT_OP_VERIFY_TABLE)}, {"table", number(parts_)}});
  ASSERT_EQ(same.code(), 0) << same.message();
  EXPECT_EQ(same.root().count, 0U);
  const Answer planned = call({{"op", number(TT_OP_UPDATE_TABLE)},
                               {"table", number(parts_)},
                               {"deletion_protection", flag(true)},
                               {"dry_run", flag(true)}});
  ASSERT_EQ(planned.code(), 0) << planned.message();
  EXPECT_EQ(Answer::member(planned.root(), "steps")->count, 1U);
}

TEST_F(CallsOfTheAbi, RefuseWhatATableCannotBe) {
  EXPECT_EQ(
      call({{"op", number(TT_OP_ENSURE_TABLE)}, {"table", number(parts_)}, {"stream", text("EVERYTHING")}}).code(),
      TT_ERR_INVALID_MODEL);
  EXPECT_EQ(call({{"op", number(TT_OP_ENSURE_TABLE)}, {"table", number(parts_)}, {"colour", text("red")}}).code(),
            TT_ERR_INVALID_MODEL);
}

TEST_F(CallsOfTheAbi, WriteAndReadBatchesInOrder) {
  const Answer written = call({{"op", number(TT_OP_BATCH_WRITE)},
                               {"writes", list({map({{"table", number(parts_)}, {"put", part("a", "1", 10)}}),
                                                map({{"table", number(parts_)}, {"put", part("a", "2", 20)}})})}});
  ASSERT_EQ(written.code(), 0) << written.message();
  const auto get = [&](std::string_view sk) {
    return map({{"table", number(parts_)}, {"key", list({text("a"), text(sk)})}});
  };
  for (const int op : {TT_OP_BATCH_GET, TT_OP_TRANSACT_GET}) {
    const Answer read = call({{"op", number(op)}, {"gets", list({get("2"), get("missing"), get("1")})}});
    ASSERT_EQ(read.code(), 0) << read.message();
    const Node& items = *Answer::member(read.root(), "items");
    ASSERT_EQ(items.count, 3U);
    EXPECT_EQ(Answer::slot(Answer::element(items, 0), 2)->integer, 20);
    EXPECT_EQ(Answer::element(items, 1).tag, Tag::kAbsent);
    EXPECT_EQ(Answer::slot(Answer::element(items, 2), 2)->integer, 10);
  }
}

TEST_F(CallsOfTheAbi, TransactAllOrNothing) {
  ASSERT_EQ(create(parts_, part("a", "1", 1)).code(), 0);
  const Answer failed = call(
      {{"op", number(TT_OP_TRANSACT_WRITE)},
       {"actions", list({map({{"kind", text("create")}, {"table", number(parts_)}, {"item", part("a", "2", 2)}}),
                         map({{"kind", text("create")}, {"table", number(parts_)}, {"item", part("a", "1", 3)}})})}});
  EXPECT_EQ(failed.code(), TT_ERR_TRANSACTION_CANCELED);
  EXPECT_EQ(Answer::member(failed.root(), "reasons")->count, 2U);
  EXPECT_EQ(call({{"op", number(TT_OP_GET)}, {"table", number(parts_)}, {"key", list({text("a"), text("2")})}}).code(),
            TT_ERR_ITEM_NOT_FOUND);
}

TEST_F(CallsOfTheAbi, MoveAReleaseStateAndAppendItsEvent) {
  ASSERT_EQ(create(parts_, part("a", "actual", 1)).code(), 0);
  const auto transition = [&](std::int64_t version) {
    return call({{"op", number(TT_OP_TRANSITION)},
                 {"actual", map({{"table", number(parts_)},
                                 {"item", part("a", "actual", 2)},
                                 {"fields", list({path("amount")})},
                                 {"expected_version", number(version)}})},
                 {"event", map({{"table", number(parts_)}, {"item", part("a", "event", 0)}})}})
        .code();
  };
  const Answer stored =
      call({{"op", number(TT_OP_GET)}, {"table", number(parts_)}, {"key", list({text("a"), text("actual")})}});
  const std::int64_t version = Answer::slot(stored.root(), 3)->integer;
  EXPECT_EQ(transition(version), 0);
  EXPECT_EQ(transition(version), TT_ERR_TRANSACTION_CANCELED);
}

TEST_F(CallsOfTheAbi, CheckDeployAuthority) {
  EXPECT_EQ(call({{"op", number(TT_OP_CHECK_DEPLOY_AUTHORITY)}, {"item", map({{"note", text("plain")}})}}).code(), 0);
  EXPECT_EQ(
      call({{"op", number(TT_OP_CHECK_DEPLOY_AUTHORITY)}, {"item", map({{"provenance", text("hearsay")}})}}).code(),
      TT_ERR_INVALID_MODEL);
}

TEST_F(CallsOfTheAbi, LeaseToOneHolderAtATime) {
  const auto lease_table = map({{"table", text("parts")}, {"partition_key", text("PK")}, {"sort_key", text("SK")}});
  const auto acquire = [&] {
    return call({{"op", number(TT_OP_ACQUIRE_LEASE)},
                 {"lease_table", lease_table},
                 {"name", text("report")},
                 {"duration_ms", number(30'000)}});
  };
  const Answer lease = acquire();
  ASSERT_EQ(lease.code(), 0) << lease.message();
  EXPECT_EQ(Answer::member(lease.root(), "expires_at")->integer, 1'800'000'030);
  EXPECT_EQ(acquire().code(), TT_ERR_LEASE_HELD);
  const std::string token(Answer::member(lease.root(), "token")->text);
  const auto held = [&](int op, std::string_view with) {
    TapeWriter out;
    out.map(op == TT_OP_REFRESH_LEASE ? 6 : 5);
    out.member("op", op);
    out.name("lease_table");
    lease_table(out);
    out.member("name", "report");
    out.member("token", with);
    out.name("expires_at");
    out.time(Timestamp(1'800'000'030, 0));
    if (op == TT_OP_REFRESH_LEASE) out.member("duration_ms", 60'000);
    const std::string bytes = out.finish();
    return Answer(tt_call(client_, view(bytes))).code();
  };
  EXPECT_EQ(held(TT_OP_REFRESH_LEASE, "somebody else's"), TT_ERR_LEASE_NOT_OWNED);
  EXPECT_EQ(held(TT_OP_REFRESH_LEASE, token), 0);
  EXPECT_EQ(held(TT_OP_LEASE_CHECK, token), 0);
  EXPECT_EQ(held(TT_OP_RELEASE_LEASE, token), 0);
  EXPECT_EQ(acquire().code(), 0);
}

TEST_F(CallsOfTheAbi, LeaseCheckIsWhatATransactionAsks) {
  const Answer check =
      call({{"op", number(TT_OP_LEASE_CHECK)},
            {"lease_table", map({{"table", text("locks")}, {"sort_value", text("JOB")}, {"token", text("owner")}})},
            {"name", text("report")},
            {"token", text("t1")}});
  ASSERT_EQ(check.code(), 0) << check.message();
  const Node& root = check.root();
  const Node* key = Answer::member(root, "key");
  EXPECT_EQ(Answer::member(*key, "pk")->text, "report");
  EXPECT_EQ(Answer::member(*key, "sk")->text, "JOB");
  EXPECT_EQ(Answer::member(root, "condition")->text, "#lease_token = :lease_token AND #lease_end > :now");
  EXPECT_EQ(Answer::member(*Answer::member(root, "names"), "#lease_token")->text, "owner");
  EXPECT_EQ(Answer::member(*Answer::member(root, "names"), "#lease_end")->text, "lease_expires_at");
  EXPECT_EQ(Answer::member(*Answer::member(root, "values"), ":lease_token")->text, "t1");
  EXPECT_GE(Answer::member(*Answer::member(root, "values"), ":now")->integer, 1'800'000'000);
}

TEST_F(CallsOfTheAbi, Aggregate) {
  ASSERT_EQ(create(parts_, part("a", "1", 1)).code(), 0);
  ASSERT_EQ(create(parts_, part("a", "2", 2)).code(), 0);
  ASSERT_EQ(create(parts_, part("b", "1", 40)).code(), 0);
  const Answer rows = call(
      {{"op", number(TT_OP_AGGREGATE)},
       {"table", number(parts_)},
       {"scan", flag(true)},
       {"page_size", number(1)},
       {"group_by", list({path("PK")})},
       {"steps", list({list({text("count"), text("parts")}), list({text("sum"), text("total"), path("amount")})})}});
  ASSERT_EQ(rows.code(), 0) << rows.message();
  ASSERT_EQ(rows.root().count, 2U);
  EXPECT_EQ(Answer::member(Answer::element(rows.root(), 0), "total")->integer, 3);
  EXPECT_EQ(Answer::member(Answer::element(rows.root(), 1), "total")->integer, 40);
  const Answer of_one = call({{"op", number(TT_OP_AGGREGATE)},
                              {"table", number(parts_)},
                              {"partition", text("a")},
                              {"steps", list({list({text("count"), text("parts")})})}});
  EXPECT_EQ(Answer::member(Answer::element(of_one.root(), 0), "parts")->integer, 2);
  EXPECT_EQ(call({{"op", number(TT_OP_AGGREGATE)},
                  {"table", number(parts_)},
                  {"scan", flag(true)},
                  {"steps", list({list({text("median"), text("m")})})}})
                .code(),
            TT_ERR_INVALID_MODEL);
}

TEST_F(CallsOfTheAbi, MigrateATable) {
  ASSERT_EQ(call({{"op", number(TT_OP_CREATE_TABLE)}, {"table", number(old_parts_)}}).code(), 0);
  for (const std::string_view sk : {"1", "2", "3"}) {
    ASSERT_EQ(create(old_parts_, map({{"PK", text("a")}, {"SK", text(sk)}, {"count", number(5)}})).code(), 0);
  }
  const auto request = [&](bool progress) {
    TapeWriter out;
    map({{"op", number(TT_OP_MIGRATE)},
         {"source", number(old_parts_)},
         {"target", number(parts_)},
         {"rename", map({{"count", text("amount")}})},
         {"page_size", number(2)},
         {"progress", flag(progress)}})(out);
    return out.finish();
  };
  const std::string whole = request(false);
  const Answer done(tt_call(client_, view(whole)));
  ASSERT_EQ(done.code(), 0) << done.message();
  EXPECT_EQ(Answer::member(done.root(), "copied")->integer, 3);
  EXPECT_EQ(Answer::member(done.root(), "token")->text, "");
  const Answer copied =
      call({{"op", number(TT_OP_GET)}, {"table", number(parts_)}, {"key", list({text("a"), text("3")})}});
  EXPECT_EQ(Answer::slot(copied.root(), 2)->integer, 5);

  const std::string by_pages = request(true);
  tt_op* op = nullptr;
  ASSERT_EQ(tt_op_begin(client_, view(by_pages), &op), nullptr);
  tt_result* result = nullptr;
  EXPECT_EQ(tt_op_run(op, &result), TT_STEP_PAGE);
  EXPECT_EQ(Answer::member(Answer(result).root(), "copied")->integer, 2);
  EXPECT_EQ(tt_op_run(op, &result), TT_STEP_PAGE);
  tt_result_free(result);
  EXPECT_EQ(tt_op_run(op, &result), TT_STEP_DONE);
  EXPECT_EQ(Answer::member(Answer(result).root(), "copied")->integer, 3);
  tt_op_free(op);
}

TEST_F(CallsOfTheAbi, ReadStreamRecordsByTheFirstTableTheyFit) {
  const std::string records = R"|({"Records":[
    {"eventID":"1","eventName":"INSERT","eventSourceARN":"arn:aws:dynamodb:eu-central-1:1:table/parts/stream/x",
     "dynamodb":{"Keys":{"PK":{"S":"a"},"SK":{"S":"1"}},"NewImage":{"PK":{"S":"a"},"SK":{"S":"1"},"amount":{"N":"9"}},
     "SequenceNumber":"100","SizeBytes":10,"StreamViewType":"NEW_AND_OLD_IMAGES","ApproximateCreationDateTime":1800000000}},
    {"eventID":"2","eventName":"REMOVE","eventSourceARN":"arn:aws:dynamodb:eu-central-1:1:table/elsewhere/stream/x",
     "userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"},
     "dynamodb":{"Keys":{"id":{"S":"z"}},"OldImage":{"id":{"S":"z"},"n":{"N":"1"}},"SequenceNumber":"101"}}]})|";
  const Answer read = call({{"op", number(TT_OP_READ_STREAM)},
                            {"records", text(records)},
                            {"tables", list({number(old_parts_), number(parts_)})}});
  ASSERT_EQ(read.code(), 0) << read.message();
  ASSERT_EQ(read.root().count, 2U);
  const Node& first = Answer::element(read.root(), 0);
  EXPECT_EQ(Answer::member(first, "table")->integer, 1);
  EXPECT_EQ(Answer::member(*Answer::member(first, "info"), "event")->text, "INSERT");
  EXPECT_EQ(Answer::member(*Answer::member(first, "key"), "SK")->text, "1");
  EXPECT_EQ(Answer::member(first, "old_image")->tag, Tag::kAbsent);
  EXPECT_EQ(Answer::slot(*Answer::member(first, "new_image"), 2)->integer, 9);
  const Node& second = Answer::element(read.root(), 1);
  EXPECT_EQ(Answer::member(second, "table")->tag, Tag::kAbsent);
  EXPECT_EQ(Answer::member(*Answer::member(second, "info"), "is_ttl_delete")->tag, Tag::kTrue);
  EXPECT_EQ(Answer::member(*Answer::member(second, "old_image"), "n")->integer, 1);
  EXPECT_EQ(call({{"op", number(TT_OP_READ_STREAM)}, {"records", text("nonsense")}}).code(), TT_ERR_INVALID_MODEL);
}

TEST_F(CallsOfTheAbi, ExplainWithoutSendingOrRefuseTo) {
  const Answer explained = call(
      {{"op", number(TT_OP_CREATE)}, {"table", number(parts_)}, {"item", part("a", "1", 1)}, {"explain", flag(true)}});
  EXPECT_EQ(Answer::member(explained.root(), "operation")->text, "PutItem");
  EXPECT_EQ(call({{"op", number(TT_OP_GET)}, {"table", number(parts_)}, {"key", list({text("a"), text("1")})}}).code(),
            TT_ERR_ITEM_NOT_FOUND);
  EXPECT_EQ(call({{"op", number(TT_OP_DELETE_TABLE)}, {"table", number(parts_)}, {"explain", flag(true)}}).code(),
            TT_ERR_INVALID_OPERATOR);
  EXPECT_EQ(call({{"op", number(TT_OP_WAIT_TABLE)}, {"table", number(parts_)}}).code(), 0);
}

class RecordedExchanges : public CallsOfTheAbi {
 protected:
  void SetUp() override {}
  void TearDown() override { EXPECT_EQ(tt_live_handles(), 0U); }
  void connect() {
    TapeWriter options;
    map({{"exchanges", list({map({{"operation", text("DescribeTable")},
                                  {"request", text(R"({ "TableName": "t" })")},
                                  {"body", text(R"({"Table":{"TableName":"t","TableStatus":"ACTIVE"}})")}})})}})(
        options);
    const std::string bytes = options.finish();
    ASSERT_EQ(tt_connect(view("recorded:"), view(bytes), &client_), nullptr);
  }
  std::uint16_t close() {
    tt_result* left = tt_client_close(client_);
    return left == nullptr ? std::uint16_t{0} : Answer(left).code();
  }
};

TEST_F(RecordedExchanges, AnswerTheCallsTheyWereRecordedOf) {
  connect();
  const Answer answer = call({{"op", number(TT_OP_DESCRIBE_TABLE)}, {"table", text("t")}});
  EXPECT_EQ(answer.code(), 0) << answer.message();
  const Answer beyond = call({{"op", number(TT_OP_DESCRIBE_TABLE)}, {"table", text("t")}});
  EXPECT_EQ(beyond.code(), TT_ERR_INTERNAL);
  EXPECT_NE(beyond.message().find("after the last"), std::string::npos);
  EXPECT_EQ(close(), 0);
}

TEST_F(RecordedExchanges, RefuseOtherCallsAndSayWhatIsLeftOver) {
  connect();
  const Answer other = call({{"op", number(TT_OP_DESCRIBE_TABLE)}, {"table", text("u")}});
  EXPECT_EQ(other.code(), TT_ERR_INTERNAL);
  EXPECT_NE(other.message().find("/TableName"), std::string::npos) << other.message();
  EXPECT_EQ(close(), TT_ERR_INTERNAL);
}

}  // namespace
}  // namespace tabletheory::capi
