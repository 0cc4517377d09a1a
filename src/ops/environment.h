// Environment: what operations may not get for themselves, handed in: time, randomness, policies, the target's
// abilities.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tabletheory/capabilities.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::crypto {
class KeyProvider;
}

namespace tabletheory::ops {

// docs/spec/operations.md, "Retries and deadlines".
struct RetryPolicy {
  int max_attempts = 3;
  std::chrono::milliseconds base_delay{50};
  std::chrono::milliseconds throttle_base_delay{100};
  std::chrono::milliseconds max_delay{20'000};
  int batch_rounds = 8;  // for UnprocessedKeys / UnprocessedItems
};

// The client's retry quota, shared by all its operations; refills as calls succeed. Guarded by its owner's rules: the
// driver calls it from one thread at a time per operation, so it locks inside.
class RetryQuota;

struct Environment {
  std::function<Timestamp()> now;         // never empty
  std::function<std::uint64_t()> random;  // 64 uniformly random bits; never empty
  RetryPolicy retry;
  std::shared_ptr<RetryQuota> quota;  // null: no limit beyond max_attempts
  Capabilities target = Capabilities::dynamodb();
  // Where the keys of encrypted attributes come from. Null: models that have such attributes fail with
  // ErrEncryptionNotConfigured before a request is sent.
  std::shared_ptr<crypto::KeyProvider> keys;
};

}  // namespace tabletheory::ops
