#include "contract/language_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "contract/files.h"
#include "contract/json_line.h"
#include "contract/runner_process.h"
#include "value/wire.h"

namespace tabletheory::contract {
namespace {

using value::JsonNode;

// Go builds its runner with the first scenario.
constexpr auto kPatience = std::chrono::seconds(300);

class CppLanguage final : public LanguageRunner {
 public:
  explicit CppLanguage(const ModelSet& models) : models_(models) {}
  const std::string& language() const override { return language_; }
  Report run(const Scenario& scenario, const std::string& address, Phase phase) override {
    return run_cpp(scenario, models_, address, phase);
  }

 private:
  std::string language_ = "cpp";
  const ModelSet& models_;
};

std::string_view word_of(Phase phase) {
  switch (phase) {
    case Phase::kSeed:
      return "seed";
    case Phase::kRead:
      return "read";
    case Phase::kDrop:
      return "drop";
    case Phase::kAll:
      break;
  }
  return "all";
}

class ForeignLanguage final : public LanguageRunner {
 public:
  ForeignLanguage(const ModelSet& models, std::string language, const std::string& folder,
                  std::vector<std::string> environment)
      : models_(models),
        language_(std::move(language)),
        process_({fmt::format("{}/{}/run", folder, language_)}, std::move(environment)) {}

  const std::string& language() const override { return language_; }

  Report run(const Scenario& scenario, const std::string& address, Phase phase) override {
    const auto order = order_of(scenario, address, phase);
    if (!order) return {Outcome::kFailed, order.error().message()};
    const auto answer = process_.ask(*order, kPatience);
    if (!answer) return {Outcome::kFailed, answer.error().message()};
    return report_of(*answer);
  }

 private:
  Result<std::string> order_of(const Scenario& scenario, const std::string& address, Phase phase) {
    const LoadedModel* model = models_.find(scenario.dms_version, scenario.model);
    if (model == nullptr) {
      return fail(ErrorCode::kInvalidModel, models_.describe_absence(scenario.dms_version, scenario.model));
    }
    std::string line = R"({"scenario":)";
    append_json(scenario.tree.front(), false, line);
    value::WireWriter writer(line);
    line += R"(,"models":{)";
    const char* separator = "";
    for (const std::string& name : models_of(scenario)) {
      const LoadedModel* loaded = models_.find(scenario.dms_version, name);
      if (loaded == nullptr) {
        return fail(ErrorCode::kInvalidModel, models_.describe_absence(scenario.dms_version, name));
      }
      TT_TRY(const std::string* document, document_of(loaded->file));
      line += std::exchange(separator, ",");
      writer.key(name);
      writer.string(*document);
    }
    line += "},";
    writer.key("address");
    writer.string(address);
    line += ',';
    writer.key("phase");
    writer.string(word_of(phase));
    line += ',';
    writer.key("table");
    writer.string(scenario.table.empty() ? model->definition.table_name : scenario.table);
    line += '}';
    return line;
  }

  // A model's whole document as JSON.
  Result<const std::string*> document_of(const std::string& file) {
    const auto known = documents_.find(file);
    if (known != documents_.end()) return &known->second;
    const auto text = read_file(file);
    if (!text) return fail(ErrorCode::kInvalidModel, text.error());
    const auto document = parse_document(*text, file);
    if (!document) return fail(ErrorCode::kInvalidModel, fmt::format("{} cannot be read", file));
    std::string json;
    append_json(*document, false, json);
    return &documents_.emplace(file, std::move(json)).first->second;
  }

  static Report report_of(const std::string& answer) {
    const auto node = value::parse_json_text(answer);
    const JsonNode* outcome = node ? node->find("outcome") : nullptr;
    const JsonNode* detail = node ? node->find("detail") : nullptr;
    if (outcome == nullptr) return {Outcome::kFailed, fmt::format("the runner's answer is no report: {}", answer)};
    std::string text = detail == nullptr ? std::string() : detail->text;
    if (outcome->text == "passed") return {Outcome::kPassed, {}};
    return {outcome->text == "skipped" ? Outcome::kSkipped : Outcome::kFailed, std::move(text)};
  }

  const ModelSet& models_;
  std::string language_;
  RunnerProcess process_;
  std::map<std::string, std::string> documents_;
};

}  // namespace

std::unique_ptr<LanguageRunner> make_cpp_language(const ModelSet& models) {
  return std::make_unique<CppLanguage>(models);
}

std::unique_ptr<LanguageRunner> make_foreign_language(const ModelSet& models, std::string language,
                                                      const std::string& folder, std::vector<std::string> environment) {
  return std::make_unique<ForeignLanguage>(models, std::move(language), folder, std::move(environment));
}

}  // namespace tabletheory::contract
