// Any text, read as YAML and as JSON: never crashes, and what is refused says where and why. A document that loads as
// JSON loads as YAML too, to the same models.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "dms/document.h"
#include "dms/equivalence.h"

namespace {

using namespace tabletheory;

void require(bool held) {
  if (!held) std::abort();
}

void check_refusal(const Error& error, std::string_view text) {
  require(error.is(ErrorCode::kInvalidModel) && !error.diagnostics().empty());
  for (const Diagnostic& problem : error.diagnostics()) {
    require(problem.line >= 1 && problem.column >= 1 && !problem.message.empty());
    require(!dms::render(problem, text).empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto yaml = dms::load_text(text, "fuzz.yml");
  const auto json = dms::load_text(text, "fuzz.json");
  if (!yaml) check_refusal(yaml.error(), text);
  if (!json) check_refusal(json.error(), text);
  for (const auto* loaded : {&yaml, &json})
    if (*loaded)
      for (const dms::Model& model : (*loaded)->models) require(dms::validate(model).has_value());
  if (yaml && json)
    for (const dms::Model& model : json->models) {
      require(yaml->find(model.name) != nullptr);
      require(dms::compare(model, *yaml->find(model.name)).empty());
    }
  return 0;
}
