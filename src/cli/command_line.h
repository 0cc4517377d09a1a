// The `tabletheory` command as a function: what it was given, where it prints, and the code it exits with.
//
//     std::ostringstream out, err;
//     int code = cli::run({"validate", "orders.yml"}, {out, err});   // 0, 1: problems found, 2: usage or unreadable
//     input
//
// Results go to `out`, complaints about the call itself to `err`. No exception leaves it.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace tabletheory::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kProblemsFound = 1;
inline constexpr int kUsage = 2;  // wrong words, or input that cannot be read

struct Streams {
  std::ostream& out;
  std::ostream& err;
};

// `arguments` without the program's own name.
int run(const std::vector<std::string>& arguments, Streams streams);

}  // namespace tabletheory::cli
