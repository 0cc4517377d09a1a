#include "ops/single_call.h"

namespace tabletheory::ops {

Step SingleCall::next() {
  if (final_) return *final_;
  auto step = advance();
  if (step && *step) return std::move(**step);
  final_ = step ? Step(Done{}) : Step(Failed{std::move(step).error()});
  return *final_;
}

Detour SingleCall::advance() {
  if (!is_sent_) {
    TT_TRY(auto detour, before_sending(calls_));
    if (detour) return detour;
    calls_.clear();
    calls_.add(operation_, std::move(body_), repeat_);
    is_sent_ = true;
  }
  if (auto step = calls_.next()) return step;
  if (!is_settled_) {
    TT_CHECK(settle(calls_.outcome(0)));
    is_settled_ = true;
  }
  return before_ending(calls_);
}

}  // namespace tabletheory::ops
