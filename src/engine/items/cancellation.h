// CancellationReasons: why each action of a transaction stood in its way, in their order; "None" for those that did
// not.
#pragma once

#include <string>
#include <vector>

#include "engine/service_error.h"

namespace tabletheory::engine {

class CancellationReasons {
 public:
  void none() { reasons_.push_back({"None", {}, {}}); }
  // Takes a refusal of one action: a failed condition, or what is wrong with the action. False when the error is no
  // reason of that kind (an internal failure) and must be the answer itself.
  bool add(const ServiceError& error);

  bool any() const { return any_; }
  // TransactionCanceledException with the reasons.
  ServiceError error() const;

 private:
  struct Reason {
    std::string code;
    std::string message;
    std::string members;  // `,"Item":{…}`
  };
  std::vector<Reason> reasons_;
  bool any_ = false;
};

}  // namespace tabletheory::engine
