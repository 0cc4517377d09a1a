// ConfigFile: the ini dialect of ~/.aws/config and ~/.aws/credentials.
//
//     const ConfigFile file = ConfigFile::read(text);
//     const Section* profile = file.profile("default");
//     profile->find("region");
//
// Reads what the AWS command line reads: `key = value`, comments by # and ;, values that go on in indented lines,
// nested settings below a key without a value. Never fails: lines that make no sense are skipped, as every other SDK
// does, so that one tool's addition does not break the others.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tabletheory::aws {

// One section. Keys are lower case; a setting nested below `s3` is called "s3.addressing_style".
struct Section {
  std::map<std::string, std::string, std::less<>> values;

  // Null when it is absent or empty.
  const std::string* find(std::string_view key) const;
};

class ConfigFile {
 public:
  // Which sections are profiles: `[profile name]` and `[default]` of the config file, every one of the credentials
  // file.
  enum class Kind : bool { kConfig, kCredentials };
  static ConfigFile read(std::string_view text, Kind kind);

  // Settings of both files as one; those of `over` win.
  void merge(const ConfigFile& over);

  const Section* profile(std::string_view name) const;
  const Section* sso_session(std::string_view name) const;
  const Section* services(std::string_view name) const;

 private:
  using Sections = std::map<std::string, Section, std::less<>>;
  static const Section* find(const Sections& sections, std::string_view name);
  Sections profiles_, sso_sessions_, services_;
};

}  // namespace tabletheory::aws
