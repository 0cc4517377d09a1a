// Explanation: what an operation would send and why, without sending it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tabletheory::ops {

struct Explanation {
  std::string_view operation;      // "Query"; static text
  std::string request;             // the exact body of the (first) request
  std::string index;               // the index used; empty for the table
  std::string reason;              // why the table or that index was chosen
  double capacity_units = 0;       // estimate of what the (first) request consumes
  std::string capacity_basis;      // what the estimate assumes, in words
  std::vector<std::string> hints;  // advice: scan, filter on a key-able attribute, projection that needs a second read
};

}  // namespace tabletheory::ops
