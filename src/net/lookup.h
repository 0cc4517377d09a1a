// Lookup: the addresses of a host. Numeric addresses and localhost are known at once; for any other name the system's
// resolver is asked on a thread of its own, as it can be neither cut off nor polled. A look-up that nobody waits for
// any more ends by itself when the resolver gives up; it touches nothing but its own state.
#pragma once

#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "net/wake.h"

namespace tabletheory::net {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

class Lookup {
 public:
  // Starts to look up.
  Lookup(const std::string& host, std::uint16_t port);

  bool done() const;
  int fd() const;  // readable once done
  // Of a look-up that is done: empty when there is none, and `problem` says why.
  std::vector<Address> addresses() const;
  std::string problem() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tabletheory::net
