#include "ops/opening.h"

#include <gtest/gtest.h>

#include "ops/batches.h"
#include "ops/encryption_test_support.h"
#include "ops/item_decryption.h"
#include "ops/paged_reads.h"
#include "ops/reads.h"
#include "ops/transactions.h"
#include "ops/writes.h"

namespace tabletheory::ops {
namespace {

using ModelPointer = std::shared_ptr<const model::Model>;

// Items as stored, all under one key: what one batch of puts sends.
std::vector<Item> sealed_by(KmsTarget& target, const ModelPointer& model, std::vector<Item> items) {
  BatchWrite batch(target.environment());
  for (const Item& item : items) EXPECT_TRUE(batch.put(model, Bound(model, item)));
  EXPECT_TRUE(batch.prepare());
  target.answer("{}");
  EXPECT_FALSE(target.run(batch));
  value::WireDocument document;
  const auto root = document.parse(target.requests.back().body);
  std::vector<Item> out;
  value::WireArray requests;
  EXPECT_EQ(root->at_pointer("/RequestItems/" + model->table()).get(requests), simdjson::SUCCESS);
  for (const value::WireElement request : requests) out.push_back(*value::read_item(request["PutRequest"]["Item"]));
  target.requests.clear();
  target.service.asked.clear();
  return out;
}

Item sealed_by(KmsTarget& target, const ModelPointer& model, const Item& item) {
  return sealed_by(target, model, std::vector{item}).front();
}

std::string answer_of(const Item& item) {
  return R"({"Item":)" + to_wire_json(item) + "}";
}

std::string page_of(const std::vector<Item>& items, std::string_view more = "") {
  std::string text = R"({"Items":[)";
  for (const Item& item : items) text += (&item == items.data() ? "" : ",") + to_wire_json(item);
  return text + R"(],"Count":)" + std::to_string(items.size()) + R"(,"ScannedCount":)" + std::to_string(items.size()) +
         std::string(more) + "}";
}

struct Got {
  std::optional<Item> item;
  std::optional<Error> error;
};

// Gets an item that is stored as `item`.
Got get_stored(KmsTarget& target, const ModelPointer& model, const Item& item, const GetOptions& options = {}) {
  auto read = ItemRead::get(target.environment(), model, Bound(model, vault_key()), options);
  if (!read) return {{}, read.error()};
  target.answer(answer_of(item));
  if (auto error = target.run(**read)) return {{}, error};
  auto decoded = model::decode_item(*model, *(*read)->item());
  if (!decoded) return {{}, decoded.error()};
  return {std::move(*decoded), {}};
}

TEST(Opening, AGetAsksForItsKeyOnceAndReturnsTheValues) {
  KmsTarget target;
  const auto model = vault(1);
  const Item item = sealed_by(target, model, vault_item());
  const Got read = get_stored(target, model, item);
  ASSERT_TRUE(read.item) << read.error->to_string();
  EXPECT_EQ(*read.item->find("secret"), Value("swordfish"));
  EXPECT_EQ(*read.item->find("pin"), Value(4711));
  ASSERT_EQ(target.requests.size(), 2U);
  EXPECT_EQ(target.requests[0].operation, "GetItem");
  EXPECT_EQ(target.requests[1].operation, "Decrypt");
  EXPECT_EQ(target.requests[1].service, Service::kKms);
  EXPECT_NE(target.requests[1].body.find(R"("KeyId":"arn:aws:kms:eu-west-1:111122223333:key/k")"), std::string::npos);
  EXPECT_EQ(target.requests[1].body.find("EncryptionContext"), std::string::npos);
}

TEST(Opening, EveryTypeComesBackAsItWas) {
  KmsTarget target;
  const auto model = vault(2);
  Item item = vault_item();
  item.set("seen", "2026-01-02T03:04:05.000000000Z");
  item.set("tags", StringSet{{"b", "a"}});
  item.set("events", List{Value("a"), Value(Map{{"n", 1}, {"bytes", Bytes{0, 255}}, {"set", NumberSet{{1, 2}}}})});
  item.set("profile", Map{{"name", "x"}, {"none", Value()}, {"ok", true}});
  const Got read = get_stored(target, model, sealed_by(target, model, item));
  ASSERT_TRUE(read.item) << read.error->to_string();
  for (const auto& [name, value] : item) EXPECT_EQ(*read.item->find(name), value) << name;
  EXPECT_EQ(target.service.asked.front().second, "vault") << "the encryption context";
}

TEST(Opening, AnEmptySetReadsAsAnEmptySet) {
  KmsTarget target;
  const auto model = vault(1);
  Item item = vault_key();
  item.set("tags", StringSet{});
  const Got read = get_stored(target, model, sealed_by(target, model, item));
  ASSERT_TRUE(read.item) << read.error->to_string();
  EXPECT_EQ(*read.item->find("tags"), Value(StringSet{}));
}

TEST(Opening, AProjectionOfWholeAttributesOpensWithoutTheKeyAttributes) {
  KmsTarget target;
  const auto model = vault(2);
  Item item = sealed_by(target, model, vault_item());
  item.erase("PK");
  item.erase("SK");
  const Got read = get_stored(target, model, item, {.projection = {"secret"}});
  ASSERT_TRUE(read.item) << read.error->to_string();
  EXPECT_EQ(*read.item->find("secret"), Value("swordfish"));
  const Got part = get_stored(target, model, item, {.projection = {"events[0]"}});
  EXPECT_TRUE(part.error && part.error->is(ErrorCode::kEncryptedFieldNotQueryable));
}

TEST(Opening, APageAsksForEachKeyOnce) {
  KmsTarget target;
  const auto model = vault(2);
  std::vector<Item> items = sealed_by(target, model, {vault_item(1), vault_item(2), vault_item(3)});
  items.push_back(sealed_by(target, model, vault_item(4)));
  auto read = PagedRead::query(target.environment(), model, {{}, {{"PK", "=", {Value("V")}}}});
  ASSERT_TRUE(read) << read.error().to_string();
  target.answer(page_of(items, R"(,"LastEvaluatedKey":{"PK":{"S":"V"},"SK":{"N":"4"}})"));
  target.answer(page_of({items[0]}));
  std::vector<std::string> pins;
  std::size_t decrypts = 0;
  for (const std::size_t size : {4U, 1U}) {
    ASSERT_FALSE(target.run(**read));
    ASSERT_TRUE(target.at_page);
    ASSERT_EQ((*read)->page().items.size(), size);
    for (const auto& item : (*read)->page().items) {
      EXPECT_EQ(*model::decode_item(*model, item)->find("secret"), Value("swordfish"));
    }
    decrypts = target.service.count("Decrypt");
    EXPECT_EQ(decrypts, 2U) << "two keys; the second page needs none that is not at hand";
  }
  EXPECT_FALSE(target.run(**read));
  EXPECT_FALSE(target.at_page);
}

TEST(Opening, AProjectedPageFetchesTheKeysThatEnvelopesAreBoundTo) {
  const auto projected = [](int version) {
    KmsTarget target;
    QueryRequest request{{}, {{"PK", "=", {Value("V")}}}};
    request.projection = {"secret"};
    auto read = PagedRead::query(target.environment(), vault(version), request);
    EXPECT_TRUE(read);
    return (*read)->dropped();
  };
  EXPECT_EQ(projected(2), (std::vector<std::string>{"PK", "SK"}));
  EXPECT_TRUE(projected(1).empty());
}

TEST(Opening, GatheredAndParallelPagesAreOpened) {
  KmsTarget target;
  const auto model = vault(2);
  const std::vector<Item> items = sealed_by(target, model, {vault_item(1), vault_item(2), vault_item(3)});
  QueryRequest gathered{{}, {{"PK", "=", {Value("V")}}}};
  gathered.limit = 2;
  gathered.gather = true;
  auto query = PagedRead::query(target.environment(), model, gathered);
  ASSERT_TRUE(query);
  target.answer(page_of({items[0]}, R"(,"LastEvaluatedKey":{"PK":{"S":"V"},"SK":{"N":"1"}})"));
  target.answer(page_of({items[1], items[2]}));
  ASSERT_FALSE(target.run(**query));
  ASSERT_EQ((*query)->page().items.size(), 2U);
  EXPECT_FALSE((*query)->page().cursor.empty());
  EXPECT_EQ(*model::decode_item(*model, (*query)->page().items[1])->find("pin"), Value(4711));

  ScanRequest parallel;
  parallel.parallel = 2;
  auto scan = PagedRead::scan(target.environment(), model, parallel);
  ASSERT_TRUE(scan);
  target.answer(page_of({items[0]}));
  target.answer(page_of({items[1]}));
  for (int page = 0; page < 2; ++page) {
    ASSERT_FALSE(target.run(**scan));
    ASSERT_TRUE(target.at_page);
    EXPECT_EQ(*model::decode_item(*model, (*scan)->page().items[0])->find("pin"), Value(4711));
  }
  EXPECT_FALSE(target.run(**scan));
}

TEST(Opening, ALargePageAsksForItsKeysInRounds) {
  KmsTarget target;
  const auto model = vault(1);
  std::vector<Item> items;
  for (int i = 0; i < 40; ++i) items.push_back(sealed_by(target, model, vault_item(i)));
  auto scan = PagedRead::scan(target.environment(), model, ScanRequest{});
  target.answer(page_of(items));
  ASSERT_FALSE(target.run(**scan));
  EXPECT_EQ(target.service.count("Decrypt"), 40U);
  EXPECT_LE(target.parallel, 16U);
  EXPECT_EQ((*scan)->page().items.size(), 40U);
}

TEST(Opening, CountsNeedNoKey) {
  KmsTarget target;
  const auto model = vault(1);
  auto count = PagedRead::count(target.environment(), model, ScanRequest{});
  ASSERT_TRUE(count);
  target.answer(R"({"Count":3,"ScannedCount":3})");
  EXPECT_FALSE(target.run(**count));
  EXPECT_EQ((*count)->total(), 3U);
}

// One position reads an item by its model, another the same item as a document, a third nothing.
template <class Reads>
void expect_models_and_documents(KmsTarget& target, Reads& reads, const ModelPointer& model, std::string answer) {
  ASSERT_TRUE(reads.add(model, Bound(model, vault_key())));
  ASSERT_TRUE(reads.add(DocumentTable{"vault", {}}, vault_key()));
  ASSERT_TRUE(reads.add(model, Bound(model, vault_key(2))));
  ASSERT_TRUE(reads.add(model, Bound(model, vault_key())));
  ASSERT_TRUE(reads.prepare());
  target.answer(std::move(answer));
  ASSERT_FALSE(target.run(reads));
  EXPECT_EQ(*model::decode_item(*model, *reads.item(0))->find("secret"), Value("swordfish"));
  EXPECT_EQ(part(*value::read_item(*reads.item(1))->find("secret"), "nonce").size(), 12U);
  EXPECT_EQ(reads.item(2), nullptr);
  EXPECT_EQ(reads.item(3), reads.item(0)) << "opened once";
  EXPECT_EQ(*model::decode_item(*model, *reads.item(3))->find("secret"), Value("swordfish"));
  EXPECT_EQ(target.service.count("Decrypt"), 1U);
}

TEST(Opening, ABatchOpensForModelsAndLeavesDocuments) {
  KmsTarget target;
  const auto model = vault(2);
  const std::string item = to_wire_json(sealed_by(target, model, vault_item()));
  BatchRead batch(target.environment());
  expect_models_and_documents(target, batch, model, R"({"Responses":{"vault":[)" + item + "]}}");
}

TEST(Opening, ATransactionOpensForModelsAndLeavesDocuments) {
  KmsTarget target;
  const auto model = vault(2);
  const std::string item = to_wire_json(sealed_by(target, model, vault_item()));
  TransactRead reads(target.environment());
  expect_models_and_documents(target, reads, model, R"({"Responses":[{"Item":)" + item + "},{}]}");
}

TEST(Opening, WhatABatchHasReadIsOpenedEvenIfTheRestIsLeftOver) {
  KmsTarget target;
  target.environment().retry.batch_rounds = 0;
  const auto model = vault(1);
  const std::string item = to_wire_json(sealed_by(target, model, vault_item()));
  BatchRead batch(target.environment());
  ASSERT_TRUE(batch.add(model, Bound(model, vault_key(1))));
  ASSERT_TRUE(batch.add(model, Bound(model, vault_key(2))));
  target.answer(R"({"Responses":{"vault":[)" + item +
                R"(]},"UnprocessedKeys":{"vault":{"Keys":[{"PK":{"S":"V"},"SK":{"N":"2"}}]}}})");
  const auto error = target.run(batch);
  ASSERT_TRUE(error && error->is(ErrorCode::kBatchIncomplete));
  ASSERT_NE(batch.item(0), nullptr);
  EXPECT_EQ(*model::decode_item(*model, *batch.item(0))->find("secret"), Value("swordfish"));
  EXPECT_EQ(batch.leftovers(), std::vector<std::size_t>{1});
}

TEST(Opening, DocumentReadsKeepTheEnvelope) {
  KmsTarget target;
  const Item item = sealed_by(target, vault(1), vault_item());
  auto read = ItemRead::get(target.environment(), DocumentTable{"vault", {}}, vault_key());
  target.answer(answer_of(item));
  ASSERT_FALSE(target.run(**read));
  EXPECT_EQ(*value::read_item(*(*read)->item()), item);
  EXPECT_TRUE(target.service.asked.empty());
}

TEST(Opening, AVersionTwoModelReadsVersionOneAndNotTheOtherWayRound) {
  KmsTarget target;
  const auto old = vault(1), current = vault(2);
  const Got read = get_stored(target, current, sealed_by(target, old, vault_item()));
  ASSERT_TRUE(read.item) << read.error->to_string();
  EXPECT_EQ(*read.item->find("secret"), Value("swordfish"));
  const Got refused = get_stored(target, old, sealed_by(target, current, vault_item()));
  ASSERT_TRUE(refused.error);
  EXPECT_TRUE(refused.error->is(ErrorCode::kInvalidEncryptedEnvelope)) << refused.error->to_string();
}

TEST(Opening, ATableUnderAnotherNameStaysReadable) {
  KmsTarget target;
  const auto model = vault(2);
  const auto restored = model::Model::compile(model->definition(), "vault-restored");
  const Got read = get_stored(target, restored, sealed_by(target, model, vault_item()));
  ASSERT_TRUE(read.item) << read.error->to_string();
}

// What is done to a stored item before it is read.
struct Tampering {
  const char* name;
  int version;
  void (*alter)(Item& item);
};

void PrintTo(const Tampering& tampering, std::ostream* out) {
  *out << tampering.name;
}

void alter(Item& item, std::string_view member, void (*change)(Bytes&)) {
  Map& envelope = item.find("secret")->map();
  Bytes bytes = envelope.find(member)->bytes();
  change(bytes);
  envelope.set(std::string(member), std::move(bytes));
}

constexpr auto kFlip = [](Bytes& bytes) { bytes.back() ^= 1; };

const Tampering kTamperings[] = {
    {"CiphertextFlipped", 1, [](Item& item) { alter(item, "ct", kFlip); }},
    {"CiphertextFlippedAtItsStart", 2, [](Item& item) { alter(item, "ct", [](Bytes& bytes) { bytes[0] ^= 128; }); }},
    {"CiphertextCut", 1, [](Item& item) { alter(item, "ct", [](Bytes& bytes) { bytes.pop_back(); }); }},
    {"CiphertextTooShort", 1, [](Item& item) { alter(item, "ct", [](Bytes& bytes) { bytes.resize(15); }); }},
    {"NonceFlipped", 1, [](Item& item) { alter(item, "nonce", kFlip); }},
    {"NonceCut", 2, [](Item& item) { alter(item, "nonce", [](Bytes& bytes) { bytes.pop_back(); }); }},
    {"KeyFlipped", 1, [](Item& item) { alter(item, "edk", kFlip); }},
    {"KeyEmpty", 2, [](Item& item) { alter(item, "edk", [](Bytes& bytes) { bytes.clear(); }); }},
    {"VersionRaised", 1, [](Item& item) { item.find("secret")->map().set("v", 2); }},
    {"VersionLowered", 2, [](Item& item) { item.find("secret")->map().set("v", 1); }},
    {"VersionUnknown", 2, [](Item& item) { item.find("secret")->map().set("v", 3); }},
    {"VersionAsText", 1, [](Item& item) { item.find("secret")->map().set("v", "1"); }},
    {"PartMissing", 1, [](Item& item) { item.find("secret")->map().erase("nonce"); }},
    {"PartAdded", 1, [](Item& item) { item.find("secret")->map().set("x", 1); }},
    {"InTheClear", 1, [](Item& item) { item.set("secret", "swordfish"); }},
    {"NullInstead", 1, [](Item& item) { item.set("secret", Value()); }},
    {"MovedToAnotherAttribute", 1, [](Item& item) { item.set("pin", *item.find("secret")); }},
    {"MovedToAnotherAttributeOfVersionTwo", 2, [](Item& item) { item.set("pin", *item.find("secret")); }},
};

class Tampered : public ::testing::TestWithParam<Tampering> {};

TEST_P(Tampered, IsNoticedAndNothingIsShown) {
  KmsTarget target;
  const auto model = vault(GetParam().version);
  Item item = sealed_by(target, model, vault_item());
  GetParam().alter(item);
  const Got read = get_stored(target, model, item);
  ASSERT_TRUE(read.error) << "it was read as if nothing were wrong";
  EXPECT_TRUE(read.error->is(ErrorCode::kInvalidEncryptedEnvelope)) << read.error->to_string();
  EXPECT_EQ(read.error->operation(), "get");
  EXPECT_EQ(read.error->to_string().find("swordfish"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Envelopes, Tampered, ::testing::ValuesIn(kTamperings),
                         [](const auto& tampered) { return std::string(tampered.param.name); });

TEST(Opening, AVersionTwoEnvelopeOpensInItsOwnItemAndTableOnly) {
  KmsTarget target;
  const auto model = vault(2);
  Item moved = sealed_by(target, model, vault_item(2));
  moved.set("SK", 1);
  EXPECT_TRUE(get_stored(target, model, moved).error->is(ErrorCode::kInvalidEncryptedEnvelope));
  const auto elsewhere = vault(2, "elsewhere");
  const Item copied = sealed_by(target, elsewhere, vault_item(1));
  EXPECT_TRUE(get_stored(target, model, copied).error->is(ErrorCode::kInvalidEncryptedEnvelope));
  // In a page the key is the item's own.
  auto scan = PagedRead::scan(target.environment(), model, ScanRequest{});
  target.answer(page_of({moved}));
  const auto error = target.run(**scan);
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is(ErrorCode::kInvalidEncryptedEnvelope));
  EXPECT_TRUE((*scan)->page().items.empty());
}

TEST(Opening, TheTableIsBoundEvenUnderAKeyThatOpensBoth) {
  ScriptedTarget target;
  target.environment().keys = *crypto::make_static_development_key_provider(crypto::Secret(Bytes(32, 7)));
  const auto model = vault(2), elsewhere = vault(2, "elsewhere");
  auto write = ItemWrite::put(target.environment(), elsewhere, Bound(elsewhere, vault_item()));
  target.answer("{}");
  ASSERT_FALSE(target.run(**write));
  const Item item = sent_item(target.requests.back().body);
  for (const auto& [reader, opens] : {std::pair{elsewhere, true}, std::pair{model, false}}) {
    auto read = ItemRead::get(target.environment(), reader, Bound(reader, vault_key()));
    target.answer(answer_of(item));
    const auto error = target.run(**read);
    EXPECT_EQ(!error, opens);
    EXPECT_EQ(error && error->is(ErrorCode::kInvalidEncryptedEnvelope), !opens);
  }
}

TEST(Opening, NoMessageShowsAStoredValueThatDoesNotFit) {
  KmsTarget target;
  // The same name and table, other types: what it stores, the vault cannot read.
  const auto loose = compile(R"(
dms_version: "0.2"
models:
  - name: Vault
    table: {name: vault}
    keys: {partition: {attribute: PK, type: S}, sort: {attribute: SK, type: N}}
    attributes:
      - {attribute: PK, type: S, roles: [pk]}
      - {attribute: SK, type: N, roles: [sk]}
      - {attribute: seen, type: S, encryption: {v: 1}}
      - {attribute: pin, type: N, encryption: {v: 1}}
)");
  for (const auto& [name, value] : {std::pair<std::string, Value>{"seen", "swordfish"},
                                    std::pair<std::string, Value>{"pin", *Number::parse("47.11")}}) {
    Item item = vault_key();
    item.set(name, value);
    const Got read = get_stored(target, vault(1), sealed_by(target, loose, item));
    ASSERT_TRUE(read.error);
    const std::string text = read.error->to_string();
    EXPECT_EQ(text.find("swordfish"), std::string::npos) << text;
    EXPECT_EQ(text.find("47.11"), std::string::npos) << text;
    EXPECT_NE(text.find(name), std::string::npos) << text;
  }
}

TEST(Opening, NoMessageShowsAValueOfADataFileThatDoesNotFit) {
  const auto node = value::parse_json_text(R"({"PK":"V","SK":1,"pin":"swordfish"})");
  const auto item = model::item_from_json(*vault(1), *node);
  ASSERT_FALSE(item);
  EXPECT_TRUE(item.error().is(ErrorCode::kInvalidModel));
  EXPECT_EQ(item.error().message().find("swordfish"), std::string::npos) << item.error().message();
}

TEST(Opening, ARefusalOfTheKeyServiceIsTheReadsError) {
  KmsTarget target;
  const auto model = vault(1);
  const Item item = sealed_by(target, model, vault_item());
  target.kms = [](const Request&) -> Result<Response> {
    return Response{400, R"({"__type":"DisabledException"})", "k"};
  };
  const Got read = get_stored(target, model, item);
  ASSERT_TRUE(read.error);
  EXPECT_TRUE(read.error->is(ErrorCode::kRequestRejected));
  EXPECT_EQ(read.error->service_type(), "DisabledException");
  target.kms = [](const Request&) -> Result<Response> { return fail(ErrorCode::kTransport, "no KMS here"); };
  target.environment().retry.max_attempts = 1;
  EXPECT_TRUE(get_stored(target, model, item).error->is(ErrorCode::kTransport));
}

TEST(Opening, ACachedKeyOpensForTheNextOperation) {
  KmsTarget target(crypto::DataKeyCacheLimits{});
  const auto model = vault(2);
  const Item item = sealed_by(target, model, vault_item());
  ASSERT_TRUE(get_stored(target, model, item).item);
  EXPECT_EQ(target.service.count("Decrypt"), 0U) << "the key that sealed it was kept";
}

TEST(ItemDecryption, OpensItemsOfManyModelsAndPassesOthers) {
  KmsTarget target;
  const auto model = vault(2);
  const std::string text = to_wire_json(sealed_by(target, model, vault_item()));
  const std::string plain = R"({"id":{"N":"1"},"text":{"S":"x"}})";
  value::WireDocument first, second;
  ItemDecryption decryption(target.environment(), "decode_record");
  ASSERT_TRUE(decryption.add(model, *first.parse(text)));
  ASSERT_TRUE(decryption.add(notes(), *second.parse(plain)));
  ASSERT_FALSE(target.run(decryption));
  EXPECT_EQ(*model::decode_item(*model, decryption.item(0))->find("secret"), Value("swordfish"));
  EXPECT_EQ(*model::decode_item(*notes(), decryption.item(1))->find("text"), Value("x"));
}

TEST(ItemDecryption, FailsClosedWithoutAProvider) {
  ScriptedTarget target;
  ItemDecryption decryption(target.environment(), "decode_record");
  value::WireDocument document;
  const auto added = decryption.add(vault(1), *document.parse("{}"));
  ASSERT_FALSE(added);
  EXPECT_TRUE(added.error().is(ErrorCode::kEncryptionNotConfigured));
  EXPECT_EQ(added.error().operation(), "decode_record");
}

}  // namespace
}  // namespace tabletheory::ops
