#include "aws/config_file.h"

#include <algorithm>

#include "http/message.h"

namespace tabletheory::aws {
namespace {

constexpr std::string_view kSpaces = " \t\r\f\v";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

// A comment begins at # or ; after white space.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    if ((value[i] == '#' || value[i] == ';') && kSpaces.find(value[i - 1]) != std::string_view::npos) {
      return trimmed(value.substr(0, i));
    }
  }
  return value;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

struct Heading {
  std::string kind, name;  // kind: profile, sso-session, services, or empty
};

Heading read_heading(std::string_view line) {
  const std::string_view inner = trimmed(line.substr(1, std::min(line.find(']'), line.size()) - 1));
  const std::size_t gap = inner.find_first_of(kSpaces);
  if (gap == std::string_view::npos) return {{}, std::string(inner)};
  return {std::string(inner.substr(0, gap)), std::string(unquoted(trimmed(inner.substr(gap))))};
}

}  // namespace

const std::string* Section::find(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() || found->second.empty() ? nullptr : &found->second;
}

ConfigFile ConfigFile::read(std::string_view text, Kind kind) {
  ConfigFile file;
  Section* section = nullptr;
  std::string last_key;
  const auto open = [&](const Heading& heading) -> Section* {
    if (heading.name.empty()) return nullptr;
    if (kind == Kind::kCredentials) return heading.kind.empty() ? &file.profiles_[heading.name] : nullptr;
    if (heading.kind == "profile" || (heading.kind.empty() && heading.name == "default")) {
      return &file.profiles_[heading.name];
    }
    if (heading.kind == "sso-session") return &file.sso_sessions_[heading.name];
    if (heading.kind == "services") return &file.services_[heading.name];
    return nullptr;
  };
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view raw = text.substr(start, end - start);
    const std::string_view line = trimmed(raw);
    start = end + 1;
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      section = open(read_heading(line));
      last_key.clear();
      continue;
    }
    if (section == nullptr) continue;
    const std::size_t equals = line.find('=');
    const bool indented = raw.front() == ' ' || raw.front() == '\t';
    if (indented && !last_key.empty()) {
      std::string& before = section->values[last_key];
      if (!before.empty()) {
        before.append("\n").append(line);
      } else if (equals != std::string_view::npos) {
        section->values[last_key + "." + http::lower_case(trimmed(line.substr(0, equals)))] =
            trimmed(line.substr(equals + 1));
      }
      continue;
    }
    if (equals == std::string_view::npos || equals == 0) continue;
    last_key = http::lower_case(trimmed(line.substr(0, equals)));
    section->values[last_key] = without_comment(trimmed(line.substr(equals + 1)));
  }
  return file;
}

void ConfigFile::merge(const ConfigFile& over) {
  const auto join = [](Sections& into, const Sections& from) {
    for (const auto& [name, section] : from)
      for (const auto& [key, value] : section.values) into[name].values[key] = value;
  };
  join(profiles_, over.profiles_);
  join(sso_sessions_, over.sso_sessions_);
  join(services_, over.services_);
}

const Section* ConfigFile::find(const Sections& sections, std::string_view name) {
  const auto found = sections.find(name);
  return found == sections.end() ? nullptr : &found->second;
}
const Section* ConfigFile::profile(std::string_view name) const {
  return find(profiles_, name);
}
const Section* ConfigFile::sso_session(std::string_view name) const {
  return find(sso_sessions_, name);
}
const Section* ConfigFile::services(std::string_view name) const {
  return find(services_, name);
}

}  // namespace tabletheory::aws
