// Settings: what a process says about AWS outside of the program — environment variables, shared config and credentials
// files — and what follows for regions and endpoints. Reads through functions that are handed in; asks no network.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aws/config_file.h"
#include "http/message.h"
#include "tabletheory/error.h"

namespace tabletheory::aws {

// The process's surroundings. None of the functions is empty.
struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> variable;   // none when unset or empty
  std::function<std::optional<std::string>(const std::string& path)> read_file;  // none when it cannot be read
  std::function<bool(const std::string& path, const std::string& text)> write_file;
};

// The real ones.
Surroundings process_surroundings();

class Settings {
 public:
  // Reads the files. `profile` and `region` are the program's own choice; empty: the environment's.
  static Settings load(Surroundings surroundings, std::string profile = {}, std::string region = {});

  const Surroundings& surroundings() const { return surroundings_; }
  std::optional<std::string> variable(const std::string& name) const { return surroundings_.variable(name); }
  // The variable, else the profile's setting.
  std::optional<std::string> value(const std::string& variable_name, std::string_view key) const;
  bool flag(const std::string& variable_name, std::string_view key) const;

  const ConfigFile& config() const { return config_; }
  const std::string& profile_name() const { return profile_; }
  bool is_profile_named() const { return profile_is_named_; }        // by the program or AWS_PROFILE
  bool is_profile_explicit() const { return profile_is_explicit_; }  // by the program
  const Section* profile() const { return config_.profile(profile_); }
  const std::string& region() const { return region_; }  // empty: nobody says
  std::string home() const;

  // The endpoint somebody configured for a service ("DYNAMODB", "KMS"), or none. ErrInvalidModel when it is no URL.
  Result<std::optional<http::Url>> configured_endpoint(const std::string& service_id) const;

 private:
  Surroundings surroundings_;
  ConfigFile config_;
  std::string profile_ = "default";
  bool profile_is_named_ = false;
  bool profile_is_explicit_ = false;
  std::string region_;
};

}  // namespace tabletheory::aws
