#include "ops/single_call.h"

namespace tabletheory::ops {

Step SingleCall::next() {
  if (final_) return *final_;
  if (auto step = calls_.next()) return std::move(*step);
  auto settled = settle(calls_.outcome(0));
  final_ = settled ? Step(Done{}) : Step(Failed{std::move(settled).error()});
  return *final_;
}

}  // namespace tabletheory::ops
