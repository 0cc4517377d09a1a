// Protocol: DynamoDB's JSON protocol over an engine, with HTTP requests and answers as plain data. Knows no socket.
//
//     Protocol protocol(engine, {});
//     if (auto refusal = protocol.refuse_head(head)) …          // before the body is read
//     Reply reply = protocol.answer(head, body);
//
// Thread-safe; immutable once built.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"
#include "engine/engine.h"
#include "server/request_head.h"
#include "tabletheory/timestamp.h"

namespace tabletheory::server {

struct ProtocolOptions {
  std::vector<std::string> allowed_hosts = {};     // beside this machine's own names
  std::vector<aws::Credentials> credentials = {};  // none: signatures are not looked at
  std::function<Timestamp()> now = {};             // empty: the system clock
  std::string endpoint = "localhost";              // what the health check answers with
};

struct Reply {
  int status = 200;
  std::string_view content_type;
  std::string body;
  std::string_view operation;  // the engine's operation, for the log; empty when none was called
};

class Protocol {
 public:
  // The engine must outlive the protocol.
  Protocol(engine::Engine& engine, ProtocolOptions options);

  // The answer to a request that is not served whatever its body is.
  std::optional<Reply> refuse_head(const RequestHead& head) const;
  // Precondition: refuse_head(head) gave nothing.
  Reply answer(const RequestHead& head, std::string_view body) const;

  bool verifies_signatures() const { return !options_.credentials.empty(); }

 private:
  engine::Engine& engine_;
  ProtocolOptions options_;
};

// The answer to bytes that are no request, or one beyond a limit.
Reply refuse_unreadable(int status, std::string message);

}  // namespace tabletheory::server
