#include "dms/model_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "dms/rules.h"

namespace tabletheory::dms {

std::string_view flag_text(bool flag) {
  return flag ? "true" : "false";
}

std::string list_text(std::vector<std::string> words) {
  std::ranges::sort(words);
  words.erase(std::ranges::unique(words).begin(), words.end());
  return words.empty() ? std::string(kNoPart) : fmt::format("{}", fmt::join(words, ", "));
}

std::string sort_key_text(const Model& model) {
  return model.sort ? key_text({*model.sort}) : std::string(kNoPart);
}

std::string discriminator_text(const Model& model) {
  if (!model.discriminator) return std::string(kNoPart);
  return fmt::format("{} = {}", model.discriminator->attribute, model.discriminator->value);
}

std::string format_text(Format format) {
  return std::string(format == Format::kNone ? kNoPart : format_name(format));
}

std::string encryption_text(int version) {
  return version == 0 ? std::string(kNoPart) : fmt::format("v{}", version);
}

std::string_view index_type_text(const Index& index) {
  return index.global ? "GSI" : "LSI";
}

}  // namespace tabletheory::dms
