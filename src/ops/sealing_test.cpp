#include "ops/sealing.h"

#include <gtest/gtest.h>

#include "ops/batches.h"
#include "ops/encryption_test_support.h"
#include "ops/transactions.h"
#include "ops/update_builder.h"
#include "ops/writes.h"

namespace tabletheory::ops {
namespace {

// The item that a put stores: what a first put of `item` sends.
Item put_and_see(KmsTarget& target, const std::shared_ptr<const model::Model>& model, const Item& item) {
  auto write = ItemWrite::put(target.environment(), model, Bound(model, item));
  if (!write) {
    ADD_FAILURE() << write.error().to_string();
    return {};
  }
  target.answer("{}");
  EXPECT_FALSE(target.run(**write));
  return sent_item(target.requests.back().body);
}

TEST(Sealing, APutAsksForOneKeyAndSendsEnvelopesUnderIt) {
  KmsTarget target;
  const Item item = put_and_see(target, vault(1), vault_item());
  ASSERT_EQ(target.requests.size(), 2U);
  EXPECT_EQ(target.requests[0].service, Service::kKms);
  EXPECT_EQ(target.requests[0].operation, "GenerateDataKey");
  EXPECT_EQ(target.requests[0].body, R"({"KeyId":"arn:aws:kms:eu-west-1:111122223333:key/k","KeySpec":"AES_256"})");
  EXPECT_EQ(target.requests[1].operation, "PutItem");
  EXPECT_EQ(target.requests[1].body.find("swordfish"), std::string::npos);
  EXPECT_EQ(target.requests[1].body.find("4711"), std::string::npos);
  const Value &secret = *item.find("secret"), &pin = *item.find("pin");
  EXPECT_EQ(*secret.map().find("v"), Value(1));
  EXPECT_EQ(part(secret, "edk"), part(pin, "edk"));
  EXPECT_NE(part(secret, "nonce"), part(pin, "nonce"));
  EXPECT_EQ(part(secret, "nonce").size(), 12U);
  EXPECT_EQ(part(secret, "ct").size(), std::string_view(R"({"t":"S","s":"swordfish"})").size() + 16);
}

TEST(Sealing, AnItemWithoutEncryptedValuesNeedsNoKey) {
  KmsTarget target;
  put_and_see(target, vault(1), vault_key());
  EXPECT_EQ(target.service.asked.size(), 0U);
}

TEST(Sealing, ARetrySendsTheFirstEnvelopeAgain) {
  KmsTarget target;
  const auto model = vault(1);
  auto write = ItemWrite::put(target.environment(), model, Bound(model, vault_item()));
  ASSERT_TRUE(write);
  target.refuse(500, "InternalServerError");
  target.answer("{}");
  EXPECT_FALSE(target.run(**write));
  ASSERT_EQ(target.requests.size(), 3U);
  EXPECT_EQ(target.requests[1].body, target.requests[2].body);
  EXPECT_EQ(target.service.count("GenerateDataKey"), 1U);
}

TEST(Sealing, WhatTheCallerGetsBackIsInTheClear) {
  KmsTarget target;
  const auto model = vault(1);
  auto write = ItemWrite::put(target.environment(), model, Bound(model, vault_item()));
  ASSERT_TRUE(write);
  EXPECT_NE((*write)->request().find(R"("secret":{"M":{"ct":{"B":""})"), std::string::npos) << "nothing sealed yet";
  EXPECT_EQ((*write)->request().find("swordfish"), std::string::npos);
  target.answer("{}");
  EXPECT_FALSE(target.run(**write));
  EXPECT_NE((*write)->written_item().find(R"("secret":{"S":"swordfish"})"), std::string::npos);
}

TEST(Sealing, AThrottledKeyServiceIsAskedAgain) {
  KmsTarget target;
  const auto model = vault(1);
  int calls = 0;
  target.kms = [&](const Request& request) -> Result<Response> {
    if (++calls == 1) return Response{400, R"({"__type":"ThrottlingException","message":"slow down"})", "kms-1"};
    return target.service(request);
  };
  auto write = ItemWrite::put(target.environment(), model, Bound(model, vault_item()));
  ASSERT_TRUE(write);
  target.answer("{}");
  EXPECT_FALSE(target.run(**write));
  EXPECT_EQ(calls, 2);
}

TEST(Sealing, WhenTheKeyServiceRefusesNothingIsWritten) {
  KmsTarget target;
  const auto model = vault(1);
  target.kms = [](const Request&) -> Result<Response> {
    return Response{400, R"({"__type":"AccessDeniedException","message":"not yours"})", "kms-1"};
  };
  auto write = ItemWrite::put(target.environment(), model, Bound(model, vault_item()));
  ASSERT_TRUE(write);
  const auto error = target.run(**write);
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is(ErrorCode::kRequestRejected)) << error->to_string();
  EXPECT_EQ(error->service_type(), "AccessDeniedException");
  EXPECT_EQ(error->request_id(), "kms-1");
  EXPECT_EQ(error->operation(), "put");
  EXPECT_EQ(error->model(), "Vault");
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST(Sealing, ABatchTakesOneKeyAndNeverSealsAgain) {
  KmsTarget target;
  const auto model = vault(1);
  BatchWrite batch(target.environment());
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(batch.put(model, Bound(model, vault_item(i))));
  ASSERT_TRUE(batch.remove(model, Bound(model, vault_key(30))));
  ASSERT_TRUE(batch.prepare());
  target.answer(R"({"UnprocessedItems":{"vault":[{"PutRequest":{"Item":{"PK":{"S":"V"},"SK":{"N":"3"}}}}]}})");
  target.answer("{}");
  target.answer("{}");
  EXPECT_FALSE(target.run(batch));
  EXPECT_EQ(target.service.count("GenerateDataKey"), 1U);
  ASSERT_EQ(target.requests.size(), 4U);
  const std::string first = target.requests[1].body, again = target.requests[3].body;
  const std::string request = again.substr(again.find("[") + 1, again.rfind(']') - again.find("[") - 1);
  EXPECT_NE(first.find(request), std::string::npos) << "the same bytes";
  std::set<std::string> nonces;
  for (std::size_t at = first.find("\"nonce\""); at != std::string::npos; at = first.find("\"nonce\"", at + 1)) {
    nonces.insert(first.substr(at, 40));
  }
  EXPECT_EQ(nonces.size(), 50U) << "25 items of two values";
}

TEST(Sealing, VersionTwoTakesAKeyPerTableOfTheDocument) {
  KmsTarget target;
  const auto one = vault(2, "first"), other = vault(2, "second"), old = vault(1, "third");
  TransactWrite transaction(target.environment());
  ASSERT_TRUE(transaction.create(one, Bound(one, vault_item(1))));
  ASSERT_TRUE(transaction.create(other, Bound(other, vault_item(1))));
  ASSERT_TRUE(transaction.put(one, Bound(one, vault_item(2))));
  ASSERT_TRUE(transaction.upsert(old, Bound(old, vault_item(2))));
  ASSERT_TRUE(transaction.prepare());
  EXPECT_EQ(transaction.request().find("swordfish"), std::string::npos);
  target.answer("{}");
  EXPECT_FALSE(target.run(transaction));
  const std::vector<std::pair<std::string, std::string>> expected{
      {"GenerateDataKey", "first"}, {"GenerateDataKey", "second"}, {"GenerateDataKey", ""}};
  EXPECT_EQ(target.service.asked, expected);
  EXPECT_EQ(target.requests.back().body, transaction.request());
  EXPECT_EQ(transaction.request().find("swordfish"), std::string::npos);
}

TEST(Sealing, UpdatesSealWhatTheySet) {
  const auto model = vault(1);
  Item item = vault_item();
  item.set("note", "n");
  item.set("version", 3);
  const std::vector<std::string> selection{"note", "secret", "tags"};
  for (const std::string_view name : {"update", "patch", "upsert"}) {
    KmsTarget target;
    auto write = name == "update"  ? ItemWrite::update(target.environment(), model, Bound(model, item), selection)
                 : name == "patch" ? ItemWrite::patch(target.environment(), model, Bound(model, item))
                                   : ItemWrite::upsert(target.environment(), model, Bound(model, item));
    ASSERT_TRUE(write) << write.error().to_string();
    target.answer("{}");
    EXPECT_FALSE(target.run(**write));
    const Item values = sent_item(target.requests.back().body, "ExpressionAttributeValues");
    std::size_t envelopes = 0;
    for (const auto& [placeholder, value] : values) envelopes += part(value, "edk").empty() ? 0 : 1;
    EXPECT_EQ(envelopes, name == "update" ? 1U : 2U) << name;
    EXPECT_EQ(target.requests.back().body.find("swordfish"), std::string::npos) << name;
    EXPECT_NE(target.requests.back().body.find(R"({"S":"n"})"), std::string::npos) << name;
    EXPECT_EQ(target.service.count("GenerateDataKey"), 1U) << name;
  }
}

TEST(Sealing, TheUpdateBuilderSealsWholeValuesAndRefusesTheRest) {
  KmsTarget target;
  const auto model = vault(1);
  UpdateBuilder update;
  update.set("secret", "swordfish").set_if_not_exists("pin", 4711).remove("tags").set("note", "swordfish?");
  auto write = ItemWrite::build(target.environment(), model, Bound(model, vault_key()), update);
  ASSERT_TRUE(write) << write.error().to_string();
  target.answer("{}");
  EXPECT_FALSE(target.run(**write));
  const std::string& body = target.requests.back().body;
  EXPECT_EQ(body.find(R"("swordfish")"), std::string::npos);
  EXPECT_EQ(body.find("4711"), std::string::npos);
  EXPECT_NE(body.find("if_not_exists(#n2, :v2)"), std::string::npos) << body;
  EXPECT_NE(body.find("REMOVE"), std::string::npos);
  EXPECT_EQ(body.find('\xFF'), std::string::npos);
  for (const auto& refused :
       {UpdateBuilder().increment("pin"), UpdateBuilder().add("tags", StringSet{{"a"}}),
        UpdateBuilder().delete_elements("tags", StringSet{{"a"}}), UpdateBuilder().append("events", {Value(1)}),
        UpdateBuilder().prepend("events", {Value(1)}), UpdateBuilder().set_element("events", 0, Value(1)),
        UpdateBuilder().remove_element("events", 0), UpdateBuilder().remove("events[0]")}) {
    auto created = ItemWrite::build(target.environment(), model, Bound(model, vault_key()), refused);
    ASSERT_FALSE(created);
    EXPECT_TRUE(created.error().is(ErrorCode::kEncryptedFieldNotQueryable)) << created.error().to_string();
  }
}

TEST(Sealing, RawUpdateExpressionsAreRefused) {
  KmsTarget target;
  const auto model = vault(1);
  const RawExpression raw{"SET note = :n", {}, {{":n", "x"}}};
  auto write = ItemWrite::update_expression(target.environment(), model, Bound(model, vault_key()), raw);
  ASSERT_FALSE(write);
  EXPECT_TRUE(write.error().is(ErrorCode::kEncryptedFieldNotQueryable));
}

TEST(Sealing, TheSizeOfAnItemCountsItsEnvelopes) {
  const auto model = vault(1);
  Item item = vault_key();
  item.set("secret", std::string(210'000, '"'));  // each is two bytes in the sealed form
  item.set("version", 0);
  const std::vector<std::string> selection{"secret"};
  for (const bool is_put : {true, false}) {
    KmsTarget target;
    auto write = is_put ? ItemWrite::put(target.environment(), model, Bound(model, item))
                        : ItemWrite::update(target.environment(), model, Bound(model, item), selection);
    ASSERT_TRUE(write);
    const auto error = target.run(**write);
    ASSERT_TRUE(error);
    EXPECT_TRUE(error->is(ErrorCode::kInvalidModel)) << error->to_string().substr(0, 200);
    EXPECT_NE(error->message().find("409600"), std::string::npos);
    EXPECT_EQ(target.requests.size(), 1U) << "the key's";
  }
}

TEST(Sealing, NoMessageShowsAValueThatDoesNotFit) {
  KmsTarget target;
  const auto model = vault(1);
  const auto message = [&](const std::string& attribute, const Value& value) {
    Item item = vault_key();
    item.set(attribute, value);
    auto put = ItemWrite::put(target.environment(), model, Bound(model, item));
    auto build =
        ItemWrite::build(target.environment(), model, Bound(model, vault_key()), UpdateBuilder().set(attribute, value));
    EXPECT_FALSE(put);
    EXPECT_FALSE(build);
    EXPECT_TRUE(put.error().is(ErrorCode::kInvalidModel));
    return put.error().to_string() + build.error().to_string();
  };
  EXPECT_EQ(message("seen", "swordfish").find("swordfish"), std::string::npos);
  EXPECT_EQ(message("pin", *Number::parse("47.11")).find("47.11"), std::string::npos);
  EXPECT_NE(message("pin", *Number::parse("47.11")).find("\"pin\""), std::string::npos);
  EXPECT_NE(message("secret", 1).find("\"secret\""), std::string::npos);
}

TEST(Sealing, TheReturnedItemIsOpenedWithTheKeyAtHand) {
  KmsTarget target;
  const auto model = vault(2);
  const Item before = put_and_see(target, model, vault_item());
  Item change = vault_key();
  change.set("secret", "marlin");
  change.set("version", 0);
  const std::vector<std::string> selection{"secret"};
  auto write = ItemWrite::update(target.environment(), model, Bound(model, change), selection,
                                 {.return_values = ReturnValues::kAllNew});
  ASSERT_TRUE(write);
  // Answers with what it is sent: the new secret, and the pin as it was.
  target.requests.clear();
  target.service.asked.clear();
  Step step = (*write)->next();
  while (auto* send = std::get_if<Send>(&step)) {
    for (const Request& request : send->requests) {
      if (request.service == Service::kKms) {
        (*write)->on_response(request.id, target.service(request));
        continue;
      }
      const Item values = sent_item(request.body, "ExpressionAttributeValues");
      Item now = before;
      for (const auto& [placeholder, value] : values)
        if (!part(value, "edk").empty()) now.set("secret", value);
      (*write)->on_response(request.id, Response{200, R"({"Attributes":)" + to_wire_json(now) + "}", "r"});
    }
    step = (*write)->next();
  }
  ASSERT_TRUE(std::holds_alternative<Done>(step));
  const auto item = model::decode_item(*model, *(*write)->attributes());
  ASSERT_TRUE(item) << item.error().to_string();
  EXPECT_EQ(*item->find("secret"), Value("marlin"));
  EXPECT_EQ(*item->find("pin"), Value(4711));
  EXPECT_EQ(target.service.count("GenerateDataKey"), 1U);
  EXPECT_EQ(target.service.count("Decrypt"), 1U) << "for the pin only";
}

TEST(Sealing, AFailedConditionReturnsTheItemInTheClear) {
  KmsTarget target;
  const auto model = vault(1);
  const std::string before = to_wire_json(put_and_see(target, model, vault_item()));
  const auto refused = [&] {
    auto write =
        ItemWrite::create(target.environment(), model, Bound(model, vault_item()), {.return_item_on_failure = true});
    target.refuse(400, "ConditionalCheckFailedException", R"("message":"no","Item":)" + before);
    return *target.run(**write);
  };
  const Error error = refused();
  EXPECT_TRUE(error.is(ErrorCode::kConditionFailed));
  ASSERT_NE(error.item(), nullptr);
  EXPECT_EQ(*error.item()->find("secret"), Value("swordfish"));

  target.kms = [&](const Request& request) -> Result<Response> {
    if (request.operation == "GenerateDataKey") return target.service(request);
    return Response{400, R"({"__type":"AccessDeniedException"})", ""};
  };
  const Error unseen = refused();
  EXPECT_TRUE(unseen.is(ErrorCode::kConditionFailed)) << "what counts is that nothing was written";
  EXPECT_EQ(unseen.item(), nullptr);
  EXPECT_NE(unseen.message().find("cannot be shown"), std::string::npos);
}

TEST(Sealing, ACancelledTransactionReturnsItsItemsInTheClear) {
  KmsTarget target;
  const auto model = vault(2);
  const std::string before = to_wire_json(put_and_see(target, model, vault_item()));
  TransactWrite transaction(target.environment());
  ASSERT_TRUE(transaction.create(model, Bound(model, vault_item()), {.return_item_on_failure = true}));
  ASSERT_TRUE(transaction.create(model, Bound(model, vault_item(2))));
  ASSERT_TRUE(transaction.prepare());
  target.refuse(
      400, "TransactionCanceledException",
      R"("CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":)" + before + R"(},{"Code":"None"}])");
  const auto error = target.run(transaction);
  ASSERT_TRUE(error);
  EXPECT_TRUE(error->is(ErrorCode::kConditionFailed)) << error->to_string();
  ASSERT_NE(error->reasons()[0].item, nullptr);
  EXPECT_EQ(*error->reasons()[0].item->find("pin"), Value(4711));
}

TEST(Sealing, TheEchoOfAnEncryptedWriteIsKnownAsOurs) {
  KmsTarget target;
  const auto model = vault(1);
  auto write = ItemWrite::create(target.environment(), model, Bound(model, vault_item()));
  ASSERT_TRUE(write);
  Item ours = vault_key();
  for (const auto* role : {"createdAt", "updatedAt"}) ours.set(role, std::string(kNow));
  ours.set("version", 0);
  target.refuse(500, "InternalServerError");
  target.refuse(400, "ConditionalCheckFailedException", R"("message":"no","Item":)" + to_wire_json(ours));
  EXPECT_FALSE(target.run(**write));
}

TEST(Sealing, TheDeterministicProviderDrawsInTheOrderOfNames) {
  const auto model = vault(1);
  const auto sealed = [&](const Item& item) {
    ScriptedTarget target;
    target.environment().keys = crypto::make_deterministic_test_key_provider("seed");
    auto write = ItemWrite::put(target.environment(), model, Bound(model, item));
    target.answer("{}");
    EXPECT_FALSE(target.run(**write));
    return sent_item(target.requests.back().body);
  };
  const Item item = sealed(vault_item());
  auto draws = crypto::make_deterministic_test_key_provider("seed");
  for (const std::string name : {"pin", "secret"}) {  // declared the other way round
    const crypto::KeyPurpose purpose{1, "Vault", "vault", name};
    EXPECT_EQ(part(*item.find(name), "edk"), std::get<crypto::DataKey>(*draws->generate(purpose)).encrypted) << name;
    EXPECT_EQ(part(*item.find(name), "nonce"), *draws->nonce(purpose)) << name;
  }
}

TEST(Sealing, ACachedKeySealsForTheNextOperation) {
  KmsTarget target(crypto::DataKeyCacheLimits{.max_uses = 4});
  const auto model = vault(2);
  const Item first = put_and_see(target, model, vault_item(1)), second = put_and_see(target, model, vault_item(2));
  EXPECT_EQ(part(*first.find("pin"), "edk"), part(*second.find("pin"), "edk"));
  EXPECT_NE(part(*first.find("pin"), "nonce"), part(*second.find("pin"), "nonce"));
  EXPECT_EQ(target.service.count("GenerateDataKey"), 1U);
  put_and_see(target, model, vault_item(3));
  EXPECT_EQ(target.service.count("GenerateDataKey"), 2U) << "four values were sealed";
}

}  // namespace
}  // namespace tabletheory::ops
