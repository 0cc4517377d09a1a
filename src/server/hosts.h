// Which Host headers are served: this machine's names, and those the server was told of.
//
// A page in a browser can make any name lead to 127.0.0.1 (DNS rebinding); it cannot make the browser send another
// Host than that name.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tabletheory::server {

// `host` as in the header, with or without a port. `allowed` are names or addresses without one.
bool is_served_host(std::string_view host, std::span<const std::string> allowed);

}  // namespace tabletheory::server
