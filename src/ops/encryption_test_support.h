// What tests of encryption share: models with encrypted attributes, and a key service that answers like KMS. Tests
// only.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crypto/key_provider.h"
#include "ops/scripted_target.h"
#include "value/base64.h"
#include "value/json_text.h"

namespace tabletheory::ops {

inline constexpr std::string_view kKeyArn = "arn:aws:kms:eu-west-1:111122223333:key/k";

// `version`: of the envelopes; `table`: the document's.
inline std::shared_ptr<const model::Model> vault(int version, std::string_view table = "vault") {
  std::string text = R"(
dms_version: "0.3"
models:
  - name: Vault
    table: {name: TABLE}
    keys: {partition: {attribute: PK, type: S}, sort: {attribute: SK, type: N}}
    attributes:
      - {attribute: PK, type: S, roles: [pk]}
      - {attribute: SK, type: N, roles: [sk]}
      - {attribute: note, type: S}
      - {attribute: secret, type: S, encryption: {v: VERSION}}
      - {attribute: pin, type: N, format: int, encryption: {v: VERSION}}
      - {attribute: seen, type: S, format: rfc3339nano, encryption: {v: VERSION}}
      - {attribute: tags, type: SS, encryption: {v: VERSION}}
      - {attribute: events, type: L, encryption: {v: VERSION}}
      - {attribute: profile, type: M, json: true, encryption: {v: VERSION}}
      - {attribute: createdAt, type: S, roles: [created_at]}
      - {attribute: updatedAt, type: S, roles: [updated_at]}
      - {attribute: version, type: N, roles: [version]}
)";
  const auto replace = [&text](std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from))
      text.replace(at, from.size(), to);
  };
  replace("VERSION", std::to_string(version));
  replace("TABLE", table);
  return compile(text);
}

inline Item vault_key(int number = 1) {
  return Item{{"PK", "V"}, {"SK", number}};
}

inline Item vault_item(int number = 1) {
  Item item = vault_key(number);
  item.set("secret", "swordfish");
  item.set("pin", 4711);
  return item;
}

// A key service: hands out keys, knows those it handed out, and remembers what it was asked.
class FakeKms {
 public:
  Result<Response> operator()(const Request& request) {
    const auto body = *value::parse_json_text(request.body);
    const std::string context =
        body.find("EncryptionContext") ? body.find("EncryptionContext")->members[0].value.text : "";
    EXPECT_EQ(body.find("KeyId")->text, kKeyArn);
    asked.emplace_back(std::string(request.operation), context);
    if (request.operation == "GenerateDataKey") {
      EXPECT_EQ(body.find("KeySpec")->text, "AES_256");
      const auto number = static_cast<std::uint8_t>(keys_.size() + 1);
      const std::string blob = base64(Bytes(64, number)),
                        key = base64(Bytes(32, static_cast<std::uint8_t>(number + 100)));
      keys_.emplace(std::pair(blob, context), key);
      return Response{200, R"({"CiphertextBlob":")" + blob + R"(","Plaintext":")" + key + R"("})", "kms"};
    }
    const auto known = keys_.find({body.find("CiphertextBlob")->text, context});
    if (known == keys_.end()) return Response{400, R"({"__type":"InvalidCiphertextException"})", "kms"};
    return Response{200, R"({"Plaintext":")" + known->second + R"("})", "kms"};
  }

  std::size_t count(std::string_view operation) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(asked, [&](const auto& call) { return call.first == operation; }));
  }

  std::vector<std::pair<std::string, std::string>> asked;  // operation, encryption context's table

 private:
  static std::string base64(const Bytes& bytes) {
    std::string text;
    value::append_base64(bytes, text);
    return text;
  }
  std::map<std::pair<std::string, std::string>, std::string> keys_;
};

// A target whose keys come from a FakeKms.
class KmsTarget : public ScriptedTarget {
 public:
  explicit KmsTarget(std::optional<crypto::DataKeyCacheLimits> cache = {}) {
    environment().keys = crypto::make_kms_key_provider(std::string(kKeyArn), cache);
    kms = [this](const Request& request) { return service(request); };
  }
  FakeKms service;
};

// A member of a request's JSON, as wire JSON text of an item: the `Item` of a put.
inline Item sent_item(const std::string& body, std::string_view member = "Item") {
  value::WireDocument document;
  const auto root = document.parse(body);
  value::WireElement element;
  if (!root || root->at_key(member).get(element) != simdjson::SUCCESS) {
    ADD_FAILURE() << "no " << member << " in " << body;
    return {};
  }
  auto item = value::read_item(element);
  return item ? std::move(*item) : Item();
}

inline Bytes part(const Value& envelope, std::string_view name) {
  const Map* map = envelope.get_if<Map>();
  const Value* value = map ? map->find(name) : nullptr;
  return value && value->is(Type::kB) ? value->bytes() : Bytes();
}

}  // namespace tabletheory::ops
