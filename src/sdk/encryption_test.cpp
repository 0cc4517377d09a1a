// Encrypted attributes through the public API: typed and dynamic tables, every operation, on the embedded engine.
#include "tabletheory/encryption.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tabletheory/tabletheory.h"

namespace tabletheory::vault {

struct Address {
  std::string city = {};
  std::optional<std::string> street = {};
  friend bool operator==(const Address&, const Address&) = default;
};
inline void describe(ModelBuilder<Address>& m) {
  m.attribute("city", &Address::city);
  m.attribute("street", &Address::street, {.omit_empty = true});
}

// Every type, encrypted.
struct Patient {
  std::string id = {};
  std::string ward = {};
  std::string name = {};
  Number weight = {};
  Bytes scan = {};
  bool insured = false;
  std::optional<Value> nothing = {};
  Address address = {};
  std::vector<std::string> visits = {};
  std::set<std::string> allergies = {};
  std::set<Number> doses = {};
  std::set<Bytes> samples = {};
  std::map<std::string, std::int64_t> chart = {};
  std::optional<std::int64_t> pin = {};
  std::optional<Timestamp> born = {};
  std::int64_t version = 0;
  friend bool operator==(const Patient&, const Patient&) = default;
};
inline void describe(ModelBuilder<Patient>& m) {
  m.name("Patient").table("patients").dms_version("0.3");
  m.partition_key("id", &Patient::id);
  m.attribute("ward", &Patient::ward);
  m.attribute("name", &Patient::name, {.encryption = 2});
  m.attribute("weight", &Patient::weight, {.encryption = 2});
  m.attribute("scan", &Patient::scan, {.encryption = 2});
  m.attribute("insured", &Patient::insured, {.encryption = 2});
  m.attribute("nothing", &Patient::nothing, {.encryption = 2, .type = Type::kNull});
  m.attribute("address", &Patient::address, {.encryption = 2});
  m.attribute("visits", &Patient::visits, {.encryption = 2});
  m.attribute("allergies", &Patient::allergies, {.encryption = 2});
  m.attribute("doses", &Patient::doses, {.encryption = 2});
  m.attribute("samples", &Patient::samples, {.encryption = 2});
  m.attribute("chart", &Patient::chart, {.json = true, .encryption = 2});
  m.attribute("pin", &Patient::pin, {.encryption = 2});
  m.attribute("born", &Patient::born, {.encryption = 2});
  m.version("version", &Patient::version);
}

Patient patient(std::string id) {
  return {.id = std::move(id),
          .ward = "North",
          .name = "Ada Lovelace",
          .weight = *Number::parse("61.50"),
          .scan = {0, 255},
          .insured = true,
          .nothing = Value(),
          .address = {.city = "Turin", .street = "Via Po"},
          .visits = {"spring", "autumn"},
          .allergies = {"hazelnuts", "pollen"},
          .doses = {1, 2},
          .samples = {Bytes{1}, Bytes{2}},
          .chart = {{"pulse", 60}},
          .pin = 471100,
          .born = Timestamp(1'000'000'000, 5)};
}

// Stored bytes, as any reader of the table sees them.
std::string stored(const Client& client, const std::string& id) {
  auto answer = client.raw_call("GetItem", R"({"TableName":"patients","Key":{"id":{"S":")" + id + R"("}}})");
  return answer ? *answer : answer.error().to_string();
}

class EncryptedTable : public ::testing::Test {
 protected:
  void SetUp() override {
    auto connected = Client::connect("memory:", {.encryption = *Encryption::static_development_key(Bytes(32, 7))});
    ASSERT_TRUE(connected);
    client_.emplace(std::move(*connected));
    auto opened = client_->table<Patient>();
    ASSERT_TRUE(opened) << opened.error().to_string();
    patients_.emplace(std::move(*opened));
    ASSERT_TRUE(patients_->ensure_table());
  }
  std::optional<Client> client_;
  std::optional<Table<Patient>> patients_;
};

TEST_F(EncryptedTable, HoldsEnvelopesAndGivesBackStructs) {
  const auto created = patients_->create(patient("P#1"));
  ASSERT_TRUE(created) << created.error().to_string();
  EXPECT_EQ(*created, patient("P#1"));
  const auto read = patients_->get("P#1");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, patient("P#1"));
  const std::string text = stored(*client_, "P#1");
  for (const char* plain : {"Lovelace", "61.5", "Turin", "spring", "hazelnuts", "pulse", "471100", "2001-"}) {
    EXPECT_EQ(text.find(plain), std::string::npos) << plain;
  }
  EXPECT_NE(text.find("North"), std::string::npos);
}

TEST_F(EncryptedTable, EveryWriteEncryptsAndReturnsTheItemInTheClear) {
  ASSERT_TRUE(patients_->put(patient("P#1")));
  Patient changed = patient("P#1");
  changed.name = "Grace";
  auto updated = patients_->update(changed, {&Patient::name});
  ASSERT_TRUE(updated) << updated.error().to_string();
  EXPECT_EQ(updated->name, "Grace");
  EXPECT_EQ(updated->pin, 471100);
  auto upserted = patients_->upsert({.id = "P#2", .name = "Edith"});
  ASSERT_TRUE(upserted) << upserted.error().to_string();
  EXPECT_EQ(upserted->name, "Edith");
  auto built = patients_->update_builder("P#1").set(&Patient::pin, 181500).remove(&Patient::born).run_all_new();
  ASSERT_TRUE(built) << built.error().to_string();
  EXPECT_EQ(built->pin, 181500);
  EXPECT_FALSE(built->born);
  EXPECT_EQ(stored(*client_, "P#1").find("181500"), std::string::npos);
}

TEST_F(EncryptedTable, QueriesScansBatchesAndTransactionsDecrypt) {
  auto batch = client_->batch_write();
  for (int i = 0; i < 30; ++i) batch.put(*patients_, patient("P#" + std::to_string(i)));
  ASSERT_TRUE(batch.run());
  std::size_t seen = 0;
  for (auto& found : patients_->scan().items()) {
    ASSERT_TRUE(found) << found.error().to_string();
    EXPECT_EQ(found->name, "Ada Lovelace");
    ++seen;
  }
  EXPECT_EQ(seen, 30U);
  auto queried = patients_->query("P#3").first();
  ASSERT_TRUE(queried && *queried);
  EXPECT_EQ((*queried)->address.city, "Turin");

  auto transaction = client_->transact_write();
  transaction.create(*patients_, patient("T#1"));
  ASSERT_TRUE(transaction.run());
  auto get = client_->transact_get();
  const auto slot = get.get(*patients_, "T#1");
  const auto items = get.run();
  ASSERT_TRUE(items) << items.error().to_string();
  ASSERT_TRUE((*items)[slot]);
  EXPECT_EQ((*items)[slot]->pin, 471100);
}

TEST_F(EncryptedTable, ConditionsOnEncryptedMembersAreRefused) {
  ASSERT_TRUE(patients_->put(patient("P#1")));
  const auto removed = patients_->remove("P#1", {.condition = attr(&Patient::name) == "Ada Lovelace"});
  ASSERT_FALSE(removed);
  EXPECT_TRUE(removed.error().is(ErrorCode::kEncryptedFieldNotQueryable));
  EXPECT_EQ(removed.error().to_string().find("Lovelace"), std::string::npos);
}

TEST_F(EncryptedTable, AFailedConditionShowsTheItemInTheClear) {
  ASSERT_TRUE(patients_->put(patient("P#1")));
  const auto refused = patients_->create(patient("P#1"), {.return_item_on_failure = true});
  ASSERT_FALSE(refused);
  ASSERT_NE(refused.error().item(), nullptr);
  EXPECT_EQ(*refused.error().item()->find("name"), Value("Ada Lovelace"));
}

TEST_F(EncryptedTable, DynamicTablesReadWhatTypedOnesWrote) {
  ASSERT_TRUE(patients_->put(patient("P#1")));
  const auto model = Model::of<Patient>();
  ASSERT_TRUE(model);
  const DynamicTable dynamic = client_->table(*model);
  const auto item = dynamic.get("P#1");
  ASSERT_TRUE(item) << item.error().to_string();
  EXPECT_EQ(*item->find("weight"), Value(*Number::parse("61.5")));
  const auto written = dynamic.put({{"id", "P#2"}, {"name", "Edith"}});
  ASSERT_TRUE(written) << written.error().to_string();
  EXPECT_EQ(*written->find("name"), Value("Edith"));
  EXPECT_EQ(patients_->get("P#2")->name, "Edith");
}

TEST_F(EncryptedTable, DocumentsKeepTheEnvelope) {
  ASSERT_TRUE(patients_->put(patient("P#1")));
  const auto document = client_->documents("patients", {"id"}).get("P#1");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->find("name")->map().size(), 4U);
}

TEST_F(EncryptedTable, ImagesOfStreamRecordsAreDecrypted) {
  ASSERT_TRUE(patients_->put(patient("P#1")));
  std::string image = stored(*client_, "P#1");  // {"Item":{…}}
  image = image.substr(image.find(':') + 1);
  image.pop_back();
  const auto batch = StreamBatch::parse(
      R"({"Records":[{"eventID":"1","eventName":"INSERT","eventSource":"aws:dynamodb","dynamodb":{"Keys":)"
      R"({"id":{"S":"P#1"}},"NewImage":)" +
      image + R"(,"SequenceNumber":"1","StreamViewType":"NEW_IMAGE"}}]})");
  ASSERT_TRUE(batch) << batch.error().to_string();
  const auto change = (*batch)[0].as(*patients_);
  ASSERT_TRUE(change) << change.error().to_string();
  EXPECT_EQ(change->new_image, patient("P#1"));
  EXPECT_FALSE(change->old_image);
  EXPECT_EQ((*batch)[0].document()->new_image->find("name")->map().size(), 4U);
}

TEST_F(EncryptedTable, AnotherKeyDoesNotReadIt) {
  ASSERT_TRUE(patients_->put(patient("P#1")));
  const auto stranger =
      Client::over(client_->transport(), {.encryption = *Encryption::static_development_key(Bytes(32, 8))});
  const auto read = stranger.table<Patient>()->get("P#1");
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().is(ErrorCode::kInvalidEncryptedEnvelope));
  const auto nobody = Client::over(client_->transport());
  EXPECT_TRUE(nobody.table<Patient>()->get("P#1").error().is(ErrorCode::kEncryptionNotConfigured));
}

TEST(Encryption, TheEmbeddedEngineHasNoKms) {
  const auto encryption = Encryption::kms("arn:aws:kms:eu-west-1:111122223333:key/1234");
  ASSERT_TRUE(encryption);
  const auto client = Client::connect("memory:", {.sleep = [](auto) {}, .encryption = *encryption});
  const auto patients = client->table<Patient>();
  ASSERT_TRUE(patients->ensure_table());
  const auto created = patients->create(patient("P#1"));
  ASSERT_FALSE(created);
  EXPECT_TRUE(created.error().is(ErrorCode::kTransport)) << created.error().to_string();
  EXPECT_TRUE(patients->find("P#1").has_value() && !*patients->find("P#1")) << "nothing was written";
}

TEST(Encryption, OptionsThatCannotBeMeantAreRefused) {
  for (const char* arn : {"", "k", "arn:aws:kms:eu-west-1:111122223333:", "arn:aws:s3:eu-west-1:111122223333:key/k",
                          "alias/k", "arn:aws:kms:eu-west-1:111122223333:grant/k"}) {
    const auto refused = Encryption::kms(arn);
    ASSERT_FALSE(refused) << arn;
    EXPECT_TRUE(refused.error().is(ErrorCode::kInvalidModel));
  }
  EXPECT_TRUE(Encryption::kms("arn:aws:kms:eu-west-1:111122223333:alias/k", DataKeyCache{}));
  EXPECT_FALSE(Encryption::kms("arn:aws:kms:eu-west-1:111122223333:alias/k", DataKeyCache{.max_uses = 0}));
  EXPECT_FALSE(Encryption::static_development_key(Bytes(16, 1)));
  EXPECT_FALSE(Encryption());
  EXPECT_TRUE(Encryption::deterministic_for_tests("seed"));
}

// docs/encryption.md
struct Note {
  std::string id = {};
  std::string title = {};
  std::string text = {};
};
void describe(ModelBuilder<Note>& m) {
  m.name("Note").table("notes").dms_version("0.3");
  m.partition_key("id", &Note::id);
  m.attribute("title", &Note::title);
  m.attribute("text", &Note::text, {.encryption = 2});
}

Result<std::string> keep_a_secret(const Client& client) {
  TT_TRY(auto notes, client.table<Note>());
  TT_CHECK(notes.ensure_table());
  TT_TRY(auto note, notes.create({.id = "N#1", .title = "Fish", .text = "swordfish"}));
  note.text = "marlin";
  TT_TRY(note, notes.update(note, {&Note::text}));
  TT_TRY(note, notes.get("N#1"));
  return note.text;
}

TEST(Encryption, KeepsASecret) {
  const Bytes key(32, 1);
  auto client = Client::connect("memory:", {.encryption = *Encryption::static_development_key(key)});
  ASSERT_TRUE(client);
  const auto text = keep_a_secret(*client);
  ASSERT_TRUE(text) << text.error().to_string();
  EXPECT_EQ(*text, "marlin");
  const auto stored = client->raw_call("Scan", R"({"TableName":"notes"})");
  EXPECT_NE(stored->find("Fish"), std::string::npos);
  EXPECT_EQ(stored->find("marlin"), std::string::npos);
}

}  // namespace tabletheory::vault
