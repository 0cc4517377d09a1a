// What every storage backend keeps, run over each of them.
#include "engine/storage.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "engine/sqlite/file_storage.h"
#include "engine/test_folder.h"

namespace tabletheory::engine {
namespace {

struct Backend {
  const char* name;
  std::unique_ptr<Storage> (*make)(const std::filesystem::path& folder);
  int steps;   // of long random runs
  int rounds;  // of a writer beside readers
};

std::unique_ptr<Storage> make_in_memory(const std::filesystem::path&) {
  return make_memory_storage();
}

// A new file at each call. Durable against the end of the process, which is all that a test can see.
std::unique_ptr<Storage> make_in_file(const std::filesystem::path& folder) {
  int number = 0;
  while (std::filesystem::exists(folder / std::to_string(number))) ++number;
  auto storage = open_file_storage((folder / std::to_string(number)).string(), Durability::kProcess);
  return storage ? std::move(*storage) : nullptr;
}

class StorageTest : public testing::TestWithParam<Backend> {
 protected:
  void put(std::string key, std::string value) {
    std::vector<Mutation> batch;
    batch.push_back({std::move(key), std::move(value)});
    ASSERT_TRUE(storage_->commit(std::move(batch)));
  }
  void erase(std::string key) {
    std::vector<Mutation> batch;
    batch.push_back({std::move(key), std::nullopt});
    ASSERT_TRUE(storage_->commit(std::move(batch)));
  }

  const TestFolder folder_;
  std::unique_ptr<Storage> storage_ = GetParam().make(folder_.path());
};

INSTANTIATE_TEST_SUITE_P(Backends, StorageTest,
                         testing::Values(Backend{"memory", make_in_memory, 2000, 3000},
                                         Backend{"file", make_in_file, 500, 500}),
                         [](const auto& instance) { return instance.param.name; });

using Model = std::map<std::string, std::string>;

Model contents(const Snapshot& snapshot) {
  Model out;
  const auto cursor = snapshot.cursor();
  for (cursor->seek(""); cursor->valid(); cursor->next()) out.emplace(cursor->key(), cursor->value());
  return out;
}

// Numbered keys of a fixed width, so that their order is that of the numbers.
std::string key_of(int number) {
  std::string digits = std::to_string(number);
  return "key" + std::string(6 - digits.size(), '0') + digits;
}

TEST_P(StorageTest, StartsEmpty) {
  EXPECT_EQ(storage_->read("a"), nullptr);
  const auto cursor = storage_->snapshot()->cursor();
  cursor->seek("");
  EXPECT_FALSE(cursor->valid());
  cursor->seek_before("z");
  EXPECT_FALSE(cursor->valid());
}

TEST_P(StorageTest, ReadsBackWhatWasCommitted) {
  put("a", "1");
  EXPECT_EQ(storage_->get("a"), "1");
  EXPECT_EQ(storage_->snapshot()->get("a"), "1");
  EXPECT_EQ(storage_->get("b"), std::nullopt);
}

TEST_P(StorageTest, ALaterValueReplacesAnEarlierOne) {
  put("a", "1");
  put("a", "2");
  EXPECT_EQ(storage_->get("a"), "2");
  EXPECT_EQ(contents(*storage_->snapshot()).size(), 1U);
}

TEST_P(StorageTest, KeepsEmptyValuesAndKeysWithZeroBytes) {
  put(std::string("a\0", 2), "");
  EXPECT_EQ(storage_->get(std::string("a\0", 2)), "");
  EXPECT_EQ(storage_->get("a"), std::nullopt);
}

TEST_P(StorageTest, ErasingAnAbsentKeyChangesNothing) {
  put("a", "1");
  erase("b");
  EXPECT_EQ(contents(*storage_->snapshot()), (Model{{"a", "1"}}));
}

TEST_P(StorageTest, TheLastMutationOfAKeyInABatchCounts) {
  ASSERT_TRUE(storage_->commit({{"a", "1"}, {"a", std::nullopt}, {"b", std::nullopt}, {"b", "2"}}));
  EXPECT_EQ(contents(*storage_->snapshot()), (Model{{"b", "2"}}));
}

TEST_P(StorageTest, AReadValueOutlivesItsEntry) {
  put("a", "first");
  const Blob read = storage_->read("a");
  erase("a");
  EXPECT_EQ(*read, "first");
}

TEST_P(StorageTest, ASnapshotKeepsTheStateItWasTakenIn) {
  for (int i = 0; i < 500; ++i) put(key_of(i), "old");
  const auto before = storage_->snapshot();
  const Model expected = contents(*before);
  for (int i = 0; i < 500; i += 2) erase(key_of(i));
  for (int i = 1; i < 500; i += 2) put(key_of(i), "new");
  ASSERT_TRUE(storage_->erase_range(key_of(400), key_of(500)));
  EXPECT_EQ(contents(*before), expected);
  EXPECT_EQ(contents(*storage_->snapshot()).size(), 200U);
}

TEST_P(StorageTest, ACursorKeepsItsSnapshotAlive) {
  put("a", "1");
  const auto cursor = storage_->snapshot()->cursor();
  erase("a");
  cursor->seek("");
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->value(), "1");
}

TEST_P(StorageTest, KeysAreOrderedAsUnsignedBytes) {
  for (const char* key : {"\xff", "b", "a", "\x80", "aa", "\x7f"}) put(key, "");
  std::string order;
  for (const auto& [key, value] : contents(*storage_->snapshot())) order += key + "|";
  EXPECT_EQ(order, "a|aa|b|\x7f|\x80|\xff|");
}

TEST_P(StorageTest, KeysThatDifferOnlyPastTheirSixteenthByteAreOrdered) {
  const std::string prefix(16, 'p');
  put(prefix + "b", "2");
  put(prefix, "0");
  put(prefix + "a", "1");
  std::string order;
  for (const auto& [key, value] : contents(*storage_->snapshot())) order += value;
  EXPECT_EQ(order, "012");
}

TEST_P(StorageTest, SeekFindsTheFirstKeyNotBelow) {
  put("b", "");
  put("d", "");
  const auto cursor = storage_->snapshot()->cursor();
  cursor->seek("b");
  EXPECT_EQ(cursor->key(), "b");
  cursor->seek("c");
  EXPECT_EQ(cursor->key(), "d");
  cursor->seek("e");
  EXPECT_FALSE(cursor->valid());
}

TEST_P(StorageTest, SeekBeforeFindsTheLastKeyBelow) {
  put("b", "");
  put("d", "");
  const auto cursor = storage_->snapshot()->cursor();
  cursor->seek_before("e");
  EXPECT_EQ(cursor->key(), "d");
  cursor->seek_before("d");
  EXPECT_EQ(cursor->key(), "b");
  cursor->seek_before("b");
  EXPECT_FALSE(cursor->valid());
}

TEST_P(StorageTest, ACursorWalksBothWaysAndEndsAtTheEdges) {
  for (int i = 0; i < 1000; ++i) put(key_of(i), "");
  const auto cursor = storage_->snapshot()->cursor();
  int seen = 0;
  for (cursor->seek(""); cursor->valid(); cursor->next()) ASSERT_EQ(cursor->key(), key_of(seen++));
  EXPECT_EQ(seen, 1000);
  for (cursor->seek_before("z"); cursor->valid(); cursor->previous()) ASSERT_EQ(cursor->key(), key_of(--seen));
  EXPECT_EQ(seen, 0);
}

TEST_P(StorageTest, EraseRangeTakesTheFirstKeyAndLeavesTheLast) {
  for (const char* key : {"a", "b", "c", "d"}) put(key, "");
  ASSERT_TRUE(storage_->erase_range("b", "d"));
  EXPECT_EQ(contents(*storage_->snapshot()), (Model{{"a", ""}, {"d", ""}}));
  ASSERT_TRUE(storage_->erase_range("d", "d"));
  EXPECT_EQ(storage_->get("d"), "");
}

TEST_P(StorageTest, WhatIsStagedIsSeenByWritersAndAfterASyncByAll) {
  put("a", "1");
  put("c", "1");
  ASSERT_TRUE(storage_->stage({{"a", "2"}, {"b", "2"}, {"c", std::nullopt}}));
  ASSERT_TRUE(storage_->stage({{"b", "3"}}));
  const auto latest = [&](const char* key) {
    const Blob found = storage_->read_latest(key);
    return found ? *found : "absent";
  };
  EXPECT_EQ(latest("a"), "2");
  EXPECT_EQ(latest("b"), "3");
  EXPECT_EQ(latest("c"), "absent");
  ASSERT_TRUE(storage_->sync());
  EXPECT_EQ(contents(*storage_->snapshot()), (Model{{"a", "2"}, {"b", "3"}}));
  EXPECT_EQ(storage_->get("b"), "3");
}

TEST_P(StorageTest, ACursorTurnsRoundAnywhere) {
  for (const char* key : {"a", "b", "c"}) put(key, "");
  const auto cursor = storage_->snapshot()->cursor();
  cursor->seek("b");
  cursor->previous();
  ASSERT_TRUE(cursor->valid());
  EXPECT_EQ(cursor->key(), "a");
  cursor->next();
  EXPECT_EQ(cursor->key(), "b");
  cursor->next();
  EXPECT_EQ(cursor->key(), "c");
  cursor->previous();
  EXPECT_EQ(cursor->key(), "b");
}

// Writers stage one after another and sync at the same time: each finds its own batch durable when its sync returns.
TEST_P(StorageTest, ConcurrentSyncsMakeEveryBatchVisible) {
  constexpr int kWriters = 4;
  constexpr int kBatches = 100;
  std::mutex writes;
  std::atomic<int> missing{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kBatches; ++i) {
        const std::string key = std::to_string(writer) + "/" + key_of(i);
        {
          const std::lock_guard lock(writes);
          const int count = std::stoi(storage_->read_latest("count") ? *storage_->read_latest("count") : "0");
          if (!storage_->stage({{key, "1"}, {"count", std::to_string(count + 1)}})) ++missing;
        }
        if (!storage_->sync() || !storage_->get(key)) ++missing;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(missing, 0);
  EXPECT_EQ(storage_->get("count"), std::to_string(kWriters * kBatches));
}

// Long random runs against std::map: batches, range erasures, and snapshots kept aside with what they held.
TEST_P(StorageTest, BehavesAsAnOrderedMapUnderRandomChanges) {
  for (const std::uint32_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
    std::mt19937 random(seed);
    storage_ = GetParam().make(folder_.path());
    const int keys = seed % 2 == 0 ? 300 : 20'000;  // dense: many replacements; sparse: many splits and merges
    const auto any_key = [&] { return key_of(static_cast<int>(random() % static_cast<unsigned>(keys))); };
    Model model;
    std::vector<std::pair<std::shared_ptr<const Snapshot>, Model>> kept;
    for (int step = 0; step < GetParam().steps; ++step) {
      const bool shrinking = step * 4 / GetParam().steps % 2 == 1;
      if (random() % 50 == 0) {
        std::string first = any_key();
        std::string last = any_key();
        if (last < first) std::swap(first, last);
        if (!shrinking) last = std::min(last, key_of(std::stoi(first.substr(3)) + keys / 20));
        ASSERT_TRUE(storage_->erase_range(first, last));
        model.erase(model.lower_bound(first), model.lower_bound(last));
      }
      std::vector<Mutation> batch;
      for (auto count = random() % 20; count > 0; --count) {
        const std::string key = any_key();
        if (random() % 4 < (shrinking ? 3U : 1U)) {
          batch.push_back({key, std::nullopt});
          model.erase(key);
        } else {
          const std::string value = std::to_string(random());
          batch.push_back({key, value});
          model[key] = value;
        }
      }
      ASSERT_TRUE(storage_->commit(std::move(batch)));
      if (step % (GetParam().steps / 5) == 0) kept.emplace_back(storage_->snapshot(), model);

      const std::string probe = any_key();
      const auto expected = model.lower_bound(probe);
      const auto cursor = storage_->snapshot()->cursor();
      cursor->seek(probe);
      ASSERT_EQ(cursor->valid(), expected != model.end());
      if (cursor->valid()) {
        ASSERT_EQ(cursor->key(), expected->first);
        ASSERT_EQ(cursor->value(), expected->second);
      }
      cursor->seek_before(probe);
      ASSERT_EQ(cursor->valid(), expected != model.begin());
      if (cursor->valid()) {
        ASSERT_EQ(cursor->key(), std::prev(expected)->first);
      }
      const auto found = model.find(probe);
      ASSERT_EQ(storage_->get(probe), found == model.end() ? std::nullopt : std::optional(found->second));
    }
    ASSERT_EQ(contents(*storage_->snapshot()), model) << "seed " << seed;
    for (const auto& [snapshot, then] : kept) ASSERT_EQ(contents(*snapshot), then) << "seed " << seed;
  }
}

// A writer keeps two keys and a counter equal in every batch; readers must never see them differ.
TEST_P(StorageTest, ReadersSeeWholeBatchesWhileAWriterRuns) {
  const int rounds = GetParam().rounds;
  for (int i = 0; i < 200; ++i) put(key_of(i), "0");
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done) {
        const auto snapshot = storage_->snapshot();
        const auto first = snapshot->get(key_of(3));
        const auto second = snapshot->get(key_of(190));
        if (first != second || std::stoi(*first) < last) ++torn;
        last = std::stoi(*first);
        if (contents(*snapshot).size() != 200) ++torn;
        if (std::stoi(*storage_->get(key_of(3))) < last) ++torn;
      }
    });
  }
  for (int round = 1; round <= rounds; ++round) {
    std::vector<Mutation> batch;
    batch.push_back({key_of(3), std::to_string(round)});
    batch.push_back({key_of(190), std::to_string(round)});
    // One key moves, so that nodes gain and lose entries; every other batch is too large to be written in place.
    batch.push_back({key_of(10 + round % 100) + "x", std::nullopt});
    if (round % 2 == 0) {
      for (int i = 20; i < 40; ++i) batch.push_back({key_of(i), std::to_string(round)});
    }
    ASSERT_TRUE(storage_->commit(std::move(batch)));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(storage_->get(key_of(190)), std::to_string(rounds));
}

}  // namespace
}  // namespace tabletheory::engine
