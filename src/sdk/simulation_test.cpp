// Random programs over the embedded engine behind a transport that fails: no acknowledged write is lost, none is
// applied twice, an outcome is called unknown only where it is, and nothing is sent past a deadline.
//
// Every run is drawn from its seed alone. A failure prints the seed; TABLETHEORY_SIMULATION_SEED=<n> runs only that
// one.
#include <cstdlib>

#include "sdk/test_shop.h"
#include "tabletheory/testing/faults.h"

namespace tabletheory::simulation {

using faults::Fault;
using faults::FaultPlan;
using faults::FaultRule;
using faults::FaultyTransport;
using std::chrono::milliseconds;

struct Document {
  std::string id = {};
  std::string text = {};
  Timestamp created_at = {}, updated_at = {};
  std::int64_t version = 0;
};
inline void describe(ModelBuilder<Document>& m) {
  m.name("Document").table("documents").partition_key("id", &Document::id).attribute("text", &Document::text);
  m.created_at("createdAt", &Document::created_at).updated_at("updatedAt", &Document::updated_at);
  m.version("version", &Document::version);
}

struct Counter {
  std::string id = {};
  std::int64_t count = 0;
};
inline void describe(ModelBuilder<Counter>& m) {
  m.name("Counter").table("counters").partition_key("id", &Counter::id).attribute("count", &Counter::count);
}

namespace {

constexpr std::uint64_t kRuns = 2000;
constexpr int kStepsPerRun = 12;

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed * 0x2545F4914F6CDD1DU + 1) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

struct Clock {
  std::int64_t now_ms = 1'767'355'200'000;  // 2026-01-02T12:00:00Z
  Timestamp now() const { return Timestamp(now_ms / 1000, static_cast<std::int32_t>(now_ms % 1000) * 1'000'000); }
};

// Sees what really reaches the engine, and what it made of it.
class Ledger final : public Transport {
 public:
  Ledger(std::shared_ptr<Transport> next, Clock& clock) : next_(std::move(next)), clock_(clock) {}
  Result<TransportAnswer> call(const TransportCall& call) override {
    ++clock_.now_ms;
    auto answer = next_->call(call);
    if (answer && answer->status == 200) ++applied;
    return answer;
  }
  int applied = 0;

 private:
  std::shared_ptr<Transport> next_;
  Clock& clock_;
};

// Sees what the client sends and what it is told.
class Gate final : public Transport {
 public:
  Gate(std::shared_ptr<Transport> next, const Clock& clock) : next_(std::move(next)), clock_(clock) {}
  Result<TransportAnswer> call(const TransportCall& call) override {
    check_deadline(call);
    auto answer = next_->call(call);
    last_is_decisive =
        answer && (answer->status == 200 || answer->body.find("ConditionalCheckFailed") != std::string::npos);
    return answer;
  }
  // Of the operation under way; counts from its first call on, before which the clock stands still.
  void begin(std::optional<milliseconds> timeout) {
    timeout_ = timeout;
    deadline_ms_.reset();
  }
  bool last_is_decisive = false;  // the last answer said what became of the write

 private:
  void check_deadline(const TransportCall& call) {
    EXPECT_EQ(call.time_left.has_value(), timeout_.has_value()) << call.operation;
    if (!timeout_ || !call.time_left) return;
    if (!deadline_ms_) deadline_ms_ = clock_.now_ms + timeout_->count();
    EXPECT_LT(clock_.now_ms, *deadline_ms_) << call.operation << " is sent past the deadline";
    EXPECT_EQ(*call.time_left, milliseconds(*deadline_ms_ - clock_.now_ms)) << call.operation;
  }

  std::shared_ptr<Transport> next_;
  const Clock& clock_;
  std::optional<milliseconds> timeout_;
  std::optional<std::int64_t> deadline_ms_;
};

FaultPlan random_plan(Draws& draws, Clock& clock) {
  FaultPlan plan{.seed = draws.next(), .sleep = [&clock](milliseconds duration) { clock.now_ms += duration.count(); }};
  for (std::size_t kind = 0; kind < faults::kFaultKinds; ++kind) {
    const auto fault = static_cast<Fault>(kind);
    if (fault == Fault::kStaleRead || draws.one_in(3)) continue;
    plan.rules.push_back(FaultRule{.fault = fault,
                                   .probability = static_cast<double>(1 + draws.below(30)) / 100,
                                   .delay = milliseconds(draws.below(1500))});
  }
  return plan;
}

class World {
 public:
  explicit World(std::uint64_t seed) : draws_(seed) {
    EXPECT_TRUE(true_documents_.ensure_table());
    EXPECT_TRUE(true_counters_.ensure_table());
    EXPECT_TRUE(true_documents_.put({.id = "d", .text = "0"}));
    for (const char* id : {"a", "b"}) EXPECT_TRUE(true_counters_.put({.id = id, .count = 100}));
    has_rival_ = draws_.one_in(3);
  }

  void step() {
    clock_.now_ms += 5;
    switch (draws_.below(9)) {
      case 0:
        return create();
      case 1:
        return increment();
      case 2:
        return update_locked();
      case 3:
        return build_locked();
      case 4:
        return transfer();
      case 5:
        return batch_write();
      case 6:
        return batch_read();
      case 7:
        return put_and_remove();
      default:
        return upsert();
    }
  }

 private:
  ClientOptions options(bool with_rival) {
    ClientOptions options;
    options.now = [this] { return clock_.now(); };
    options.random = [this] { return draws_.next(); };
    options.sleep = [this, with_rival](milliseconds duration) {
      clock_.now_ms += duration.count();
      if (with_rival && has_rival_ && draws_.one_in(3)) interfere();
    };
    return options;
  }

  // Somebody else changes the document between two attempts of ours.
  void interfere() {
    ++rival_writes_;
    // Its write is at another instant than ours: version and instant are what proves a write to be one's own, so
    // writers that share both cannot be told apart (docs/retries-and-deadlines.md).
    ++clock_.now_ms;
    const int before = ledger_->applied;
    EXPECT_TRUE(true_documents_.upsert({.id = "d", .text = "rival"}));
    ledger_->applied = before;
  }

  // The limits of one operation: a deadline now and then.
  CallLimits begin() {
    rival_writes_ = 0;
    ledger_->applied = 0;
    unknown_before_ = unknown_faults();
    gate_->begin(std::nullopt);
    if (!draws_.one_in(3)) return {};
    const auto timeout = milliseconds(1 + draws_.below(3000));
    gate_->begin(timeout);
    return {.timeout = timeout};
  }

  std::uint64_t unknown_faults() const {
    std::uint64_t count = 0;
    for (const Fault fault :
         {Fault::kInternalError, Fault::kInternalErrorAfter, Fault::kLostRequest, Fault::kLostAnswer, Fault::kDelay}) {
      count += faulty_->struck(fault);
    }
    return count;
  }

  // What every answer must obey. `happened`: whether the write took place.
  template <class R>
  void judge(const R& result, bool happened, std::string_view what) {
    if (result) {
      EXPECT_TRUE(happened) << what << " was acknowledged, and is lost";
    } else if (result.error().is(ErrorCode::kOutcomeUnknown)) {
      EXPECT_GT(unknown_faults(), unknown_before_) << what << " is called unknown: " << result.error().to_string();
    } else {
      EXPECT_FALSE(happened) << what << " happened, though it was refused: " << result.error().to_string();
    }
  }

  // A write whose own condition tells: a decisive last answer leaves no doubt while nobody else writes.
  template <class R>
  void judge_guarded(const R& result, bool happened, std::string_view what) {
    judge(result, happened, what);
    if (result || rival_writes_ > 0) return;
    EXPECT_FALSE(gate_->last_is_decisive && result.error().is(ErrorCode::kOutcomeUnknown))
        << what << ": " << result.error().to_string();
    EXPECT_FALSE(result.error().is(ErrorCode::kConditionFailed)) << what << ": " << result.error().to_string();
  }

  void create() {
    const CallLimits limits = begin();
    const std::string id = "new-" + std::to_string(++made_);
    const auto result = documents_.with(limits).create({.id = id, .text = "t"});
    const auto stored = true_documents_.find(id).value();
    judge_guarded(result, stored.has_value(), "create");
    if (result) {
      EXPECT_EQ(stored->version, 0);
      EXPECT_EQ(stored->updated_at, result->updated_at);
    }
  }

  void increment() {
    const CallLimits limits = begin();
    const std::int64_t before = true_counters_.get("a")->count;
    const auto result = counters_.with(limits).update_builder("a").increment(&Counter::count).run();
    const std::int64_t added = true_counters_.get("a")->count - before;
    EXPECT_TRUE(added == 0 || added == 1) << "added " << added;
    judge(result, added == 1, "increment");
  }

  void update_locked() {
    const Document known = true_documents_.get("d").value();
    const CallLimits limits = begin();
    Document wanted = known;
    wanted.text = "text-" + std::to_string(++made_);
    const auto result = documents_.with(limits).update(wanted, {&Document::text});
    const int applied = ledger_->applied;
    EXPECT_LE(applied, 1);
    judge_guarded(result, applied == 1, "update");
    const Document stored = true_documents_.get("d").value();
    if (result) {
      EXPECT_EQ(result->text, wanted.text);
      EXPECT_EQ(result->version, known.version + 1);
    }
    if (rival_writes_ == 0) {
      EXPECT_EQ(stored.version, known.version + applied);
      EXPECT_EQ(stored.text, applied == 1 ? wanted.text : known.text);
    }
  }

  void build_locked() {
    const Document known = true_documents_.get("d").value();
    const CallLimits limits = begin();
    const auto result =
        documents_.with(limits).update_builder("d").set(&Document::text, "built").if_version(known.version).run();
    EXPECT_LE(ledger_->applied, 1);
    judge_guarded(result, ledger_->applied == 1, "locked builder");
  }

  void upsert() {
    const CallLimits limits = begin();
    const std::int64_t before = true_documents_.get("d")->version;
    const auto result = documents_.with(limits).upsert({.id = "d", .text = "upserted"});
    const std::int64_t added = true_documents_.get("d")->version - before - rival_writes_;
    EXPECT_TRUE(added == 0 || added == 1) << "the version grew by " << added;
    judge(result, added == 1, "upsert");
  }

  void transfer() {
    const std::int64_t from = true_counters_.get("a")->count, to = true_counters_.get("b")->count;
    const CallLimits limits = begin();
    auto transaction = client_.with(limits).transact_write();
    transaction.update(counters_.update_builder("a").decrement(&Counter::count, 1))
        .update(counters_.update_builder("b").increment(&Counter::count, 1));
    const auto result = transaction.run();
    const std::int64_t taken = from - true_counters_.get("a")->count;
    EXPECT_TRUE(taken == 0 || taken == 1) << "taken " << taken;
    EXPECT_EQ(true_counters_.get("b")->count, to + taken) << "half a transaction";
    judge(result, taken == 1, "transfer");
  }

  void batch_write() {
    const CallLimits limits = begin();
    TableBatch<Counter> batch;
    const std::uint64_t count = 1 + draws_.below(40);
    for (std::uint64_t i = 0; i < count; ++i)
      batch.puts.push_back({.id = "put-" + std::to_string(++made_), .count = 1});
    const auto result = counters_.with(limits).batch_write(batch);
    for (const Counter& put : result ? batch.puts : result.error().done_puts) {
      EXPECT_TRUE(true_counters_.find(put.id).value()) << put.id << " was acknowledged, and is lost";
    }
    if (!result) {
      EXPECT_EQ(result.error().done_puts.size() + result.error().leftover_puts.size(), batch.puts.size());
      EXPECT_FALSE(result.error().leftover_puts.empty());
    }
  }

  void batch_read() {
    const CallLimits limits = begin();
    const std::vector<Key> keys{"a", "nobody", "b", "a"};
    const auto result = counters_.with(limits).batch_get(keys, {.consistent = true});
    if (!result) {
      EXPECT_FALSE(result.error().is(ErrorCode::kOutcomeUnknown)) << "a read has no outcome to be unknown";
      return;
    }
    EXPECT_EQ((*result)[0]->count, true_counters_.get("a")->count);
    EXPECT_FALSE((*result)[1]);
    EXPECT_EQ((*result)[2]->count, true_counters_.get("b")->count);
    EXPECT_EQ((*result)[3]->count, (*result)[0]->count);
  }

  void put_and_remove() {
    const std::string id = "put-" + std::to_string(++made_);
    CallLimits limits = begin();
    const auto put = counters_.with(limits).put({.id = id, .count = 7});
    judge(put, true_counters_.find(id)->has_value(), "put");
    limits = begin();
    const bool was_there = true_counters_.find(id)->has_value();
    const auto removed = counters_.with(limits).remove(id);
    const bool is_there = true_counters_.find(id)->has_value();
    if (was_there) judge(removed, !is_there, "remove");
  }

  Draws draws_;
  Clock clock_;
  bool has_rival_ = false;
  std::int64_t rival_writes_ = 0;
  std::uint64_t unknown_before_ = 0;
  int made_ = 0;
  std::shared_ptr<Ledger> ledger_ =
      std::make_shared<Ledger>(Client::connect("memory:", options(false)).value().transport(), clock_);
  Client truth_ = Client::over(ledger_, options(false));
  Table<Document> true_documents_ = truth_.table<Document>().value();
  Table<Counter> true_counters_ = truth_.table<Counter>().value();
  std::shared_ptr<FaultyTransport> faulty_ = std::make_shared<FaultyTransport>(ledger_, random_plan(draws_, clock_));
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>(faulty_, clock_);
  Client client_ = Client::over(gate_, options(true));
  Table<Document> documents_ = client_.table<Document>().value();
  Table<Counter> counters_ = client_.table<Counter>().value();
};

void run(std::uint64_t seed) {
  SCOPED_TRACE("TABLETHEORY_SIMULATION_SEED=" + std::to_string(seed));
  World world(seed);
  for (int i = 0; i < kStepsPerRun && !::testing::Test::HasFailure(); ++i) world.step();
}

TEST(Simulation, NoAcknowledgedWriteIsLostAndNoneHappensTwice) {
  if (const char* only = std::getenv("TABLETHEORY_SIMULATION_SEED")) {
    return run(std::strtoull(only, nullptr, 10));
  }
  for (std::uint64_t seed = 1; seed <= kRuns && !HasFailure(); ++seed) run(seed);
}

}  // namespace
}  // namespace tabletheory::simulation
