#include <fmt/format.h>

#include <algorithm>

#include "ops/batches.h"
#include "ops/opening.h"

namespace tabletheory::ops {
namespace {

// A chunk that was throttled, or met a service in trouble, to the last retry is as good as unprocessed.
bool is_left_over(const Error& error) {
  return error.is(ErrorCode::kThrottled) || error.is(ErrorCode::kServiceUnavailable);
}

}  // namespace

BatchRounds::BatchRounds(const Environment& environment, BatchOptions options, std::string_view operation,
                         Repeat repeat)
    : environment_(environment), options_(options), operation_(operation), repeat_(repeat), calls_(environment) {}

void BatchRounds::begin(std::size_t count) {
  pending_.resize(count);
  for (std::size_t i = 0; i < count; ++i) pending_[i] = i;
  round_ = pending_;
  begun_ = true;
}

// As many chunks as may be in flight at once.
void BatchRounds::send() {
  calls_.clear();
  chunks_.clear();
  const std::span<const std::size_t> round(round_);
  const std::size_t parallel = std::max<std::size_t>(1, options_.parallel);
  while (sent_ < round.size() && chunks_.size() < parallel) {
    const std::size_t size = chunk_size(round.subspan(sent_));
    const auto chunk = round.subspan(sent_, size);
    calls_.add(operation_, body(chunk), repeat_);
    chunks_.emplace_back(chunk.begin(), chunk.end());
    sent_ += size;
  }
  in_flight_ = true;
}

// Takes every answer of the chunks in flight, so that what has been done is known even if one failed.
std::optional<Error> BatchRounds::take_answers() {
  std::optional<Error> first;
  std::vector<std::size_t> finished;
  for (std::size_t call = 0; call < chunks_.size(); ++call) {
    Outcome& outcome = calls_.outcome(call);
    std::vector<std::size_t>& chunk = chunks_[call];
    std::vector<std::size_t> unprocessed;
    if (outcome.response) {
      if (auto taken = take(outcome.response->body, unprocessed); !taken) {
        if (!first) first = std::move(taken).error();
        continue;
      }
      answered_ = true;
      for (const std::size_t number : chunk)
        if (std::ranges::find(unprocessed, number) == unprocessed.end()) finished.push_back(number);
    } else if (is_left_over(*outcome.error)) {
      unprocessed = chunk;
    } else if (!first) {
      first = std::move(outcome.error);
    }
    left_over_.insert(left_over_.end(), unprocessed.begin(), unprocessed.end());
  }
  std::ranges::sort(finished);
  std::erase_if(pending_, [&](std::size_t number) { return std::ranges::binary_search(finished, number); });
  return first;
}

// The caller's patience ended after something had been answered, or left over: the rest is left over, too, and both
// halves are the caller's.
Error BatchRounds::stopped(Error error) const {
  const bool is_late = error.code() == ErrorCode::kTimeout;
  if ((!is_late && error.code() != ErrorCode::kCancelled) || error.retryable()) return error;
  if (!answered_ && rounds_ == 0) return error;
  Error left = incomplete(is_late ? "when the deadline passed" : "when the call was cancelled");
  left = Error(std::move(left).also(error.code()));
  if (error.is(ErrorCode::kOutcomeUnknown)) left = Error(std::move(left).also(ErrorCode::kOutcomeUnknown));
  return left;
}

Step BatchRounds::pause() {
  round_ = std::move(left_over_);
  std::ranges::sort(round_);
  left_over_.clear();
  sent_ = 0;
  return Sleep{full_jitter(environment_, environment_.retry.throttle_base_delay, rounds_++)};
}

// `final_` is how it ends, unless what has been read cannot be decrypted.
Step BatchRounds::end() {
  if (ended_) return *final_;
  auto detour = before_ending(calls_);
  if (detour && *detour) return std::move(**detour);
  if (!detour) final_ = Step(Failed{during(locate(Error(detour.error())).operation(), detour.error())});
  ended_ = true;
  return *final_;
}

Step BatchRounds::next() {
  for (;;) {
    if (final_) return end();
    if (!begun_) {
      if (auto ready = prepare(); !ready) {
        final_ = Step(Failed{std::move(ready).error()});
        continue;
      }
    }
    if (!ready_) {
      auto detour = before_sending(calls_);
      if (detour && *detour) return std::move(**detour);
      if (!detour) final_ = Step(Failed{std::move(detour).error()});
      ready_ = true;
      continue;
    }
    if (in_flight_) {
      if (auto step = calls_.next()) return std::move(*step);
      in_flight_ = false;
      if (auto error = take_answers()) {
        final_ = Step(Failed{locate(stopped(std::move(*error)))});
        continue;
      }
    }
    if (sent_ < round_.size()) {
      send();
    } else if (!left_over_.empty() && rounds_ >= environment_.retry.batch_rounds) {
      final_ = Step(Failed{locate(incomplete(fmt::format("after {} rounds", rounds_ + 1)))});
    } else if (!left_over_.empty()) {
      return pause();
    } else {
      final_ = Step(Done{});
    }
  }
}

}  // namespace tabletheory::ops
