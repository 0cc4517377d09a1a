// Streams: events of Lambda and GetRecords, typed, dynamic and document images, several models, what is refused.
#include "tabletheory/streams.h"

#include "sdk/test_shop.h"

namespace tabletheory::shop {
namespace {

constexpr std::string_view kArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-02T00:00:00.000";

std::string order_image(std::string_view total) {
  return R"({"PK":{"S":"C#1"},"SK":{"S":"O#1"},"state":{"S":"open"},"total":{"N":")" + std::string(total) +
         R"("},"createdAt":{"S":"2026-01-02T12:00:00.123000000Z"},"updatedAt":{"S":"2026-01-02T12:00:00.123000000Z"},)"
         R"("version":{"N":"3"},"unknown":{"S":"x"}})";
}

std::string record(std::string_view event, std::string_view images, std::string_view sequence = "111",
                   std::string_view arn = kArn, std::string_view more = "",
                   std::string_view keys = R"({"PK":{"S":"C#1"},"SK":{"S":"O#1"}})") {
  std::string json = R"({"eventID":"e-1","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-west-1")";
  json += R"(,"eventName":")" + std::string(event) + R"(","eventSourceARN":")" + std::string(arn) + '"';
  json += std::string(more) + R"(,"dynamodb":{"ApproximateCreationDateTime":1767355200.25,"SequenceNumber":")";
  json += std::string(sequence) + R"(","SizeBytes":59,"StreamViewType":"NEW_AND_OLD_IMAGES","Keys":)";
  return json + std::string(keys) + std::string(images) + "}}";
}
std::string event(const std::vector<std::string>& records) {
  std::string json = R"({"Records":[)";
  for (const std::string& record : records) json += (json.back() == '[' ? "" : ",") + record;
  return json + "]}";
}
std::string images(std::string_view old_total, std::string_view new_total) {
  std::string json;
  if (!old_total.empty()) json += R"(,"OldImage":)" + order_image(old_total);
  if (!new_total.empty()) json += R"(,"NewImage":)" + order_image(new_total);
  return json;
}

class Streams : public Shop {
 protected:
  static StreamBatch parse(const std::string& json) {
    auto batch = StreamBatch::parse(json);
    EXPECT_TRUE(batch) << batch.error().to_string();
    return batch ? *batch : StreamBatch();
  }
  // The error of a batch with one record.
  static std::string problem(const std::string& json) {
    const auto batch = StreamBatch::parse(json);
    return batch ? "" : batch.error().to_string();
  }
};

TEST_F(Streams, ARecordSaysWhatHappenedWhenAndWhere) {
  const StreamBatch batch = parse(event({record("MODIFY", images("1", "2"))}));
  ASSERT_EQ(batch.size(), 1U);
  const StreamInfo& info = batch[0].info();
  EXPECT_EQ(info.event, StreamEvent::kModify);
  EXPECT_EQ(info.event_id, "e-1");
  EXPECT_EQ(info.sequence_number, "111");
  EXPECT_EQ(info.created_at->to_string(), "2026-01-02T12:00:00.250000000Z");
  EXPECT_EQ(info.view_type, "NEW_AND_OLD_IMAGES");
  EXPECT_EQ(info.table, "orders");
  EXPECT_EQ(info.source_arn, kArn);
  EXPECT_EQ(info.region, "eu-west-1");
  EXPECT_EQ(info.size_bytes, 59U);
  EXPECT_FALSE(info.identity);
  EXPECT_FALSE(info.is_ttl_delete());
}

TEST_F(Streams, TypedImages) {
  const auto change = parse(event({record("MODIFY", images("1", "2.50"))}))[0].as(orders_);
  ASSERT_TRUE(change) << change.error().to_string();
  EXPECT_EQ(change->old_image->total, Number(1));
  EXPECT_EQ(change->new_image->total, Number::parse("2.5").value());
  EXPECT_EQ(change->new_image->version, 3);
  EXPECT_EQ(*change->key.by_name(), (Item{{"PK", "C#1"}, {"SK", "O#1"}}));
  // The key is one to read with.
  ASSERT_TRUE(orders_.create(*change->new_image));
  EXPECT_EQ(orders_.get(change->key)->total, change->new_image->total);
}

TEST_F(Streams, DynamicImagesFollowTheModelAndDocumentsKeepEverything) {
  const StreamBatch batch = parse(event({record("INSERT", images("", "2"))}));
  const Model model = Schema::load_text(kOrderSchema)->model("Order").value();
  const auto dynamic = batch[0].as(client_.table(model));
  ASSERT_TRUE(dynamic) << dynamic.error().to_string();
  EXPECT_FALSE(dynamic->old_image);
  EXPECT_FALSE(dynamic->new_image->contains("unknown"));
  for (const auto& document : {batch[0].as(client_.documents("orders")), batch[0].document()}) {
    ASSERT_TRUE(document) << document.error().to_string();
    EXPECT_EQ(document->new_image->find("unknown")->text(), "x");
    EXPECT_EQ(*document->key.by_name(), (Item{{"PK", "C#1"}, {"SK", "O#1"}}));
  }
}

TEST_F(Streams, KeysAreThereWhateverTheViewType) {
  const auto change = parse(event({record("REMOVE", "")}))[0].as(orders_);
  ASSERT_TRUE(change);
  EXPECT_FALSE(change->old_image || change->new_image);
  EXPECT_EQ(change->key.by_name()->find("SK")->text(), "O#1");
}

TEST_F(Streams, RemovalsByTtlSaySoInBothSpellings) {
  for (const std::string_view identity :
       {R"(,"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"})",
        R"(,"userIdentity":{"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"})"}) {
    const StreamBatch batch = parse(event({record("REMOVE", images("1", ""), "1", kArn, identity)}));
    EXPECT_TRUE(batch[0].info().is_ttl_delete()) << identity;
  }
  EXPECT_FALSE(parse(event({record("REMOVE", images("1", ""))}))[0].info().is_ttl_delete());
}

TEST_F(Streams, AnswersOfGetRecordsListsAndSingleRecords) {
  std::string answer = event({record("INSERT", images("", "2"), "7", "")});
  answer.insert(answer.size() - 1, R"(,"NextShardIterator":"it")");
  const StreamBatch batch = parse(answer);
  EXPECT_EQ(batch[0].info().sequence_number, "7");
  EXPECT_EQ(batch[0].info().table, "");
  EXPECT_TRUE(batch[0].as(orders_)) << "a record that names no table can be of any with its keys";
  EXPECT_EQ(parse("[" + record("INSERT", "") + "," + record("REMOVE", "") + "]").size(), 2U);
  EXPECT_EQ(parse(record("INSERT", "")).size(), 1U);
  EXPECT_TRUE(parse(R"({"Records":[]})").empty());
}

TEST_F(Streams, RecordsOutliveTheirBatchAndText) {
  std::optional<StreamRecord> kept;
  {
    const std::string text = event({record("INSERT", images("", "2"))});
    kept = parse(text)[0];
  }
  EXPECT_EQ(kept->as(orders_)->new_image->total, Number(2));
}

TEST_F(Streams, SeveralTablesByNameAndKeys) {
  const std::string sessions = R"(,"NewImage":{"id":{"S":"s1"},"user":{"S":"u"}})";
  constexpr std::string_view kSessionsArn = "arn:aws:dynamodb:eu-west-1:1:table/sessions/stream/x";
  const StreamBatch batch = parse(event(
      {record("INSERT", images("", "2")), record("INSERT", sessions, "2", kSessionsArn, "", R"({"id":{"S":"s1"}})"),
       record("INSERT", sessions, "3", "", "", R"({"id":{"S":"s1"}})"),
       record("INSERT", sessions, "4", "arn:aws:dynamodb:r:1:table/other/stream/x", "", R"({"id":{"S":"s"}})")}));
  std::string seen;
  StreamHandlers handlers;
  handlers
      .on(orders_,
          [&](const StreamInfo&, const Change<Order>& change) {
            seen += "order " + change.new_image->sk + ";";
            return Result<void>();
          })
      .on(sessions_,
          [&](const StreamInfo& info, const Change<Session>& change) {
            seen += "session " + change.new_image->id + " " + info.sequence_number + ";";
            return Result<void>();
          })
      .otherwise([&](const StreamRecord& record) {
        seen += "other " + record.info().table + ";";
        return Result<void>();
      });
  const StreamOutcome outcome = handlers.run(batch);
  EXPECT_EQ(seen, "order O#1;session s1 2;session s1 3;other other;");
  EXPECT_EQ(outcome.handled, 4U);
  EXPECT_EQ(outcome.response(), R"({"batchItemFailures":[]})");
}

TEST_F(Streams, SeveralModelsOfOneTableByTheirDiscriminator) {
  const auto schema = Schema::load_text(R"(dms_version: "0.3"
models:
  - name: Cat
    table: {name: pets}
    keys: {partition: {attribute: id, type: S}}
    discriminator: {attribute: kind, value: cat}
    attributes: [{attribute: id, type: S, roles: [pk]}, {attribute: kind, type: S}, {attribute: lives, type: N}]
  - name: Dog
    table: {name: pets}
    keys: {partition: {attribute: id, type: S}}
    discriminator: {attribute: kind, value: dog}
    attributes: [{attribute: id, type: S, roles: [pk]}, {attribute: kind, type: S}]
)");
  ASSERT_TRUE(schema) << schema.error().to_string();
  const DynamicTable cats = client_.table(schema->model("Cat").value());
  const DynamicTable dogs = client_.table(schema->model("Dog").value());
  const StreamBatch batch = parse(
      event({record("REMOVE", R"(,"OldImage":{"id":{"S":"1"},"kind":{"S":"dog"}})", "1", "", "", R"({"id":{"S":"1"}})"),
             record("REMOVE", "", "2", "", "", R"({"id":{"S":"1"}})")}));
  EXPECT_FALSE(batch[0].is_of(cats));
  EXPECT_TRUE(batch[0].is_of(dogs));
  EXPECT_TRUE(batch[1].is_of(cats) && batch[1].is_of(dogs)) << "nothing tells without an image";
  const auto change = batch[0].as(cats);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), ErrorCode::kInvalidModel);
}

constexpr std::string_view kSecrets = R"(dms_version: "0.2"
models:
  - name: Secret
    table: {name: secrets}
    keys: {partition: {attribute: id, type: S}}
    attributes: [{attribute: id, type: S, roles: [pk]}, {attribute: word, type: S, encryption: {v: 1}}]
)";

// A record of an item as it is stored.
std::string secret_record(const std::string& image) {
  return record("INSERT", R"(,"NewImage":)" + image, "1", "", "", R"({"id":{"S":"1"}})");
}

TEST_F(Streams, EncryptedModelsFailClosedAndDocumentsKeepTheEnvelope) {
  const Model model = Schema::load_text(kSecrets)->model("Secret").value();
  const StreamBatch batch = parse(event({secret_record(R"({"id":{"S":"1"},"word":{"M":{"v":{"N":"1"}}}})"),
                                         record("REMOVE", "", "2", "", "", R"({"id":{"S":"1"}})")}));
  for (const StreamRecord& record : batch) {
    const auto change = record.as(client_.table(model));
    ASSERT_FALSE(change);
    EXPECT_EQ(change.error().code(), ErrorCode::kEncryptionNotConfigured);
  }
  EXPECT_TRUE(batch[0].document()->new_image->find("word")->is(Type::kM));
}

TEST_F(Streams, EncryptedImagesOpenWithAProvider) {
  ClientOptions with_keys = options();
  with_keys.encryption = Encryption::deterministic_for_tests("seed");
  const Client client = Client::connect("memory:", with_keys).value();
  const DynamicTable secrets = client.table(Schema::load_text(kSecrets)->model("Secret").value());
  ASSERT_TRUE(secrets.ensure_table());
  ASSERT_TRUE(secrets.create({{"id", "1"}, {"word", "swordfish"}}));
  const auto answer = client.raw_call("GetItem", R"({"TableName":"secrets","Key":{"id":{"S":"1"}}})");
  ASSERT_TRUE(answer) << answer.error().to_string();
  constexpr std::string_view kBefore = R"({"Item":)";
  ASSERT_TRUE(answer->starts_with(kBefore));
  std::string image = answer->substr(kBefore.size(), answer->size() - kBefore.size() - 1);
  ASSERT_EQ(image.find("swordfish"), std::string::npos);

  const auto change = parse(secret_record(image))[0].as(secrets);
  ASSERT_TRUE(change) << change.error().to_string();
  EXPECT_EQ(change->new_image->find("word")->text(), "swordfish");
  EXPECT_FALSE(change->old_image);
  EXPECT_TRUE(parse(secret_record(image))[0].document()->new_image->find("word")->is(Type::kM));

  // A cipher text that is not what was written.
  const std::size_t cipher_text = image.find(R"("ct":{"B":")") + 12;
  image[cipher_text] = image[cipher_text] == 'A' ? 'B' : 'A';
  const auto tampered = parse(secret_record(image))[0].as(secrets);
  ASSERT_FALSE(tampered);
  EXPECT_EQ(tampered.error().code(), ErrorCode::kInvalidEncryptedEnvelope);
  EXPECT_EQ(tampered.error().operation(), "stream_record");
}

TEST_F(Streams, ImagesThatDoNotFitAreErrorsOfTheirRecordOnly) {
  const StreamBatch batch = parse(event({record("INSERT", R"(,"NewImage":{"PK":{"S":"C#1"},"total":{"S":"hush"}})")}));
  const auto change = batch[0].as(orders_);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code(), ErrorCode::kInvalidModel);
  EXPECT_EQ(change.error().to_string().find("hush"), std::string::npos) << change.error().to_string();
  EXPECT_TRUE(batch[0].document());
}

TEST_F(Streams, TheFirstFailureIsWhereLambdaGoesOn) {
  const StreamBatch batch =
      parse(event({record("INSERT", "", "1"), record("INSERT", "", "2"), record("INSERT", "", "3")}));
  std::vector<std::string> seen;
  const StreamOutcome outcome = handle_in_order(batch, [&](const StreamRecord& record) -> Result<void> {
    seen.push_back(record.info().sequence_number);
    if (seen.size() == 2) return fail(ErrorCode::kThrottled, "later");
    return {};
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(outcome.handled, 1U);
  EXPECT_EQ(outcome.error->code(), ErrorCode::kThrottled);
  EXPECT_EQ(outcome.response(), R"({"batchItemFailures":[{"itemIdentifier":"2"}]})");
}

TEST_F(Streams, WhatIsNoStreamEventIsToldWithItsPlace) {
  const auto has = [](const std::string& text, std::string_view part) {
    EXPECT_TRUE(text.starts_with("ErrInvalidModel") && text.find(part) != std::string::npos) << text;
  };
  has(problem("{"), "");
  has(problem(R"({"Records":{}})"), "a list of records");
  has(problem(event({record("INSERT", ""), "7"})), "stream record 1: ");
  has(problem(event({R"({"eventName":"INSERT","Sns":{}})"})), "stream record 0, dynamodb");
  has(problem(event({record("DROP", "")})), "stream record 0, eventName");
  has(problem(event({record("INSERT", "", "1", kArn, R"(,"userIdentity":1)")})), "userIdentity");
  has(problem(event({record("INSERT", R"(,"NewImage":[])")})), "NewImage");
  has(problem(event({record("INSERT", "", "1", kArn, "", "null")})), "Keys");
  has(problem(R"({"eventName":"INSERT","dynamodb":{"Keys":{},"ApproximateCreationDateTime":"now"}})"),
      "ApproximateCreationDateTime");
}

}  // namespace
}  // namespace tabletheory::shop
