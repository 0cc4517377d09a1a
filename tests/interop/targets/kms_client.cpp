// A program of our C++ SDK whose encrypted items another program opens, and the other way round (run.py).
//
//     interop_kms_client ADDRESS KEY_ARN ROLE_ARN write        makes the table, and items whose secrets are known to
//     run.py interop_kms_client ADDRESS KEY_ARN ROLE_ARN read ID…     prints `first|second` of each item
//
// Credentials are those of the environment; with them the role is assumed.
#include <tabletheory/tabletheory.h>

#include <iostream>
#include <string>
#include <string_view>

namespace {

namespace tt = tabletheory;

struct Record {
  std::string id;
  tt::Number at;
  std::string first;   // bound to its attribute
  std::string second;  // and to table and item
};

void describe(tt::ModelBuilder<Record>& m) {
  m.name("Record").table("interop_records").dms_version("0.3");
  m.partition_key("id", &Record::id);
  m.sort_key("at", &Record::at);
  m.attribute("first", &Record::first, {.encryption = 1});
  m.attribute("second", &Record::second, {.encryption = 2});
}

int complain(const tt::Error& error) {
  std::cerr << error.to_string() << '\n';
  return 1;
}

// One item by each way of writing.
tt::Result<void> write(const tt::Client& client, const tt::Table<Record>& records) {
  TT_CHECK(records.ensure_table());
  TT_CHECK(records.create({"created", 1, "first of created", "second of created"}));
  TT_CHECK(records.put({"updated", 1, "old", "old"}));
  TT_CHECK(records.update({"updated", 1, "first of updated", "second of updated"}, {&Record::first, &Record::second}));
  const auto batched = records.batch_write({.puts = {{"batched", 1, "first of batched", "second of batched"}}});
  if (!batched) return std::unexpected<tt::Error>(batched.error());
  return client.transact_write().put(records, {"transacted", 1, "first of transacted", "second of transacted"}).run();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const std::string_view what = argv[4];
  auto encryption = tt::Encryption::kms(argv[2], tt::DataKeyCache{});
  if (!encryption) return complain(encryption.error());
  tt::ClientOptions options;
  options.encryption = *encryption;
  options.aws.role = tt::AwsRole{.arn = argv[3], .session_name = "interop"};
  auto client = tt::Client::connect(argv[1], options);
  if (!client) return complain(client.error());
  auto records = client->table<Record>();
  if (!records) return complain(records.error());
  if (what == "write") {
    const auto written = write(*client, *records);
    return written ? 0 : complain(written.error());
  }
  for (int i = 5; i < argc; ++i) {
    const auto record = records->get({argv[i], 1}, {.consistent = true});
    if (!record) return complain(record.error());
    std::cout << record->first << '|' << record->second << '\n';
  }
  return 0;
}
