// Sealing: the encryption of the values of one operation's writes (docs/spec/byte-formats.md, "Encrypted envelope").
//
//     Sealing sealing(environment, keys);
//     sealing.add(plan);                                       // as many as the operation has, in their order
//     TT_TRY(auto step, sealing.next(calls));                  // a step as long as a key is being asked for
//     if (step) return step;
//     plan.request(…);                                         // holds envelopes from now on
//
// One data key seals all values of the operation, each with a nonce of its own; version 2 takes one per table. Nothing
// is sealed twice, so a repeated request is the same request. The plans must stay where they are. Internal to ops.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/key_provider.h"
#include "ops/call.h"
#include "ops/data_keys.h"
#include "ops/environment.h"
#include "ops/write_plan.h"

namespace tabletheory::ops {

class Sealing {
 public:
  Sealing(const Environment& environment, DataKeys& keys) : environment_(environment), data_keys_(keys) {}

  // A plan without encrypted values is left alone.
  void add(WritePlan& plan);
  // Errors say which attribute of which plan, as far as it is one's.
  Detour next(CallGroup& calls);

 private:
  // A data key: for one value, or for all of one version and table.
  struct Key {
    crypto::KeyPurpose purpose;
    std::optional<crypto::DataKey> key;
    std::size_t call = 0;  // where it has been asked for
  };
  struct Job {
    WritePlan* plan;
    UnsealedValue* value;
    std::size_t key = 0;
    Bytes nonce{};
  };
  const model::Attribute& attribute_of(const Job& job) const { return job.plan->model->attribute(job.value->slot); }
  Result<void> ask(CallGroup& calls);
  Result<std::size_t> key_for(const Job& job, CallGroup& calls);
  void count(const Job& job, crypto::KeyPurpose& purpose) const;
  Result<void> take_keys(CallGroup& calls);
  Result<void> seal(Job& job);
  Result<void> check_sizes() const;

  const Environment& environment_;
  DataKeys& data_keys_;
  std::vector<WritePlan*> plans_;
  std::vector<Job> jobs_;
  std::vector<Key> keys_;
  bool has_asked_ = false, is_sealed_ = false;
};

}  // namespace tabletheory::ops
