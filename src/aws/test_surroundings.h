// A process's surroundings made up by a test.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "aws/settings.h"

namespace tabletheory::aws {

struct FakeMachine {
  std::map<std::string, std::string> variables = {{"HOME", "/home/u"}};
  std::map<std::string, std::string> files = {};

  // Refers to the machine, which must outlive it.
  Surroundings surroundings() {
    return {.variable = [this](const std::string& name) { return find(variables, name); },
            .read_file = [this](const std::string& path) { return find(files, path); },
            .write_file =
                [this](const std::string& path, const std::string& text) {
                  files[path] = text;
                  return true;
                }};
  }
  Settings settings(std::string profile = {}, std::string region = {}) {
    return Settings::load(surroundings(), std::move(profile), std::move(region));
  }

 private:
  static std::optional<std::string> find(const std::map<std::string, std::string>& in, const std::string& name) {
    const auto found = in.find(name);
    if (found == in.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }
};

}  // namespace tabletheory::aws
