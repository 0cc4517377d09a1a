#include "tabletheory/derived_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "dms/derived_keys.h"
#include "dms/wording.h"

namespace tabletheory {
namespace detail {

struct DerivedKeyData {
  dms::DerivedKey rule;
};

struct DerivedKeysData {
  dms::DerivedKeyDocument document;
  std::string file;
};

}  // namespace detail

namespace {

const dms::DerivedKeyModel* find_model(const dms::DerivedKeyDocument& document, std::string_view name) {
  const auto found = std::ranges::find(document.models, name, &dms::DerivedKeyModel::name);
  return found == document.models.end() ? nullptr : &*found;
}

DerivedKey make_key(const dms::DerivedKey& rule) {
  return DerivedKey(std::make_shared<const detail::DerivedKeyData>(detail::DerivedKeyData{rule}));
}

template <class Named>
std::unexpected<Error> no_such(const std::string& where, std::string_view what, std::string_view name,
                               const std::vector<Named>& there) {
  std::vector<std::string_view> known;
  for (const Named& one : there) known.push_back(one.name);
  return fail(ErrorCode::kInvalidModel, fmt::format("{} has no {} {}; {}", where, what, dms::in_quotes(name),
                                                    dms::did_you_mean(name, known, "it has " + dms::joined(known))));
}

}  // namespace

const std::string& DerivedKey::name() const {
  return data_->rule.name;
}
const std::string& DerivedKey::helper() const {
  return data_->rule.helper;
}
const std::string& DerivedKey::description() const {
  return data_->rule.description;
}

std::vector<DerivedKeyInputInfo> DerivedKey::inputs() const {
  std::vector<DerivedKeyInputInfo> inputs;
  for (const dms::DerivedKey::Input& input : data_->rule.inputs)
    inputs.push_back({input.name, std::string(dms::input_type_name(input.type)), input.optional});
  return inputs;
}

Result<std::string> DerivedKey::evaluate(std::span<const DerivedKeyArgument> arguments) const {
  dms::DerivedKeyInputs inputs;
  for (const DerivedKeyArgument& argument : arguments) {
    if (!inputs.try_emplace(std::string(argument.name), argument.value.value()).second)
      return fail(ErrorCode::kInvalidModel, fmt::format("derived key '{}': input {} is given twice; give it once",
                                                        name(), dms::in_quotes(argument.name)));
  }
  return data_->rule.evaluate(inputs);
}

Result<DerivedKeys> DerivedKeys::load_file(const std::string& path) {
  TT_TRY(dms::DerivedKeyDocument document, dms::load_derived_keys_file(path));
  return DerivedKeys(
      std::make_shared<const detail::DerivedKeysData>(detail::DerivedKeysData{std::move(document), path}));
}

Result<DerivedKeys> DerivedKeys::load_text(std::string_view text, std::string_view file_name) {
  TT_TRY(dms::DerivedKeyDocument document, dms::load_derived_keys_text(text, file_name));
  return DerivedKeys(std::make_shared<const detail::DerivedKeysData>(
      detail::DerivedKeysData{std::move(document), std::string(file_name)}));
}

Result<DerivedKey> DerivedKeys::key(std::string_view model, std::string_view name) const {
  const dms::DerivedKeyModel* found = find_model(data_->document, model);
  if (found == nullptr) return no_such(data_->file, "model", model, data_->document.models);
  const dms::DerivedKey* rule = data_->document.find(model, name);
  if (rule == nullptr)
    return no_such(fmt::format("model {} of {}", found->name, data_->file), "derived key", name, found->derived_keys);
  return make_key(*rule);
}

const std::string& DerivedKeys::version() const {
  return data_->document.version;
}

std::vector<std::string> DerivedKeys::models() const {
  std::vector<std::string> names;
  for (const dms::DerivedKeyModel& model : data_->document.models) names.push_back(model.name);
  return names;
}

std::vector<DerivedKey> DerivedKeys::keys(std::string_view model) const {
  std::vector<DerivedKey> keys;
  if (const dms::DerivedKeyModel* found = find_model(data_->document, model))
    for (const dms::DerivedKey& rule : found->derived_keys) keys.push_back(make_key(rule));
  return keys;
}

}  // namespace tabletheory
