// Any text, read as a document of derived keys: never crashes, and what is refused says where and why. A document that
// loads gives the same keys whether it was written as JSON or as YAML.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "dms/derived_keys.h"
#include "dms/refusal_check.h"

namespace {

using namespace tabletheory;
using dms::check_refusal;
using dms::require;

// One value for every input, of its type.
dms::DerivedKeyInputs inputs_of(const dms::DerivedKey& key) {
  dms::DerivedKeyInputs inputs;
  for (const auto& input : key.inputs) {
    switch (input.type) {
      case dms::DerivedKey::InputType::kString:
        inputs[input.name] = " Ab/\xC3\xA9 ";
        break;
      case dms::DerivedKey::InputType::kBoolean:
        inputs[input.name] = true;
        break;
      default:
        inputs[input.name] = -1.5e20;
    }
  }
  return inputs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto yaml = dms::load_derived_keys_text(text, "fuzz.yml");
  const auto json = dms::load_derived_keys_text(text, "fuzz.json");
  if (!yaml) check_refusal(yaml.error(), text);
  if (!json) check_refusal(json.error(), text);
  if (!json) return 0;
  for (const dms::DerivedKeyModel& model : json->models) {
    for (const dms::DerivedKey& key : model.derived_keys) {
      const auto made = key.evaluate(inputs_of(key));
      require(made.has_value());
      if (!yaml) continue;
      const dms::DerivedKey* other = yaml->find(model.name, key.name);
      require(other != nullptr && other->evaluate(inputs_of(*other)).value_or("") == *made);
    }
  }
  return 0;
}
