// What a storage in a file promises beyond what every storage keeps (engine/storage_test.cpp).
#include "engine/sqlite/file_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "engine/engine.h"
#include "engine/sqlite/connection.h"
#include "engine/test_folder.h"

namespace tabletheory::engine {
namespace {

using testing::HasSubstr;

class FileStorageTest : public testing::Test {
 protected:
  std::unique_ptr<Storage> open() const {
    auto storage = open_file_storage(path_, Durability::kProcess);
    EXPECT_TRUE(storage) << storage.error().message();
    return storage ? std::move(*storage) : nullptr;
  }
  std::string refusal() const {
    const auto storage = open_file_storage(path_, Durability::kProcess);
    return storage ? "opened" : storage.error().message();
  }
  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write_bytes(std::string_view content) const { std::ofstream(path_, std::ios::binary) << content; }

  const TestFolder folder_;
  const std::string path_ = folder_.file("store.db");
};

TEST_F(FileStorageTest, KeepsWhatWasCommittedWhenItIsOpenedAgain) {
  ASSERT_TRUE(open()->commit({{"a", "1"}, {std::string("\0\xff", 2), ""}}));
  const auto storage = open();
  EXPECT_EQ(storage->get("a"), "1");
  EXPECT_EQ(storage->get(std::string_view("\0\xff", 2)), "");
}

TEST_F(FileStorageTest, LeavesOneFileBehindWhenClosed) {
  ASSERT_TRUE(open()->commit({{"a", "1"}}));
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path())) ++files;
  EXPECT_EQ(files, 1);
}

TEST_F(FileStorageTest, ASecondStorageOnTheSameFileIsRefused) {
  const auto first = open();
  EXPECT_THAT(refusal(), HasSubstr("in use by process " + std::to_string(getpid())));
  std::filesystem::create_symlink(path_, folder_.file("other-name.db"));
  EXPECT_FALSE(open_file_storage(folder_.file("other-name.db")));
}

TEST_F(FileStorageTest, ASecondProcessIsRefusedUntilTheFirstHasEnded) {
  std::array<int, 2> ready{};
  ASSERT_EQ(pipe(ready.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto storage = open_file_storage(path_);
    const char answer = storage ? 'y' : 'n';
    if (write(ready[1], &answer, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_THAT(refusal(), HasSubstr("in use by process " + std::to_string(child)));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(open());
  close(ready[0]);
  close(ready[1]);
}

TEST_F(FileStorageTest, AFileOfSomebodyElseIsRefusedAndLeftAsItIs) {
  write_bytes("dear diary");
  EXPECT_THAT(refusal(), HasSubstr("was not made by TableTheory"));
  EXPECT_EQ(bytes(), "dear diary");
}

TEST_F(FileStorageTest, ADatabaseOfSomebodyElseIsRefusedAndLeftAsItIs) {
  sqlite::Connection(path_).execute("CREATE TABLE diary (day TEXT)");
  const std::string before = bytes();
  EXPECT_THAT(refusal(), HasSubstr("was not made by TableTheory"));
  EXPECT_EQ(bytes(), before);
}

TEST_F(FileStorageTest, ANewerFormatIsRefusedAndLeftAsItIs) {
  ASSERT_TRUE(open()->commit({{"a", "1"}}));
  sqlite::Connection(path_).execute("PRAGMA user_version = 2");
  const std::string before = bytes();
  EXPECT_THAT(refusal(), HasSubstr("has format 2, and this release reads up to 1"));
  EXPECT_EQ(bytes(), before);
}

TEST_F(FileStorageTest, AFolderAndAMissingFolderAreRefused) {
  EXPECT_THAT(open_file_storage(folder_.path().string()).error().message(), HasSubstr("not a regular file"));
  EXPECT_THAT(open_file_storage(folder_.file("absent/store.db")).error().message(), HasSubstr("folder exists"));
}

TEST_F(FileStorageTest, UsesPagesOfEightKilobytesAndALogBesideTheFile) {
  const auto storage = open();
  ASSERT_TRUE(storage->commit({{"a", "1"}}));
  sqlite::Connection looking(path_);
  sqlite::Statement page_size(looking, "PRAGMA page_size");
  ASSERT_TRUE(page_size.step());
  EXPECT_EQ(page_size.column(0), "8192");
  sqlite::Statement mode(looking, "PRAGMA journal_mode");
  ASSERT_TRUE(mode.step());
  EXPECT_EQ(mode.column(0), "wal");
}

TEST_F(FileStorageTest, AForkedProcessGetsAnErrorAndHarmsNothing) {
  auto storage = open();
  ASSERT_TRUE(storage->commit({{"a", "1"}}));
  const pid_t child = fork();
  if (child == 0) {
    bool refused = false;
    try {
      static_cast<void>(storage->read("a"));
    } catch (const StorageFailure& failure) {
      refused = std::string_view(failure.what()).find("before this process was forked") != std::string_view::npos;
    }
    refused = refused && !storage->commit({{"a", "2"}});
    storage.reset();
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(storage->get("a"), "1");
  ASSERT_TRUE(storage->commit({{"a", "3"}}));
  storage.reset();
  EXPECT_EQ(open()->get("a"), "3");
}

TEST_F(FileStorageTest, AfterAFailedWriteNothingMoreIsWritten) {
  const auto storage = open();
  ASSERT_TRUE(storage->commit({{"a", "1"}}));
  // The table goes from under it: as good as any failure of the disk.
  sqlite::Connection(path_).execute("DROP TABLE entries");
  ASSERT_TRUE(storage->stage({{"b", "1"}}));
  EXPECT_FALSE(storage->sync());
  EXPECT_FALSE(storage->commit({{"c", "1"}}));
  EXPECT_FALSE(storage->stage({{"c", "1"}}));
  EXPECT_FALSE(storage->sync());
}

std::string value_of(int number) {
  return std::string(3000, static_cast<char>('a' + number));
}

// A child writes and acknowledges each batch through a pipe, and is killed in the middle, again and again. Whatever it
// acknowledged is there, and every batch is there whole or not at all.
TEST_F(FileStorageTest, KillingTheWriterLosesNothingItAcknowledged) {
  constexpr int kLives = 12;
  constexpr int kKeysPerBatch = 5;
  int next = 0;  // the first batch not acknowledged
  for (int life = 0; life < kLives; ++life) {
    std::array<int, 2> acknowledged{};
    ASSERT_EQ(pipe(acknowledged.data()), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto storage = open_file_storage(path_, Durability::kProcess);  // all that a kill can show
      if (!storage) _exit(1);
      for (int batch = next;; ++batch) {
        std::vector<Mutation> mutations;
        for (int i = 0; i < kKeysPerBatch; ++i) {
          mutations.push_back({std::to_string(batch) + "/" + std::to_string(i), value_of(i)});
        }
        if (!(*storage)->commit(std::move(mutations))) _exit(2);
        if (write(acknowledged[1], &batch, sizeof batch) != sizeof batch) _exit(3);
      }
    }
    close(acknowledged[1]);
    const int until = next + 3 + life * 7 % 20;
    int batch = next - 1;
    while (batch < until && read(acknowledged[0], &batch, sizeof batch) == sizeof batch) {
    }
    if (life % 2 == 1) std::this_thread::sleep_for(std::chrono::microseconds(137 * life));  // within a commit
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself, with status " << status;
    while (read(acknowledged[0], &batch, sizeof batch) == sizeof batch) {
    }
    close(acknowledged[0]);
    ASSERT_GE(batch, until);

    const auto storage = open();
    for (int written = 0; written <= batch; ++written) {
      for (int i = 0; i < kKeysPerBatch; ++i) {
        ASSERT_EQ(storage->get(std::to_string(written) + "/" + std::to_string(i)), value_of(i));
      }
    }
    int keys = 0;
    const auto cursor = storage->snapshot()->cursor();
    for (cursor->seek(""); cursor->valid(); cursor->next()) ++keys;
    ASSERT_EQ(keys % kKeysPerBatch, 0);
    next = keys / kKeysPerBatch;
    ASSERT_GE(next, batch + 1);
  }
}

TEST_F(FileStorageTest, ACreationThatWasInterruptedIsBegunAgain) {
  for (int life = 0; life < 10; ++life) {
    const pid_t child = fork();
    if (child == 0) {
      const auto storage = open_file_storage(path_);
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(300 * life));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    ASSERT_TRUE(open());
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) std::filesystem::remove(entry);
  }
}

// --- The engine on it --------------------------------------------------------------------------------------------

class EngineInFileTest : public FileStorageTest {
 protected:
  // Opens the file, calls, closes it.
  Answer call(std::string_view operation, std::string_view body) {
    Engine engine(open(), {.now = [this] { return Timestamp(now_, 0); }});
    return engine.handle(operation, body);
  }
  void make_table() {
    ASSERT_EQ(call("CreateTable", R"({"TableName":"items","BillingMode":"PAY_PER_REQUEST",)"
                                  R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],)"
                                  R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})")
                  .status,
              200);
  }
  std::int64_t now_ = 1'700'000'000;
};

TEST_F(EngineInFileTest, TablesItemsAndTimeToLiveSurviveARestart) {
  make_table();
  ASSERT_EQ(call("PutItem", R"({"TableName":"items","Item":{"pk":{"S":"a"},"n":{"N":"1.50"}}})").status, 200);
  ASSERT_EQ(call("UpdateTimeToLive", R"({"TableName":"items","TimeToLiveSpecification":)"
                                     R"({"AttributeName":"ttl","Enabled":true}})")
                .status,
            200);
  EXPECT_EQ(call("GetItem", R"({"TableName":"items","Key":{"pk":{"S":"a"}}})").body,
            R"({"Item":{"n":{"N":"1.5"},"pk":{"S":"a"}}})");
  EXPECT_THAT(call("DescribeTimeToLive", R"({"TableName":"items"})").body, HasSubstr("ENABLED"));
}

TEST_F(EngineInFileTest, AClientTokenIsKnownAfterARestartAndForTenMinutes) {
  make_table();
  const std::string add =
      R"({"ClientRequestToken":"token-1","TransactItems":[{"Update":{"TableName":"items","Key":{"pk":{"S":"a"}},)"
      R"("UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}]})";
  const auto count = [&] { return call("GetItem", R"({"TableName":"items","Key":{"pk":{"S":"a"}}})").body; };
  ASSERT_EQ(call("TransactWriteItems", add).status, 200);
  ASSERT_EQ(call("TransactWriteItems", add).status, 200);
  EXPECT_THAT(count(), HasSubstr(R"("n":{"N":"1"})"));
  std::string other = add;
  other.replace(other.find("ADD n"), 5, "ADD m");
  EXPECT_THAT(call("TransactWriteItems", other).body, HasSubstr("IdempotentParameterMismatchException"));
  now_ += 601;
  ASSERT_EQ(call("TransactWriteItems", add).status, 200);
  EXPECT_THAT(count(), HasSubstr(R"("n":{"N":"2"})"));
}

TEST_F(EngineInFileTest, AnIndexMadeLaterHoldsTheItemsWrittenBefore) {
  make_table();
  Engine engine(open(), {});
  for (int i = 0; i < 300; ++i) {
    const std::string item = R"({"pk":{"S":")" + std::to_string(i) + R"("},"g":{"S":"all"}})";
    ASSERT_EQ(engine.handle("PutItem", R"({"TableName":"items","Item":)" + item + "}").status, 200);
  }
  ASSERT_EQ(engine
                .handle("UpdateTable",
                        R"({"TableName":"items","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},)"
                        R"({"AttributeName":"g","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":)"
                        R"({"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],)"
                        R"("Projection":{"ProjectionType":"ALL"}}}]})")
                .status,
            200);
  EXPECT_THAT(
      engine
          .handle("Query", R"({"TableName":"items","IndexName":"by-g","Select":"COUNT",)"
                           R"("KeyConditionExpression":"g = :g","ExpressionAttributeValues":{":g":{"S":"all"}}})")
          .body,
      HasSubstr(R"("Count":300)"));
}

// Writers through one engine: each answer is durable when it is given, and none is lost or doubled.
TEST_F(EngineInFileTest, ConcurrentWritersAreCountedExactly) {
  constexpr int kWriters = 4;
  constexpr int kWrites = 50;
  make_table();
  {
    Engine engine(open(), {});
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&] {
        for (int i = 0; i < kWrites; ++i) {
          engine.handle("UpdateItem", R"({"TableName":"items","Key":{"pk":{"S":"a"}},"UpdateExpression":"ADD n :one",)"
                                      R"("ExpressionAttributeValues":{":one":{"N":"1"}}})");
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }
  EXPECT_THAT(call("GetItem", R"({"TableName":"items","Key":{"pk":{"S":"a"}}})").body,
              HasSubstr("{\"N\":\"" + std::to_string(kWriters * kWrites) + "\"}"));
}

}  // namespace
}  // namespace tabletheory::engine
