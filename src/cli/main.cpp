#include <algorithm>
#include <iostream>

#include "cli/command_line.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return tabletheory::cli::run(arguments, {std::cout, std::cerr});
}
