// Any text, read as YAML and as JSON: never crashes, and what is refused says where and why. A document that loads as
// JSON loads as YAML too, to the same models; it differs in nothing from itself, and can be upgraded.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dms/diff.h"
#include "dms/equivalence.h"
#include "dms/refusal_check.h"
#include "dms/upgrade.h"

namespace {

using namespace tabletheory;
using dms::check_refusal;
using dms::require;

// Nothing changes from a document to itself; upgrading a document says what is wrong, or gives one that says the same.
void check_evolution(const dms::Document& document, std::string_view text) {
  require(dms::diff(document, document).empty());
  const auto upgraded = dms::upgrade(text, document.file, dms::Version::k0_3);
  if (!upgraded) return check_refusal(upgraded.error(), text);
  const auto loaded = dms::load_text(upgraded->text, document.file);
  require(loaded && loaded->version == dms::Version::k0_3 && loaded->models.size() == document.models.size());
  for (const dms::Model& model : document.models)
    require(loaded->find(model.name) && dms::compare(model, *loaded->find(model.name)).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto yaml = dms::load_text(text, "fuzz.yml");
  const auto json = dms::load_text(text, "fuzz.json");
  if (!yaml) check_refusal(yaml.error(), text);
  if (!json) check_refusal(json.error(), text);
  for (const auto* loaded : {&yaml, &json}) {
    if (!*loaded) continue;
    for (const dms::Model& model : (*loaded)->models) require(dms::validate(model).has_value());
    check_evolution(**loaded, text);
  }
  if (yaml && json)
    for (const dms::Model& model : json->models) {
      require(yaml->find(model.name) != nullptr);
      require(dms::compare(model, *yaml->find(model.name)).empty());
    }
  return 0;
}
