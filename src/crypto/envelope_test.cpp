#include "crypto/envelope.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "crypto/key_provider.h"
#include "value/base64.h"
#include "value/json_text.h"
#include "value/wire.h"

namespace tabletheory::crypto {
namespace {

using value::JsonNode;

JsonNode read_vectors() {
  std::ifstream file(TABLETHEORY_SOURCE_DIR "/vectors/envelopes.json");
  std::stringstream text;
  text << file.rdbuf();
  return *value::parse_json_text(text.str());
}

// The vectors hold typed attribute JSON as a subtree; write it out again to read it with the wire reader.
void print(const JsonNode& node, std::string& out) {
  value::WireWriter writer(out);
  switch (node.kind) {
    case JsonNode::Kind::kNull:
      out += "null";
      break;
    case JsonNode::Kind::kBool:
      out += node.boolean ? "true" : "false";
      break;
    case JsonNode::Kind::kNumber:
      out += node.text;
      break;
    case JsonNode::Kind::kString:
      writer.string(node.text);
      break;
    case JsonNode::Kind::kArray:
      out.push_back('[');
      for (std::size_t i = 0; i < node.elements.size(); ++i) {
        if (i) out.push_back(',');
        print(node.elements[i], out);
      }
      out.push_back(']');
      break;
    case JsonNode::Kind::kObject:
      out.push_back('{');
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        if (i) out.push_back(',');
        writer.key(node.members[i].name);
        print(node.members[i].value, out);
      }
      out.push_back('}');
      break;
  }
}

Item item_of(const JsonNode& node) {
  std::string json;
  print(node, json);
  return *item_from_wire_json(json);
}

Value value_of(const JsonNode& node) {
  JsonNode object;
  object.kind = JsonNode::Kind::kObject;
  object.members.push_back({"v", node});
  return *item_of(object).find("v");
}

std::string base64(const Bytes& bytes) {
  std::string text;
  value::append_base64(bytes, text);
  return text;
}

struct Sealed {
  Envelope envelope;
  Secret key;
};

Sealed seal_with(KeyProvider& provider, const KeyPurpose& purpose, const Value& value, std::string_view key_json) {
  auto data_key = std::get<DataKey>(std::move(*provider.generate(purpose)));
  auto nonce = *provider.nonce(purpose);
  auto envelope = seal(value, {purpose.version, purpose.table, purpose.attribute, key_json}, data_key.plaintext,
                       data_key.encrypted, nonce);
  return {std::move(*envelope), std::move(data_key.plaintext)};
}

void expect_vector(const JsonNode& expected, const Envelope& envelope, const std::string& name) {
  EXPECT_EQ(std::to_string(envelope.version), expected.find("v")->text) << name;
  EXPECT_EQ(base64(envelope.encrypted_data_key), expected.find("edk")->text) << name;
  EXPECT_EQ(base64(envelope.nonce), expected.find("nonce")->text) << name;
  EXPECT_EQ(base64(envelope.ciphertext), expected.find("ct")->text) << name;
}

TEST(Envelope, MatchesTheGoldenVectors) {
  auto document = read_vectors();
  int compared = 0;
  for (const JsonNode& vector : document.find("vectors")->elements) {
    auto text = [&](std::string_view member) {
      return vector.find(member) ? vector.find(member)->text : std::string();
    };
    auto provider = make_deterministic_test_key_provider(text("seed"));
    std::string key_json = vector.find("key") ? to_wire_json(item_of(*vector.find("key"))) : "";
    std::string model = text("model"), table = text("table");
    if (const JsonNode* attributes = vector.find("attributes")) {
      Item item = item_of(*vector.find("item"));
      for (const JsonNode& expected : attributes->elements) {  // in byte order of the names, one provider
        std::string attribute = expected.find("attribute")->text;
        auto sealed = seal_with(*provider, {1, model, table, attribute}, *item.find(attribute), key_json);
        EXPECT_EQ(plaintext_json(*item.find(attribute)), expected.find("plaintext")->text);
        expect_vector(*expected.find("envelope"), sealed.envelope, text("name") + "/" + attribute);
        ++compared;
      }
      continue;
    }
    int version = vector.find("version")->text == "2" ? 2 : 1;
    std::string attribute = text("attribute");
    Value value = value_of(*vector.find("value"));
    EXPECT_EQ(plaintext_json(value), text("plaintext"));
    auto sealed = seal_with(*provider, {version, model, table, attribute}, value, key_json);
    expect_vector(*vector.find("envelope"), sealed.envelope, text("name"));
    auto opened = open(sealed.envelope, {version, table, attribute, key_json}, sealed.key);
    ASSERT_TRUE(opened) << opened.error().to_string();
    EXPECT_EQ(*opened, value);
    ++compared;
  }
  EXPECT_EQ(compared, 6);
}

class EveryType : public ::testing::TestWithParam<Value> {};

TEST_P(EveryType, RoundTripsThroughAnEnvelope) {
  auto provider = make_deterministic_test_key_provider("round trip");
  auto sealed = seal_with(*provider, {2, "Record", "records", "secret"}, GetParam(), R"({"PK":{"S":"a"}})");
  auto stored = Envelope::from_value(sealed.envelope.to_value(), "secret");
  ASSERT_TRUE(stored);
  auto opened = open(*stored, {2, "records", "secret", R"({"PK":{"S":"a"}})"}, sealed.key);
  ASSERT_TRUE(opened) << opened.error().to_string();
  EXPECT_EQ(*opened, GetParam());
}

INSTANTIATE_TEST_SUITE_P(AllTen, EveryType,
                         ::testing::Values(Value("text \u2028 <&>"), Value(*Number::parse("-1.50")),
                                           Value(Bytes{0, 255}), Value(false), Value(),
                                           Value(Map{{"a", 1}, {"b", Map{}}}), Value(List{Value("x"), Value(List{})}),
                                           Value(StringSet{{"b", "a"}}), Value(NumberSet{{1, 2}}),
                                           Value(BinarySet{{Bytes{1}, Bytes{2}}})));

TEST(Envelope, EveryAlteredByteIsNoticed) {
  auto provider = make_deterministic_test_key_provider("tamper");
  const Binding binding{1, "records", "secret", ""};
  auto sealed = seal_with(*provider, {1, "Record", "records", "secret"}, "swordfish", "");
  for (Bytes Envelope::* part : {&Envelope::nonce, &Envelope::ciphertext}) {
    for (std::size_t i = 0; i < (sealed.envelope.*part).size(); ++i) {
      Envelope altered = sealed.envelope;
      (altered.*part)[i] ^= 1;
      auto opened = open(altered, binding, sealed.key);
      ASSERT_FALSE(opened);
      EXPECT_TRUE(opened.error().is(ErrorCode::kInvalidEncryptedEnvelope));
      EXPECT_EQ(opened.error().message().find("swordfish"), std::string::npos);
    }
  }
}

TEST(Envelope, MovedElsewhereItDoesNotOpen) {
  auto provider = make_deterministic_test_key_provider("move");
  auto first = seal_with(*provider, {1, "Record", "records", "secret"}, "swordfish", "");
  EXPECT_FALSE(open(first.envelope, {1, "records", "other", ""}, first.key));
  auto second = seal_with(*provider, {2, "Record", "records", "secret"}, "swordfish", R"({"PK":{"S":"a"}})");
  EXPECT_TRUE(open(second.envelope, {2, "records", "secret", R"({"PK":{"S":"a"}})"}, second.key));
  EXPECT_FALSE(open(second.envelope, {2, "records", "secret", R"({"PK":{"S":"b"}})"}, second.key));
  EXPECT_FALSE(open(second.envelope, {2, "elsewhere", "secret", R"({"PK":{"S":"a"}})"}, second.key));
  EXPECT_FALSE(open(second.envelope, {2, "records", "other", R"({"PK":{"S":"a"}})"}, second.key));
}

TEST(Envelope, MalformedOnesAreRefusedByName) {
  const Bytes nonce(12, 1), text(16, 1), key(1, 1);
  const Value malformed[] = {
      Value("plain"),
      Value(Map{{"v", 3}, {"edk", key}, {"nonce", nonce}, {"ct", text}}),
      Value(Map{{"v", "1"}, {"edk", key}, {"nonce", nonce}, {"ct", text}}),
      Value(Map{{"edk", key}, {"nonce", nonce}, {"ct", text}}),
      Value(Map{{"v", 1}, {"edk", Bytes{}}, {"nonce", nonce}, {"ct", text}}),
      Value(Map{{"v", 1}, {"edk", key}, {"nonce", Bytes(11, 1)}, {"ct", text}}),
      Value(Map{{"v", 1}, {"edk", key}, {"nonce", nonce}, {"ct", Bytes(15, 1)}}),
      Value(Map{{"v", 1}, {"edk", key}, {"nonce", nonce}, {"ct", text}, {"extra", 1}}),
  };
  for (const Value& stored : malformed) {
    auto envelope = Envelope::from_value(stored, "secret");
    ASSERT_FALSE(envelope);
    EXPECT_TRUE(envelope.error().is(ErrorCode::kInvalidEncryptedEnvelope));
    EXPECT_NE(envelope.error().message().find("'secret'"), std::string::npos);
  }
}

TEST(StaticDevelopmentKeyProvider, GivesFreshKeysThatOnlyItsOwnKeyOpens) {
  auto provider = *make_static_development_key_provider(Secret(Bytes(32, 7)));
  const KeyPurpose purpose{1, "Record", "records", "secret"};
  auto first = std::get<DataKey>(std::move(*provider->generate(purpose)));
  auto second = std::get<DataKey>(std::move(*provider->generate(purpose)));
  EXPECT_NE(first.encrypted, second.encrypted);
  auto again = provider->decrypt(first.encrypted, purpose);
  ASSERT_TRUE(again);
  EXPECT_TRUE(equal_in_constant_time(std::get<Secret>(*again).bytes(), first.plaintext.bytes()));
  auto stranger = *make_static_development_key_provider(Secret(Bytes(32, 8)));
  auto refused = stranger->decrypt(first.encrypted, purpose);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(ErrorCode::kInvalidEncryptedEnvelope));
  EXPECT_FALSE(make_static_development_key_provider(Secret(Bytes(31, 7))));
}

TEST(KmsKeyProvider, AsksForKeysInTheServicesOwnWords) {
  auto provider = make_kms_key_provider("arn:aws:kms:eu-west-1:111122223333:key/k");
  auto generate = std::get<KeyRequest>(std::move(*provider->generate({2, "Record", "records", "secret"})));
  EXPECT_EQ(generate.operation, "GenerateDataKey");
  EXPECT_EQ(generate.body, R"({"KeyId":"arn:aws:kms:eu-west-1:111122223333:key/k","KeySpec":"AES_256",)"
                           R"("EncryptionContext":{"tabletheory:table":"records"}})");
  auto decrypt =
      std::get<KeyRequest>(std::move(*provider->decrypt(Bytes{1, 2, 3}, {1, "Record", "records", "secret"})));
  EXPECT_EQ(decrypt.operation, "Decrypt");
  EXPECT_EQ(decrypt.body, R"({"CiphertextBlob":"AQID","KeyId":"arn:aws:kms:eu-west-1:111122223333:key/k"})");
}

TEST(KmsKeyProvider, ReadsAnswersAndRefusals) {
  auto provider = make_kms_key_provider("arn");
  const KeyPurpose purpose{1, "Record", "records", "secret"};
  const std::string key = base64(Bytes(32, 9));
  auto generated = provider->read_generated(purpose, 200, R"({"Plaintext":")" + key + R"(","CiphertextBlob":"AQID"})");
  ASSERT_TRUE(generated);
  EXPECT_EQ(generated->encrypted, (Bytes{1, 2, 3}));
  EXPECT_FALSE(provider->read_generated(purpose, 200, R"({"Plaintext":"AQID","CiphertextBlob":"AQID"})"));
  EXPECT_FALSE(provider->read_generated(purpose, 200, R"({"Plaintext":")" + key + R"(","CiphertextBlob":""})"));
  auto refused = provider->read_decrypted(Bytes{1}, purpose, 400, R"({"__type":"InvalidCiphertextException"})");
  EXPECT_TRUE(refused.error().is(ErrorCode::kInvalidEncryptedEnvelope));
  auto denied = provider->read_decrypted(Bytes{1}, purpose, 400,
                                         R"({"__type":"com.amazonaws.kms#AccessDeniedException","message":"no"})");
  EXPECT_TRUE(denied.error().is(ErrorCode::kRequestRejected));
  EXPECT_EQ(denied.error().service_type(), "AccessDeniedException");
  EXPECT_NE(denied.error().message().find("(the service says: no)"), std::string::npos);
  auto gone = provider->read_decrypted(Bytes{1}, purpose, 503, "gone");
  EXPECT_TRUE(gone.error().is(ErrorCode::kServiceUnavailable) && gone.error().retryable());
  auto throttled = provider->read_generated(purpose, 400, R"({"__type":"ThrottlingException"})");
  EXPECT_TRUE(throttled.error().is(ErrorCode::kThrottled) && throttled.error().retryable());
}

}  // namespace
}  // namespace tabletheory::crypto
