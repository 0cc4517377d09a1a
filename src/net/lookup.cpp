#include "net/lookup.h"

#include <netdb.h>

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "http/message.h"

namespace tabletheory::net {

struct Lookup::State {
  mutable std::mutex mutex;
  bool done = false;
  std::vector<Address> addresses;
  std::string problem;
  Wake wake;

  void ask(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int result = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    const std::lock_guard lock(mutex);
    if (result != 0) problem = ::gai_strerror(result);
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
      Address address;
      std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
      address.length = entry->ai_addrlen;
      addresses.push_back(address);
    }
    if (list != nullptr) ::freeaddrinfo(list);
  }
  void finish() {
    const std::lock_guard lock(mutex);
    done = true;
    wake.set();
  }
};

Lookup::Lookup(const std::string& host, std::uint16_t port) : state_(std::make_shared<State>()) {
  if (http::same_name(host, "localhost")) {  // RFC 6761: never asked of a name server
    state_->ask("127.0.0.1", port, AI_NUMERICHOST);
    state_->ask("::1", port, AI_NUMERICHOST);
    state_->finish();
    return;
  }
  state_->ask(host, port, AI_NUMERICHOST);
  if (!state_->addresses.empty()) {
    state_->finish();
    return;
  }
  state_->problem.clear();
  try {
    std::thread([state = state_, host, port] {
      state->ask(host, port, AI_ADDRCONFIG);
      state->finish();
    }).detach();
  } catch (const std::system_error&) {  // no thread to be had
    state_->ask(host, port, AI_ADDRCONFIG);
    state_->finish();
  }
}

bool Lookup::done() const {
  const std::lock_guard lock(state_->mutex);
  return state_->done;
}

int Lookup::fd() const {
  return state_->wake.fd();
}

std::vector<Address> Lookup::addresses() const {
  const std::lock_guard lock(state_->mutex);
  return state_->addresses;
}

std::string Lookup::problem() const {
  const std::lock_guard lock(state_->mutex);
  return state_->problem;
}

}  // namespace tabletheory::net
