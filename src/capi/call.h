// Call: one request as an operation and the way its results are written. What a Call is made of is in the files named
// *_calls.cpp, one function per operation, listed in calls.cpp.
//
//     TT_TRY(auto call, make_call(request, "GET"))       // all local checks
//     drive call->operation() if it has one; at each page and at the end: call->write(out)
//     on an error: call->write_failure(error, out) adds what only it knows
#pragma once

#include <memory>
#include <optional>

#include "capi/arguments.h"
#include "capi/client.h"
#include "ops/operation.h"

namespace tabletheory::capi {

// What a request is made with. Lives as long as its Call.
class CallScope {
 public:
  // Reads the options every request may have: timeout_ms, deadline, now, seed, explain.
  static Result<std::unique_ptr<CallScope>> make(std::shared_ptr<ClientState> state, const Arguments& request);

  ClientState& state() { return *state_; }
  const detail::ClientCore& client() const { return *client_; }  // with the request's limits
  const std::shared_ptr<const detail::ClientCore>& client_pointer() const { return client_; }
  void cancel() { stop_.request_stop(); }
  bool is_cancelled() const { return stop_.stop_requested(); }
  bool wants_explanation() const { return explain_; }

  // The table that a member names by its number.
  Result<const TableEntry*> table(const Arguments& arguments, std::string_view member = "table");
  // `tables`, or the one `table`.
  Result<std::vector<const TableEntry*>> tables(const Arguments& arguments);

 private:
  Result<const TableEntry*> table(std::int64_t number);
  std::shared_ptr<ClientState> state_;
  std::stop_source stop_;
  std::shared_ptr<const detail::ClientCore> client_;
  bool explain_ = false;
  bool has_own_time_ = false;          // tables are then bound to `client_`
  std::deque<TableEntry> own_tables_;  // these
};

class Call {
 public:
  virtual ~Call() = default;
  // What is to be driven; null: the result is there already.
  virtual ops::Operation* operation() = 0;
  // The page that is ready, or the result after the end.
  virtual Result<void> write(TapeWriter& out) = 0;
  // Whether write() gives a page, and more may come.
  virtual bool gives_pages() const { return false; }
  // Members of an error that only the call knows: `items`, `leftovers`. Returns how many it wrote.
  virtual std::size_t write_failure(const Error&, TapeWriter&) { return 0; }
  // How items of errors are written, when the call is about one table; `model`: the error's.
  virtual ItemFormat failure_format(std::string_view model) const {
    static_cast<void>(model);
    return {};
  }
};
using CreatedCall = Result<std::unique_ptr<Call>>;

// A call with nothing to drive.
class ReadyCall final : public Call {
 public:
  explicit ReadyCall(TapeWriter written) : written_(std::move(written)) {}
  ops::Operation* operation() override { return nullptr; }
  Result<void> write(TapeWriter& out) override {
    out = std::move(written_);
    return {};
  }

 private:
  TapeWriter written_;
};

// The call that a request asks for; everything is checked, nothing sent. `request` is not used afterwards.
CreatedCall make_call(CallScope& scope, const Arguments& request);

}  // namespace tabletheory::capi
