#include "crypto/data_key_cache.h"

#include <gtest/gtest.h>

namespace tabletheory::crypto {
namespace {

KeyPurpose purpose(std::int64_t second, std::uint64_t values = 1, std::uint64_t bytes = 10,
                   std::string_view table = "records") {
  return {2, "Record", table, "secret", Timestamp(second, 0), values, bytes};
}

DataKey key_of(std::uint8_t byte) {
  return {Secret(Bytes(32, byte)), Bytes{byte}};
}

std::optional<Bytes> encrypted(std::optional<DataKey> key) {
  return key ? std::optional(key->encrypted) : std::nullopt;
}

TEST(DataKeyCache, AKeySealsUntilItIsTooOld) {
  DataKeyCache cache({.max_age = std::chrono::seconds(60), .max_uses = 100, .max_bytes = 1000});
  EXPECT_FALSE(cache.key_to_seal(purpose(0)));
  cache.keep_to_seal(key_of(1), purpose(0));
  EXPECT_EQ(encrypted(cache.key_to_seal(purpose(59))), Bytes{1});
  EXPECT_FALSE(cache.key_to_seal(purpose(60)));
  EXPECT_FALSE(cache.key_to_seal(purpose(1))) << "it has been forgotten";
}

TEST(DataKeyCache, AKeySealsUntilItsValuesOrBytesAreUsedUp) {
  DataKeyCache cache({.max_age = std::chrono::seconds(60), .max_uses = 3, .max_bytes = 100});
  cache.keep_to_seal(key_of(1), purpose(0));
  EXPECT_TRUE(cache.key_to_seal(purpose(0, 2, 10)));
  EXPECT_FALSE(cache.key_to_seal(purpose(0, 1, 10))) << "three values are sealed";
  cache.keep_to_seal(key_of(2), purpose(0, 1, 50));
  EXPECT_FALSE(cache.key_to_seal(purpose(0, 1, 51)));
  cache.keep_to_seal(key_of(3), purpose(0, 1, 50));
  EXPECT_EQ(encrypted(cache.key_to_seal(purpose(0, 1, 50))), Bytes{3});
}

TEST(DataKeyCache, AKeyIsUsedUpByTheOperationThatAskedForIt) {
  DataKeyCache cache({.max_age = std::chrono::seconds(60), .max_uses = 3, .max_bytes = 100});
  cache.keep_to_seal(key_of(1), purpose(0, 5));
  EXPECT_FALSE(cache.key_to_seal(purpose(0)));
}

TEST(DataKeyCache, TablesShareNoKey) {
  DataKeyCache cache({});
  cache.keep_to_seal(key_of(1), purpose(0));
  EXPECT_FALSE(cache.key_to_seal(purpose(0, 1, 1, "others")));
  EXPECT_TRUE(cache.key_to_open(Bytes{1}, purpose(0)));
  EXPECT_FALSE(cache.key_to_open(Bytes{1}, purpose(0, 1, 1, "others")));
}

TEST(DataKeyCache, KeysOpenUntilTheyAreTooOldAndTheOldestGoFirst) {
  DataKeyCache cache({.max_age = std::chrono::seconds(60), .max_keys = 2});
  cache.keep_to_open(Secret(Bytes(32, 1)), Bytes{1}, purpose(0));
  cache.keep_to_open(Secret(Bytes(32, 2)), Bytes{2}, purpose(1));
  EXPECT_EQ(cache.key_to_open(Bytes{1}, purpose(2))->bytes()[0], 1);
  cache.keep_to_open(Secret(Bytes(32, 3)), Bytes{3}, purpose(2));
  EXPECT_FALSE(cache.key_to_open(Bytes{1}, purpose(2)));
  EXPECT_TRUE(cache.key_to_open(Bytes{2}, purpose(60)));
  EXPECT_FALSE(cache.key_to_open(Bytes{2}, purpose(61)));
}

TEST(DataKeyCache, AClockThatWentBackEndsAKey) {
  DataKeyCache cache({});
  cache.keep_to_seal(key_of(1), purpose(100));
  EXPECT_FALSE(cache.key_to_seal(purpose(99)));
}

TEST(KmsKeyProvider, KeepsKeysOfVersionTwoOnly) {
  auto provider = make_kms_key_provider("arn", DataKeyCacheLimits{});
  const std::string answer = R"({"Plaintext":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","CiphertextBlob":"AQ=="})";
  for (const int version : {1, 2}) {
    const KeyPurpose first{version, "Record", "records", "secret"};
    ASSERT_TRUE(std::holds_alternative<KeyRequest>(*provider->generate(first)));
    ASSERT_TRUE(provider->read_generated(first, 200, answer));
    EXPECT_EQ(std::holds_alternative<DataKey>(*provider->generate(first)), version == 2);
    EXPECT_EQ(std::holds_alternative<Secret>(*provider->decrypt(Bytes{1}, first)), version == 2);
    ASSERT_TRUE(provider->read_decrypted(Bytes{2}, first, 200, answer));
    EXPECT_EQ(std::holds_alternative<Secret>(*provider->decrypt(Bytes{2}, first)), version == 2);
  }
  auto uncached = make_kms_key_provider("arn");
  const KeyPurpose first{2, "Record", "records", "secret"};
  ASSERT_TRUE(uncached->read_generated(first, 200, answer));
  EXPECT_TRUE(std::holds_alternative<KeyRequest>(*uncached->generate(first)));
}

}  // namespace
}  // namespace tabletheory::crypto
