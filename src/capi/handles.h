// What the opaque handles of include/tabletheory/c_api.h are.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capi/client.h"
#include "capi/operation_run.h"
#include "tabletheory/c_api.h"
#include "tabletheory/derived_keys.h"
#include "tabletheory/schema.h"

namespace tabletheory::capi {

// Counts what exists, for leak checks.
class Counted {
 public:
  Counted() { ++live_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --live_; }
  static std::uint64_t live() { return live_; }

 private:
  static inline std::atomic<std::uint64_t> live_ = 0;
};

}  // namespace tabletheory::capi

struct tt_result : tabletheory::capi::Counted {
  std::string tape;
  std::optional<tabletheory::Error> error;
  std::vector<std::uint16_t> codes;  // of the error
};

struct tt_client : tabletheory::capi::Counted {
  std::shared_ptr<tabletheory::capi::ClientState> state;
};

struct tt_schema : tabletheory::capi::Counted {
  explicit tt_schema(tabletheory::Schema loaded) : schema(std::move(loaded)) {}
  tabletheory::Schema schema;
};

struct tt_keys : tabletheory::capi::Counted {
  explicit tt_keys(tabletheory::DerivedKeys loaded) : keys(std::move(loaded)) {}
  tabletheory::DerivedKeys keys;
};

struct tt_op : tabletheory::capi::Counted {
  explicit tt_op(std::unique_ptr<tabletheory::capi::OperationRun> begun) : run(std::move(begun)) {}
  std::unique_ptr<tabletheory::capi::OperationRun> run;
  std::vector<tt_request> requests;  // what the last event points to
};
