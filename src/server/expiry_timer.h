// ExpiryTimer: has expired items removed while a server runs.
//
//     const ExpiryTimer timer(engine, std::chrono::seconds(60), system_now, report);
//
// One thread, asleep between sweeps, and for at least 20 times as long as the last one took: sweeps take no more than a
// twentieth of one core, however large the tables are. Its destructor ends a sweep under way and joins.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>
#include <thread>

#include "engine/engine.h"

namespace tabletheory::server {

class ExpiryTimer {
 public:
  // The engine must outlive the timer. `report` is told why a sweep failed; the next one tries again. An interval of
  // zero: never.
  ExpiryTimer(engine::Engine& engine, std::chrono::milliseconds interval, std::function<Timestamp()> now,
              std::function<void(std::string_view)> report);

 private:
  std::jthread thread_;
};

}  // namespace tabletheory::server
