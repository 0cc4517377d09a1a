// The address file:<path>: a durable engine in this process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/test_folder.h"
#include "sdk/test_shop.h"
#include "tabletheory/client.h"
#include "tabletheory/table.h"

namespace tabletheory::shop {
namespace {

class FileAddress : public testing::Test {
 protected:
  Result<Client> connect(const char* name) const { return Client::connect("file:" + folder_.file(name)); }
  const engine::TestFolder folder_;
};

TEST_F(FileAddress, KeepsItemsFromOneClientToTheNext) {
  {
    const auto sessions = connect("a.db")->table<Session>().value();
    ASSERT_TRUE(sessions.ensure_table());
    ASSERT_TRUE(sessions.create({.id = "s", .user = "u"}));
  }
  const auto read = connect("a.db")->table<Session>()->get("s");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->user, "u");
}

TEST_F(FileAddress, ClientsOfOneProcessShareTheFileWhateverItIsCalled) {
  const auto first = connect("a.db");
  ASSERT_TRUE(first->table<Session>()->ensure_table());
  std::filesystem::create_symlink(folder_.file("a.db"), folder_.file("b.db"));
  const auto second = connect("b.db");
  ASSERT_TRUE(second) << second.error().to_string();
  ASSERT_TRUE(second->table<Session>()->create({.id = "s", .user = "u"}));
  EXPECT_TRUE(first->table<Session>()->get("s"));
}

TEST_F(FileAddress, SaysWhatIsWrongWithAPath) {
  const auto client = connect("absent/a.db");
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code(), ErrorCode::kTransport);
  EXPECT_THAT(client.error().message(), testing::HasSubstr("check that its folder exists"));
}

}  // namespace
}  // namespace tabletheory::shop
