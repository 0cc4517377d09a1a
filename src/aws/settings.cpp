#include "aws/settings.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace tabletheory::aws {
namespace {

bool is_true(std::string_view text) {
  return http::same_name(text, "true") || text == "1";
}

}  // namespace

Surroundings process_surroundings() {
  Surroundings real;
  real.variable = [](const std::string& name) -> std::optional<std::string> {
    const char* found = std::getenv(name.c_str());
    if (found == nullptr || *found == '\0') return std::nullopt;
    return found;
  };
  real.read_file = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad()) return std::nullopt;
    return std::move(text).str();
  };
  real.write_file = [](const std::string& path, const std::string& text) {
    // Beside it and renamed, readable by the owner only: other tools read the file at any moment.
    std::string beside = path + ".XXXXXX";
    const int fd = ::mkstemp(beside.data());
    if (fd < 0) return false;
    const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const bool moved = (::close(fd) == 0) && written && std::rename(beside.c_str(), path.c_str()) == 0;
    if (!moved) ::unlink(beside.c_str());
    return moved;
  };
  return real;
}

std::string Settings::home() const {
  return surroundings_.variable("HOME").value_or("");
}

Settings Settings::load(Surroundings surroundings, std::string profile, std::string region) {
  Settings settings;
  settings.surroundings_ = std::move(surroundings);
  const auto expand = [&](std::string path) {
    return path.starts_with("~/") ? settings.home() + path.substr(1) : path;
  };
  const std::string config_path = expand(settings.variable("AWS_CONFIG_FILE").value_or("~/.aws/config"));
  const std::string credentials_path =
      expand(settings.variable("AWS_SHARED_CREDENTIALS_FILE").value_or("~/.aws/credentials"));
  const auto read = [&](const std::string& path, ConfigFile::Kind kind) {
    return ConfigFile::read(settings.surroundings_.read_file(path).value_or(""), kind);
  };
  settings.config_ = read(config_path, ConfigFile::Kind::kConfig);
  settings.config_.merge(read(credentials_path, ConfigFile::Kind::kCredentials));

  settings.profile_is_explicit_ = !profile.empty();
  const auto from_environment = settings.variable("AWS_PROFILE");
  settings.profile_is_named_ = settings.profile_is_explicit_ || from_environment.has_value();
  settings.profile_ = !profile.empty() ? std::move(profile) : from_environment.value_or("default");

  if (!region.empty()) {
    settings.region_ = std::move(region);
  } else if (const auto set = settings.variable("AWS_REGION")) {
    settings.region_ = *set;
  } else {
    settings.region_ = settings.value("AWS_DEFAULT_REGION", "region").value_or("");
  }
  return settings;
}

std::optional<std::string> Settings::value(const std::string& variable_name, std::string_view key) const {
  if (auto set = variable(variable_name)) return set;
  const Section* section = profile();
  const std::string* found = section == nullptr ? nullptr : section->find(key);
  if (found == nullptr) return std::nullopt;
  return *found;
}

bool Settings::flag(const std::string& variable_name, std::string_view key) const {
  return is_true(value(variable_name, key).value_or(""));
}

Result<std::optional<http::Url>> Settings::configured_endpoint(const std::string& service_id) const {
  if (flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) return std::nullopt;
  std::optional<std::string> url = variable("AWS_ENDPOINT_URL_" + service_id);
  if (!url) url = variable("AWS_ENDPOINT_URL");
  if (const Section* section = profile(); !url && section != nullptr) {
    const std::string* name = section->find("services");
    const Section* services = name == nullptr ? nullptr : config_.services(*name);
    const std::string* found =
        services == nullptr ? nullptr : services->find(http::lower_case(service_id) + ".endpoint_url");
    if (found == nullptr) found = section->find("endpoint_url");
    if (found != nullptr) url = *found;
  }
  if (!url) return std::nullopt;
  TT_TRY(http::Url parsed, http::parse_url(*url));
  return parsed;
}

}  // namespace tabletheory::aws
