// LanguageRunner: whoever runs scenarios through one language's SDK — this process for C++, a program for the others.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/model_set.h"
#include "contract/runner.h"
#include "contract/scenario.h"

namespace tabletheory::contract {

class LanguageRunner {
 public:
  virtual ~LanguageRunner() = default;
  virtual const std::string& language() const = 0;
  virtual Report run(const Scenario& scenario, const std::string& address, Phase phase) = 0;
};

// Borrows the models.
std::unique_ptr<LanguageRunner> make_cpp_language(const ModelSet& models);
// The program `FOLDER/LANGUAGE/run`. `environment`: settings added to ours, as NAME=VALUE.
std::unique_ptr<LanguageRunner> make_foreign_language(const ModelSet& models, std::string language,
                                                      const std::string& folder, std::vector<std::string> environment);

}  // namespace tabletheory::contract
