// How reports write parts of a model, so that equal texts mean equal parts. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dms/document.h"

namespace tabletheory::dms {

// What stands for a part that is not there.
inline constexpr std::string_view kNoPart = "(none)";

std::string_view flag_text(bool flag);
// "a, b": sorted, each once.
std::string list_text(std::vector<std::string> words);
std::string sort_key_text(const Model& model);
std::string discriminator_text(const Model& model);
std::string format_text(Format format);
std::string encryption_text(int version);
std::string_view index_type_text(const Index& index);

}  // namespace tabletheory::dms
