// Operation: one call of the ORM as a sans-IO state machine.
//
// The driver asks `next()` what to do, does it, and reports answers with `on_response`. An operation never opens a
// socket, sleeps, reads a clock or draws a random number by itself, so the same operation is driven by the embedded
// engine, by an HTTP client, by a foreign runtime or by a test, with the same outcome.
//
//     for (;;) {
//       Step step = operation.next();
//       if (auto* send = std::get_if<Send>(&step)) for (auto& request : send->requests)
//       operation.on_response(request.id, transport(request)); else if (auto* sleep = std::get_if<Sleep>(&step)) … else
//       break;  // Done, PageReady or Failed
//     }
//
// Not thread-safe; one driver at a time. Errors of `next()` are final.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tabletheory/error.h"
#include "tabletheory/transport.h"

namespace tabletheory::ops {

struct Request {
  std::uint32_t id = 0;        // unique within the operation
  std::string_view operation;  // "PutItem"; static text
  std::string body;
  Service service = Service::kDynamoDb;
};

// What the transport made of a request.
struct Response {
  int status = 0;  // HTTP status
  std::string body;
  std::string request_id;
};

struct Send {
  std::vector<Request> requests;  // may be sent in parallel; every one is answered by on_response
};
struct Sleep {
  std::chrono::milliseconds duration{};
};
struct PageReady {};  // the operation's page accessor holds a page; next() goes on to the one after it
struct Done {};
struct Failed {
  Error error;
};
using Step = std::variant<Send, Sleep, PageReady, Done, Failed>;

class Operation {
 public:
  virtual ~Operation() = default;
  virtual Step next() = 0;
  // `response` is an error when there is no usable answer (ErrTransport, ErrTimeout, ErrCancelled).
  virtual void on_response(std::uint32_t id, Result<Response> response) = 0;
};

}  // namespace tabletheory::ops
